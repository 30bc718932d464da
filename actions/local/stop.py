"""`stop`: nothing changes here. The turn ends the rules of this event for this order."""

from __future__ import annotations

from actions.work import DONE, Done, Task, World
from events.order import Order


def stop(order: Order, task: Task, world: World) -> Done:
    return DONE
