"""Tables in CSV files: the same tree as one written in rules, and mistakes with their place."""

from __future__ import annotations

import datetime as dt
import time
import tracemalloc
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl import ast
from dsl.csvtable import MOST_ROWS, read_table
from dsl.parser import parse
from dsl.source import Source


def read(text: str) -> ast.Table:
    table, found = read_table("mail", Source("tables/mail.csv", text))
    assert not found, found
    assert table is not None
    return table


def wrong(text: str) -> list[tuple[str, int, int]]:
    table, found = read_table("mail", Source("tables/mail.csv", text))
    assert table is None
    assert {d.code for d in found} == {"E185"}
    return [(d.message, d.span.line, d.span.column) for d in found]


def test_a_file_says_what_the_same_table_in_rules_says() -> None:
    file = 'method,country,total,-> class,-> days\r\nStandard,US; CA,..50,"Ground, slow",5\n*,DE,10..20,DHL,7\n"Express",*,100..,Air,1\n\notherwise,,,Slow,30\n'
    rules = """table mail (method, country, total) -> class, days
  | "Standard" | "US", "CA" | up to 50    -> "Ground, slow", 5
  | any        | "DE"       | 10 to 20    -> "DHL", 7
  | "Express"  | any        | 100 or more -> "Air", 1
  otherwise "Slow", 30
"""
    (written,) = parse(Source("a.rules", rules)).file.statements
    assert read("\ufeff" + file) == written


def test_cells_are_what_they_look_like() -> None:
    row = read(
        "a,-> b\n12.50; $5; 5 USD; 2 lb; 2026-01-31; 2026-01-31 14:30; true; a..b; 1e3; 01234,x\notherwise,y\n"
    ).rows[0]
    assert row.cells == (
        ast.ValuesCell(
            (
                ast.Number(Decimal("12.50")),
                ast.Money(Decimal(5), "$"),
                ast.Money(Decimal(5), "USD"),
                ast.Weight(Decimal(2), "lb"),
                ast.Date(dt.date(2026, 1, 31)),
                ast.Time(dt.datetime(2026, 1, 31, 14, 30)),
                ast.Truth(True),
                ast.Text("a..b"),
                ast.Text("1e3"),
                ast.Number(Decimal(1234)),
            )
        ),
    )
    cell = row.cells[0]
    assert isinstance(cell, ast.ValuesCell)
    assert [v.span.text for v in cell.values][-2:] == ["1e3", "01234"]


def test_otherwise_nothing() -> None:
    assert read("a,-> b\nx,y\notherwise,nothing\n").otherwise is None
    assert read("a,-> b\nx,y\notherwise,\n").otherwise is None
    assert read("a,c,-> b\nx,q,y\notherwise,z\n").otherwise == (ast.Text("z"),)
    assert read("a,c,-> b,-> d\nx,q,y,z\notherwise,,nothing\n").otherwise is None


def test_a_quote_that_is_never_closed_takes_no_memory_by_the_character() -> None:
    tracemalloc.start()
    found = wrong('a,-> b\n"' + "x\n" * 500_000)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found[0][0] == "this cell begins with a quote that is not closed, or goes on after it"
    assert most < 40_000_000


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("", "this table is empty, expected a header", 1, 1),
        ("a,b\nx,y\n", "the header has no output", 1, 1),
        ("-> b\ny\n", "the header has no input", 1, 1),
        ("a;-> b\nx;y\n", "the columns of this table are parted by semicolons, expected commas", 1, 1),
        ("a,a,-> b\n", "column `a` is there twice", 1, 3),
        ("a b,-> c\n", "`a b` is no name of a column, expected letters, digits and `_`", 1, 1),
        ("a,-> b\nx\n", "this row has 1 cells, expected 2", 2, 1),
        ("a,-> b\n,y\n", "this cell is blank", 2, 1),
        ("a,-> b\nx,\n", "this output is blank", 2, 3),
        ("a,-> b\n..,y\n", "this range has no end", 2, 1),
        ("a,-> b\nUS;;CA,y\n", "a value is blank beside a `;`", 2, 1),
        ('a,-> b\n"x,y\n', "this cell begins with a quote that is not closed, or goes on after it", 2, 1),
        ("a,-> b\nx,y\n", "this table does not end with `otherwise`", 1, 1),
        ("a,-> b\nx,y\nOtherwise,z\n", "this table does not end with `otherwise`", 1, 1),
        ("a,-> b\notherwise,z\nx,y\n", "a row stands after `otherwise`, expected `otherwise` to be the last", 3, 1),
    ],
)  # fmt: skip
def test_mistakes_have_their_place(text: str, message: str, line: int, column: int) -> None:
    assert (message, line, column) in wrong(text)


def test_too_many_rows_are_one_message_and_no_long_wait() -> None:
    began = time.process_time()
    found = wrong("a,-> b\n" + "x1,y\n" * (MOST_ROWS + 10))
    assert [message for message, _, _ in found] == [f"this table has more than {MOST_ROWS:,} rows"]
    assert (
        time.process_time() - began < 30
    )  # far above any machine's time: only a quadratic reading reaches it


@given(st.text(alphabet='ab",;\n\r.*->0123$ \0é', max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    table, found = read_table("t", Source("t.csv", text))
    assert (table is None) == bool(found)
