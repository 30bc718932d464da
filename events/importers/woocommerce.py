"""WooCommerce orders: wc/v3 and wc/v2, the older wc/v1, and the legacy API that WooCommerce 9 removed.

Called by `read_orders`. The table of what goes where is in docs/importing.md. Hidden entries (keys that begin with `_`)
go to metadata, entries that the shopper sees to checkout data and variations.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dsl.schema import StoreSpec
from dsl.values import EXACT, round_half_up
from events.importers.orderdesk import validated
from events.importers.reading import Fields, Findings, copied_if_missing, entry, put_all, total
from events.order import Order

PAYMENT = {
    "pending": "Pending",
    "on-hold": "Pending",
    "checkout-draft": "Pending",
    "auto-draft": "Pending",
    "draft": "Pending",
    "processing": "Captured",
    "completed": "Captured",
    "cancelled": "Voided",
    "trash": "Voided",
    "refunded": "Fully Refunded",
    "failed": "Rejected",
}
TRACKING = "_wc_shipment_tracking_items"


def read(document: dict[str, Any], store: StoreSpec, findings: Findings) -> Order:
    """Raises `Refused` where a field that an order cannot be without is malformed."""
    source = Fields(document, "", findings)
    zone = ZoneInfo(store.timezone)
    items = [_item(line) for line in source.rows("line_items")]
    billing = source.part("billing", "billing_address")
    shipping, customer = _address(source.part("shipping", "shipping_address")), _address(billing)
    copied_if_missing(source, shipping, customer)
    checkout_data: dict[str, Any] = {}
    kept = {"woocommerce_status": source.text("status")} if "status" in source else {}
    put_all(source, "meta_data", _metas(source, checkout_data, kept))
    note = source.text("customer_note", "note")
    if note:
        put_all(source, "customer_note", [(checkout_data, "Note", html.unescape(note))])
    refunded = total(refund.amount("total", "amount") for refund in source.rows("refunds"))
    data: dict[str, Any] = {
        "id": source.id("id"),
        "source_name": "WooCommerce",
        "source_id": source.text("number", "order_number", "id"),
        "email": billing.text("email") or source.part("customer").text("email"),
        "currency": source.text("currency"),
        "shipping_method": _shipping_method(source),
        "payment_type": source.text("payment_method_title", "payment_method")
        or source.part("payment_details").text("method_title", "method_id"),
        "payment_status": _payment_status(source, refunded),
        "customer_id": source.id("customer_id"),
        "ip_address": source.text("customer_ip_address", "customer_ip"),
        "date_added": _time(source, "date_created", "created_at", zone),
        "date_updated": _time(source, "date_modified", "updated_at", zone),
        "shipping": shipping,
        "customer": customer,
        "checkout_data": checkout_data,
        "order_metadata": kept,
        "discount_list": [_coupon(coupon) for coupon in source.rows("coupon_lines")],
        "order_items": items,
        "order_shipments": list(_shipments(source)),
        "shipping_total": source.charge("shipping_total", "total_shipping"),
        "handling_total": total(fee.amount("total", "amount") for fee in source.rows("fee_lines")),
        "tax_total": source.charge("total_tax"),
        "discount_total": source.charge("discount_total", "total_discount"),
    }
    if "total" in source:
        data["order_total"] = source.amount("total")
    if (products := _product_total(source)) is not None:
        data["product_total"] = products
    if "refunds" in document:
        data["refund_total"] = abs(refunded)
    return validated(data)


def _item(line: Fields) -> dict[str, Any]:
    """WooCommerce orders have no weights: missing, so that `apply inventory` fills them."""
    variation: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    put_all(line, "meta_data", _metas(line, variation, metadata))
    put_all(
        line,
        "product_id",
        [(metadata, key, line.id(key)) for key in ("product_id", "variation_id") if line.id(key)],
    )
    quantity = line.count("quantity")
    return {
        "id": line.id("id"),
        "name": html.unescape(line.text("name")),
        "code": line.text("sku"),
        "price": _price(line, quantity),
        "quantity": quantity,
        "weight": None,
        "variation_list": variation,
        "metadata": metadata,
    }


def _price(line: Fields, quantity: int) -> Decimal | None:
    """Before discounts, which the order has in `discount_total`: WooCommerce's own `price` is after them."""
    subtotal = line.amount("subtotal")
    if subtotal is None or not quantity:
        return line.amount("price")
    each = EXACT.divide(subtotal, Decimal(quantity))
    return each if EXACT.multiply(each, Decimal(quantity)) == subtotal else round_half_up(each, 4)


def _product_total(source: Fields) -> Decimal | None:
    if "subtotal" in source:
        return source.amount("subtotal")
    subtotals = [_number(line) for line in source.rows("line_items")]
    return None if None in subtotals or not subtotals else total(subtotals)


def _number(line: Fields) -> Decimal | None:
    return line.amount("subtotal") if "subtotal" in line else None


def _metas(
    source: Fields, seen: dict[str, Any], hidden: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], str, str]]:
    """`meta_data`, or the `meta` of the older shapes. A key as the shopper sees it, where the document says so."""
    for member in ("meta_data", "meta"):
        for meta in source.rows(member):
            key = meta.text("key")
            if key == TRACKING:
                continue
            value = meta.data.get("value")
            if key.startswith("_"):
                yield hidden, key, entry(value)
                continue
            label = html.unescape(meta.text("display_key", "label") or key)
            display = meta.data.get("display_value")
            if isinstance(display, str) and display.strip() and "<" not in display:
                value = display.strip()
            yield seen, label, html.unescape(entry(value))


def _address(source: Fields) -> dict[str, str]:
    return {
        "first_name": source.text("first_name"),
        "last_name": source.text("last_name"),
        "company": source.text("company"),
        "address1": source.text("address_1"),
        "address2": source.text("address_2"),
        "city": source.text("city"),
        "state": source.text("state"),
        "postal_code": source.text("postcode"),
        "country": source.text("country"),
        "phone": source.text("phone"),
    }


def _time(source: Fields, name: str, legacy: str, zone: ZoneInfo) -> dt.datetime | None:
    """wc/v1 says only what the shop's clock said; the later shapes say it in UTC beside it."""
    return source.time(f"{name}_gmt") or source.time(name, zone=zone) or source.time(legacy)


def _shipping_method(source: Fields) -> str:
    for line in source.rows("shipping_lines"):
        return html.unescape(line.text("method_title", "method_id"))
    return source.text("shipping_methods")


def _payment_status(source: Fields, refunded: Decimal) -> str:
    """A status of the shop's own, such as `printing`, says nothing of payment; the date of payment does."""
    known = PAYMENT.get(source.text("status").removeprefix("wc-"))
    if known is None:
        paid = (
            "date_paid" in source or "date_paid_gmt" in source or source.part("payment_details").true("paid")
        )
        known = "Captured" if paid else "Pending"
    return "Partially Refunded" if known == "Captured" and refunded else known


def _coupon(coupon: Fields) -> dict[str, Any]:
    code = html.unescape(coupon.text("code"))
    return {"name": code, "code": code, "amount": coupon.amount("discount", "amount")}


def _shipments(source: Fields) -> Iterator[dict[str, Any]]:
    """What the Shipment Tracking extension keeps in a hidden entry of the order; days as seconds since 1970."""
    for meta in source.rows("meta_data"):
        if meta.data.get("key") != TRACKING:
            continue
        for parcel in meta.rows("value"):
            seconds = parcel.amount("date_shipped")
            if number := parcel.text("tracking_number"):
                yield {
                    "id": parcel.text("tracking_id"),
                    "order_id": source.id("id"),
                    "tracking_number": number,
                    "carrier_code": parcel.text("tracking_provider", "custom_tracking_provider"),
                    "tracking_url": parcel.text("tracking_link", "custom_tracking_link"),
                    "source": "WooCommerce",
                    "cart_shipment_id": parcel.text("tracking_id"),
                    "date_shipped": _day(seconds),
                }


def _day(seconds: Decimal | None) -> dt.datetime | None:
    if seconds is None or not 0 < seconds < Decimal(10) ** 10:
        return None
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC)
