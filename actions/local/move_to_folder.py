"""`move to folder "X"`: where the order is now, and the event that follows."""

from __future__ import annotations

from actions.work import Caused, Done, Task, World, not_done
from dsl.schema import fold
from dsl.values import present
from events.order import Order


def move_to_folder(order: Order, task: Task, world: World) -> Done:
    """args: folder, and folder_id where it is known. A move to where the order is would go round for ever."""
    folder = task.args["folder"]
    if fold(order.folder) == fold(folder):
        return not_done(f'the order is already in "{order.folder}"')
    before = order.folder
    order.folder = folder
    order.folder_id = task.args.get("folder_id")
    moved = {"from": present(before), "to": folder}
    return Done("done", caused=(Caused("order.folder_changed", order.id, moved),))
