"""What an action is given: an expression in the type that the action takes.

Called by the modules that read actions (`engine.check.actions`, `writes`, `effects`).
"""

from __future__ import annotations

from typing import Any

from dsl import ast, types
from dsl.types import Type
from engine import form as f
from engine.check.expressions import number_help, value
from engine.check.scope import Scope, Typed


def act(verb: str, writes: frozenset[str] = frozenset(), **parts: Any) -> f.Act:
    return f.Act(verb, "", writes=writes, **parts)


def text_value(expr: ast.Expr, what: str, scope: Scope) -> f.Value:
    typed = value(expr, scope)
    if not types.is_text(typed.type):
        scope.error(
            "E314",
            f"{what} is of type text, found {typed.type}",
            expr,
            set_help(expr, types.TEXT, typed.type),
        )
    return typed.node  # type: ignore[return-value]


def amount_value(expr: ast.Expr, what: str, wanted: Type, scope: Scope) -> f.Value:
    typed = value(expr, scope)
    if not fits(wanted, typed):
        scope.error(
            "E314", f"{what} is of type {wanted}, found {typed.type}", expr, number_help(expr, typed.type)
        )
    return typed.node  # type: ignore[return-value]


def fits(wanted: Type, typed: Typed) -> bool:
    if types.ANY in (wanted, typed.type) or wanted == typed.type:
        return True
    if wanted == types.OUTSIDE:
        return typed.type.name != "list" and typed.type != types.MAP
    if wanted == types.TEXT:
        return types.is_text(typed.type)
    if types.is_amount(wanted):
        return typed.type == types.NUMBER
    return types.is_when(wanted) and types.is_when(typed.type)


def set_help(expr: ast.Expr, wanted: Type, found: Type) -> str | None:
    if types.is_amount(wanted):
        return number_help(expr, found)
    if found.name == "list":
        return f'write `"{{{expr.span.text}}}"`: its members with commas between them'
    if wanted != types.TEXT or found == types.MAP:
        return None
    return (
        f'write `"{expr.span.text}"`, in quotes'
        if isinstance(expr, ast.Number)
        else f"write `text({expr.span.text})`"
    )
