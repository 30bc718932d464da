"""Lookup tables, compiled: the first row that matches, found through dictionaries.

A row pins the inputs for which it lists values; rows that pin the same inputs share a dictionary from those values to
row numbers, so that a table of a million rows costs one access for each of its few shapes. Ranges, and what would not
fit in the dictionaries, are compared row by row. Called by `values`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator
from decimal import Decimal
from itertools import product
from typing import Any

from dsl.values import compare_when, folded, read_number, read_when
from engine.compile.amounts import money
from engine.compile.view import View, as_text
from engine.form import Cell, Const, MoneyConst, TableForm

MOST_KEYS = 64
"""Keys a row may have in the dictionaries; a row that lists more values is found by fewer of its inputs."""

MOST_SHAPES = 64
"""Dictionaries of a table; a row of yet another shape is compared on its own."""

PINNABLE = frozenset({"text", "amount", "truth"})


class Table:
    def __init__(self, form: TableForm) -> None:
        self.form = form
        self.shapes: dict[tuple[int, ...], dict[tuple[Hashable, ...], list[int]]] = {}
        for number, (cells, _) in enumerate(form.rows):
            shape = self.shape(cells)
            if shape not in self.shapes and len(self.shapes) >= MOST_SHAPES:
                shape = ()
            rows = self.shapes.setdefault(shape, {})
            for key in product(*[self.keys(cells[i], i) for i in shape]):
                rows.setdefault(key, []).append(number)

    def shape(self, cells: tuple[Cell, ...]) -> tuple[int, ...]:
        keys, pinned = 1, []
        for i, cell in enumerate(cells):
            if cell.any or not cell.values or self.form.kinds[i] not in PINNABLE:
                continue
            if keys * len(cell.values) <= MOST_KEYS:
                keys *= len(cell.values)
                pinned.append(i)
        return tuple(pinned)

    def keys(self, cell: Cell, i: int) -> set[Hashable]:
        return {folded(as_text(each)) if self.form.kinds[i] == "text" else each for each in cell.values}

    def find(self, values: list[Any], output: int, view: View) -> Any:
        inputs = [self.settled(value, i, view) for i, value in enumerate(values)]
        row = self.row(inputs, view)
        outputs = self.form.otherwise if row is None else self.form.rows[row][1]
        return None if outputs is None else constant(outputs[output], view)

    def row(self, inputs: list[Any], view: View) -> int | None:
        best: int | None = None
        for shape, rows in self.shapes.items():
            key = tuple([inputs[i] for i in shape])
            for number in rows.get(key, ()):
                if best is not None and number >= best:
                    break
                cells = self.form.rows[number][0]
                if all(self.met(cells[i], inputs[i], i, view) for i in self.others(shape)):
                    best = number
                    break
        return best

    def others(self, shape: tuple[int, ...]) -> Iterator[int]:
        return (i for i in range(len(self.form.inputs)) if i not in shape)

    def settled(self, value: Any, i: int, view: View) -> Any:
        """The input as its column compares it; None where it is missing or cannot be read so."""
        kind, currency = self.form.kinds[i], self.form.currencies[i]
        if value is None or (currency and not view.is_in(currency)):
            return None
        if kind == "text":
            return folded(as_text(value))
        if kind == "truth":
            return value if isinstance(value, bool) else None
        if isinstance(value, str):
            if kind == "when":
                return read_when(value, view.zone)
            return money(value, currency, view) if currency else read_number(value)
        return value if isinstance(value, dt.date if kind == "when" else Decimal) else None

    def met(self, cell: Cell, value: Any, i: int, view: View) -> bool:
        if cell.any:
            return True
        if value is None:
            return False
        kind = self.form.kinds[i]
        if kind == "when":
            return self.met_when(cell, value, view)
        if cell.values:
            return value in self.keys(cell, i)
        if kind != "amount":
            return False
        low: Any = cell.low
        high: Any = cell.high
        return (low is None or low <= value) and (high is None or value <= high)

    def met_when(self, cell: Cell, value: Any, view: View) -> bool:
        zone = view.zone
        if cell.values:
            return any(
                compare_when(value, each, zone) == 0 for each in cell.values if isinstance(each, dt.date)
            )
        low: Any = cell.low
        high: Any = cell.high
        return (low is None or compare_when(low, value, zone) <= 0) and (
            high is None or compare_when(value, high, zone) <= 0
        )


def constant(node: Const | MoneyConst, view: View) -> Any:
    if isinstance(node, MoneyConst):
        return node.amount if view.is_in(node.currency) else None
    return node.value
