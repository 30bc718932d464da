"""Slight changes of an expression: what somebody might mistype or think otherwise, one at a time.

A condition is turned round, a part of `and` or `or` left out, a bound moved by its smallest step, a member of a list left
out. Called by `mutants`, which does the same for whole statements. Places stay those of what was written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

from dsl import ast, printer, words

Bound = ast.Number | ast.Money | ast.Weight | ast.Duration | ast.Date | ast.Time
N = TypeVar("N", bound=ast.Node)
When = TypeVar("When", dt.date, dt.datetime)
BOUNDS = (ast.Number, ast.Money, ast.Weight, ast.Duration, ast.Date, ast.Time)
TWIN: dict[str, ast.Operator] = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
"""At the bound itself they differ, and nowhere else."""
STEP = {"<": -1, "<=": 1, ">": 1, ">=": -1}
"""The way in which moving the bound is more than its twin."""


@dataclass(frozen=True)
class Slight:
    """node: the whole, changed. was: the part that was changed. kind: what was done to it. hint: which test would notice."""

    node: Any
    was: ast.Node
    kind: str
    hint: str


def conditions(expr: ast.Expr) -> Iterator[Slight]:
    """Changes of an expression that stands where a condition is asked for."""
    match expr:
        case ast.And(operands) | ast.Or(operands):
            for at, operand in enumerate(operands):
                rest = (*operands[:at], *operands[at + 1 :])
                smaller = rest[0] if len(rest) == 1 else replace(expr, operands=rest)
                yield Slight(smaller, operand, "clause left out", left_out(expr, operand))
            for at, operand in enumerate(operands):
                for each in conditions(operand):
                    whole = (*operands[:at], each.node, *operands[at + 1 :])
                    yield replace(each, node=replace(expr, operands=whole))
        case ast.Not(operand):
            yield Slight(operand, expr, "turned round", decides(expr))
            for each in conditions(operand):
                if each.was is not operand or each.kind != "turned round":
                    yield replace(each, node=replace(expr, operand=each.node))
        case _:
            yield Slight(turned(expr), expr, "turned round", decides(expr))
            if isinstance(expr, ast.Comparison):
                yield from comparison(expr)
            yield from inside(expr)


def inside(node: Any) -> Iterator[Slight]:
    """Changes of the conditions in a value: `number of items where (...)`."""
    for name in node.__dataclass_fields__:
        value = getattr(node, name)
        if name == "where" and value is not None:
            for each in conditions(value):
                yield replace(each, node=with_part(node, name, each.node))
        elif isinstance(value, ast.Node):
            for each in inside(value):
                yield replace(each, node=with_part(node, name, each.node))
        elif isinstance(value, tuple):
            for at, one in enumerate(value):
                for each in inside(one) if isinstance(one, ast.Node) else ():
                    yield replace(
                        each, node=replace(node, **{name: (*value[:at], each.node, *value[at + 1 :])})
                    )


def with_part(node: N, name: str, value: Any) -> N:
    fields: dict[str, Any] = {name: value}
    return replace(node, **fields)


def turned(expr: ast.Expr) -> ast.Expr:
    match expr:
        case ast.Comparison("is missing"):
            return replace(expr, operator="is present")
        case ast.Comparison("is present"):
            return replace(expr, operator="is missing")
        case ast.Comparison(operator, negated=negated) if (operator, not negated) in words.OPERATORS.values():
            return replace(expr, negated=not negated)
        case ast.HasTag(negated=negated):
            return replace(expr, negated=not negated)
        case ast.Quantified("any"):
            return replace(expr, kind="no")
        case ast.Quantified("no"):
            return replace(expr, kind="any")
        case _:
            return ast.Not(expr, span=expr.span)


def comparison(expr: ast.Comparison) -> Iterator[Slight]:
    operator = expr.operator
    if operator == "is one of" and len(expr.args) > 1:
        for at, member in enumerate(expr.args):
            rest = (*expr.args[:at], *expr.args[at + 1 :])
            said = printer.write(member)
            yield Slight(
                replace(expr, args=rest),
                expr,
                "member left out",
                f"one in which {printer.write(expr.left)} is {said}",
            )
        return
    left = printer.write(expr.left)
    if operator in TWIN:
        bound = expr.args[0]
        at_bound = f"one in which {left} is exactly {printer.write(bound)}"
        yield Slight(replace(expr, operator=TWIN[operator]), expr, "bound moved", at_bound)
    for at, bound in enumerate(expr.args):
        for by in ways(operator, at):
            if isinstance(bound, BOUNDS) and (moved := stepped(bound, by)) != bound:
                args = (*expr.args[:at], moved, *expr.args[at + 1 :])
                yield Slight(
                    replace(expr, args=args), expr, "bound moved", between(expr, left, bound, moved, by)
                )


def ways(operator: str, at: int) -> tuple[int, ...]:
    """The steps by which a bound is moved; those that come to the same as the operator's twin are left out."""
    if operator in STEP:
        return (STEP[operator],)
    if operator in ("is between", "is before", "is after", "is older than", "is newer than"):
        return (-1, 1)
    return ()


def between(expr: ast.Comparison, left: str, bound: Bound, moved: Bound, by: int) -> str:
    """The value at which the bound that was moved decides otherwise."""
    match expr.operator:
        case "is older than" | "is newer than":
            younger, older = (moved, bound) if by < 0 else (bound, moved)
            return f"one in which {left} is between {printer.write(younger)} and {printer.write(older)} old"
        case "is between":
            decisive = moved if (by < 0) == (bound is expr.args[0]) else bound
        case "is before":
            decisive = moved if by < 0 else bound
        case "is after":
            decisive = moved if by > 0 else bound
        case _:
            decisive = moved
    return f"one in which {left} is exactly {printer.write(decisive)}"


def stepped(bound: Bound, by: int) -> Bound:
    match bound:
        case ast.Number(value):
            return replace(bound, value=value + by * smallest(value, 0))
        case ast.Money(amount):
            return replace(bound, amount=amount + by * smallest(amount, -2))
        case ast.Weight(amount):
            return replace(bound, amount=amount + by * smallest(amount, -2))
        case ast.Duration(amount):
            return replace(bound, amount=amount + by * smallest(amount, 0))
        case ast.Date(day):
            return replace(bound, value=later(day, dt.timedelta(days=by)))
        case ast.Time(time):
            return replace(bound, value=later(time, dt.timedelta(minutes=by)))


def later(when: When, by: dt.timedelta) -> When:
    """At the calendar's ends nothing is later, or earlier."""
    with suppress(OverflowError):
        return when + by
    return when


def smallest(value: Decimal, places: int) -> Decimal:
    """The last digit that is written, or that such amounts have."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(min(exponent if isinstance(exponent, int) else 0, places))


def decides(expr: ast.Expr) -> str:
    return f"one in which `{short(expr)}` decides, and an `expect` of what follows from it"


def left_out(expr: ast.And | ast.Or, operand: ast.Expr) -> str:
    if isinstance(expr, ast.And):
        return f"one in which everything but `{short(operand)}` is met, so that the rule does not fire"
    return f"one in which only `{short(operand)}` is met"


def short(node: ast.Node) -> str:
    said = " ".join(printer.write(node).split())
    return said if len(said) <= 80 else f"{said[:77]}..."
