"""The order, the world and the short way to do one action, that the tests of the local actions share.

The order's totals are worked out by hand: 2 x 20.00 + 12.50 = 52.50, and 52.50 + 5.00 + 1.00 + 4.20 - 2.50 = 60.20.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal as D
from typing import Any

from actions.perform import perform
from actions.work import Done, Task, World
from dsl.schema import ConnectionSpec, FieldRef, StoreSpec, fold
from dsl.types import MONEY, NUMBER, OUTSIDE, TEXT, TIME, WEIGHT, Type
from events.inventory import InventoryItem
from events.order import Item, Order, Shipment

NOW = dt.datetime(2026, 3, 1, 15, 0, tzinfo=dt.UTC)


def tee() -> Item:
    return Item(
        id="1",
        code="TEE-1",
        name="Blue tee",
        price=D("20.00"),
        quantity=2,
        weight=D("0.5"),
        variation_list={"Size": "L"},
        metadata={"print_sku": "PS-1"},
    )


def mug() -> Item:
    return Item(id="2", code="MUG-1", name="Mug", price=D("12.50"), quantity=1, weight=D("1.1"))


def order(**changes: Any) -> Order:
    fields: dict[str, Any] = {
        "id": "1001",
        "source_id": "5501",
        "currency": "USD",
        "folder": "New",
        "folder_id": 1,
        "items": [tee(), mug()],
        "product_total": D("52.50"),
        "quantity_total": 3,
        "weight_total": D("2.1"),
        "shipping_total": D("5.00"),
        "handling_total": D("1.00"),
        "tax_total": D("4.20"),
        "discount_total": D("2.50"),
        "order_total": D("60.20"),
    }
    return Order(**(fields | changes))


PODOS = ConnectionSpec("podos", "podOS", "podos", can_submit=True)
POV = ConnectionSpec("pov", "POV", "pov", can_submit=True)


def world(*stock: InventoryItem) -> World:
    return World(
        store=StoreSpec(timezone="America/New_York"),
        now=NOW,
        inventory={fold(each.code): each for each in stock},
        connections={"podos": PODOS, "pov": POV},
    )


def do(
    on: Order,
    verb: str,
    *,
    target: FieldRef | None = None,
    of: Item | Shipment | None = None,
    stock: tuple[InventoryItem, ...] = (),
    args: dict[str, Any] | None = None,
    **values: Any,
) -> Done:
    return perform(on, Task(verb, "A rule", args or {}, values, target, of), world(*stock))


def field(path: str, of: Type = TEXT) -> FieldRef:
    root, *steps = path.split(".")
    return FieldRef(root, tuple(steps), "field", of)


def an_entry(path: str, key: str) -> FieldRef:
    root, *steps = path.split(".")
    return FieldRef(root, (*steps, key), "entry", OUTSIDE)


def printed(name: str) -> FieldRef:
    return FieldRef("item", (name,), "print", OUTSIDE)


PRICE = field("item.price", MONEY)
QUANTITY = field("item.quantity", NUMBER)
WEIGHT_OF_ONE = field("item.weight", WEIGHT)
SHIPPED = field("shipment.date_shipped", TIME)
