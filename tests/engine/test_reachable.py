"""Which rows of a table can never be reached, held against trying every value; and large tables in little time."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import form as f
from engine.check.reachable import covered

SMALL = st.integers(0, 4).map(Decimal)
ENDS = st.tuples(st.none() | SMALL, st.none() | SMALL).filter(lambda ends: ends != (None, None))
CELLS = (
    st.just(f.Cell(any=True))
    | st.lists(SMALL, min_size=1, max_size=3).map(lambda values: f.Cell(values=tuple(values)))
    | ENDS.filter(lambda ends: None in ends or ends[0] <= ends[1]).map(
        lambda ends: f.Cell(low=ends[0], high=ends[1])
    )
)
POINTS = [None, *(Decimal(n) / 2 for n in range(-1, 11))]
"""A missing value, and values below, between, on and above all that stands in a cell."""


def takes(cell: f.Cell, value: Decimal | None) -> bool:
    if cell.any or value is None:
        return cell.any
    if cell.values:
        return value in cell.values
    return (cell.low is None or cell.low <= value) and (cell.high is None or value <= cell.high)  # type: ignore[operator]


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_a_row_is_named_where_one_earlier_row_takes_all_of_it(rows: list[tuple[f.Cell, f.Cell]]) -> None:
    taken = [
        {(a, b) for a in POINTS for b in POINTS if takes(row[0], a) and takes(row[1], b)} for row in rows
    ]
    expected: dict[int, int] = {}
    for number, mine in enumerate(taken):
        by = next((n for n in range(number) if n not in expected and mine <= taken[n]), None)
        if by is not None:
            expected[number] = by
    assert dict(covered(rows, ("amount", "amount"))) == expected


@pytest.mark.parametrize(
    "rows",
    {
        "ranges": [(f.Cell(low=Decimal(n), high=Decimal(2 * n)),) for n in range(1, 50_000)],
        "ranges in ranges": [(f.Cell(low=Decimal(n), high=Decimal(200_000 - n)),) for n in range(50_000, 1, -1)],
        "one or the other": [
            pair
            for n in range(25_000)
            for pair in (
                (f.Cell(values=(str(n),)), f.Cell(any=True)),
                (f.Cell(any=True), f.Cell(values=(str(n),))),
            )
        ],
        "lists": [(f.Cell(values=tuple(str(n + m) for m in range(20))),) for n in range(20_000)],
    }.items(),
    ids=lambda each: each[0],
)  # fmt: skip
def test_large_tables_take_no_long_time(rows: tuple[str, list[tuple[f.Cell, ...]]]) -> None:
    began = time.process_time()
    kind = "amount" if "range" in rows[0] else "text"
    assert not list(covered(rows[1], (kind,) * len(rows[1][0])))
    assert time.process_time() - began < 15
