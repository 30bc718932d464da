"""Tables of a ruleset as they are shown: cells in words. Called by `content`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dsl import ast, printer
from engine.booklet.tree import at
from engine.opened import Opened
from engine.show.words import listed

MOST_ROWS = 200
"""Of one table, so many rows are shown."""


@dataclass(frozen=True)
class Grid:
    """A table. rows: cells as text, the inputs' first. more: rows that are not shown."""

    name: str
    inputs: Sequence[str]
    outputs: Sequence[str]
    rows: Sequence[Sequence[str]]
    more: int
    otherwise: str
    at: str


def grid(table: ast.Table, opened: Opened) -> Grid:
    whole = opened.ruleset.tables.get(table.name, table) if table.file is not None else table
    rows = [
        [*map(cell, row.cells), *(cell(ast.ValuesCell((output,))) for output in row.outputs)]
        for row in whole.rows[:MOST_ROWS]
    ]
    otherwise = (
        "nothing"
        if whole.otherwise is None
        else ", ".join(cell(ast.ValuesCell((output,))) for output in whole.otherwise)
    )
    place = f"{at(table.span)}, {table.file.value}" if table.file is not None else at(table.span)
    return Grid(
        table.name, whole.inputs, whole.outputs, rows, max(0, len(whole.rows) - MOST_ROWS), otherwise, place
    )


def cell(node: ast.Cell) -> str:
    """Texts stand without quotes: the frame of a cell shows where they end."""
    match node:
        case ast.AnyCell():
            return "anything"
        case ast.RangeCell(low=None, high=high):
            return f"up to {plain(high)}"
        case ast.RangeCell(low=low, high=None):
            return f"{plain(low)} or more"
        case ast.RangeCell(low=low, high=high):
            return f"{plain(low)} to {plain(high)}"
        case ast.ValuesCell(values=values):
            return listed(map(plain, values), "or")


def plain(value: ast.Literal_ | None) -> str:
    if value is None:
        return "anything"
    return value.value if isinstance(value, ast.Text) else printer.write(value)
