"""Does one task on an order's working copy: the closed vocabulary of what a rule may do, verb by verb.

Called by the turn for every action of a rule that fires. Pure: nothing is read but the order, the task and the world,
and what is to be done outside is only written down, as effects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from actions.local.add_item import add_item
from actions.local.add_note import add_note
from actions.local.add_shipment import add_shipment
from actions.local.apply_inventory import apply_inventory
from actions.local.clear import clear_field
from actions.local.count import decrease, increase
from actions.local.move_to_folder import move_to_folder
from actions.local.post_to import post_to
from actions.local.raise_event import raise_event
from actions.local.remove_item import remove_item
from actions.local.run import run
from actions.local.send_email import send_email
from actions.local.set import set_field
from actions.local.split import split_by, split_items
from actions.local.stop import stop
from actions.local.submissions import cancel, resubmit, submit
from actions.local.tag import add_tag, remove_tag
from actions.work import Done, Task, World, not_done
from events.order import Item, Order, Shipment

Verb: TypeAlias = Callable[[Order, Task, World], Done]

VERBS: Mapping[str, Verb] = {
    "move to folder": move_to_folder,
    "add tag": add_tag,
    "remove tag": remove_tag,
    "add note": add_note,
    "set": set_field,
    "clear": clear_field,
    "increase": increase,
    "decrease": decrease,
    "remove item": remove_item,
    "apply inventory": apply_inventory,
    "add item": add_item,
    "add shipment": add_shipment,
    "split items": split_items,
    "split by": split_by,
    "submit": submit,
    "resubmit": resubmit,
    "cancel": cancel,
    "send email": send_email,
    "post to": post_to,
    "raise": raise_event,
    "stop": stop,
    "run": run,
}


def perform(order: Order, task: Task, world: World) -> Done:
    """Changes `order` in place. A task about an item that an earlier action took off the order is not done."""
    if task.subject is not None:
        subject = _still_there(order, task.subject, world)
        if subject is None:
            what = "item" if isinstance(task.subject, Item) else "shipment"
            return not_done(f"the {what} is no longer on this order")
        if subject is not task.subject:
            task = replace(task, subject=subject)
    return VERBS[task.verb](order, task, world)


def _still_there(order: Order, subject: Item | Shipment, world: World) -> Item | Shipment | None:
    """The very one; or, where the task was made from a copy of the order, the one of that id."""
    if world.round is not None:
        return subject if world.round.has(subject) else None
    on_order: list[Item] | list[Shipment] = order.items if isinstance(subject, Item) else order.shipments
    same = next((each for each in on_order if each is subject), None)
    return same or next((each for each in on_order if each.id == subject.id), None)
