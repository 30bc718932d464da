"""The `do` of a rule: each action with its names resolved and its values typed. One function for each verb."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dsl import ast, types
from dsl.nearest import choices_help
from dsl.schema import ConnectionSpec, FieldRef, FieldSpec, fold
from dsl.types import Type
from engine import form as f
from engine.check.comparisons import read_as
from engine.check.events import folder
from engine.check.expressions import condition, number_help, value
from engine.check.fields import resolve, spec_for, written
from engine.check.scope import Scope, Typed

TOTALS = frozenset({"order.product_total", "order.quantity_total", "order.weight_total", "order.order_total"})
EVERYTHING = frozenset({"order", "order.items"})
COUNTED = frozenset({"item.price", "item.quantity", "item.weight"})


def lower_action(action: ast.Action, over: str | None, scope: Scope) -> f.Act | None:
    """The action in the form, or None after saying what is wrong."""
    inner = scope.about(over)
    act = LOWER[type(action)](action, inner)
    if act is None:
        return None
    text = " ".join(action.span.text.split())
    names_it = (
        over is not None
        and act.verb != "split by"  # looks at every item by itself, whatever the rule is about
        and (f.mentions(act.values, over) or (act.target is not None and act.target.root == over))
    )
    return replace(act, text=text, per_item=act.per_item or names_it, span=action.span)


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


def move_to_folder(action: ast.MoveToFolder, scope: Scope) -> f.Act:
    return act(
        "move to folder",
        frozenset({"order.folder", "order.folder_id"}),
        args=folder_args(action.folder, scope),
    )


def folder_args(node: ast.Text | None, scope: Scope) -> dict[str, Any]:
    """The folder by its name, and by Order Desk's number where ordinance.yaml has it; None where none is named."""
    name = folder(node, scope) if node is not None else None
    return {"folder": name, "folder_id": None if name is None else scope.names.folder_ids.get(name)}


TAGS = frozenset({"order.tags", "order.tag_name", "order.tag_color"})


def add_tag(action: ast.AddTag, scope: Scope) -> f.Act:
    return act("add tag", TAGS, values={"tag": text_value(action.tag, "a tag", scope)})


def remove_tag(action: ast.RemoveTag, scope: Scope) -> f.Act:
    return act("remove tag", TAGS, values={"tag": text_value(action.tag, "a tag", scope)})


def add_note(action: ast.AddNote, scope: Scope) -> f.Act:
    text = text_value(action.text, "a note", replace(scope, lenient=True))
    return act("add note", frozenset({"order.notes"}), values={"text": text})


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


def clear_field(action: ast.Clear, scope: Scope) -> f.Act | None:
    found = target(action.target, scope)
    return None if found is None else act("clear", written_paths(found[0]), target=found[0])


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


def increase(action: ast.Increase, scope: Scope) -> f.Act | None:
    return counted("increase", action.target, action.by, scope)


def decrease(action: ast.Decrease, scope: Scope) -> f.Act | None:
    return counted("decrease", action.target, action.by, scope)


def remove_item(action: ast.RemoveItem, scope: Scope) -> f.Act | None:
    if not scope.item:
        scope.error(
            "E407",
            "`remove item` has no item here, expected a rule `for each item`",
            action,
            "add `for each item where ...` above `do`",
        )
        return None
    return act("remove item", TOTALS | {"order.items"}, per_item=True)


def apply_inventory(action: ast.ApplyInventory, scope: Scope) -> f.Act:
    return act("apply inventory", TOTALS | {"order.items"})


def add_item(action: ast.AddItem, scope: Scope) -> f.Act:
    values: dict[str, f.Value] = {"sku": text_value(action.sku, "a SKU", scope)}
    if action.quantity is not None:
        values["quantity"] = amount_value(action.quantity, "the quantity", types.NUMBER, scope)
    if action.price is not None:
        values["price"] = amount_value(action.price, "the price", types.MONEY, scope)
    return act("add item", TOTALS | {"order.items"}, values=values)


def add_shipment(action: ast.AddShipment, scope: Scope) -> f.Act:
    values = {"tracking": text_value(action.tracking, "a tracking number", scope)}
    if action.carrier is not None:
        values["carrier"] = text_value(action.carrier, "a carrier", scope)
    return act("add shipment", frozenset({"order.shipments"}), values=values)


def split_items(action: ast.SplitItems, scope: Scope) -> f.Act:
    where = condition(action.where, scope.over("item"))
    return act("split items", EVERYTHING, args=folder_args(action.folder, scope), where=where)


def split_by(action: ast.SplitBy, scope: Scope) -> f.Act:
    key = value(action.key, scope.over("item"))
    if not f.mentions(key.node, "item"):
        scope.error(
            "E408",
            "`split by` names no field of an item",
            action.key,
            "write for example `split by item.sku`",
        )
    if key.type.name == "list" or key.type == types.MAP:
        scope.error("E306", f"`split by` takes one value of each item, found {key.type}", action.key)
    return act("split by", EVERYTHING, args=folder_args(action.folder, scope), values={"key": key.node})


def connection(node: ast.Text, scope: Scope, *, submits: bool = True) -> ConnectionSpec | None:
    found = scope.schema.connection(node.value)
    if found is None:
        names = list(dict.fromkeys(c.label for c in scope.schema.connections.values()))
        hint = (
            choices_help("connection", node.value, names)
            or "connections stand under `connections:` in ordinance.yaml"
        )
        scope.error("E206", f"unknown connection `{node.value}`", node, hint)
        return None
    if submits and not found.can_submit:
        scope.error("E206", f"{found.label} takes no orders, expected a connection to a printer", node)
        return None
    return found


def submitting(verb: str, node: ast.Text, scope: Scope) -> f.Act | None:
    found = connection(node, scope)
    if found is None:
        return None
    return act(verb, frozenset({"order.submissions"}), args={"connection": found.name})


def submit(action: ast.Submit, scope: Scope) -> f.Act | None:
    return submitting("submit", action.connection, scope)


def resubmit(action: ast.Resubmit, scope: Scope) -> f.Act | None:
    return submitting("resubmit", action.connection, scope)


def cancel(action: ast.Cancel, scope: Scope) -> f.Act | None:
    return submitting("cancel", action.connection, scope)


def send_email(action: ast.SendEmail, scope: Scope) -> f.Act | None:
    lenient = replace(scope, lenient=True)
    values = {
        "to": text_value(action.to, "an e-mail address", scope),
        "subject": text_value(action.subject, "a subject", lenient),
    }
    body = action.body if action.body is not None else letter(action.file, scope)
    if body is None:
        return None
    values["body"] = text_value(body, "a body", lenient)
    return act("send email", values=values)


def letter(file: ast.Text | None, scope: Scope) -> ast.Expr | None:
    """The text of `body from "emails/late.txt"`."""
    if file is None:
        return None
    return scope.names.letters.get(file.value)  # where there is none, the loader has said so


def post_to(action: ast.PostTo, scope: Scope) -> f.Act:
    return act("post to", values={"url": text_value(action.url, "a web address", scope)})


def raise_event(action: ast.Raise, scope: Scope) -> f.Act | None:
    spec = scope.schema.events_by_label.get(fold(action.event.value))
    own = [e for e in scope.schema.events.values() if e.id.startswith("shop.")]
    if spec is None or spec not in own:
        hint = choices_help("event", action.event.value, [e.label for e in own])
        scope.error(
            "E202",
            f"`raise` takes one of the shop's own events, found `{action.event.value}`",
            action.event,
            hint or "list it under `events:` in ordinance.yaml",
        )
        return None
    return act("raise", args={"event_id": spec.id})


def stop(action: ast.Stop, scope: Scope) -> f.Act:
    return act("stop")


def run(action: ast.Run, scope: Scope) -> f.Act | None:
    found = connection(action.connection, scope, submits=False)
    if found is None:
        return None
    spec = scope.schema.actions.get(f"{found.name}.{action.action}")
    if spec is None:
        known = [n.split(".", 1)[1] for n in scope.schema.actions if n.startswith(f"{found.name}.")]
        hint = choices_help("action", action.action, known) or f"{found.label} has no actions of its own"
        scope.error("E210", f"unknown action `{action.action}` of {found.label}", action, hint)
        return None
    if not spec.ready and not scope.test:
        scope.report.add("W508", f"{spec.label} is not performed yet: {spec.why_not}", action.span)
    values: dict[str, f.Value] = {}
    params = {p.name: p for p in spec.params}
    for argument in action.args:
        param = params.get(argument.name)
        if param is None:
            scope.error(
                "E210",
                f"unknown value `{argument.name}` of {spec.label}",
                argument,
                choices_help("value", argument.name, params),
            )
            continue
        typed = value(argument.value, scope)
        if not fits(param.type, typed):
            scope.error(
                "E306", f"`{argument.name}` is of type {param.type}, found {typed.type}", argument.value
            )
        values[argument.name] = typed.node  # type: ignore[assignment]
    for name in [p.name for p in spec.params if p.required and p.name not in values]:
        if name not in {a.name for a in action.args}:
            scope.error("E210", f"{spec.label} needs `{name}`", action, f"it is written `{spec.syntax}`")
    return act("run", args={"connection": found.name, "action": action.action}, values=values)


LOWER: Mapping[type, Callable[[Any, Scope], f.Act | None]] = {
    ast.MoveToFolder: move_to_folder,
    ast.AddTag: add_tag,
    ast.RemoveTag: remove_tag,
    ast.AddNote: add_note,
    ast.Set: set_field,
    ast.Clear: clear_field,
    ast.Increase: increase,
    ast.Decrease: decrease,
    ast.RemoveItem: remove_item,
    ast.ApplyInventory: apply_inventory,
    ast.AddItem: add_item,
    ast.AddShipment: add_shipment,
    ast.SplitItems: split_items,
    ast.SplitBy: split_by,
    ast.Submit: submit,
    ast.Resubmit: resubmit,
    ast.Cancel: cancel,
    ast.SendEmail: send_email,
    ast.PostTo: post_to,
    ast.Raise: raise_event,
    ast.Stop: stop,
    ast.Run: run,
}
