"""`remove item`, `add item`, `add shipment`."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from actions.work import Caused
from events.inventory import InventoryItem
from events.order import Shipment
from tests.actions.local_orders import NOW, do, order

STICKER = InventoryItem(
    "STICKER",
    name="Sticker",
    price=D("1.25"),
    weight=D("0.01"),
    metadata={"print_sku": "ST-1"},
    variation_list={"Finish": "matt"},
)


def test_a_removed_item_takes_its_worth_along() -> None:
    o = order()
    assert do(o, "remove item", of=o.items[0]).outcome == "done"
    assert [item.id for item in o.items] == ["2"]
    assert (o.product_total, o.order_total) == (D("12.50"), D("20.20"))
    assert (o.quantity_total, o.weight_total) == (1, D("1.1"))


def test_the_last_item_may_go_and_that_is_said() -> None:
    o = order()
    do(o, "remove item", of=o.items[0])
    done = do(o, "remove item", of=o.items[0])
    assert (done.outcome, done.warnings) == ("done", ("the order has no items left",))
    assert (o.items, o.product_total, o.quantity_total, o.weight_total) == ([], D(0), 0, D(0))
    assert o.order_total == D("7.70")


def test_an_item_cannot_be_removed_twice() -> None:
    o = order()
    tee = o.items[0]
    do(o, "remove item", of=tee)
    assert do(o, "remove item", of=tee).reason == "the item is no longer on this order"
    assert len(o.items) == 1


def test_an_added_item_has_what_the_inventory_knows() -> None:
    # 52.50 + 1.25 = 53.75; 2.1 + 0.01 = 2.11; 60.20 + 1.25 = 61.45
    o = order()
    assert do(o, "add item", stock=(STICKER,), sku="sticker").outcome == "done"
    item = o.items[2]
    assert (item.id, item.code, item.name, item.quantity) == ("added-1", "sticker", "Sticker", 1)
    assert (item.price, item.weight) == (D("1.25"), D("0.01"))
    assert (item.metadata, item.variation_list) == ({"print_sku": "ST-1"}, {"Finish": "matt"})
    assert (o.product_total, o.weight_total, o.order_total) == (D("53.75"), D("2.11"), D("61.45"))
    assert o.quantity_total == 4


def test_a_rules_own_price_and_quantity_go_first() -> None:
    o = order()
    do(o, "add item", stock=(STICKER,), sku="STICKER", quantity=D(3), price=D("10"))
    do(o, "add item", sku="CARD")
    sticker, card = o.items[2:]
    assert (sticker.price, sticker.quantity) == (D(10), 3)
    assert (card.id, card.name, card.price, card.weight, card.quantity) == ("added-2", "CARD", D(0), D(0), 1)
    assert (o.product_total, o.quantity_total) == (D("82.50"), 7)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"sku": None}, "the SKU of the item to add is missing"),
        ({"sku": "A", "price": None}, "the price of the item to add is missing"),
        ({"sku": "A", "quantity": None}, "the quantity of the item to add is missing"),
        ({"sku": "A", "quantity": D(0)}, '0 pieces of "A" would add nothing'),
        (
            {"sku": "A", "quantity": D("0.5")},
            "the quantity is a number of pieces, and 0.5 is not a whole number",
        ),
        ({"sku": "A", "price": D(-1)}, "the price cannot be below zero (-1)"),
        ({"sku": "A", "price": "ten"}, '"ten" is not a number'),
    ],
)
def test_what_cannot_be_added(values: dict[str, object], reason: str) -> None:
    o = order()
    before = o.copy_whole()
    done = do(o, "add item", **values)
    assert (done.outcome, done.reason) == ("not done", reason)
    assert o == before


def test_a_shipment_is_added_once() -> None:
    o = order()
    done = do(o, "add shipment", tracking=" 1Z999 ", carrier="UPS")
    added = {"tracking_number": "1Z999", "carrier": "UPS"}
    assert (done.outcome, done.caused) == ("done", (Caused("shipment.added", "1001", added),))
    [shipment] = o.shipments
    assert (shipment.id, shipment.order_id, shipment.tracking_number) == ("added-1", "1001", "1Z999")
    assert (shipment.carrier_code, shipment.date_added) == ("UPS", NOW)
    again = do(o, "add shipment", tracking="1z999", carrier="UPS")
    assert again.reason == 'the order already has a shipment with the tracking number "1z999"'
    assert (again.caused, len(o.shipments)) == ((), 1)


def test_a_second_shipment_has_an_id_of_its_own() -> None:
    o = order(shipments=[Shipment(id="added-1", tracking_number="A")])
    do(o, "add shipment", tracking="B", carrier="UPS")
    assert [each.id for each in o.shipments] == ["added-1", "added-2"]


def test_a_shipment_needs_a_tracking_number_but_no_carrier() -> None:
    o = order()
    assert do(o, "add shipment", tracking=None, carrier="UPS").reason == "the tracking number is missing"
    assert o.shipments == []
    done = do(o, "add shipment", tracking="1Z9", carrier=None)
    assert (done.outcome, done.warnings) == ("done", ("the shipment has no carrier",))
    assert done.caused[0].values == {"tracking_number": "1Z9", "carrier": None}
