"""The `do` of a rule: each action with its names resolved and its values typed. One function for each verb.

Called by `engine.check.rules`. What writes a field is in `engine.check.writes`, what reaches the world in
`engine.check.effects`; the others are here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dsl import ast, types
from dsl.nearest import choices_help
from dsl.schema import fold
from engine import form as f
from engine.check.arguments import act, amount_value, text_value
from engine.check.effects import cancel, post_to, resubmit, run, send_email, submit
from engine.check.events import folder
from engine.check.expressions import condition, value
from engine.check.naming import near_names
from engine.check.scope import Scope
from engine.check.writes import TOTALS, clear_field, decrease, increase, set_field

EVERYTHING = frozenset({"order", "order.items"})


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
            near_names(action.event.span, action.event.value, [e.label for e in own]),
        )
        return None
    return act("raise", args={"event_id": spec.id})


def stop(action: ast.Stop, scope: Scope) -> f.Act:
    return act("stop")


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
