"""Text with a place: a file's text and spans in it. Everything that can be wrong points here."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from io import StringIO
from itertools import accumulate


@dataclass(frozen=True, eq=False)
class Source:
    """One file's text. `path` is relative to the ruleset folder, with forward slashes."""

    path: str
    text: str = field(repr=False)

    @property
    def base(self) -> int:
        """Where its text begins in the file: 0 but for a stretch of a file that is read by itself."""
        return 0

    @cached_property
    def line_starts(self) -> list[int]:
        starts = list(accumulate(map(len, StringIO(self.text, newline="\n")), initial=0))
        if len(starts) > 1 and not self.text.endswith("\n"):
            starts.pop()
        return starts

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1 in characters."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of one line (from 1), without its line end."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


@dataclass(frozen=True, eq=False, slots=True, init=False)
class Span:
    """A stretch of a source: offsets in characters, end exclusive. There is one for nearly every part of a rule; lengths are
    small numbers, which Python has once."""

    source: Source
    start: int
    length: int

    def __init__(self, source: Source, start: int, end: int) -> None:
        keep = object.__setattr__
        keep(self, "source", source)
        keep(self, "start", start)
        keep(self, "length", end - start)

    @property
    def end(self) -> int:
        return self.start + self.length

    @property
    def line(self) -> int:
        return self.source.place(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.place(self.start)[1]

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        return Span(self.source, self.start, other.end)

    def __str__(self) -> str:
        line, column = self.source.place(self.start)
        return f"{self.source.path}:{line}:{column}"

    __repr__ = __str__


NOWHERE = Span(Source("", ""), 0, 0)
