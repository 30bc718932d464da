"""Which items a submission takes: Product Code Skip, Inventory Location Match, and lines of no pieces.

What is left out stays on the order, each with the reason that the dry run shows.
"""

from __future__ import annotations

from actions.preparing import settings
from actions.preparing.details import Chosen
from actions.preparing.spec import SubmissionSpec
from dsl.schema import ConnectionSpec
from dsl.values import fold
from events.inventory import Inventory
from events.order import Item, Order


def choose(
    order: Order, connection: ConnectionSpec, inventory: Inventory, spec: SubmissionSpec
) -> tuple[tuple[Chosen, ...], dict[str, str]]:
    """The items to send, and why each of the others is skipped, by item id (its place where it has none).

    A printer that takes no print_sku has Product Code Match done to the item's own SKU, here.
    """
    by_print_sku = any(field.name == "print_sku" for field in spec.items.fields)
    codes = {} if by_print_sku else settings.table(connection, "product_code_match")
    chosen: list[Chosen] = []
    skipped: dict[str, str] = {}
    for number, item in enumerate(order.items, 1):
        key = item.id.strip() or str(number)
        reason = _left_out(item, connection, inventory)
        if reason is not None:
            skipped[key] = reason
            continue
        code = settings.matched(codes, item.code) or item.code.strip()
        own, sent = (inventory.get(fold(name)) if name.strip() else None for name in (item.code, code))
        if own is sent:
            chosen.append(Chosen(item, number, key, code, (own,) if own else ()))
        else:
            stock = tuple(each for each in (sent, own) if each is not None)
            chosen.append(Chosen(item, number, key, code, stock, replaced=own))
    return tuple(chosen), skipped


def _left_out(item: Item, connection: ConnectionSpec, inventory: Inventory) -> str | None:
    if item.quantity <= 0:
        return f"its quantity is {item.quantity}"
    if item.code.strip() and fold(item.code) in map(fold, settings.names(connection, "product_code_skip")):
        return f"`{item.code.strip()}` is in product_code_skip"
    wanted = settings.names(connection, "inventory_location_match")
    if not wanted:
        return None
    expected = " or ".join(f"`{name}`" for name in wanted)
    stock = inventory.get(fold(item.code)) if item.code.strip() else None
    if stock is None:
        return f"its SKU is not in the inventory, and only items of location {expected} are sent"
    if not stock.location.strip():
        return f"it has no inventory location, and only items of location {expected} are sent"
    if fold(stock.location) not in map(fold, wanted):
        return f"its inventory location is `{stock.location.strip()}`, and only items of location {expected} are sent"
    return None
