"""`remove item`: takes the line off the order. The last one too: an order may be emptied before it is filled anew."""

from __future__ import annotations

from actions.local.totals import recompute
from actions.work import Done, Task, World
from events.order import Item, Order


def remove_item(order: Order, task: Task, world: World) -> Done:
    """subject: the item."""
    item = task.subject
    if world.round is None or not isinstance(item, Item):
        order.items = [each for each in order.items if each is not item]
        recompute(order, world)
    else:
        world.round.take_off(item)
        recompute(order, world, item, gone=True)
    return Done("done", warnings=() if order.items else ("the order has no items left",))
