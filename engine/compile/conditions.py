"""Conditions of the form as closures over a view: each is met or not met, and a comparison with missing is not met.

One function for each kind of node, found through `CONDITIONS` by `Compiler.condition`. Conditions on one value against
literals are `value_tests`'; here are those that compare two values, quantify or join.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from dsl.values import compare_when, folded
from engine import form as f
from engine.compile.compiler import Compiler
from engine.compile.times import age
from engine.compile.unary import CurrencyIs
from engine.compile.value_tests import PARTS
from engine.compile.view import Met, View, as_text


def same_text(a: Any, b: Any, view: View) -> bool:
    return folded(as_text(a)) == folded(as_text(b))


def same_letters(a: Any, b: Any, view: View) -> bool:
    return as_text(a) == as_text(b)


def order_of(a: Any, b: Any, view: View) -> int | None:
    """-1, 0 or 1; None for two values that have no order."""
    if isinstance(a, dt.date) and isinstance(b, dt.date):
        return compare_when(a, b, view.zone)
    if (isinstance(a, Decimal) and isinstance(b, Decimal)) or (
        isinstance(a, dt.timedelta) and isinstance(b, dt.timedelta)
    ):
        x: Any = a
        return int(x > b) - int(x < b)
    return None


def same_place(a: Any, b: Any, view: View) -> bool:
    return order_of(a, b, view) == 0


def same_truth(a: Any, b: Any, view: View) -> bool:
    return isinstance(a, bool) and a is b


SAME: dict[str, Callable[[Any, Any, View], bool]] = {
    "text": same_text,
    "exact": same_letters,
    "amount": same_place,
    "when": same_place,
    "duration": same_place,
    "truth": same_truth,
}


def unary_or(general: Callable[[Any, Compiler], Met]) -> Callable[[Any, Compiler], Met]:
    """As a test of one value where it is one, else as `general` has it."""

    def compiled(node: Any, compiler: Compiler) -> Met:
        found = compiler.unary(node)
        if found is None:
            return general(node, compiler)
        value, met = compiler.value(found[0]), found[1].met
        return lambda view: met(value(view))

    return compiled


def equal(node: f.Equal, compiler: Compiler) -> Met:
    left, right, same = compiler.value(node.left), compiler.value(node.right), SAME[node.kind]

    def met(view: View) -> bool:
        a = left(view)
        if a is None:
            return False
        b = right(view)
        return b is not None and same(a, b, view)

    return met


def among(node: f.Among, compiler: Compiler) -> Met:
    left, same = compiler.value(node.left), SAME[node.kind]
    members = [compiler.value(each) for each in node.members]

    def met(view: View) -> bool:
        a = left(view)
        if a is None:
            return False
        values = [each for each in a if each is not None] if isinstance(a, (list, tuple)) else [a]
        for member in members:
            b = member(view)
            if b is not None and any(same(each, b, view) for each in values):
                return True
        return False

    return met


def less(node: f.Less, compiler: Compiler) -> Met:
    left, right, most = compiler.value(node.left), compiler.value(node.right), 0 if node.or_equal else -1

    def met(view: View) -> bool:
        found = order_of(left(view), right(view), view)
        return found is not None and found <= most

    return met


def between(node: f.Between, compiler: Compiler) -> Met:
    value, low, high = compiler.value(node.value), compiler.value(node.low), compiler.value(node.high)

    def met(view: View) -> bool:
        found = value(view)
        above = order_of(low(view), found, view)
        below = order_of(found, high(view), view)
        return above is not None and above <= 0 and below is not None and below <= 0

    return met


def text_test(node: f.TextTest, compiler: Compiler) -> Met:
    left, right, compare = compiler.value(node.left), compiler.value(node.right), PARTS[node.operator]

    def met(view: View) -> bool:
        a, b = left(view), right(view)
        return a is not None and b is not None and compare(folded(as_text(a)), folded(as_text(b)))

    return met


def has_member(node: f.HasMember, compiler: Compiler) -> Met:
    values, member = compiler.value(node.values), compiler.value(node.member)

    def met(view: View) -> bool:
        found, wanted = values(view), member(view)
        if wanted is None or not isinstance(found, (list, tuple)):
            return False
        text = folded(as_text(wanted))
        return any(folded(as_text(each)) == text for each in found if each is not None)

    return met


def aged(node: f.Aged, compiler: Compiler) -> Met:
    value, by, older = compiler.value(node.value), compiler.value(node.by), node.operator == "older"

    def met(view: View) -> bool:
        found, limit = age(view.event.at, value(view), view.zone), by(view)
        if found is None or not isinstance(limit, dt.timedelta):
            return False
        return found > limit if older else found < limit

    return met


def quantified(node: f.Quantified, compiler: Compiler) -> Met:
    """`any` looks for one that is met; `every` for one that is not, and `no` for one that is: finding it, they are not met."""
    over, where = node.over, compiler.condition(node.where)
    looked_for, found = node.kind != "every", node.kind == "any"

    def met(view: View) -> bool:
        before = view.hold(over, None)
        result = not found
        for subject in view.subjects(over):
            view.hold(over, subject)
            if where(view) is looked_for:
                result = found
                break
        view.hold(over, before)
        return result

    return met


def negation(node: f.Not, compiler: Compiler) -> Met:
    operand = compiler.condition(node.operand)
    return lambda view: not operand(view)


def different(nodes: tuple[Any, ...], compiler: Compiler) -> list[Met]:
    """The same condition twice is asked once."""
    return [compiler.condition(each) for each in {compiler.identity(node): node for node in nodes}.values()]


def conjunction(node: f.And, compiler: Compiler) -> Met:
    operands = different(node.operands, compiler)

    def met(view: View) -> bool:
        for each in operands:  # noqa: SIM110  `all` makes a generator on the hot path
            if not each(view):
                return False
        return True

    return met


def disjunction(node: f.Or, compiler: Compiler) -> Met:
    operands = different(node.operands, compiler)

    def met(view: View) -> bool:
        for each in operands:  # noqa: SIM110
            if each(view):
                return True
        return False

    return met


def named(node: f.Named, compiler: Compiler) -> Met:
    body: Any = node.body
    return compiler.condition(body if type(body) in CONDITIONS else f.IsTrue(body))


def always_unary(node: Any, compiler: Compiler) -> Met:
    raise TypeError(f"{type(node).__name__} is always a test of one value")


CONDITIONS: dict[type[Any], Callable[[Any, Compiler], Met]] = {
    f.Equal: unary_or(equal),
    f.Among: unary_or(among),
    f.Less: unary_or(less),
    f.Between: unary_or(between),
    f.TextTest: unary_or(text_test),
    f.Matches: unary_or(always_unary),
    f.HasMember: unary_or(has_member),
    f.Aged: unary_or(aged),
    f.Present: unary_or(always_unary),
    f.IsTrue: unary_or(always_unary),
    CurrencyIs: unary_or(always_unary),
    f.Quantified: quantified,
    f.Not: negation,
    f.And: conjunction,
    f.Or: disjunction,
    f.Named: named,
}
