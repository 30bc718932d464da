"""`apply inventory`: unpacks `code_replace`, then fills every item's empty details by SKU, never overwriting."""

from __future__ import annotations

from actions.local.code_replace import unpack
from actions.local.details import fill
from actions.local.slot import Unfit
from actions.local.totals import recompute
from actions.local.wording import quoted
from actions.work import Done, Task, World, not_done
from dsl.schema import fold
from events.order import Item, Order


def apply_inventory(order: Order, task: Task, world: World) -> Done:
    """What could not be unpacked, and a new SKU that the inventory does not know, are warnings that name the SKU."""
    items: list[Item] = []
    warnings: list[str] = []
    changed = False
    amounts = [(item.price, item.weight) for item in order.items]
    taken = {item.id for item in order.items}
    for item in order.items:
        was = item.code
        lines = unpack(item, taken, world.inventory, order.currency or world.store.currency)
        if isinstance(lines, Unfit):
            warnings.append(f"item {item.id} ({was}): {lines.reason}")
            lines = None
        if lines is not None:
            changed = True
            unknown = [line.code for line in lines if fold(line.code) not in world.inventory]
            warnings += [f"the inventory does not know {sku}, which {was} is replaced by" for sku in unknown]
        for line in lines or [item]:
            stock = world.inventory.get(fold(line.code))
            if stock is not None and fill(line, stock):
                changed = True
            items.append(line)
    order.items = items
    if not changed:
        return not_done("; ".join(warnings) or _nothing(order, world))
    if amounts != [(item.price, item.weight) for item in order.items]:
        recompute(order, world)
    return Done("done", warnings=tuple(warnings))


def _nothing(order: Order, world: World) -> str:
    codes = dict.fromkeys(item.code for item in order.items if item.code.strip())
    if any(fold(code) in world.inventory for code in codes):
        return "every detail that the inventory has is already on the items"
    if not codes:
        return "no item has a SKU to find in the inventory"
    return f"the inventory does not know {', '.join(map(quoted, [*codes][:5]))}"
