"""Where a file was edited: the statements that an edit can concern, found without looking at the rest of the file.

Called by `session`: with the text before the edit, or with what an earlier run knew of it. Linear in the text, in steps
that compare long stretches at once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dsl import chunks
from dsl.parser import LARGEST_FILE
from engine.cache.rulesfile import RulesFile
from engine.cache.statement import digest

Stretch: TypeAlias = tuple[int, str]
"""How many characters a statement has, and the digest of them."""


@dataclass(frozen=True)
class Region:
    """The new text from `start` to `stop` takes the place of the statements from `first` to before `last`."""

    first: int
    last: int
    start: int
    stop: int


def edited_region(file: RulesFile, text: str) -> Region:
    """The statements that an edit touches, and one more on each side, whose beginnings hold the edit in."""
    old, starts = file.source.text, file.starts
    shift = len(text) - len(old)
    begin = same_start(old, text)
    end = len(old) - min(same_end(old, text), len(old) - begin, len(text) - begin)
    first = max(0, bisect_right(starts, begin) - 2)
    last = min(len(starts), bisect_left(starts, end) + 1)
    stop = starts[last] if last < len(starts) else len(old)
    return Region(first, last, starts[first] if first else 0, stop + shift)


def recut(text: str, before: Sequence[Stretch]) -> list[tuple[int, str]] | None:
    """Where each statement begins, and its text, of a file that was `before` made of these, all without a mistake; None
    where its text has to be cut whole."""
    if too_much(text):
        return None
    first, begin = _known(text, before)
    last, end = len(before), len(text)
    while last > first:
        length, name = before[last - 1]
        if end - length < begin or digest(text[end - length : end]) != name:
            break
        last, end = last - 1, end - length
    if first == last and begin == end:
        return _laid(text, 0, before)
    if first:  # the statements on both sides of the edit hold it in
        first -= 1
        begin -= before[first][0]
    if last < len(before):
        end += before[last][0]
        last += 1
    cut = chunks.cut(text[begin:end])
    slips = [slip for chunk in cut.chunks for slip in chunk.slips]
    if cut.slips or any(unclosed(slip.code, cut.text[slip.start : slip.end]) for slip in slips):
        return None
    if len(before) + len(cut.chunks) > chunks.MOST_STATEMENTS:
        return None
    edited = [(begin + c.start, cut.text[c.start : c.end]) for c in cut.chunks if c.end > c.start]
    return [*_laid(text, 0, before[:first]), *edited, *_laid(text, end, before[last:])]


def _known(text: str, before: Sequence[Stretch]) -> tuple[int, int]:
    """How many statements still begin the text, and where they end."""
    begin = 0
    for number, (length, name) in enumerate(before):
        if begin + length > len(text) or digest(text[begin : begin + length]) != name:
            return number, begin
        begin += length
    return len(before), begin


def _laid(text: str, begin: int, stretches: Sequence[Stretch]) -> list[tuple[int, str]]:
    found = []
    for length, _ in stretches:
        found.append((begin, text[begin : begin + length]))
        begin += length
    return found


def same_start(one: str, other: str) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def same_end(one: str, other: str) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def too_much(text: str) -> bool:
    """Whether a text may be over one of the caps of a file, so that it has to be looked at whole."""
    parts = sum(map(text.count, ",|.{"))
    return len(text) > LARGEST_FILE or parts > chunks.MOST_VALUES or text.count("#") > chunks.MOST_COMMENTS


def unclosed(code: str, text: str) -> bool:
    """A text of several lines that is not closed: once it is, it swallows the statements between."""
    return code == "E104" and text.startswith('"""')
