"""Which conditions are a test of one value: a field, an age, a sum on one side and literals on the other.

`unary` recognises them, for the closures of `conditions` and for the columns of `predicates`. What the tests mean is
`value_tests`'. Three nodes of our own say what is looked at: a day, an age, the order's currency.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from dsl.values import folded
from engine import form as f
from engine.compile.value_tests import (
    FALSE,
    KINDS,
    PRESENT,
    TRUE,
    Family,
    Test,
    has_member,
    ordered_between,
    ordered_is,
    ordered_less,
    ordered_more,
    pattern_test,
    text_among,
    text_exactly,
    text_is,
    text_test,
)
from engine.compile.view import as_text


@dataclass(frozen=True)
class DayOf(f.Node):
    """The value's day in the store's zone: how it is compared with a date."""

    value: f.Value


@dataclass(frozen=True)
class AgeOf(f.Node):
    """The event's time minus the value."""

    value: f.Value


@dataclass(frozen=True)
class CurrencyIs(f.Node):
    """The order is in this currency: what a money literal asks beside its amount."""

    currency: str


@dataclass(frozen=True)
class OrderCurrency(f.Node):
    pass


Unary: TypeAlias = tuple[Any, Test]
"""The value's node and the test."""


def negated(value: Any) -> Any:
    """Exact: Python's own minus would round to the context's digits. Zero has no sign."""
    if isinstance(value, Decimal):
        return value.copy_negate() if value else value
    return -value if isinstance(value, dt.timedelta) else None


def known(node: Any) -> Any:
    """The plain value of a literal, or None where the node is something else."""
    while isinstance(node, f.Named):
        node = node.body
    if isinstance(node, f.Const):
        return node.value
    if isinstance(node, f.Minus):
        return negated(known(node.operand))
    return None


Sets: TypeAlias = dict[tuple[int, str], tuple[Any, Test | None]]
"""The tests of long lists, by the list's id and how it is compared: a list that many rules name is folded once."""


def unary(node: Any, sets: Sets) -> Unary | None:
    """The condition as a test of one value, if it is one."""
    if isinstance(node, f.Among):
        key = id(node.members), node.kind
        if key not in sets:
            sets[key] = node.members, among(node)
        test = sets[key][1]
        return None if test is None else (seen_as(test.family, node.left), test)
    recognise = SHAPES.get(type(node))
    return None if recognise is None else recognise(node)


def bounds(kind: str, constants: Iterable[Any]) -> tuple[Family, list[Any]] | None:
    """The family in which values of this kind are ordered, if all constants are of it."""
    family: Family | None = {"amount": "amount", "when": "day", "duration": "span"}.get(kind)  # type: ignore[assignment]
    found = list(constants)
    if family is None or not all(type(each) is KINDS[family] for each in found):
        return None
    return family, found


def seen_as(family: Family, node: Any) -> Any:
    return DayOf(node) if family == "day" else node


def equal(node: f.Equal) -> Unary | None:
    for value, other in ((node.left, known(node.right)), (node.right, known(node.left))):
        if other is None:
            continue
        if node.kind == "text":
            return value, text_is([folded(as_text(other))])
        if node.kind == "exact":
            return value, text_exactly([as_text(other)], members=False)
        if node.kind == "truth":
            return (value, TRUE if other else FALSE) if isinstance(other, bool) else None
        ordered = bounds(node.kind, [other])
        if ordered is not None:
            return seen_as(ordered[0], value), ordered_is(*ordered)
    return None


def among(node: f.Among) -> Test | None:
    members = [known(each) for each in node.members]
    if None in members:
        return None
    if node.kind == "text":
        return text_among(folded(as_text(each)) for each in members)
    if node.kind == "exact":
        return text_exactly([as_text(each) for each in members], members=True)
    ordered = bounds(node.kind, members)
    return None if ordered is None else ordered_is(*ordered, members=True)


def less(node: f.Less) -> Unary | None:
    low, high = known(node.left), known(node.right)
    ordered = bounds(node.kind, [each for each in (low, high) if each is not None])
    if ordered is None or (low is None) == (high is None):
        return None
    family = ordered[0]
    if low is None:
        return seen_as(family, node.left), ordered_less(family, high, node.or_equal)
    return seen_as(family, node.right), ordered_more(family, low, node.or_equal)


def between(node: f.Between) -> Unary | None:
    ordered = bounds(node.kind, [known(node.low), known(node.high)])
    if ordered is None:
        return None
    family, (low, high) = ordered
    return seen_as(family, node.value), ordered_between(family, low, high)


def text_part(node: f.TextTest) -> Unary | None:
    part = known(node.right)
    return None if part is None else (node.left, text_test(node.operator, folded(as_text(part))))


def matches(node: f.Matches) -> Unary | None:
    return node.left, pattern_test(node.pattern)


def member(node: f.HasMember) -> Unary | None:
    wanted = known(node.member)
    return None if wanted is None else (node.values, has_member(folded(as_text(wanted))))


def aged(node: f.Aged) -> Unary | None:
    by = known(node.by)
    if not isinstance(by, dt.timedelta):
        return None
    compare = ordered_more if node.operator == "older" else ordered_less
    return AgeOf(node.value), compare("span", by, False)


def present(node: f.Present) -> Unary | None:
    return node.value, PRESENT


def is_true(node: f.IsTrue) -> Unary | None:
    return node.value, TRUE


def currency_is(node: CurrencyIs) -> Unary | None:
    return OrderCurrency(), text_is([folded(node.currency)])


SHAPES: dict[type[Any], Callable[[Any], Unary | None]] = {
    f.Equal: equal,
    f.Less: less,
    f.Between: between,
    f.TextTest: text_part,
    f.Matches: matches,
    f.HasMember: member,
    f.Aged: aged,
    f.Present: present,
    f.IsTrue: is_true,
    CurrencyIs: currency_is,
}
