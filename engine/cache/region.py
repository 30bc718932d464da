"""Where a file was edited: the blocks that still stand where its text begins and ends, and the statements that the text
between is made of now.

Called by `session`, for an edit while it holds the file as for one since an earlier run. Linear in the text, in steps that
look at a block at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dsl import chunks
from dsl.parser import LARGEST_FILE


class Stretch(Protocol):
    """length: characters of its text."""

    @property
    def length(self) -> int: ...

    def stands(self, text: str, begins: int) -> bool:
        """Whether a text has its text there."""
        ...


@dataclass(frozen=True)
class Region:
    """The new text from `start` to `stop` takes the place of the blocks from `first` to before `last`."""

    first: int
    last: int
    start: int
    stop: int


def edited(text: str, before: Sequence[Stretch]) -> Region:
    """What an edit touches, and one block more on each side, whose statements hold the edit in."""
    first, start = 0, 0
    while first < len(before) and before[first].stands(text, start):
        start += before[first].length
        first += 1
    last, stop = len(before), len(text)
    while (
        last > first
        and (begin := stop - before[last - 1].length) >= start
        and before[last - 1].stands(text, begin)
    ):
        last, stop = last - 1, begin
    if first == last and start == stop:
        return Region(first, last, start, stop)
    if first:
        first -= 1
        start -= before[first].length
    if last < len(before):
        stop += before[last].length
        last += 1
    return Region(first, last, start, stop)


def statements(text: str) -> list[str] | None:
    """The texts of the statements of a stretch between two others; None where what stands behind it may belong to it."""
    cut = chunks.cut(text)
    slips = [slip for chunk in cut.chunks for slip in chunk.slips]
    if cut.slips or any(unclosed(slip.code, cut.text[slip.start : slip.end]) for slip in slips):
        return None
    return texts_of(cut)


def all_statements(text: str) -> list[str] | None:
    """Of a whole file; None where it cannot be taken apart."""
    cut = chunks.cut(text) if len(text) <= LARGEST_FILE else None
    return None if cut is None or cut.slips else texts_of(cut)


def texts_of(cut: chunks.Cut) -> list[str]:
    return [cut.text[chunk.start : chunk.end] for chunk in cut.chunks if chunk.end > chunk.start]


def too_much(text: str) -> bool:
    """Whether a text may be over one of the caps of a file, so that it has to be looked at whole."""
    parts = sum(map(text.count, ",|.{"))
    return len(text) > LARGEST_FILE or parts > chunks.MOST_VALUES or text.count("#") > chunks.MOST_COMMENTS


def unclosed(code: str, text: str) -> bool:
    """A text of several lines that is not closed: once it is, it swallows the statements between."""
    return code == "E104" and text.startswith('"""')
