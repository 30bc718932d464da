"""The money of an order that is split: every total shared so that the parts add up to what the order had, exactly.

Called by splits only. Tax, shipping, handling and discounts go by each part's product total (by pieces where that is
zero), to the cent, by largest remainder (language.md section 6, Order Desk's own way to share them).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from actions.local.cents import WIDE, places, sharable, share
from actions.local.totals import pieces, product_sum, weight_sum
from dsl.values import round_half_up
from events.order import Item, Order

_SHARED = ("shipping_total", "handling_total", "tax_total", "discount_total")
_ZERO = Decimal(0)


def divide_totals(parts: Sequence[Order], items: Sequence[list[Item]], currency: str) -> str | None:
    """Gives each part its items and its share; `parts[0]` is the order itself. A reason where its amounts are rubbish,
    and then nothing is changed.

    What the order total has beyond products, shipping, handling, tax and discount (a tip, tax inside the prices, a
    total that never added up) is shared in the same proportion, so that it is neither lost nor doubled.
    """
    whole, cents = parts[0], places(currency)
    worth = [product_sum(each) for each in items]
    amounts = [whole.product_total, whole.order_total, *worth, *(getattr(whole, name) for name in _SHARED)]
    amounts += [discount.amount for discount in whole.discount_list]
    if None in worth or not all(amount is None or sharable(amount) for amount in amounts):
        return "the order has an amount that is too large or too long to be shared"
    sums = [each or _ZERO for each in worth]
    weights = _weights(sums, items)

    products = _products(whole.product_total, sums, weights, cents)
    shares = {name: _shared(getattr(whole, name), weights, cents) for name in _SHARED}
    discounts = [_shared(discount.amount, weights, cents) for discount in whole.discount_list]
    if whole.order_total is not None:
        known = _known(_total(products), [getattr(whole, name) for name in _SHARED])
        other = share(WIDE.subtract(whole.order_total, known), weights, cents)
    for nth, part in enumerate(parts):
        mine = [shares[name][nth] for name in _SHARED]
        if whole.order_total is not None:
            part.order_total = WIDE.add(_known(products[nth], mine), other[nth])
        for name, amount in zip(_SHARED, mine, strict=True):
            setattr(part, name, amount)
        for discount, amounts_of in zip(part.discount_list, discounts, strict=True):
            discount.amount = amounts_of[nth]
        part.product_total = products[nth]
        part.items = items[nth]
        part.quantity_total = pieces(part.items)
        part.weight_total = weight_sum(part.items)
    return None


def _weights(sums: Sequence[Decimal], items: Sequence[list[Item]]) -> list[Decimal]:
    worth = [max(each, _ZERO) for each in sums]
    return worth if any(worth) else [Decimal(max(pieces(each), 0)) for each in items]


def _products(
    stated: Decimal | None, sums: Sequence[Decimal], weights: Sequence[Decimal], cents: int
) -> list[Decimal]:
    """Each part's own sum to the cent; where these do not add up to the order's total, the difference is shared."""
    own = [_cent(each, cents) for each in sums]
    if stated is None:
        return own
    gap = share(WIDE.subtract(stated, _total(own)), weights, cents)
    return [WIDE.add(mine, more) for mine, more in zip(own, gap, strict=True)]


def _cent(amount: Decimal, cents: int) -> Decimal:
    rounded = round_half_up(amount, cents)
    return amount if rounded is None else rounded


def _shared(total: Decimal | None, weights: Sequence[Decimal], cents: int) -> Sequence[Decimal | None]:
    return [None] * len(weights) if total is None else share(total, weights, cents)


def _known(products: Decimal, shared: Sequence[Decimal | None]) -> Decimal:
    """What the totals make of an order. A discount takes away, whether its source writes it with a minus or without."""
    shipping, handling, tax, discount = (each or _ZERO for each in shared)
    return WIDE.subtract(_total([products, shipping, handling, tax]), abs(discount))


def _total(amounts: Sequence[Decimal]) -> Decimal:
    total = _ZERO
    for amount in amounts:
        total = WIDE.add(total, amount)
    return total
