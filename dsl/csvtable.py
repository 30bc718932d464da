"""A lookup table in a CSV file, read into the same tree as a table written among the rules.

Called where a ruleset's folder is read, with the file that `table artwork from "tables/artwork.csv"` names. Reads the text
once, from front to back. What columns may hold and which rows can be reached is the checker's business.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from dsl import ast, values, words
from dsl.diagnostics import Diagnostic
from dsl.nearest import nearest
from dsl.source import Source, Span

MOST_CHARACTERS = 50_000_000
MOST_ROWS = 200_000
"""A row is about a kilobyte of tree: more would need more memory than a check may have."""
MOST_FINDINGS = 50

_FIELD = re.compile(
    r'[ \t]*+(?:"(?P<quoted>(?:[^"]|"")*+)"[ \t]*+|(?P<plain>[^",\r\n]*+))(?P<end>,|\r\n|\n|\r|\Z)', re.DOTALL
)
_NAME = re.compile(words.terminal("WORD"))


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    start: int
    end: int


@dataclass
class _Columns:
    names: list[str]
    inputs: list[int]
    outputs: list[int]


def read_table(name: str, source: Source) -> tuple[ast.Table | None, tuple[Diagnostic, ...]]:
    """The table, and what is wrong with the file. None where it has no header to tell its columns by."""
    reader = _Reader(source)
    if len(source.text) > MOST_CHARACTERS:
        reader.wrong(
            "E144",
            0,
            0,
            f"this table has more than {MOST_CHARACTERS:,} characters",
            _SMALLER,
        )
        return None, tuple(reader.found)
    if source.text.count("\n") > 2 * MOST_ROWS:
        reader.too_many_rows(0, 0)
        return None, tuple(reader.found)
    rows = reader.rows()
    header = next(rows, None)
    columns = reader.header(header) if header else None
    if columns is None:
        if not reader.found:
            reader.wrong("E140", 0, 0, "this table is empty, expected a header", _HEADER)
        return None, tuple(reader.found)
    table = reader.table(name, columns, rows)
    return table, tuple(reader.found)


_HEADER = "the first line names the columns, outputs with an arrow, such as `cart_method,country,-> method`"
_SMALLER = "split it into several tables, or leave out the rows that no order needs"
_OTHERWISE = "the last row says what holds for all the rest: `otherwise` in its first cell, then the outputs or `nothing`"


@dataclass
class _Reader:
    source: Source
    found: list[Diagnostic] = field(default_factory=list)
    cells: dict[str, ast.Cell | None] = field(default_factory=dict)
    literals: dict[str, ast.Literal_] = field(default_factory=dict)
    unreadable: bool = False

    def wrong(self, code: str, start: int, end: int, message: str, fix: str | None = None) -> None:
        """Past some fifty a reader has seen what is wrong with the file."""
        if len(self.found) == MOST_FINDINGS:
            message, fix = (
                "this table has more mistakes, which are not shown",
                "mend those above, then check again",
            )
        if len(self.found) <= MOST_FINDINGS:
            self.found.append(Diagnostic(code, message, Span(self.source, start, end), fix))

    def too_many_rows(self, start: int, end: int) -> None:
        self.wrong("E144", start, end, f"this table has more than {MOST_ROWS:,} rows", _SMALLER)

    # -- the lines of the file

    def rows(self) -> Iterator[list[_Cell]]:
        """Rows that are not blank; a row with a bad quote is reported and left out."""
        text = self.source.text
        at = 1 if text.startswith("\ufeff") else 0
        row: list[_Cell] = []
        while at < len(text) or row:
            m = _FIELD.match(text, at)
            if m is None:
                at = self._bad_quote(at)
                row = []
                continue
            kind = "plain" if m["quoted"] is None else "quoted"
            start, end = m.span(kind)
            said = m[kind]
            if kind == "quoted":
                said = said.replace('""', '"')
            cut = said.strip()
            if cut != said and len(said) == end - start:
                start += len(said) - len(said.lstrip())
                end = start + len(cut)
            row.append(_Cell(cut, start, end))
            at = m.end()
            if m["end"] != ",":
                if len(row) > 1 or row[0].text:
                    yield row
                row = []

    def _bad_quote(self, at: int) -> int:
        """Says what is wrong, and where to read on."""
        text = self.source.text
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        opened = re.compile(r'[ \t]*+"(?:[^"]|"")*+').match(text, at)
        if opened is not None and opened.end() == len(text):
            fix = 'close it with `"`; a quote within a cell is written twice: `""`'
            self.wrong("E143", at, line_end, "this cell's quote is never closed", fix)
            self.unreadable = True
            return len(text)
        fix = 'put the whole cell in quotes and write the quote twice: `"12"" print"`'
        self.wrong("E143", at, line_end, "found a quote within a cell", fix)
        self.unreadable = True
        at = max(line_end, opened.end()) if opened is not None else line_end
        next_line = text.find("\n", at)
        return len(text) if next_line < 0 else next_line + 1

    # -- the header

    def header(self, row: list[_Cell]) -> _Columns | None:
        if len(row) == 1 and re.search("[;\t]", row[0].text):
            which = "semicolons" if ";" in row[0].text else "tabs"
            fix = "save the file as CSV with commas (in Excel: `CSV UTF-8 (comma delimited)`)"
            self.wrong(
                "E140", row[0].start, row[0].end, f"the columns of this table are parted by {which}", fix
            )
            return None
        columns = _Columns([], [], [])
        good = True
        for at, cell in enumerate(row):
            output = cell.text.startswith("->")
            name = cell.text.removeprefix("->").strip()
            (columns.outputs if output else columns.inputs).append(at)
            if not name:
                self.wrong("E140", cell.start, cell.end, "found a column without a name", _HEADER)
                good = False
            elif output and not _NAME.fullmatch(name):
                fix = f"rules say `lookup ....{_as_name(name)}`, so call it `-> {_as_name(name)}`"
                self.wrong(
                    "E140", cell.start, cell.end, f"`{name[:60]}` cannot be the name of an output", fix
                )
            elif name.casefold() in (n.casefold() for n in columns.names):
                self.wrong(
                    "E146",
                    cell.start,
                    cell.end,
                    f"found a second column `{name[:60]}`",
                    "give it another name, or leave it out",
                )
            columns.names.append(name)
        if not columns.outputs:
            last = columns.names[-1] or "method"
            fix = f"mark what the table gives with an arrow, such as `-> {last[:60]}`"
            self.wrong("E140", row[0].start, row[-1].end, "this header has no output", fix)
            return None
        if not columns.inputs:
            self.wrong("E140", row[0].start, row[-1].end, "this header has only outputs", _HEADER)
            return None
        return columns if good else None

    # -- the rows

    def table(self, name: str, columns: _Columns, rows: Iterator[list[_Cell]]) -> ast.Table | None:
        read: list[ast.Row] = []
        otherwise: tuple[ast.Literal_, ...] | None = None
        last: list[_Cell] | None = None
        count = 0
        for row in rows:
            count += 1
            if count > MOST_ROWS:
                self.too_many_rows(row[0].start, row[-1].end)
                return None
            if last is not None:
                self.wrong(
                    "E145",
                    last[0].start,
                    last[0].end,
                    "found `otherwise` before the last row",
                    "move this row to the end",
                )
                last = None
            if row[0].text.casefold() == "otherwise" and columns.inputs[0] == 0:
                otherwise = self.otherwise(columns, row)
                last = row
                continue
            if (good := self.row(columns, row)) is not None:
                read.append(good)
        if (
            last is None
            and otherwise is None
            and not self.unreadable
            and not any(d.code == "E145" for d in self.found)
        ):
            end = len(self.source.text.rstrip())
            near = read and nearest(_first_text(read[-1]), ["otherwise"], 1)
            fix = "the first cell of the last row is nearly `otherwise`" if near else _OTHERWISE
            self.wrong("E145", end, end, "this table ends without `otherwise`", fix)
        return ast.Table(
            name,
            tuple(columns.names[at] for at in columns.inputs),
            tuple(columns.names[at] for at in columns.outputs),
            tuple(read),
            otherwise,
            file=ast.Text(self.source.path),
            span=Span(self.source, 0, 0),
        )

    def row(self, columns: _Columns, row: list[_Cell]) -> ast.Row | None:
        if not self._wide_enough(columns, row):
            return None
        cells = [self.cell(row[at], columns.names[at]) for at in columns.inputs]
        outputs = [self.output(row[at], columns.names[at]) for at in columns.outputs]
        if None in cells or None in outputs:
            return None
        return ast.Row(
            cast("tuple[ast.Cell, ...]", tuple(cells)),
            cast("tuple[ast.Literal_, ...]", tuple(outputs)),
            span=Span(self.source, row[0].start, row[-1].end),
        )

    def otherwise(self, columns: _Columns, row: list[_Cell]) -> tuple[ast.Literal_, ...] | None:
        """None for nothing: all outputs blank, or `nothing` in the first."""
        if not self._wide_enough(columns, row):
            return None
        for at in columns.inputs[1:]:
            if row[at].text not in ("", "*"):
                fix = "it holds for everything that no row is for, so its other inputs are blank"
                self.wrong(
                    "E145",
                    row[at].start,
                    row[at].end,
                    f"found `{row[at].text[:60]}` in the row of `otherwise`",
                    fix,
                )
        said = [row[at].text for at in columns.outputs]
        if not any(said) or (said[0].casefold() == "nothing" and not any(said[1:])):
            return None
        outputs = [self.output(row[at], columns.names[at]) for at in columns.outputs]
        return None if None in outputs else cast("tuple[ast.Literal_, ...]", tuple(outputs))

    def _wide_enough(self, columns: _Columns, row: list[_Cell]) -> bool:
        width = len(columns.names)
        extra = row[width:]
        if len(row) == width or (len(row) > width and not any(cell.text for cell in extra)):
            return True
        fix = "every row has a cell for each column; a cell with a comma in it stands in quotes, and `*` takes everything"
        self.wrong("E141", row[0].start, row[-1].end, f"this row has {len(row)} cells, expected {width}", fix)
        return False

    # -- cells

    def output(self, cell: _Cell, column: str) -> ast.Literal_ | None:
        if not cell.text:
            self.wrong(
                "E142",
                cell.start,
                cell.end,
                f"found a blank cell in `{column[:60]}`",
                "say what the row gives; `otherwise` alone may give nothing",
            )
            return None
        return self.literal(cell.text, cell.start, cell.end)

    def cell(self, cell: _Cell, column: str) -> ast.Cell | None:
        """Equal cells are one node, at the place of the first: a table of a million rows has few different ones."""
        if cell.text not in self.cells:
            made = self._cell(cell, column)
            if made is None:
                return None
            self.cells[cell.text] = made
        return self.cells[cell.text]

    def _cell(self, cell: _Cell, column: str) -> ast.Cell | None:
        text, span = cell.text, Span(self.source, cell.start, cell.end)
        if not text:
            fix = "`*` takes everything; a value that is missing is matched only by `*`"
            self.wrong("E142", cell.start, cell.end, f"found a blank cell in `{column[:60]}`", fix)
            return None
        if text == "*":
            return ast.AnyCell(span=span)
        if ".." in text:
            low, _, high = text.partition("..")
            ends = [self._end(part.strip(), cell) for part in (low, high)]
            if text == "..":
                self.wrong(
                    "E147",
                    cell.start,
                    cell.end,
                    "found `..` without a number",
                    "a range is `10..50`, `..50` or `50..`; `*` takes everything",
                )
                return None
            if any(isinstance(e, (ast.Text, ast.Truth)) for e in ends):
                if all(e is None or isinstance(e, ast.Text) for e in ends):
                    return ast.ValuesCell((self.literal(text, cell.start, cell.end),), span=span)
                self.wrong(
                    "E147",
                    cell.start,
                    cell.end,
                    f"`{text[:60]}` is not a range",
                    "a range is `10..50`, `..50` or `50..`, of numbers, weights, money or dates",
                )
                return None
            return ast.RangeCell(ends[0], ends[1], span=span)
        members: list[ast.Literal_] = []
        at = cell.start
        for part in text.split(";"):
            said = part.strip()
            start = at + len(part) - len(part.lstrip())
            at += len(part) + 1
            if not said:
                self.wrong(
                    "E142",
                    cell.start,
                    cell.end,
                    f"found a blank value in `{text[:60]}`",
                    "several values are parted by `;`, such as `US; CA`",
                )
                return None
            members.append(self.literal(said, start, start + len(said)))
        return ast.ValuesCell(tuple(members), span=span)

    def _end(self, text: str, cell: _Cell) -> ast.Literal_ | None:
        if not text:
            return None
        start = self.source.text.find(text, cell.start, cell.end)
        start = cell.start if start < 0 else start
        return self.literal(text, start, start + len(text))

    def literal(self, text: str, start: int, end: int) -> ast.Literal_:
        if text not in self.literals:
            self.literals[text] = _literal(text, Span(self.source, start, end))
        return self.literals[text]


def _first_text(row: ast.Row) -> str:
    first = row.cells[0]
    return (
        first.values[0].value
        if isinstance(first, ast.ValuesCell) and isinstance(first.values[0], ast.Text)
        else ""
    )


def _as_name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "_", text).strip("_").lower() or "result"


@cache
def _literals() -> re.Pattern[str]:
    names = ("TIME", "DATE", "MONEY", "WEIGHT", "DURATION", "NUMBER")
    return re.compile("(?P<minus>-?)(?:" + "|".join(f"(?P<{n}>{words.terminal(n)})" for n in names) + ")")


def _literal(text: str, span: Span) -> ast.Literal_:
    """Numbers, money, weights, durations, dates and truths as rules write them; all else is text."""
    if text in ("true", "false"):
        return ast.Truth(text == "true", span=span)
    m = _literals().fullmatch(text) if text[0] in "-$€£0123456789" else None
    kind = m.lastgroup if m is not None else None
    said = text.removeprefix("-")
    if kind is None or (m is not None and m["minus"] and kind in ("TIME", "DATE", "DURATION")):
        return ast.Text(text, span=span)
    if kind in ("TIME", "DATE"):
        return _moment(text, span) or ast.Text(text, span=span)
    digits = cast("re.Match[str]", re.search(r"[0-9.]+", said))[0]
    amount = values.read_number(text[: len(text) - len(said)] + digits)
    unit: Any = said.replace(digits, "", 1).strip()
    if amount is None:
        return ast.Text(text, span=span)
    if kind == "NUMBER":
        return ast.Number(amount, span=span)
    if kind == "MONEY":
        return ast.Money(amount, unit, span=span)
    if kind == "WEIGHT":
        return ast.Weight(amount, unit, span=span)
    return ast.Duration(amount, unit.removesuffix("s"), span=span)


def _moment(text: str, span: Span) -> ast.Date | ast.Time | None:
    try:
        if len(text) == 10:
            return ast.Date(dt.date.fromisoformat(text), span=span)
        day, clock = re.split(r"[T \t]+", text)
        clock = clock.zfill(5 if clock.count(":") == 1 else 8)
        return ast.Time(dt.datetime.fromisoformat(f"{day}T{clock}"), span=span)
    except ValueError:
        return None
