"""`split items where (...)` and `split by ...`: one order becomes several that add up to it exactly.

A part is named after its parent (`1001-1`, `1001-2`, counted over all splits of that parent) and keeps the parent's
addresses, tags, notes, checkout data and metadata. What has happened to the parent stays with it: its shipments,
submissions and refunds. An order that a printer has, or is being sent, is not split: it would be printed twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from actions.local.parts import divide_totals
from actions.local.submissions import held_by
from actions.work import Caused, Done, Task, World, not_done
from dsl.schema import fold
from dsl.values import missing, plain
from events.order import Item, Order


def split_items(order: Order, task: Task, world: World) -> Done:
    """args: folder or None; values: items, the ids of those that go into ONE new order."""
    wanted = set(task.values.get("items") or ())
    taken = [item for item in order.items if item.id in wanted]
    if not taken:
        return not_done("no item matches, so there is nothing to split off")
    if len(taken) == len(order.items):
        return not_done("every item matches, so nothing would be left in this order")
    return _split(order, [taken], task, world)


def split_by(order: Order, task: Task, world: World) -> Done:
    """args: folder or None; values: keys, item id -> value or None. Items without a key stay; where all have one, those
    with the first item's stay."""
    keys: Mapping[str, object] = task.values.get("keys") or {}
    groups: dict[str | None, list[Item]] = {}
    for item in order.items:
        key = plain(keys.get(item.id))
        groups.setdefault(None if key is None or missing(key) else fold(key), []).append(item)
    if not groups:
        return not_done("the order has no items to split")
    if len(groups) == 1:
        found = "no item has a" if None in groups else "all items have the same"
        return not_done(f"{found} value to split by, so the order stays whole")
    stays = None if None in groups else next(iter(groups))
    return _split(order, [items for key, items in groups.items() if key != stays], task, world)


def _split(order: Order, taken: Sequence[list[Item]], task: Task, world: World) -> Done:
    reason = held_by(order, world)
    if reason is not None:
        return not_done(f"{reason}; splitting it now could print items twice")
    gone = {id(item) for items in taken for item in items}
    rest = [item for item in order.items if id(item) not in gone]
    before, order.items = order.items, []
    born = [_part(order, number, task) for number in range(order.splits + 1, order.splits + len(taken) + 1)]
    parts = [order, *born]
    problem = divide_totals(parts, [rest, *taken], order.currency or world.store.currency)
    if problem is not None:
        order.items = before
        return not_done(problem)
    order.splits += len(born)
    caused = tuple(
        Caused(
            "order.split",
            part.id,
            {"parent": order.id, "part": Decimal(number), "parts": Decimal(len(parts))},
        )
        for number, part in enumerate(parts)
    )
    return Done("done", caused=caused, born=tuple(born))


def _part(parent: Order, number: int, task: Task) -> Order:
    """A new order without items, next to its parent or in the folder that the rule names."""
    part = parent.copy_whole()
    part.id = f"{parent.id}-{number}"
    part.source_id = f"{parent.source_id}-{number}" if parent.source_id else ""
    part.parent_id = parent.id
    part.splits = 0
    part.submissions, part.shipments = [], []
    part.fulfillment_id = ""
    part.refund_total = part.processor_balance = None
    folder = task.args.get("folder")
    if folder is not None and fold(folder) != fold(parent.folder):
        part.folder, part.folder_id = folder, task.args.get("folder_id")
    return part
