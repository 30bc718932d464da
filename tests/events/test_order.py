"""The model at its border: what Order Desk's loose JSON becomes, and what a copy shares."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from events.order import Item, Model, Order


def test_what_php_writes_loosely() -> None:
    """The type traps of the vendor's samples: empty maps as lists, numbers as text, dates without a zone."""
    order = Order.model_validate(
        {
            "id": 12345678901234567890,
            "email_count": "3",
            "folder_id": "7",
            "order_total": "1,234.50",
            "refund_total": "",
            "date_added": "2026-01-31 14:30:00",
            "date_updated": "0000-00-00 00:00:00",
            "checkout_data": [],
            "order_metadata": {"count": 5, "ok": True, "none": None, "list": [1]},
            "order_items": [{"name": "Tee", "quantity": "2", "price": "10", "metadata": []}],
            "order_shipments": [{"tracking_number": 1, "weight": "0", "date_shipped": "2026-01-31"}],
        }
    )
    assert order.id == "12345678901234567890"
    assert (order.email_count, order.folder_id) == (3, 7)
    assert (order.order_total, order.refund_total) == (Decimal("1234.50"), None)
    assert order.date_added == dt.datetime(2026, 1, 31, 14, 30, tzinfo=dt.UTC)
    assert order.date_updated is None
    assert order.checkout_data == {}
    assert order.order_metadata == {"count": "5", "ok": "true", "none": None, "list": [1]}
    assert (order.items[0].quantity, order.items[0].price, order.items[0].metadata) == (2, Decimal(10), {})
    assert order.shipments[0].tracking_number == "1"
    assert order.shipments[0].date_shipped == dt.datetime(2026, 1, 31, tzinfo=dt.UTC)


def test_times_with_a_zone_become_utc() -> None:
    order = Order.model_validate({"date_added": "2026-01-31T14:30:00.250-05:00"})
    assert order.date_added == dt.datetime(2026, 1, 31, 19, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-01-31", dt.datetime(2026, 1, 31, tzinfo=dt.UTC)),
        ("2026-01-31 14:30", dt.datetime(2026, 1, 31, 14, 30, tzinfo=dt.UTC)),
        (" 2026-01-31T14:30:05 ", dt.datetime(2026, 1, 31, 14, 30, 5, tzinfo=dt.UTC)),
        ("2026-01-31T14:30:05.999Z", dt.datetime(2026, 1, 31, 14, 30, 5, tzinfo=dt.UTC)),
        ("2026-01-31T14:30:05+0530", dt.datetime(2026, 1, 31, 9, 0, 5, tzinfo=dt.UTC)),
        ("0000-00-00", None),
        ("", None),
    ],
)
def test_times_however_they_are_written(written: str, read: dt.datetime | None) -> None:
    assert Order.model_validate({"date_added": written}).date_added == read


@pytest.mark.parametrize(
    "written",
    ["2026-W05-1T15:12:09", "20260131T151209", "2026-01-31T151209.1", "2026-01-31 25:00:00", 20260131],
)
def test_what_python_reads_as_a_time_and_a_merchant_does_not_is_refused(written: object) -> None:
    with pytest.raises(ValidationError, match="is not a date such as 2026-01-31 14:30:00"):
        Order.model_validate({"date_added": written})


@pytest.mark.parametrize("quantity", [2, "2", Decimal("2.0"), " 2 "])
def test_whole_numbers_however_they_are_written(quantity: Any) -> None:
    assert Item(quantity=quantity).quantity == 2


@pytest.mark.parametrize(
    "item",
    [
        {"quantity": "two"},
        {"quantity": Decimal("2.5")},
        {"quantity": -1},
        {"quantity": 10**12},
        {"quantity": True},
        {"price": "$5"},
        {"price": "1e3"},
        {"price": "NaN"},
        {"price": Decimal("NaN")},
        {"price": Decimal("-1e18")},
        {"price": "1_0"},
        {"name": ["Tee"]},
        {"metadata": ["x"]},
    ],
)
def test_what_is_no_number_text_or_map_is_refused(item: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Item.model_validate(item)


def containers(value: Any) -> list[Any]:
    if isinstance(value, Model):
        return [value, *containers(value.__dict__), *containers(value.__pydantic_extra__)]
    if isinstance(value, dict):
        return [value, *(c for v in value.values() for c in containers(v))]
    if isinstance(value, list):
        return [value, *(c for v in value for c in containers(v))]
    return []


def test_a_whole_copy_is_equal_and_shares_nothing_that_can_change() -> None:
    order = Order.model_validate(
        {
            "id": "1",
            "tags": ["a"],
            "order_metadata": {"deep": {"er": [{"x": 1}]}},
            "order_items": [{"name": "Tee", "metadata": {"print_url": "u"}, "own": {"x": [1]}}],
            "order_notes": [{"content": "x"}],
            "discount_list": [{"code": "A"}],
            "unknown": [{"y": 2}],
        }
    )
    copy = order.copy_whole()
    assert copy == order
    assert copy.model_fields_set == order.model_fields_set
    assert copy.model_fields_set is not order.model_fields_set
    shared = {id(c) for c in containers(order)} & {id(c) for c in containers(copy)}
    assert shared == set()
    assert len(containers(order)) > 15
    copy.items[0].metadata["print_url"] = "v"
    copy.folder = "New"
    assert (order.items[0].metadata["print_url"], order.folder) == ("u", "")
