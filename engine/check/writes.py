"""Actions that write one field: `set`, `clear`, `increase`, `decrease`. Which fields may be written, and with what.

Called by `engine.check.actions`.
"""

from __future__ import annotations

from typing import Any

from dsl import ast, types
from dsl.schema import FieldRef, FieldSpec
from engine import form as f
from engine.check.arguments import act, fits, set_help
from engine.check.comparisons import read_as
from engine.check.expressions import number_help, value
from engine.check.fields import resolve, spec_for, written
from engine.check.scope import Scope, Typed

TOTALS = frozenset({"order.product_total", "order.quantity_total", "order.weight_total", "order.order_total"})
COUNTED = frozenset({"item.price", "item.quantity", "item.weight"})


def set_field(action: ast.Set, scope: Scope) -> f.Act | None:
    found = target(action.target, scope)
    typed = value(action.value, scope)
    if found is None:
        return None
    ref, _ = found
    if not fits(ref.type, typed):
        scope.error(
            "E306",
            f"`{written(action.target)}` is of type {ref.type}, found {typed.type}",
            action.value,
            set_help(action.value, ref.type, typed.type),
        )
    return act("set", written_paths(ref), target=ref, values={"value": typed.node})


def clear_field(action: ast.Clear, scope: Scope) -> f.Act | None:
    found = target(action.target, scope)
    return None if found is None else act("clear", written_paths(found[0]), target=found[0])


def increase(action: ast.Increase, scope: Scope) -> f.Act | None:
    return counted("increase", action.target, action.by, scope)


def decrease(action: ast.Decrease, scope: Scope) -> f.Act | None:
    return counted("decrease", action.target, action.by, scope)


def counted(verb: str, path: ast.Path, by: ast.Expr, scope: Scope) -> f.Act | None:
    found = target(path, scope)
    typed = value(by, scope)
    if found is None:
        return None
    ref, _ = found
    if not (types.is_amount(ref.type) or ref.type == types.OUTSIDE):
        scope.error("E306", f"`{written(path)}` is of type {ref.type}, expected a number to {verb}", path)
    node: Any = typed.node
    if typed.type == types.OUTSIDE:
        node = read_as(node, Typed(node, types.NUMBER))
    elif not types.is_amount(typed.type) or (types.is_amount(ref.type) and not fits(ref.type, typed)):
        wanted = "a number" if ref.type in (types.NUMBER, types.OUTSIDE) else f"a number or {ref.type}"
        scope.error("E306", f"`by` takes {wanted}, found {typed.type}", by, number_help(by, typed.type))
    return act(verb, written_paths(ref), target=ref, values={"by": node})


def target(path: ast.Path, scope: Scope) -> tuple[FieldRef, FieldSpec | None] | None:
    """A field that may be written, or None after saying why not."""
    ref = resolve(path, scope)
    if ref is None:
        return None
    spec = spec_for(ref, scope)
    whole_map = spec is not None and spec.kind == "map" and ref.how == "field"
    if ref.root in ("event", "store") or spec is None or not spec.writable or whole_map:
        hint = "write one entry of it" if whole_map else instead_of(ref)
        scope.error("E305", f"`{written(path)}` cannot be written by a rule", path, hint)
        return None
    return ref, spec


def instead_of(ref: FieldRef) -> str | None:
    return {
        "order.folder": 'write `move to folder "..."`',
        "order.tags": 'write `add tag "..."` or `remove tag "..."`',
        "order.product_total": "it follows from the items: change their price or quantity",
        "order.order_total": "it follows from the items: change their price or quantity",
        "order.quantity_total": "it follows from the items: change their quantity",
        "order.weight_total": "it follows from the items: change their weight",
        "item.code": 'remove the item and add another: `remove item`, `add item "SKU"`',
    }.get(ref.path)


def written_paths(ref: FieldRef) -> frozenset[str]:
    """What a reader must look up again after this field was written."""
    if ref.how == "print":
        return frozenset({"item.metadata"})
    if ref.how == "entry":
        return frozenset({".".join((ref.root, *ref.steps[:-1]))})
    return frozenset({ref.path}) | (TOTALS if ref.path in COUNTED else frozenset())
