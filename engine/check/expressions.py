"""From what an author wrote to the form: every expression, with its type. The one place that dispatches on the tree.

Recovers: what cannot be resolved has the type any, so that one slip gives one message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from dsl import ast, types, values
from dsl.diagnostics import Diagnostic, Report
from dsl.nearest import choices_help
from dsl.types import Type
from engine import form as f
from engine.check.fields import resolve
from engine.check.scope import Scope, Typed

UNKNOWN = Decimal(0)
"""Stands for what could not be resolved; a form with errors is never run."""


def lower(expr: ast.Expr, scope: Scope) -> Typed:
    """Any expression: a value or a condition."""
    from engine.check import comparisons, functions, tables

    if scope.lenient and not isinstance(expr, (ast.Template, ast.Name)):
        scope = replace(
            scope, lenient=False
        )  # `first_of("{order.a}", "none")` in a note means what it means elsewhere
    match expr:
        case (
            ast.Text()
            | ast.Number()
            | ast.Money()
            | ast.Weight()
            | ast.Duration()
            | ast.Date()
            | ast.Time()
            | ast.Truth()
        ):
            return literal(expr, scope)
        case ast.Template(parts):
            return template(expr, parts, scope)
        case ast.Path():
            return path(expr, scope)
        case ast.Name():
            return name(expr, scope)
        case ast.Call():
            return functions.call(expr, scope)
        case ast.Lookup():
            return tables.lookup(expr, scope)
        case ast.Aggregate():
            return aggregate(expr, scope)
        case ast.Now():
            return Typed(f.Now(span=expr.span), types.TIME, literal=True)
        case ast.Today():
            return Typed(f.Today(span=expr.span), types.DATE, literal=True)
        case ast.Arithmetic():
            return arithmetic(expr, scope)
        case ast.Minus():
            return minus(expr, scope)
        case ast.Comparison():
            return comparisons.comparison(expr, scope)
        case ast.HasTag():
            return comparisons.has_tag(expr, scope)
        case ast.Quantified():
            return quantified(expr, scope)
        case ast.Not(operand):
            return met(f.Not(condition(operand, scope), span=expr.span))
        case ast.And(operands):
            return met(f.And(tuple(condition(o, scope) for o in operands), span=expr.span))
        case ast.Or(operands):
            return met(f.Or(tuple(condition(o, scope) for o in operands), span=expr.span))


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


def template(expr: ast.Template, parts: tuple[ast.Expr, ...], scope: Scope) -> Typed:
    nodes = []
    for each in parts:
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
    known = [*names.definitions, *names.lists]
    hint = choices_help("definition", expr.name, names.definitions)
    if hint is None and expr.name in {n.split(".", 1)[1] for n in scope.schema.fields}:
        root = next(n for n in scope.schema.fields if n.split(".", 1)[1] == expr.name)
        hint = f"the field is written `{root}`"
    scope.error("E207", f"unknown name `{expr.name}`", expr, hint or choices_help("name", expr.name, known))
    return unknown(expr)


def defined(expr: ast.Name, define: ast.Define, scope: Scope) -> Typed:
    """A definition where it is used. What is wrong with it in this place only is said here, not where it stands."""
    always = {d.order for d in faults(define, scope)}
    here = Report()
    inner = replace(scope, report=here, open_definitions=(*scope.open_definitions, expr.name))
    typed = lower(define.body, inner)
    only_here = [d for d in here if d.order not in always]
    if only_here:
        first = only_here[0]
        scope.error(first.code, f"`{expr.name}` cannot be used here: {first.message}", expr, first.help)
    return replace(typed, node=f.Named(expr.name, typed.node, span=expr.span))


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


def quantified(expr: ast.Quantified, scope: Scope) -> Typed:
    inner = entered(expr, expr.over, scope)
    return met(f.Quantified(expr.kind, expr.over, condition(expr.where, inner), span=expr.span))


def entered(expr: ast.Expr, over: str, scope: Scope) -> Scope:
    """The scope inside a quantifier or aggregate, which must not stand in another over the same."""
    if scope.inside:
        scope.error(
            "E405",
            f"this looks at every {over} again, inside a condition that is already about one {scope.inside}",
            expr,
            "take one of the two out into a condition of its own, joined by `and`",
        )
    return scope.over(over)


def aggregate(expr: ast.Aggregate, scope: Scope) -> Typed:
    over = expr.over or subject_of(expr, scope)
    inner = entered(expr, over, scope)
    where = condition(expr.where, inner) if expr.where is not None else None
    if expr.body is None:
        return Typed(f.Aggregate("number", over, None, where, span=expr.span), types.NUMBER)  # type: ignore[arg-type]
    body = value(expr.body, inner)
    allowed = types.is_amount(body.type) or (expr.kind != "sum" and types.is_when(body.type))
    if not allowed:
        scope.error(
            "E302",
            f"`{expr.kind} of` takes numbers, money or weights, found {body.type}",
            expr.body,
            f"write `number({expr.body.span.text})`" if body.type in (types.OUTSIDE, types.TEXT) else None,
        )
    node = f.Aggregate(expr.kind, over, body.node, where, span=expr.span)  # type: ignore[arg-type]
    return Typed(node, body.type if allowed else types.ANY)


def subject_of(expr: ast.Aggregate, scope: Scope) -> str:
    """What an aggregate goes over: what its body is about."""
    roots = {p.root for p in paths_in(expr.body, scope) | paths_in(expr.where, scope)} & {"item", "shipment"}
    if len(roots) == 2:
        scope.error("E408", f"`{expr.kind} of` mixes items and shipments, expected one of them", expr)
    if not roots:
        scope.error(
            "E408",
            f"`{expr.kind} of` names no field of an item or a shipment",
            expr,
            f"write for example `{expr.kind} of item.quantity`",
        )
    return "shipment" if roots == {"shipment"} else "item"


def paths_in(expr: ast.Expr | None, scope: Scope) -> set[ast.Path]:
    """All paths in an expression, through definitions."""
    found: set[ast.Path] = set()
    seen: set[str] = set()
    rest: list[object] = [expr]
    while rest:
        node = rest.pop()
        if isinstance(node, ast.Path):
            found.add(node)
        elif isinstance(node, ast.Name) and node.name not in seen:
            seen.add(node.name)
            define = scope.names.definitions.get(node.name)
            rest.append(define.body if define else None)
        elif isinstance(node, tuple):
            rest.extend(node)
        elif isinstance(node, ast.Node):
            rest.extend(ast.parts(node))
    return found


def minus(expr: ast.Minus, scope: Scope) -> Typed:
    typed = value(expr.operand, scope)
    if not (types.is_amount(typed.type) or typed.type == types.DURATION):
        scope.error(
            "E302",
            f"`-` takes a number, money or weight, found {typed.type}",
            expr,
            number_help(expr.operand, typed.type),
        )
        return unknown(expr)
    match typed.node:
        case f.Const(Decimal() as amount):
            return replace(typed, node=f.Const(amount.copy_negate(), span=expr.span))
        case f.MoneyConst(amount, currency):
            return replace(typed, node=f.MoneyConst(amount.copy_negate(), currency, span=expr.span))
        case _:
            return replace(typed, node=f.Minus(typed.node, span=expr.span))  # type: ignore[arg-type]


def number_help(expr: ast.Expr, found: Type) -> str | None:
    if found in (types.OUTSIDE, types.TEXT):
        return f"write `number({expr.span.text})`"
    return None


def arithmetic(expr: ast.Arithmetic, scope: Scope) -> Typed:
    left, right = value(expr.left, scope), value(expr.right, scope)
    result = result_type(expr.op, left.type, right.type)
    if result is None:
        scope.error(
            "E311",
            f"`{expr.op}` cannot join {left.type} and {right.type}",
            expr,
            number_help(expr.left, left.type)
            or number_help(expr.right, right.type)
            or TEXT_HELP.get((left.type, right.type)),
        )
        return unknown(expr)
    if left.currency and right.currency and left.currency != right.currency:
        scope.error("E311", f"`{expr.op}` cannot join {left.currency} and {right.currency}", expr)
        return unknown(expr)
    kind = (
        "when"
        if any(t in (types.DATE, types.TIME, types.DURATION) for t in (left.type, right.type))
        else "amount"
    )
    node = f.Arithmetic(expr.op, left.node, right.node, kind, span=expr.span)  # type: ignore[arg-type]
    return Typed(
        node, result, literal=left.literal and right.literal, currency=left.currency or right.currency
    )


TEXT_HELP = {(types.TEXT, types.TEXT): 'join texts in a template: `"{order.source_name}-{order.id}"`'}


def result_type(op: str, left: Type, right: Type) -> Type | None:
    """The type of `left op right`, None where it has no meaning."""
    if types.ANY in (left, right):
        return types.ANY
    if types.is_amount(left) and types.is_amount(right):
        return amount_type(op, left, right)
    whens = (types.DATE, types.TIME)
    if op in "+-" and left in whens and right == types.DURATION:
        return left
    if op == "+" and left == types.DURATION and right in whens:
        return right
    if op == "-" and left in whens and right in whens:
        return types.DURATION
    if op in "+-" and left == right == types.DURATION:
        return types.DURATION
    return None


def amount_type(op: str, left: Type, right: Type) -> Type | None:
    number = types.NUMBER
    if left == right == number:
        return number
    if op in "+-":
        return left if right in (left, number) else right if left == number else None
    if op == "*":
        return left if right == number else right if left == number else None
    if left == right:
        return number
    return left if right == number else None
