"""A table in a CSV file, read into the same tree as one written in rules.

Called by the loader for `table artwork from "tables/artwork.csv"`. The header names inputs, then outputs with an arrow
(`cart_method,country,-> method`); cells are `US; CA`, `10..50`, `..50`, `50..`, `*`; the last row may begin with
`otherwise`. Cells have no quotes of the language: what looks like a number, money, a weight, a date or true/false is
one, everything else is text. Linear, and bounded: a file of too many rows is refused with one message.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dsl import ast
from dsl.diagnostics import Diagnostic, Report
from dsl.source import Source, Span
from dsl.values import read_number, read_when

MOST_ROWS = 100_000
MOST_COLUMNS = 50
MOST_MISTAKES = 20

_FIELD = re.compile(r'[ \t]*"((?>(?:[^"]++|"")*))"[ \t]*(?=[,\r\n]|\Z)|([^,\r\n]*)')
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MONEY = re.compile(r"(-?)([$€£])\s*([0-9.]+)|(-?[0-9.]+)\s*([A-Z]{3})")
_WEIGHT = re.compile(r"(-?[0-9.]+)\s*(lb|oz|g|kg)")
_HEADS = "the header names the inputs, then the outputs with an arrow: `cart_method,country,-> method`"


@dataclass(frozen=True)
class Cell:
    text: str
    start: int
    end: int


class _Enough(Exception):
    """The file is not worth reading further; what is wrong has been said."""


def read_table(name: str, source: Source) -> tuple[ast.Table | None, list[Diagnostic]]:
    """The table, None where it cannot be used, and what is wrong with the file."""
    reading = _Reading(name, source)
    try:
        table = reading.table()
    except _Enough:
        table = None
    return (None if reading.report.found else table), reading.report.sorted()


class _Reading:
    def __init__(self, name: str, source: Source) -> None:
        self.name = name
        self.source = source
        self.report = Report()
        self.seen: dict[str, ast.Cell | ast.Literal_] = {}

    def wrong(self, message: str, cell: Cell, fix: str | None = None) -> None:
        self.report.add("E185", message, Span(self.source, cell.start, cell.end), help=fix)
        if len(self.report.found) >= MOST_MISTAKES:
            raise _Enough

    def table(self) -> ast.Table | None:
        rows = self.rows()
        header = next(rows, None)
        if header is None:
            self.wrong("this table is empty, expected a header", Cell("", 0, 0), _HEADS)
            return None
        inputs, outputs = self.header(header)
        made: list[ast.Row] = []
        otherwise: tuple[ast.Literal_, ...] | None = None
        last: Cell | None = None
        for row in rows:
            if last is not None:
                self.wrong("a row stands after `otherwise`, expected `otherwise` to be the last", row[0])
                break
            if row[0].text.strip() == "otherwise":
                last = row[0]
                otherwise = self.otherwise(row, len(inputs), len(outputs))
                continue
            if len(made) >= MOST_ROWS:
                self.wrong(
                    f"this table has more than {MOST_ROWS:,} rows", row[0], "split it into several tables"
                )
                raise _Enough
            if (one := self.row(row, len(inputs), len(outputs))) is not None:
                made.append(one)
        if last is None:
            blanks = "," * (len(inputs) - 1)
            self.wrong(
                "this table does not end with `otherwise`",
                header[0],
                f"say what is so where no row matches, in a last row: `otherwise,{blanks}...`, or `otherwise,{blanks}nothing`",
            )
        whole = Span(self.source, 0, min(len(self.source.text), 1))
        return ast.Table(self.name, inputs, outputs, tuple(made), otherwise, span=whole, name_span=whole)

    def rows(self) -> Iterator[list[Cell]]:
        """The rows with their cells' places; blank lines are passed over."""
        text, at = self.source.text, 0
        if text.startswith("\ufeff"):
            at = 1
        while at < len(text):
            row: list[Cell] = []
            while True:
                found = _FIELD.match(text, at)
                assert found is not None, "the second half of the pattern matches everywhere"
                if found[1] is not None:
                    row.append(Cell(found[1].replace('""', '"'), found.start(1), found.end(1)))
                else:
                    cell = Cell(found[2], found.start(2), found.end(2))
                    if found[2].lstrip().startswith('"'):
                        self.wrong(
                            "this cell begins with a quote that is not closed, or goes on after it",
                            cell,
                            'a quote within quotes is written twice: `"say ""hi"""`',
                        )
                    row.append(cell)
                at = found.end()
                if at < len(text) and text[at] == "," and len(row) <= MOST_COLUMNS:
                    at += 1
                    continue
                break
            if len(row) > MOST_COLUMNS:
                self.wrong(f"this row has more than {MOST_COLUMNS} cells", row[0])
                raise _Enough
            if at < len(text):
                at += 2 if text.startswith("\r\n", at) else 1
            if len(row) > 1 or row[0].text.strip():
                yield row

    def header(self, row: list[Cell]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        inputs: list[str] = []
        outputs: list[str] = []
        if len(row) == 1 and (parted := re.search("[;\t]", row[0].text)):
            which = "semicolons" if parted[0] == ";" else "tabs"
            fix = "save the file with commas (in Excel: `CSV UTF-8 (comma delimited)`)"
            self.wrong(f"the columns of this table are parted by {which}, expected commas", row[0], fix)
            raise _Enough
        for cell in row:
            text = cell.text.strip()
            arrow = text.startswith("->")
            column = text.removeprefix("->").strip()
            if not _NAME.fullmatch(column):
                self.wrong(f"`{text}` is no name of a column, expected letters, digits and `_`", cell, _HEADS)
            elif column in (*inputs, *outputs):
                self.wrong(f"column `{column}` is there twice", cell, "give one of the two another name")
            elif outputs and not arrow:
                self.wrong(f"input `{column}` stands after the outputs", cell, _HEADS)
            (outputs if arrow else inputs).append(column)
        if not inputs or not outputs:
            what = "output" if inputs else "input"
            self.wrong(f"the header has no {what}", row[0], _HEADS)
        if self.report.found:
            raise _Enough
        return tuple(inputs), tuple(outputs)

    def row(self, row: list[Cell], inputs: int, outputs: int) -> ast.Row | None:
        if len(row) != inputs + outputs:
            self.wrong(f"this row has {len(row)} cells, expected {inputs + outputs}", row[-1])
            return None
        cells = tuple([self.cell(cell) for cell in row[:inputs]])
        values = tuple([self.value(cell) for cell in row[inputs:]])
        return ast.Row(cells, values, span=Span(self.source, row[0].start, row[-1].end))

    def otherwise(self, row: list[Cell], inputs: int, outputs: int) -> tuple[ast.Literal_, ...] | None:
        """`otherwise` with blanks for the inputs; `nothing`, or blanks, for the outputs gives nothing."""
        rest = row[1:]
        values = rest[inputs - 1 :] if len(rest) >= inputs - 1 + outputs else rest
        if any(cell.text.strip() for cell in rest[: len(rest) - len(values)]):
            self.wrong("`otherwise` stands for all inputs, expected blanks in their place", row[0])
        texts = [cell.text.strip() for cell in values]
        if [text for text in texts if text] in ([], ["nothing"]):
            return None
        if len(values) != outputs:
            self.wrong(f"`otherwise` has {len(values)} outputs, expected {outputs}", row[0])
            return None
        return tuple(self.value(cell) for cell in values)

    def cell(self, cell: Cell) -> ast.Cell:
        text = cell.text.strip()
        known = self.seen.get(text)
        if isinstance(known, (ast.AnyCell, ast.RangeCell, ast.ValuesCell)):
            return known
        made = self.made(cell, text)
        self.seen[text] = made
        return made

    def made(self, cell: Cell, text: str) -> ast.Cell:
        span = Span(self.source, cell.start, cell.end)
        if not text:
            self.wrong("this cell is blank", cell, "write `*` for any value")
            return ast.AnyCell(span=span)
        if text == "*":
            return ast.AnyCell(span=span)
        if ".." in text and (ends := self.ends(cell, text)) is not None:
            return ast.RangeCell(*ends, span=span)
        parts = [part.strip() for part in text.split(";")]
        if not all(parts):
            self.wrong("a value is blank beside a `;`", cell, "several values are written `US; CA`")
        at = cell.start + cell.text.find(text)
        found: list[ast.Literal_] = []
        for part in parts:
            start = self.source.text.find(part, at, cell.end) if part else at
            start = at if start < 0 else start
            found.append(literal(part, Span(self.source, start, start + len(part))))
            at = start + len(part)
        return ast.ValuesCell(tuple(found), span=span)

    def ends(self, cell: Cell, text: str) -> tuple[ast.Literal_ | None, ast.Literal_ | None] | None:
        """The ends of `10..50`; None where this is a text with dots in it."""
        left, _, right = (part.strip() for part in text.partition(".."))
        span = Span(self.source, cell.start, cell.end)
        low = literal(left, span) if left else None
        high = literal(right, span) if right else None
        if isinstance(low, ast.Text) or isinstance(high, ast.Text):
            return None
        if low is None and high is None:
            self.wrong("this range has no end", cell, "write `10..50`, `..50`, `50..`, or `*` for any value")
        return low, high

    def value(self, cell: Cell) -> ast.Literal_:
        text = cell.text.strip()
        if not text:
            self.wrong(
                "this output is blank", cell, "write what the row gives; a row that gives nothing is left out"
            )
        return literal(text, Span(self.source, cell.start, cell.end))


def literal(text: str, span: Span) -> ast.Literal_:
    """A cell's value by its looks. The span keeps the text as it was written, zeros in front and all."""
    if text in ("true", "false"):
        return ast.Truth(text == "true", span=span)
    if (number := read_number(text)) is not None:
        return ast.Number(number, span=span)
    if m := _MONEY.fullmatch(text):
        amount = read_number(m[1] + m[3] if m[2] else m[4])
        if amount is not None:
            return ast.Money(amount, m[2] or m[5], span=span)
    if m := _WEIGHT.fullmatch(text):
        weight = read_number(m[1])
        unit: Any = m[2]
        if weight is not None:
            return ast.Weight(weight, unit, span=span)
    when = read_when(text, dt.UTC) if text[:1].isdigit() else None
    if isinstance(when, dt.datetime):
        return (
            ast.Time(when.replace(tzinfo=None), span=span)
            if when.tzinfo is dt.UTC
            else ast.Text(text, span=span)
        )
    if when is not None:
        return ast.Date(when, span=span)
    return ast.Text(text, span=span)
