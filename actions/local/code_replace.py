"""`code_replace`: one SKU that stands for another, or for several (a bundle). Called by `apply inventory`.

It is read from the item's own metadata, then from the inventory item. What a SKU is replaced by may be replaced again;
a circle is not followed, because every further `apply inventory` would add the same items once more.
"""

from __future__ import annotations

from decimal import Decimal

from actions.local.cents import places, sharable, share
from actions.local.details import CODE_REPLACE, forget
from actions.local.entries import entry, key_of
from actions.local.ids import new_id
from actions.local.slot import Unfit
from actions.local.wording import quoted
from dsl.schema import fold
from dsl.values import missing, plain
from events.inventory import Inventory
from events.order import Item

_DEEPEST = 20
_MOST_LINES = 100


def unpack(item: Item, taken: set[str], inventory: Inventory, currency: str) -> list[Item] | Unfit | None:
    """The lines that the item becomes, the first of them the item itself under its old id; None where its SKU stays.

    taken: the ids on the order, to which those of the new lines are added.
    Every line has the item's quantity, metadata and variation. The price of one bundle is shared between its lines by
    the inventory's prices (evenly where one is unknown), so that the worth of the lines is what it was, to the digit.
    """
    skus = _leaves(item.code, _replacement(item, inventory), inventory, (fold(item.code),))
    if isinstance(skus, Unfit):
        return skus
    if not skus:
        return None
    if item.price is not None and not sharable(item.price):
        return Unfit(f"its price {quoted(item.price)} cannot be shared")
    prices = _prices(item.price, skus, inventory, currency)
    old = inventory.get(fold(item.code))
    if old is not None:
        forget(item, old)
    if (mark := key_of(item.metadata, CODE_REPLACE)) is not None:
        del item.metadata[mark]
    lines = [item, *(item.model_copy(deep=True) for _ in skus[1:])]
    for line, sku, price in zip(lines, skus, prices, strict=True):
        line.code, line.price = sku, price
        if line is not item:
            line.id = new_id(item.id, taken, first=2)
            taken.add(line.id)
        stock = inventory.get(fold(sku))
        if stock is not None and not missing(stock.name):
            line.name = stock.name
        elif len(skus) > 1:
            line.name = sku
        if stock is not None and stock.weight is not None:
            line.weight = stock.weight
        elif len(skus) > 1:
            line.weight = None
    return lines


def _replacement(item: Item, inventory: Inventory) -> list[str]:
    own = plain(entry(item.metadata, CODE_REPLACE))
    return _listed(item.code, inventory) if own is None else _codes(own)


def _listed(sku: str, inventory: Inventory) -> list[str]:
    stock = inventory.get(fold(sku))
    return [] if stock is None else _codes(plain(entry(stock.metadata, CODE_REPLACE)) or "")


def _codes(text: str) -> list[str]:
    return [code.strip() for code in text.split(",") if code.strip()]


def _leaves(sku: str, listed: list[str], inventory: Inventory, path: tuple[str, ...]) -> list[str] | Unfit:
    """The SKUs at the end of all replacements, in order; none where `listed` is."""
    found: list[str] = []
    for each in listed:
        if fold(each) in path:
            return Unfit(
                f"code_replace of {quoted(sku)} leads back to {quoted(each)}, so it was left as it is"
            )
        if len(path) > _DEEPEST:
            return Unfit(f"code_replace of {quoted(sku)} goes on for more than {_DEEPEST} steps")
        below = _leaves(each, _listed(each, inventory), inventory, (*path, fold(each)))
        if isinstance(below, Unfit):
            return below
        found += below or [each]
        if len(found) > _MOST_LINES:
            return Unfit(f"code_replace of {quoted(sku)} gives more than {_MOST_LINES} items")
    return found


def _prices(
    price: Decimal | None, skus: list[str], inventory: Inventory, currency: str
) -> list[Decimal | None]:
    if price is None or len(skus) == 1:
        return [price for _ in skus]
    stocks = [inventory.get(fold(sku)) for sku in skus]
    known = [stock.price for stock in stocks if stock is not None and stock.price is not None]
    usable = len(known) == len(skus) and all(each >= 0 and sharable(each) for each in known)
    return [*share(price, known if usable else [Decimal(1)] * len(skus), places(currency))]
