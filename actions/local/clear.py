"""`clear X`: leaves a target missing. A print field loses its metadata entry only; what the customer chose stays."""

from __future__ import annotations

from actions.local.entries import standing
from actions.local.slot import Slot, retotal, slot_of
from actions.work import DONE, Done, Task, World, not_done
from events.order import Item, Order


def clear_field(order: Order, task: Task, world: World) -> Done:
    slot = slot_of(order, task)
    if slot.whole:
        return not_done(f"{slot.spoken} cannot be empty; `remove item` takes the item off the order")
    there = slot.read() is not None
    if there:
        slot.empty()
        retotal(order, task, world)
    if task.target is not None and task.target.how == "print" and isinstance(task.subject, Item):
        return _print_field(slot, there, standing(task.subject, task.target.steps[0], world))
    return DONE if there else not_done(f"{slot.spoken} is already missing")


def _print_field(slot: Slot, there: bool, left: tuple[object, str] | None) -> Done:
    if left is None:
        return DONE if there else not_done(f"{slot.spoken} is already missing")
    if there:
        return Done("done", warnings=(f"{slot.spoken} still has a value, which comes from {left[1]}",))
    return not_done(
        f"{slot.spoken} comes from {left[1]}; only an entry of its own name in metadata is cleared"
    )
