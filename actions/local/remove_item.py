"""`remove item`: takes the line off the order. The last one too: an order may be emptied before it is filled anew."""

from __future__ import annotations

from actions.local.totals import recompute
from actions.work import Done, Task, World
from events.order import Order


def remove_item(order: Order, task: Task, world: World) -> Done:
    """subject: the item."""
    order.items = [item for item in order.items if item is not task.subject]
    recompute(order, world.store.currency)
    return Done("done", warnings=() if order.items else ("the order has no items left",))
