"""`raise "..."`: one of the shop's own events, handled after the present one."""

from __future__ import annotations

from actions.work import Caused, Done, Task, World
from events.order import Order


def raise_event(order: Order, task: Task, world: World) -> Done:
    """args: event_id."""
    return Done("done", caused=(Caused(task.args["event_id"], order.id),))
