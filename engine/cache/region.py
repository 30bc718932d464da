"""Where a file was edited: the statements that an edit can concern, found without looking at the rest of the file.

Called by `session`. Linear in the text, in steps that compare long stretches at once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from dsl import chunks
from dsl.parser import LARGEST_FILE
from engine.cache.rulesfile import RulesFile


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
