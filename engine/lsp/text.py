"""A text as editors count it: lines that end with CR, LF or both, columns in UTF-16 (or what client and server agreed on).

Called by everything here that takes or gives a place. The rest of the house counts characters from the beginning of a
text; nothing else here knows of units. Offsets that are out of range become the nearest place that there is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from itertools import accumulate

from lsprotocol import types

Unit = types.PositionEncodingKind
BOM = "\ufeff"


@dataclass(frozen=True, eq=False)
class Text:
    """bom: whether the editor counts a byte order mark at its beginning, which `text` is without."""

    text: str
    unit: Unit | str = Unit.Utf16
    bom: bool = False

    @classmethod
    def of(cls, text: str, unit: Unit | str = Unit.Utf16) -> Text:
        return cls(text.removeprefix(BOM), unit, text.startswith(BOM))

    @cached_property
    def starts(self) -> list[int]:
        starts = list(accumulate(map(len, StringIO(self.text, newline="")), initial=0))
        if len(starts) > 1 and not self.text.endswith(("\n", "\r")):
            starts.pop()
        return starts

    def line(self, number: int) -> str:
        """From 0, without its line end."""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[number] : end].rstrip("\r\n")

    def offset(self, position: types.Position) -> int:
        if position.line < 0:
            return 0
        if position.line >= len(self.starts):
            return len(self.text)
        column = position.character - (1 if self.bom and position.line == 0 else 0)
        line = self.line(position.line)
        if self._even(line):
            return self.starts[position.line] + min(max(column, 0), len(line))
        return self.starts[position.line] + self._characters(line, column)

    def position(self, offset: int) -> types.Position:
        offset = min(max(offset, 0), len(self.text))
        number = bisect_right(self.starts, offset) - 1
        before = self.text[self.starts[number] : offset]
        column = len(before) if self._even(before) else sum(map(self._width, before))
        return types.Position(number, column + (1 if self.bom and number == 0 else 0))

    def range(self, start: int, end: int) -> types.Range:
        return types.Range(self.position(start), self.position(end))

    def changed(self, changes: Iterable[types.TextDocumentContentChangeEvent]) -> Text:
        """With what was typed; each change is counted in the text that those before it left."""
        now = self
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                whole = BOM + now.text if now.bom else now.text
                shift = 1 if now.bom else 0
                start, end = now.offset(change.range.start), now.offset(change.range.end)
                if shift and change.range.start == types.Position(0, 0):
                    start -= 1
                start, end = sorted((start + shift, end + shift))
                now = Text.of(whole[:start] + change.text + whole[end:], self.unit)
            else:
                now = Text.of(change.text, self.unit)
        return now

    def _even(self, text: str) -> bool:
        """Whether a character is a unit."""
        return self.unit == Unit.Utf32 or text.isascii()

    def _width(self, char: str) -> int:
        if self.unit == Unit.Utf16:
            return 2 if char > "\uffff" else 1
        return 1 if self.unit == Unit.Utf32 else len(char.encode("utf-8", "surrogatepass"))

    def _characters(self, line: str, column: int) -> int:
        """How many characters lie before a column; in the middle of one, those before it."""
        at = 0
        for number, char in enumerate(line):
            at += self._width(char)
            if at > column:
                return number
        return len(line)
