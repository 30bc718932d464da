"""Words on lines: what fits on a line stands on one, what does not is broken where its structure allows it.

Called by the formatter with `Line`s of `Word`s and `Group`s; knows nothing of the language. A comment ends its line: what
comes after it begins a new one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

WIDTH = 100
"""Cells of a line that holds what can be broken."""


@dataclass(slots=True)
class Word:
    """above: comments on lines of their own before it; blank: an empty line before these. after: the comment that ends its
    line. glued: no blank before it. stays: it may not begin a line where only the width would have it so. wide: it is padded to so many cells."""

    text: str
    above: list[str] = field(default_factory=list)
    blank: bool = False
    after: str = ""
    glued: bool = False
    stays: bool = False
    wide: int = 0


@dataclass
class Group:
    """Parts that stand beside each other or, where they do not fit, each on a line (`fill`: as many as fit on each).

    indent: of these lines, from where the group begins.
    """

    items: list[Run]
    indent: int = 0
    fill: bool = False

    @cached_property
    def flat(self) -> str:
        return joined(word for item in self.items for word in words(item))

    @cached_property
    def broken(self) -> bool:
        """Whether a comment in it asks for more than one line; one at its very end or beginning does not."""
        found = [word for item in self.items for word in words(item)]
        return any(word.after for word in found[:-1]) or any(word.above for word in found[1:])


Run: TypeAlias = "list[Word | Group]"


@dataclass
class Line:
    """indent: where it begins; hang: where it goes on after a comment within."""

    indent: int
    run: Run
    hang: int

    @property
    def first(self) -> Word:
        return next(words(self.run))


def words(run: Sequence[Word | Group]) -> Iterator[Word]:
    for part in run:
        if isinstance(part, Word):
            yield part
        else:
            for item in part.items:
                yield from words(item)


def joined(found: Iterator[Word]) -> str:
    """On one line, without comments."""
    said = ""
    padding = ""
    for word in found:
        said += word.text if word.glued or not said else f"{padding or ' '}{word.text}"
        padding = " " * (word.wide - cells(word.text) + 1) if word.wide else ""
    return said


def cells(text: str) -> int:
    """How much of a line a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def written(line: Line) -> list[str]:
    """The lines of text that it takes, without line ends."""
    page = _Page()
    page.open(line.first, line.indent)
    page.run(line.run, line.hang, 0)
    page.begin(0)
    return page.lines


class _Page:
    """line: the one that is being written. ended: by a comment. padding: of the last word, to the next."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line = ""
        self.indent = 0
        self.ended = False
        self.padding = 0
        self.opened: Word | None = None

    def begin(self, indent: int) -> None:
        """A new line."""
        if self.line:
            self.lines.append(self.line)
        self.line, self.indent, self.ended, self.padding = "", indent, False, 0

    def open(self, word: Word, indent: int) -> None:
        """A new line for a word, after the comments before it."""
        self.begin(indent)
        self.lines += [" " * indent + comment for comment in word.above]
        self.opened = word

    def word(self, word: Word, hang: int) -> None:
        if (self.ended or word.above) and self.opened is not word:
            self.open(word, hang)
        if not self.line:
            self.line = " " * self.indent
        elif not word.glued:
            self.line += " " * max(1, self.padding)
        self.line += word.text
        if "\n" in word.text:
            *whole, self.line = self.line.split("\n")
            self.lines += whole
        self.padding = word.wide - cells(word.text) + 1 if word.wide else 0
        if word.after:
            self.line += f"  {word.after}"
            self.ended = True

    def column(self, first: Word, hang: int) -> int:
        """Where a word would begin."""
        if self.ended or first.above:
            return hang
        if not self.line:
            return self.indent
        return cells(self.line) + (0 if first.glued else max(1, self.padding))

    def run(self, run: Run, hang: int, behind: int) -> None:
        """behind: cells of what follows on the same line."""
        rest = [0] * (len(run) + 1)
        for at in range(len(run) - 1, -1, -1):
            part = run[at]
            flat = part.flat if isinstance(part, Group) else part.text
            first = next(words([part]))
            rest[at] = rest[at + 1] + cells(flat.split("\n")[0]) + (0 if first.glued else 1)
        for at, part in enumerate(run):
            if isinstance(part, Word):
                self.word(part, hang)
            else:
                self.group(part, hang, rest[at + 1] + behind)

    def group(self, group: Group, hang: int, behind: int) -> None:
        column = self.column(next(words(group.items[0])), hang)
        if not group.broken and self.fits(group.flat, column, behind):
            for word in words([group]):
                self.word(word, hang)
            return
        begin = column + group.indent
        last = len(group.items) - 1
        for at, item in enumerate(group.items):
            follows = behind if at == last else 0
            if at and self.breaks(group, item, follows):
                self.open(next(words(item)), begin)
            self.run(item, begin, follows)

    def breaks(self, group: Group, item: Run, behind: int) -> bool:
        first = next(words(item))
        if self.ended or first.above:
            return True
        if first.stays:
            return False
        if not group.fill:
            return True
        flat = joined(words(item))
        return not self.fits(flat, cells(self.line) + 1, behind)

    def fits(self, flat: str, column: int, behind: int) -> bool:
        first, *others = flat.split("\n")
        if others:
            return column + cells(first) <= WIDTH and cells(others[-1]) + behind <= WIDTH
        return column + cells(first) + behind <= WIDTH
