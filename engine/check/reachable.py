"""Rows of a table that an earlier row always takes first (E404).

Called by `engine.check.tables` for each way in which a table is compared. A row is held only against earlier rows that take
a value of its own, found by that value; so tables of tens of thousands of rows are no matter. A row that only several
earlier rows together take is not found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from heapq import merge
from typing import Any

from dsl import ast
from dsl.schema import fold
from engine import form as f
from engine.check.scope import Scope

MOST_COMPARED = 1_000_000
"""Comparisons for one table: all rows of 1,400 that are nothing but ranges. Beyond it no more are looked for."""
MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Taken:
    """What a cell takes: everything, some values, or a range. low and high: its ends (of values the smallest and largest),
    None where open. ordered: whether it can lie within a range."""

    everything: bool = False
    values: frozenset[Any] = frozenset()
    low: Any = None
    high: Any = None
    ordered: bool = False

    def covers(self, other: Taken) -> bool:
        """Everything that the other takes, this one takes."""
        if self.everything or other.everything:
            return self.everything
        if self.values:
            return bool(other.values) and other.values <= self.values
        return other.ordered and _from(self.low, other.low) and _from(other.high, self.high, open_first=False)


def unreachable(table: ast.Table, form: f.TableForm, scope: Scope) -> None:
    """form: of the table, row by row."""
    found = list(covered([cells for cells, _ in form.rows], form.kinds))
    for row, by in found[:MOST_TOLD]:
        first = table.rows[by].span.line
        message = f"this row can never be reached: line {first} takes all of it first"
        scope.error("E404", message, table.rows[row])
    if more := found[MOST_TOLD:]:
        scope.error(
            "E404", f"this row and {len(more) - 1:,} more can never be reached", table.rows[more[0][0]]
        )


def covered(cells: Sequence[Sequence[f.Cell]], kinds: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Each row that can never be reached, with the first that takes all of it."""
    columns = range(len(kinds))
    by_value: list[dict[Any, list[int]]] = [{} for _ in columns]
    wide: list[list[int]] = [[] for _ in columns]
    compared = 0
    rows: list[tuple[Taken, ...]] = []
    for number, row_of_cells in enumerate(cells):
        row = tuple([_taken(cell, kind) for cell, kind in zip(row_of_cells, kinds, strict=True)])
        rows.append(row)
        near = [_near(by_value[at], wide[at], row[at]) for at in columns]
        candidates = min(near, key=lambda lists: sum(map(len, lists)), default=())
        by = None
        for each in merge(*candidates):
            compared += 1
            if all(map(Taken.covers, rows[each], row)):
                by = each
                break
        if by is not None:
            yield number, by
        else:
            for at in columns:
                for one in row[at].values:
                    by_value[at].setdefault(one, []).append(number)
                if not row[at].values:
                    wide[at].append(number)
        if compared > MOST_COMPARED:
            return


def _near(by_value: dict[Any, list[int]], wide: list[int], cell: Taken) -> tuple[list[int], ...]:
    """Rows that may take all of a cell, by what they have in its column."""
    one = next(iter(cell.values), None)
    return (wide,) if one is None else (by_value.get(one, []), wide)


def _taken(cell: f.Cell, kind: str) -> Taken:
    if cell.any:
        return Taken(everything=True)
    if not cell.values:
        same = cell.low is not None and cell.low == cell.high
        return Taken(values=frozenset([cell.low] if same else ()), low=cell.low, high=cell.high, ordered=True)
    values = frozenset([fold(x) if kind == "text" and isinstance(x, str) else x for x in cell.values])
    if {type(x) for x in values} not in ({Decimal}, {dt.date}, {dt.datetime}):
        return Taken(values=values)
    return Taken(values=values, low=min(values), high=max(values), ordered=True)


def _from(first: Any, then: Any, *, open_first: bool = True) -> bool:
    """Whether `first` comes before `then` or is the same. An open end comes before all, or after all."""
    open_end, other = (first, then) if open_first else (then, first)
    if open_end is None:
        return True
    if other is None or type(first) is not type(then):
        return False
    return bool(first <= then)
