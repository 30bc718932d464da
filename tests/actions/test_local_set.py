"""`set`: what is written where, and what is refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal as D

import pytest

from dsl.types import MAP
from events.order import Shipment
from tests.actions.local_orders import (
    PRICE,
    QUANTITY,
    SHIPPED,
    WEIGHT_OF_ONE,
    an_entry,
    do,
    field,
    order,
    printed,
)


def test_an_order_field_and_an_address_part() -> None:
    o = order()
    assert do(o, "set", target=field("order.shipping_method"), value="Express").outcome == "done"
    assert do(o, "set", target=field("order.shipping.country"), value="DE").outcome == "done"
    assert (o.shipping_method, o.shipping.country) == ("Express", "DE")


def test_a_text_field_takes_a_number_as_text() -> None:
    o = order()
    do(o, "set", target=field("order.shipping.postal_code"), value=D("10115"))
    assert o.shipping.postal_code == "10115"


def test_a_missing_value_is_not_done() -> None:
    o = order(order_metadata={"gift": "yes"})
    for value in (None, "   "):
        done = do(o, "set", target=an_entry("order.order_metadata", "gift"), value=value)
        assert (done.outcome, done.reason) == (
            "not done",
            'the value for order.metadata["gift"] is missing',
        )
    assert o.order_metadata == {"gift": "yes"}


def test_the_same_value_is_not_done_but_another_spelling_is() -> None:
    o = order(shipping_method="express")
    done = do(o, "set", target=field("order.shipping_method"), value="express")
    assert (done.outcome, done.reason) == ("not done", 'order.shipping_method is already "express"')
    assert do(o, "set", target=field("order.shipping_method"), value="Express").outcome == "done"
    assert o.shipping_method == "Express"


def test_an_existing_key_keeps_its_spelling_and_a_new_one_is_as_written() -> None:
    o = order(checkout_data={"Gift Note": "hello"})
    do(o, "set", target=an_entry("order.checkout_data", "gift note"), value="good day")
    do(o, "set", target=an_entry("order.checkout_data", "Ship By"), value=dt.date(2026, 3, 5))
    assert o.checkout_data == {"Gift Note": "good day", "Ship By": "2026-03-05"}


def test_the_exact_key_goes_before_one_that_differs_in_case() -> None:
    o = order(checkout_data={"Gift": "a", "gift": "b"})
    do(o, "set", target=an_entry("order.checkout_data", "gift"), value="c")
    assert o.checkout_data == {"Gift": "a", "gift": "c"}


def test_a_number_that_the_source_sent_as_a_number_is_the_same_as_its_text() -> None:
    o = order(order_metadata={"tries": 3})
    assert do(o, "set", target=an_entry("order.order_metadata", "tries"), value=D("3")).outcome == "not done"


def test_a_print_field_is_written_to_the_items_metadata() -> None:
    o = order()
    tee = o.items[0]
    tee.variation_list["print_url"] = "https://art.example/old.png"
    done = do(o, "set", target=printed("print_url"), of=tee, value="https://art.example/new.png")
    assert done.outcome == "done"
    assert tee.metadata == {"print_sku": "PS-1", "print_url": "https://art.example/new.png"}
    assert tee.variation_list["print_url"] == "https://art.example/old.png"


def test_the_first_print_is_written_to_the_unnumbered_field_where_that_is_there() -> None:
    o = order()
    tee, mug = o.items
    tee.metadata["print_url"] = "https://art.example/a.png"
    for item in (tee, mug):
        do(o, "set", target=printed("print_url_1"), of=item, value="https://art.example/b.png")
    assert tee.metadata == {"print_sku": "PS-1", "print_url": "https://art.example/b.png"}
    assert mug.metadata == {"print_url_1": "https://art.example/b.png"}


def test_a_variation_entry_of_one_item() -> None:
    o = order()
    do(o, "set", target=an_entry("item.variation_list", "size"), of=o.items[0], value="XL")
    assert o.items[0].variation_list == {"Size": "XL"}
    assert o.items[1].variation_list == {}


def test_a_price_changes_the_totals() -> None:
    # 2 x 18.25 + 12.50 = 49.00, which is 3.50 less; 60.20 - 3.50 = 56.70
    o = order()
    assert do(o, "set", target=PRICE, of=o.items[0], value=D("18.25")).outcome == "done"
    assert (o.product_total, o.order_total) == (D("49.00"), D("56.70"))
    assert (o.quantity_total, o.weight_total) == (3, D("2.1"))


def test_a_price_keeps_its_digits_and_the_total_is_rounded_to_the_cent() -> None:
    # 2 x 0.0375 = 0.075, half up 0.08; 0.08 + 12.50 = 12.58 (12.575 half up)
    o = order()
    do(o, "set", target=PRICE, of=o.items[0], value=D("0.0375"))
    assert (o.items[0].price, o.product_total) == (D("0.0375"), D("12.58"))


def test_yen_have_no_cents() -> None:
    o = order(currency="JPY", product_total=D(5250), order_total=D(6020))
    do(o, "set", target=PRICE, of=o.items[1], value=D("1000.4"))
    assert o.product_total == D(1040)


def test_a_quantity_changes_pieces_weight_and_money() -> None:
    # 3 x 20.00 + 12.50 = 72.50; 3 x 0.5 + 1.1 = 2.6; 60.20 + 20.00 = 80.20
    o = order()
    do(o, "set", target=QUANTITY, of=o.items[0], value=D("3.0"))
    assert o.items[0].quantity == 3
    assert type(o.items[0].quantity) is int
    assert (o.quantity_total, o.weight_total) == (4, D("2.6"))
    assert (o.product_total, o.order_total) == (D("72.50"), D("80.20"))


def test_a_weight_never_touches_the_money() -> None:
    # the imported product total does not agree with the items here, and stays
    o = order(product_total=D("47.00"))
    do(o, "set", target=WEIGHT_OF_ONE, of=o.items[1], value=D("0.333"))
    assert (o.weight_total, o.product_total, o.order_total) == (D("1.333"), D("47.00"), D("60.20"))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (D("1.5"), "item.quantity is a number of pieces, and 1.5 is not a whole number"),
        (D("-1"), "item.quantity cannot be below zero (-1)"),
        (D("1000001"), "1000001 pieces is more than one line can have (1,000,000)"),
        ("two", '"two" is not a number'),
        ("1e3", '"1e3" is not a number'),
        (True, "true is not a number"),
        (D("1e30"), "item.quantity would be larger than any order can have"),
    ],
)
def test_a_quantity_that_cannot_be_meant(value: object, reason: str) -> None:
    o = order()
    before = o.copy_whole()
    done = do(o, "set", target=QUANTITY, of=o.items[0], value=value)
    assert (done.outcome, done.reason) == ("not done", reason)
    assert o == before


def test_a_quantity_of_zero_is_allowed_and_text_is_read() -> None:
    o = order()
    assert do(o, "set", target=QUANTITY, of=o.items[0], value="0").outcome == "done"
    assert (o.quantity_total, o.product_total) == (1, D("12.50"))


def test_a_price_below_zero_is_refused() -> None:
    done = do(o := order(), "set", target=PRICE, of=o.items[0], value=D("-0.01"))
    assert done.reason == "item.price cannot be below zero (-0.01)"
    assert o.items[0].price == D("20.00")


def test_the_same_amount_in_other_digits_is_the_same() -> None:
    o = order()
    done = do(o, "set", target=PRICE, of=o.items[0], value=D("20"))
    assert (done.outcome, done.reason) == ("not done", "item.price is already 20")


def test_a_date_begins_the_day_in_the_stores_time_zone() -> None:
    shipment = Shipment(id="s1")
    o = order(shipments=[shipment])
    o.shipments[0] = shipment
    do(o, "set", target=SHIPPED, of=shipment, value=dt.date(2026, 3, 1))
    assert shipment.date_shipped == dt.datetime(2026, 3, 1, 5, 0, tzinfo=dt.UTC)
    done = do(o, "set", target=SHIPPED, of=shipment, value="next week")
    assert done.reason == '"next week" is not a date'


def test_a_whole_map_is_not_a_place_for_one_value() -> None:
    done = do(order(), "set", target=field("order.order_metadata", MAP), value="x")
    assert done.reason == 'order.metadata has many entries; name one of them, as in order.metadata["..."]'


def test_an_item_that_an_earlier_action_took_away_is_left_alone() -> None:
    o = order()
    tee = o.items[0]
    do(o, "remove item", of=tee)
    done = do(o, "set", target=PRICE, of=tee, value=D("1"))
    assert (done.outcome, done.reason) == ("not done", "the item is no longer on this order")
    assert tee.price == D("20.00")


def test_an_item_of_a_copy_is_found_by_its_id() -> None:
    o = order()
    copied = o.copy_whole().items[1]
    do(o, "set", target=field("item.name"), of=copied, value="Big mug")
    assert o.items[1].name == "Big mug"


def test_money_without_a_known_product_total() -> None:
    # nobody knows what the order total was made of, so it stays; the product total becomes known
    o = order(product_total=None)
    do(o, "set", target=PRICE, of=o.items[0], value=D("10"))
    assert (o.product_total, o.order_total) == (D("32.50"), D("60.20"))
