"""The totals that follow from an order's items. Called by every action that changes items; splits share theirs out.

product_total to the cent of the order's currency, quantity_total in pieces, weight_total exact. A total that no order
can have (28 digits do not hold it) is left as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import partial

from actions.local.cents import places
from actions.local.running import Line, Running, added_up
from actions.work import World
from dsl.values import arithmetic, round_half_up
from events.order import Item, Order

FEW = 16
"""So many lines are added up in less time than a sum that follows them takes."""


def recompute(order: Order, world: World, item: Item | None = None, *, gone: bool = False) -> None:
    """The three totals, from the items as they are now; `order_total` changes by as much as `product_total` did.

    item: the only one that changed, came, or is gone; None: any of them may have.
    A missing `product_total` becomes known, a missing `order_total` stays missing: neither tells what changed.
    """
    order.quantity_total = int(_sum(_pieces, order, world, item, gone) or 0)
    recompute_weight(order, world, item, gone=gone)
    worth = _sum(_worth, order, world, item, gone)
    total = None if worth is None else round_half_up(worth, places(order.currency or world.store.currency))
    if total is None or total == order.product_total:
        return
    if order.product_total is not None and order.order_total is not None:
        change = arithmetic("-", total, order.product_total)
        changed = None if change is None else arithmetic("+", order.order_total, change)
        if changed is None:
            return
        order.order_total = changed
    order.product_total = total


def recompute_weight(order: Order, world: World, item: Item | None = None, *, gone: bool = False) -> None:
    """Only the weight: a change of weight never touches the money."""
    total = _sum(_weight, order, world, item, gone)
    if total is not None and total != order.weight_total:
        order.weight_total = total


def pieces(items: Iterable[Item]) -> int:
    return sum(item.quantity for item in items)


def product_sum(items: Iterable[Item]) -> Decimal | None:
    """Exact, not yet rounded; a missing price counts as 0."""
    return added_up(items, _worth)


def weight_sum(items: Iterable[Item]) -> Decimal | None:
    """Exact; a missing weight counts as 0."""
    return added_up(items, _weight)


def _pieces(item: Item) -> Decimal:
    return Decimal(item.quantity)


def _worth(item: Item) -> Decimal | None:
    return arithmetic("*", item.price or _ZERO, Decimal(item.quantity))


def _weight(item: Item) -> Decimal | None:
    return arithmetic("*", item.weight or _ZERO, Decimal(item.quantity))


_ZERO = Decimal(0)


def _sum(line: Line, order: Order, world: World, item: Item | None, gone: bool) -> Decimal | None:
    """Of all items as they are now. In a round one sum follows them."""
    if world.round is None or item is None or len(order.items) <= FEW:
        return added_up(order.items, line)
    running = world.round.known(_RUNNING[line], order)
    if gone:
        running.drop(item)
    else:
        running.put(item)
    return running.total


def _followed(line: Line, order: Order) -> Running:
    return Running(order.items, line)


_RUNNING: Mapping[Line, Callable[[Order], Running]] = {
    line: partial(_followed, line) for line in (_pieces, _worth, _weight)
}
