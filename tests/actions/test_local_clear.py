"""`clear`, `increase` and `decrease`."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from dsl.types import MAP
from events.inventory import InventoryItem
from tests.actions.local_orders import PRICE, QUANTITY, an_entry, do, field, order, printed


def test_a_field_and_an_entry_become_missing() -> None:
    o = order(shipping_method="Express", checkout_data={"Gift Note": "hello"})
    assert do(o, "clear", target=field("order.shipping_method")).outcome == "done"
    assert do(o, "clear", target=an_entry("order.checkout_data", "gift note")).outcome == "done"
    assert (o.shipping_method, o.checkout_data) == ("", {})


def test_what_is_missing_is_not_cleared() -> None:
    o = order(checkout_data={"blank": "  "})
    done = do(o, "clear", target=field("order.shipping_method"))
    assert (done.outcome, done.reason) == ("not done", "order.shipping_method is already missing")
    assert do(o, "clear", target=an_entry("order.checkout_data", "blank")).outcome == "not done"
    assert do(o, "clear", target=an_entry("order.checkout_data", "none")).outcome == "not done"


def test_all_of_a_map_can_be_cleared() -> None:
    o = order(order_metadata={"a": "1", "b": "2"})
    assert do(o, "clear", target=field("order.order_metadata", MAP)).outcome == "done"
    assert o.order_metadata == {}


def test_a_cleared_price_counts_as_nothing() -> None:
    # 52.50 - 2 x 20.00 = 12.50; 60.20 - 40.00 = 20.20
    o = order()
    do(o, "clear", target=PRICE, of=o.items[0])
    assert (o.items[0].price, o.product_total, o.order_total) == (None, D("12.50"), D("20.20"))


def test_a_quantity_cannot_be_empty() -> None:
    done = do(o := order(), "clear", target=QUANTITY, of=o.items[0])
    assert done.outcome == "not done"
    assert done.reason == "item.quantity cannot be empty; `remove item` takes the item off the order"
    assert o.items[0].quantity == 2


def test_a_print_field_loses_its_metadata_and_says_what_is_left() -> None:
    o = order()
    tee = o.items[0]
    tee.variation_list["Print_SKU"] = "PS-9"
    done = do(o, "clear", target=printed("print_sku"), of=tee)
    assert done.outcome == "done"
    assert done.warnings == ("item.print_sku still has a value, which comes from the item's variation",)
    assert tee.metadata == {}
    assert tee.variation_list == {"Size": "L", "Print_SKU": "PS-9"}


def test_a_print_field_with_nothing_behind_it() -> None:
    o = order()
    done = do(o, "clear", target=printed("print_sku"), of=o.items[0])
    assert (done.outcome, done.warnings) == ("done", ())
    again = do(o, "clear", target=printed("print_sku"), of=o.items[0])
    assert again.reason == "item.print_sku is already missing"


def test_a_print_field_that_only_the_inventory_has() -> None:
    o = order()
    stock = InventoryItem("mug-1", metadata={"print_url_2": "https://art.example/m.png"})
    done = do(o, "clear", target=printed("print_url_2"), of=o.items[1], stock=(stock,))
    assert done.outcome == "not done"
    assert done.reason == (
        "item.print_url[2] comes from the inventory; only an entry of its own name in metadata is cleared"
    )


def test_a_missing_value_counts_from_zero() -> None:
    o = order()
    tries = an_entry("order.order_metadata", "tries")
    assert do(o, "increase", target=tries, by=D(1)).outcome == "done"
    assert do(o, "increase", target=tries, by=D(1)).outcome == "done"
    assert o.order_metadata == {"tries": "2"}
    do(o, "decrease", target=tries, by=D("2.5"))
    assert o.order_metadata == {"tries": "-0.5"}


def test_an_entry_that_came_as_a_number_is_stored_back_as_text() -> None:
    o = order(order_metadata={"Tries": 3})
    do(o, "increase", target=an_entry("order.order_metadata", "tries"), by="2")
    assert o.order_metadata == {"Tries": "5"}


@pytest.mark.parametrize(
    ("there", "shown"), [("three", '"three"'), ("1,5", '"1,5"'), ({"a": 1}, "several entries")]
)
def test_what_is_not_a_number_is_left_alone(there: object, shown: str) -> None:
    o = order(order_metadata={"tries": there})
    done = do(o, "increase", target=an_entry("order.order_metadata", "tries"), by=D(1))
    assert done.outcome == "not done"
    assert done.reason == f'order.metadata["tries"] is {shown}, which is not a number'
    assert o.order_metadata == {"tries": there}


def test_a_quantity_goes_up_with_its_totals() -> None:
    # 52.50 + 12.50 = 65.00
    o = order()
    do(o, "increase", target=QUANTITY, of=o.items[1], by=D(1))
    assert (o.items[1].quantity, o.quantity_total, o.product_total) == (2, 4, D("65.00"))
    assert o.order_total == D("72.70")


def test_a_quantity_never_goes_below_zero() -> None:
    o = order()
    assert do(o, "decrease", target=QUANTITY, of=o.items[0], by=D(2)).outcome == "done"
    done = do(o, "decrease", target=QUANTITY, of=o.items[0], by=D(1))
    assert done.reason == "item.quantity cannot be below zero (-1): it is 0, decreasing it by 1"
    assert o.items[0].quantity == 0


def test_by_what_is_missing_nothing_or_no_number() -> None:
    o = order()
    reasons = [do(o, "increase", target=PRICE, of=o.items[0], by=by).reason for by in (None, D(0), "x")]
    assert reasons == [
        "by how much to increase item.price is missing",
        "to increase item.price by 0 changes nothing",
        '"x" is not a number',
    ]
    assert o.items[0].price == D("20.00")


def test_a_print_field_counts_from_what_it_reads_as() -> None:
    o = order()
    o.items[0].variation_list["print_copies"] = "2"
    do(o, "increase", target=printed("print_copies"), of=o.items[0], by=D(1))
    assert o.items[0].metadata["print_copies"] == "3"


def test_more_than_any_order_can_have() -> None:
    o = order(order_metadata={"n": "999999999999999999"})
    done = do(o, "increase", target=an_entry("order.order_metadata", "n"), by=D(1))
    assert done.reason == 'order.metadata["n"] would be larger than any order can have'
