"""`add tag ...` and `remove tag ...`: tags are told apart by folded text. Order Desk's single tag is one of them."""

from __future__ import annotations

from actions.local.wording import quoted
from actions.work import Done, Task, World, not_done
from dsl.schema import fold
from dsl.values import plain, present
from events.order import Order


def add_tag(order: Order, task: Task, world: World) -> Done:
    """values: tag."""
    tag = _tag(task)
    if tag is None:
        return not_done("the tag is missing")
    if fold(tag) in map(fold, (*order.tags, order.tag_name)):
        return not_done(f"the order already has the tag {quoted(tag)}")
    order.tags.append(tag)
    return Done("done")


def remove_tag(order: Order, task: Task, world: World) -> Done:
    """values: tag. Order Desk's own tag goes with its colour."""
    tag = _tag(task)
    if tag is None:
        return not_done("the tag is missing")
    kept = [each for each in order.tags if fold(each) != fold(tag)]
    single = fold(order.tag_name) == fold(tag)
    if len(kept) == len(order.tags) and not single:
        return not_done(f"the order does not have the tag {quoted(tag)}")
    order.tags = kept
    if single:
        order.tag_name = order.tag_color = ""
    return Done("done")


def _tag(task: Task) -> str | None:
    tag = plain(present(task.values.get("tag")))
    return None if tag is None else tag.strip()
