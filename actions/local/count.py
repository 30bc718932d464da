"""`increase X by ...` and `decrease X by ...`: a missing value counts from 0; an entry is text that is read as a number."""

from __future__ import annotations

from decimal import Decimal

from actions.local.entries import standing
from actions.local.slot import Slot, Unfit, number, retotal, slot_of
from actions.local.wording import quoted
from actions.work import DONE, Done, Task, World, not_done
from dsl.values import LARGEST, arithmetic, plain, present
from events.order import Item, Order


def increase(order: Order, task: Task, world: World) -> Done:
    """values: by."""
    return _count(order, task, world, up=True)


def decrease(order: Order, task: Task, world: World) -> Done:
    """values: by. An amount of the order (a price, pieces, a weight) is never taken below zero; an entry may be."""
    return _count(order, task, world, up=False)


def _count(order: Order, task: Task, world: World, *, up: bool) -> Done:
    slot = slot_of(order, task)
    given = present(task.values.get("by"))
    if given is None:
        return not_done(f"by how much to {task.verb} {slot.spoken} is missing")
    by = number(given)
    if by is None:
        return not_done(f"{quoted(given)} is not a number")
    if not by:
        return not_done(f"to {task.verb} {slot.spoken} by 0 changes nothing")
    if slot.kind in ("map", "time"):
        return not_done(f"{slot.spoken} is not a number")
    before = _before(slot, task, world)
    if isinstance(before, Unfit):
        return not_done(before.reason)
    after = arithmetic("+" if up else "-", before, by)
    if after is None or not abs(after) < LARGEST:
        return not_done(f"{slot.spoken} would be larger than any order can have")
    ready: object = plain(after) if slot.kind == "text" else slot.fit_amount(after)
    if isinstance(ready, Unfit):
        way = "increasing" if up else "decreasing"
        return not_done(f"{ready.reason}: it is {plain(before)}, {way} it by {plain(by)}")
    slot.write(ready)
    retotal(order, task, world)
    return DONE


def _before(slot: Slot, task: Task, world: World) -> Decimal | Unfit:
    value = slot.read()
    if (
        value is None
        and task.target is not None
        and task.target.how == "print"
        and isinstance(task.subject, Item)
    ):
        found = standing(task.subject, task.target.steps[0], world)
        value = None if found is None else found[0]
    if value is None:
        return Decimal(0)
    amount = number(value)
    return Unfit(f"{slot.spoken} is {quoted(value)}, which is not a number") if amount is None else amount
