"""`set X to ...`: writes a value where the target is kept, in the form in which it is kept there."""

from __future__ import annotations

from actions.local.slot import Unfit, retotal, slot_of
from actions.local.wording import quoted
from actions.work import DONE, Done, Task, World, not_done
from dsl.values import plain, present
from events.order import Order


def set_field(order: Order, task: Task, world: World) -> Done:
    """values: value. The same text in another spelling is a change: `set` is how spelling is mended."""
    slot = slot_of(order, task)
    value = present(task.values.get("value"))
    if value is None:
        return not_done(f"the value for {slot.spoken} is missing")
    ready = slot.fit(value, world)
    if isinstance(ready, Unfit):
        return not_done(ready.reason)
    before = slot.read()
    if before is not None and (plain(before) if slot.kind == "text" else before) == ready:
        return not_done(f"{slot.spoken} is already {quoted(ready)}")
    slot.write(ready)
    retotal(order, task, world)
    return DONE
