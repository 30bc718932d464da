"""`add tag ...` and `remove tag ...`: tags are told apart by folded text. Order Desk's single tag is one of them."""

from __future__ import annotations

from actions.local.wording import quoted
from actions.work import DONE, Done, Task, World, not_done
from dsl.values import folded, plain, present
from events.order import Order


def add_tag(order: Order, task: Task, world: World) -> Done:
    """values: tag."""
    tag = _tag(task)
    if tag is None:
        return not_done("the tag is missing")
    wanted = folded(tag)
    there = world.known(_tags, order)
    if wanted in there or wanted == folded(order.tag_name):
        return not_done(f"the order already has the tag {quoted(tag)}")
    order.tags.append(tag)
    there.add(wanted)
    return DONE


def remove_tag(order: Order, task: Task, world: World) -> Done:
    """values: tag. Order Desk's own tag goes with its colour."""
    tag = _tag(task)
    if tag is None:
        return not_done("the tag is missing")
    wanted = folded(tag)
    kept = [each for each in order.tags if folded(each) != wanted]
    single = folded(order.tag_name) == wanted
    if len(kept) == len(order.tags) and not single:
        return not_done(f"the order does not have the tag {quoted(tag)}")
    order.tags = kept
    if single:
        order.tag_name = order.tag_color = ""
    return DONE


def _tags(order: Order) -> set[str]:
    return {*map(folded, order.tags)}


def _tag(task: Task) -> str | None:
    tag = plain(present(task.values.get("tag")))
    return None if tag is None else tag.strip()
