"""The totals that follow from an order's items. Called by every action that changes items; splits share theirs out.

product_total to the cent of the order's currency, quantity_total in pieces, weight_total exact. A total that no order
can have (28 digits do not hold it) is left as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from actions.local.cents import places
from dsl.values import arithmetic, round_half_up
from events.order import Item, Order


def recompute(order: Order, store_currency: str) -> None:
    """The three totals, from the items as they are now; `order_total` changes by as much as `product_total` did.

    A missing `product_total` becomes known, a missing `order_total` stays missing: neither tells what changed.
    """
    order.quantity_total = pieces(order.items)
    recompute_weight(order)
    worth = product_sum(order.items)
    total = None if worth is None else round_half_up(worth, places(order.currency or store_currency))
    if total is None or total == order.product_total:
        return
    if order.product_total is not None and order.order_total is not None:
        change = arithmetic("-", total, order.product_total)
        changed = None if change is None else arithmetic("+", order.order_total, change)
        if changed is None:
            return
        order.order_total = changed
    order.product_total = total


def recompute_weight(order: Order) -> None:
    """Only the weight: a change of weight never touches the money."""
    total = weight_sum(order.items)
    if total is not None and total != order.weight_total:
        order.weight_total = total


def pieces(items: Iterable[Item]) -> int:
    return sum(item.quantity for item in items)


def product_sum(items: Iterable[Item]) -> Decimal | None:
    """Exact, not yet rounded; a missing price counts as 0."""
    return _sum((item.price, item.quantity) for item in items)


def weight_sum(items: Iterable[Item]) -> Decimal | None:
    """Exact; a missing weight counts as 0."""
    return _sum((item.weight, item.quantity) for item in items)


def _sum(lines: Iterable[tuple[Decimal | None, int]]) -> Decimal | None:
    total: Decimal | None = Decimal(0)
    for each, quantity in lines:
        line = arithmetic("*", each or Decimal(0), Decimal(quantity))
        if line is None or total is None:
            return None
        total = arithmetic("+", total, line)
    return total
