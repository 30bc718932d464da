"""What looks at all items or shipments: `any item where (...)`, `number of items`, `sum of item.quantity where (...)`.

Called by `engine.check.expressions`. None may stand in another.
"""

from __future__ import annotations

from dsl import ast, types
from engine import form as f
from engine.check.expressions import condition, met, value
from engine.check.scope import Scope, Typed


def quantified(expr: ast.Quantified, scope: Scope) -> Typed:
    inner = entered(expr, expr.over, scope)
    return met(f.Quantified(expr.kind, expr.over, condition(expr.where, inner), span=expr.span))


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
