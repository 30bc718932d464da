"""`add note ...`: a line in the order's notes, with the event's own time."""

from __future__ import annotations

from actions.work import DONE, Done, Task, World, not_done
from dsl.values import plain, present
from events.order import Note, Order

AUTHOR = "Ordinance"


def add_note(order: Order, task: Task, world: World) -> Done:
    """values: text."""
    text = plain(present(task.values.get("text")))
    if text is None:
        return not_done("the note's text is missing")
    fields = {"date_added": world.kept_now, "username": AUTHOR, "content": text}
    order.notes.append(Note.made(fields, {}, set(fields)))
    return DONE
