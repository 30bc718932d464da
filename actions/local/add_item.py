"""`add item "SKU" quantity 2 price $10`: a new line, with what the inventory knows of the SKU."""

from __future__ import annotations

from decimal import Decimal

from actions.local.details import fill
from actions.local.ids import added_items
from actions.local.slot import Slot, Unfit
from actions.local.totals import recompute
from actions.local.wording import quoted
from actions.work import DONE, Done, Task, World, not_done
from dsl.schema import fold
from dsl.values import plain, present
from events.order import Item, Order


def add_item(order: Order, task: Task, world: World) -> Done:
    """values: sku, and quantity and price where the rule gives them (absent: 1, and the inventory's price or 0)."""
    sku = plain(present(task.values.get("sku")))
    if sku is None:
        return not_done("the SKU of the item to add is missing")
    item = Item(code=sku.strip(), price=None, weight=None)
    for name in ("quantity", "price"):
        if name not in task.values:
            continue
        value = present(task.values[name])
        if value is None:
            return not_done(f"the {name} of the item to add is missing")
        ready = Slot(vars(item), name, f"the {name}", "amount", whole=name == "quantity").fit(value, world)
        if isinstance(ready, Unfit):
            return not_done(ready.reason)
        setattr(item, name, ready)
    if item.quantity == 0:
        return not_done(f"0 pieces of {quoted(item.code)} would add nothing")
    stock = world.inventory.get(fold(item.code))
    if stock is not None:
        fill(item, stock)
    item.name = item.name or item.code
    item.price = Decimal(0) if item.price is None else item.price
    item.weight = Decimal(0) if item.weight is None else item.weight
    item.id = world.known(added_items, order).new()
    order.items.append(item)
    recompute(order, world, item)
    return DONE
