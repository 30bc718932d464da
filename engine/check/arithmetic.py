"""`+ - * /` and the minus sign: which types they join, and what comes of it.

Called by `engine.check.expressions`. What each operator takes and gives stands in a table of docs/language.md.
"""

from __future__ import annotations

from decimal import Decimal

from dsl import ast, types
from dsl.types import Type
from engine import form as f
from engine.check.expressions import number_help, unknown, value
from engine.check.scope import Scope, Typed


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
            node: f.Value = f.Const(amount.copy_negate(), span=expr.span)
        case f.MoneyConst(amount, currency):
            node = f.MoneyConst(amount.copy_negate(), currency, span=expr.span)
        case _:
            node = f.Minus(typed.node, span=expr.span)  # type: ignore[arg-type]
    return Typed(node, typed.type, typed.condition, typed.literal, typed.currency)


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
    kind = "when" if left.type.name in WHEN or right.type.name in WHEN else "amount"
    node = f.Arithmetic(expr.op, left.node, right.node, kind, span=expr.span)  # type: ignore[arg-type]
    return Typed(
        node, result, literal=left.literal and right.literal, currency=left.currency or right.currency
    )


WHEN = frozenset(t.name for t in (types.DATE, types.TIME, types.DURATION))
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
