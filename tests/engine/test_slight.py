"""The slight changes of a condition, worked out by hand; and what holds of all of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from dsl import ast, printer
from dsl.parser import parse
from dsl.source import Source
from engine.testing.slight import conditions
from tests import strategies


def expression(text: str) -> ast.Expr:
    (found,) = parse(Source("x.rules", f"define x = {text}\n")).file.statements
    assert isinstance(found, ast.Define)
    return found.body


def changes(text: str) -> list[str]:
    return [printer.write(each.node) for each in conditions(expression(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("order.email is missing", ["order.email is present"]),
        ('order has tag "a"', ['order does not have tag "a"']),
        ("wholesale", ["not wholesale"]),
        ('not order has tag "a"', ['order has tag "a"']),
        (
            'order.email is "a" and order.email is "b"',
            [
                'order.email is "b"',
                'order.email is "a"',
                'order.email is not "a" and order.email is "b"',
                'order.email is "a" and order.email is not "b"',
            ],
        ),
        (
            "order.total > $20",
            ["not order.total > $20", "order.total >= $20", "order.total > $20.01"],
        ),
        ("order.total <= 9.5", ["not order.total <= 9.5", "order.total < 9.5", "order.total <= 9.6"]),
        (
            "order.quantity_total is between 2 and 4",
            [
                "order.quantity_total is not between 2 and 4",
                "order.quantity_total is between 1 and 4",
                "order.quantity_total is between 3 and 4",
                "order.quantity_total is between 2 and 3",
                "order.quantity_total is between 2 and 5",
            ],
        ),
        (
            "order.date_added is older than 3 days",
            [
                "order.date_added is not older than 3 days",
                "order.date_added is older than 2 days",
                "order.date_added is older than 4 days",
            ],
        ),
        (
            'order.email is one of ("a", "b")',
            [
                'order.email is not one of ("a", "b")',
                'order.email is one of ("b")',
                'order.email is one of ("a")',
            ],
        ),
        (
            "any item where (item.price is missing)",
            ["no item where (item.price is missing)", "any item where (item.price is present)"],
        ),
        (
            "number of items where (item.price is missing) is 2",
            [
                "number of items where (item.price is missing) is not 2",
                "number of items where (item.price is present) is 2",
            ],
        ),
    ],
)  # fmt: skip
def test_one_thing_is_changed_at_a_time(text: str, expected: list[str]) -> None:
    assert changes(text) == expected


@pytest.mark.parametrize(
    ("text", "kind", "hint"),
    [
        ("order.total >= $50", "bound moved", "one in which order.total is exactly $50"),
        (
            "order.date_added is before 2026-01-05",
            "bound moved",
            "one in which order.date_added is exactly 2026-01-04",
        ),
        (
            "order.date_added is older than 3 days",
            "bound moved",
            "one in which order.date_added is between 2 days and 3 days old",
        ),
    ],
)
def test_the_hint_names_the_value_at_which_it_matters(text: str, kind: str, hint: str) -> None:
    assert next(each.hint for each in conditions(expression(text)) if each.kind == kind) == hint


@settings(max_examples=30)
@given(strategies.conditions())
def test_a_change_can_be_written_and_is_another_condition(expr: ast.Expr) -> None:
    for each in conditions(expr):
        assert each.node != expr
        said = printer.write(each.node)
        assert printer.write(expression(said)) == said
