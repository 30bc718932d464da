"""From what an author wrote to the form: every expression, with its type. `lower` is the one place that dispatches on the tree.

Recovers: what cannot be resolved has the type any, so that one slip gives one message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from dsl import ast, types, values
from dsl.diagnostics import Diagnostic, Fix, Report
from dsl.nearest import choices_help, listed, nearest
from dsl.types import Type
from engine import form as f
from engine.check.fields import resolve
from engine.check.naming import near_names
from engine.check.scope import Formed, Scope, Typed

UNKNOWN = Decimal(0)
"""Stands for what could not be resolved; a form with errors is never run."""


def lower(expr: ast.Expr, scope: Scope) -> Typed:
    """Any expression: a value or a condition."""
    if scope.lenient and not isinstance(expr, (ast.Template, ast.Name)):
        scope = replace(
            scope, lenient=False
        )  # `first_of("{order.a}", "none")` in a note means what it means elsewhere
    return _lowering()[type(expr)](expr, scope)


@cache
def _lowering() -> Mapping[type, Callable[[Any, Scope], Typed]]:
    """What reads which node. Late, since the other files read the nodes within theirs by `lower`."""
    from engine.check import aggregates, arithmetic, comparisons, functions, tables

    literals = (ast.Text, ast.Number, ast.Money, ast.Weight, ast.Duration, ast.Date, ast.Time, ast.Truth)
    return {
        **dict.fromkeys(literals, literal),
        ast.Template: template,
        ast.Path: path,
        ast.Name: name,
        ast.Call: functions.call,
        ast.Lookup: tables.lookup,
        ast.Aggregate: aggregates.aggregate,
        ast.Now: lambda expr, _: Typed(f.Now(span=expr.span), types.TIME, literal=True),
        ast.Today: lambda expr, _: Typed(f.Today(span=expr.span), types.DATE, literal=True),
        ast.Arithmetic: arithmetic.arithmetic,
        ast.Minus: arithmetic.minus,
        ast.Comparison: comparisons.comparison,
        ast.HasTag: comparisons.has_tag,
        ast.Quantified: aggregates.quantified,
        ast.Not: lambda expr, scope: met(f.Not(condition(expr.operand, scope), span=expr.span)),
        ast.And: lambda expr, scope: met(f.And(_conditions(expr, scope), span=expr.span)),
        ast.Or: lambda expr, scope: met(f.Or(_conditions(expr, scope), span=expr.span)),
    }


def _conditions(expr: ast.And | ast.Or, scope: Scope) -> tuple[f.Condition, ...]:
    return tuple([condition(each, scope) for each in expr.operands])


def met(node: f.Condition) -> Typed:
    return Typed(node, types.TRUTH, condition=True)


def unknown(expr: ast.Expr) -> Typed:
    return Typed(f.Const(UNKNOWN, span=expr.span), types.ANY)


def value(expr: ast.Expr, scope: Scope) -> Typed:
    """As a value; a condition becomes true or false."""
    typed = lower(expr, scope)
    if typed.condition:
        return Typed(f.Truth(typed.node, span=expr.span), types.TRUTH)  # type: ignore[arg-type]
    return typed


def condition(expr: ast.Expr, scope: Scope) -> f.Condition:
    """As a condition; a truth value is met when it is present and true."""
    typed = lower(expr, scope)
    if typed.condition:
        return typed.node  # type: ignore[return-value]
    if typed.type not in (types.TRUTH, types.ANY):
        scope.error(
            "E303",
            f"expected a condition, found a value of type {typed.type}",
            expr,
            "compare it: `... is ...`, `... > ...`, `... is present`",
        )
    return f.IsTrue(typed.node, span=expr.span)  # type: ignore[arg-type]


def literal(expr: ast.Literal_, scope: Scope) -> Typed:
    span = expr.span
    store = scope.schema.store
    match expr:
        case ast.Text(text):
            return Typed(f.Const(text, span=span), types.TEXT, literal=True)
        case ast.Number(number):
            return Typed(f.Const(number, span=span), types.NUMBER, literal=True)
        case ast.Money(amount, sign):
            currency = values.sign_currency(sign, store.currency)
            return Typed(
                f.MoneyConst(amount, currency, span=span), types.MONEY, literal=True, currency=currency
            )
        case ast.Weight(amount, unit):
            there = values.convert_weight(amount, unit, store.weight_unit)
            return Typed(f.Const(there, span=span), types.WEIGHT, literal=True)
        case ast.Duration():
            return Typed(f.Const(expr.delta, span=span), types.DURATION, literal=True)
        case ast.Date(day):
            return Typed(f.Const(day, span=span), types.DATE, literal=True)
        case ast.Time(moment):
            aware = moment.replace(tzinfo=ZoneInfo(store.timezone))
            return Typed(f.Const(aware, span=span), types.TIME, literal=True)
        case ast.Truth(truth):
            return Typed(f.Const(truth, span=span), types.TRUTH, literal=True)


def template(expr: ast.Template, scope: Scope) -> Typed:
    nodes = []
    for each in expr.parts:
        typed = value(each, scope)
        if typed.type == types.MAP:
            scope.error("E313", "a whole map cannot stand in a text, expected one entry of it", each)
        nodes.append(typed.node)
    return Typed(f.Template(tuple(nodes), scope.lenient, span=expr.span), types.TEXT)  # type: ignore[arg-type]


def path(expr: ast.Path, scope: Scope) -> Typed:
    ref = resolve(expr, scope)
    if ref is None:
        return unknown(expr)
    return Typed(f.Read(ref.root, ref.steps, ref.how, ref.type, span=expr.span), ref.type)


def name(expr: ast.Name, scope: Scope) -> Typed:
    names = scope.names
    names.used.add(expr.name)
    if expr.name in scope.open_definitions or expr.name in names.broken:
        return unknown(expr)  # said where it stands
    if (define := names.definitions.get(expr.name)) is not None:
        return defined(expr, define, scope)
    if expr.name in names.lists:
        scope.error("E303", f"`{expr.name}` is a list, expected it after `is one of`", expr)
        return unknown(expr)
    if expr.name in names.tables:
        scope.error("E303", f"`{expr.name}` is a table, expected `lookup {expr.name}(...)`", expr)
        return unknown(expr)
    scope.error("E207", f"unknown name `{expr.name}`", expr, *meant(expr, scope))
    return unknown(expr)


def meant(expr: ast.Name, scope: Scope) -> tuple[str, tuple[Fix, ...]]:
    """What an unknown word was meant for: a definition, a field without what it belongs to, or a text without its quotes."""
    definitions = scope.names.definitions
    if nearest(expr.name, definitions):
        near = near_names(expr.span, expr.name, definitions)
        return choices_help("definition", expr.name, definitions) or "", near
    if fields := [field for field in scope.schema.fields if field.split(".", 1)[1] == expr.name]:
        there = {"item": scope.item, "shipment": scope.shipment}
        here = [field for field in fields if there.get(field.split(".")[0], True)] or fields
        return (
            f"the field is written {listed(here)}",
            tuple(Fix.write(expr.span, field, safe=False) for field in here),
        )
    quoted = f'"{expr.name}"'
    others = choices_help("definition", expr.name, definitions)
    help_ = f"a text stands in quotes: `{quoted}`" + (f"; {others}" if others else "")
    return help_, (Fix.write(expr.span, quoted, safe=False),)


MOST_PARTS = 1_000_000
"""Parts that definitions come to where they are put in, in all rules and tests together, beyond those that are written."""


def defined(expr: ast.Name, define: ast.Define, scope: Scope) -> Typed:
    """A definition where it is used. What is wrong with it in this place only is said here, not where it stands."""
    names = scope.names
    if not scope.open_definitions:
        own, whole = names.sizes.get(expr.name, (0, 0))
        names.parts += whole if names.put_in[expr.name] else whole - own
        names.put_in[expr.name] += 1
    if names.parts > MOST_PARTS:
        return unknown(expr)  # said once, of all of them
    found = formed(define, scope)
    names.used |= found.used
    names.asked |= found.asked
    if found.wrong is not None:
        wrong = found.wrong
        scope.error(wrong.code, f"`{expr.name}` cannot be used here: {wrong.message}", expr, wrong.help)
    return replace(found.typed, node=f.Named(expr.name, found.typed.node, span=expr.span))


def formed(define: ast.Define, scope: Scope) -> Formed:
    """A definition's form; worked out once for all places of a kind, and for all events where it does not look at one."""
    names = scope.names
    place = (define.name, scope.item, scope.shipment, scope.inside, scope.lenient, scope.test)
    events = (*place, None if scope.events is None else frozenset(scope.events.items()))
    known = names.formed.get(place) or names.formed.get(events)
    if known is not None:
        return known
    always = {d.order for d in faults(define, scope)}
    here = Report()
    inner = replace(scope, report=here, open_definitions=(*scope.open_definitions, define.name))
    used, asked = names.used, frozenset(names.asked)
    names.used = set()
    names.asked.clear()
    typed = lower(define.body, inner)
    wrong = next((d for d in here if d.order not in always), None)
    found = Formed(typed, wrong, frozenset(names.used), frozenset(names.asked))
    names.used = used
    names.asked |= asked
    anywhere = not here and not any(type(n) is f.Read and n.root == "event" for n in f.nodes_of(typed.node))
    names.formed[place if anywhere else events] = found
    return found


def faults(define: ast.Define, scope: Scope) -> Sequence[Diagnostic]:
    """What is wrong with a definition wherever it is used; worked out once."""
    known = scope.names.faults
    if define.name not in known:
        known[define.name] = ()  # for one that leads back to itself
        alone = Report()
        lower(
            define.body,
            Scope(
                scope.schema, scope.names, alone, item=True, shipment=True, open_definitions=(define.name,)
            ),
        )
        known[define.name] = tuple(alone)
    return known[define.name]


def number_help(expr: ast.Expr, found: Type) -> str | None:
    if found in (types.OUTSIDE, types.TEXT):
        return f"write `number({expr.span.text})`"
    return None
