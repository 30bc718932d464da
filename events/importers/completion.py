"""What every imported order has, whatever it came from: ids, a folder's name, its tag, a currency, totals.

Called by `read_orders` after a source's own importer. New orders without a folder are left without: which folder is
the first is the runtime's to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Protocol

from dsl.schema import StoreSpec, fold
from dsl.values import EXACT, LARGEST, round_half_up
from events.border import MOST
from events.importers.reading import Findings, Refused, located, shown
from events.order import Item, Order, Shipment


class Named(Protocol):
    id: str


def complete(order: Order, *, store: StoreSpec, folders: Mapping[int, str], findings: Findings) -> Order:
    """The same order, which has an id, completed in place."""
    _name_each(order.items, "item", findings)
    _name_each(order.shipments, "shipment", findings)
    _find_folder(order, folders, findings)
    if order.tag_name.strip() and fold(order.tag_name) not in map(fold, order.tags):
        order.tags.append(order.tag_name.strip())
    _settle_currency(order, store, findings)
    if not located(order.shipping.__dict__) and located(order.customer.__dict__):
        _copy_address(order, findings)
    _add_up(order)
    return order


def _name_each(rows: list[Item] | list[Shipment], what: str, findings: Findings) -> None:
    """Rules, traces and changes name items by id: each has one, and no two the same."""
    named: list[Named] = [*rows]
    taken = {row.id for row in named}
    if len(taken) == len(named) and "" not in taken:
        return
    seen: set[str] = set()
    counts: dict[str, int] = {}
    repeated = []
    for number, row in enumerate(named, 1):
        own = row.id
        if own in seen or not own:
            repeated += [own] if own else []
            base, count = (f"{own}-", counts.get(own, 2)) if own else ("", counts.get("", number))
            while f"{base}{count}" in taken:
                count += 1
            row.id = f"{base}{count}"
            counts[own] = count + 1
            taken.add(row.id)
        seen.add(row.id)
    if repeated:
        findings.warnings.append(
            f"{repeated.count(repeated[0]) + 1} {what}s have the id {shown(repeated[0])}; "
            "the later ones got a number behind it"
        )


def _find_folder(order: Order, folders: Mapping[int, str], findings: Findings) -> None:
    if order.folder.strip() or order.folder_id is None:
        return
    if order.folder_id in folders:
        order.folder = folders[order.folder_id]
    else:
        findings.warnings.append(
            f"folder_id {order.folder_id} has no name; name it under `folders:` in ordinance.yaml, "
            f"as in `Name: {order.folder_id}`"
        )


def _settle_currency(order: Order, store: StoreSpec, findings: Findings) -> None:
    code = order.currency.strip()
    if len(code) == 3 and code.isascii() and code.isalpha():
        order.currency = code.upper()
        return
    if code:
        findings.warnings.append(
            f"currency: {shown(code)} is not a currency code such as USD; the store's {store.currency} is used"
        )
    order.currency = store.currency


def _copy_address(order: Order, findings: Findings) -> None:
    shipping, customer = order.shipping, order.customer
    for part in type(shipping).model_fields:
        if not getattr(shipping, part):
            setattr(shipping, part, getattr(customer, part))
    findings.warnings.append("there is no shipping address; the customer's address was copied")


def _add_up(order: Order) -> None:
    """Totals that the source does not have. One that it has is never corrected."""
    given = order.model_fields_set
    if "quantity_total" not in given:
        order.quantity_total = sum(item.quantity for item in order.items)
        if order.quantity_total > MOST:
            raise Refused(
                f"the items of this order add up to {order.quantity_total} pieces, more than any order has"
            )
    if "product_total" not in given:
        order.product_total = _sum(((i.price, i.quantity) for i in order.items), places=2)
    if "weight_total" not in given:
        order.weight_total = _sum(((i.weight, i.quantity) for i in order.items), places=4)
    if "order_total" not in given:
        order.order_total = _sum(
            (
                (order.product_total, 1),
                (order.shipping_total, 1),
                (order.handling_total, 1),
                (order.tax_total, 1),
                (order.discount_total, -1),
            ),
            places=2,
        )


def _sum(amounts: Iterable[tuple[Decimal | None, int]], *, places: int) -> Decimal | None:
    """Of what is known, to the cent at least; missing where there are amounts and none of them is known."""
    pairs = list(amounts)
    known = [EXACT.multiply(amount, Decimal(times)) for amount, times in pairs if amount is not None]
    if pairs and not known:
        return None
    value = Decimal(0)
    for amount in known:
        value = EXACT.add(value, amount)
    if abs(value) >= LARGEST:
        raise Refused(f"the items of this order add up to more than any order has: {value:.3e}")
    rounded = round_half_up(value, places)
    return value if value == rounded else rounded
