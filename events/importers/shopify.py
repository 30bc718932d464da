"""Shopify orders and draft orders, in the shape of the REST API and of webhooks.

Called by `read_orders`. The table of what goes where is in docs/importing.md; what has no place in Order Desk's order
and is of use to rules is kept in `order_metadata` and in the items' `metadata`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dsl.schema import StoreSpec
from dsl.values import EXACT, convert_weight, round_half_up
from events.importers.orderdesk import validated
from events.importers.reading import (
    Fields,
    Findings,
    copied_if_missing,
    entry,
    put_all,
    total,
)
from events.order import Order

PAYMENT = {
    "authorized": "Authorized",
    "paid": "Captured",
    "partially_paid": "Pending",
    "partially_refunded": "Partially Refunded",
    "pending": "Pending",
    "unpaid": "Pending",
    "refunded": "Fully Refunded",
    "voided": "Voided",
    "expired": "Rejected",
}

# Kept beside the order because rules ask for them and Order Desk has no field for them.
KEPT = ("cancelled_at", "cancel_reason", "fulfillment_status", "financial_status", "po_number", "closed_at")


def read(document: dict[str, Any], store: StoreSpec, findings: Findings) -> Order:
    """Raises `Refused` where a field that an order cannot be without is malformed."""
    source = Fields(document, "", findings)
    zone = ZoneInfo("UTC")
    items = [_item(line, store) for line in source.rows("line_items")]
    name = source.text("name")
    buyer = source.part("customer")
    shipping, customer = _addresses(source, buyer)
    checkout_data: dict[str, Any] = {}
    put_all(
        source,
        "note_attributes",
        (
            (checkout_data, note.text("name", "key"), entry(note.data.get("value")))
            for note in source.rows("note_attributes")
        ),
    )
    if source.text("note"):
        put_all(source, "note", [(checkout_data, "Note", source.text("note"))])
    discounts = list(_discounts(source))
    data: dict[str, Any] = {
        "id": source.id("id"),
        "source_name": "Shopify",
        "source_id": name.removeprefix("#") or source.text("order_number", "number"),
        "email": source.text("email", "contact_email") or buyer.text("email"),
        "currency": source.text("currency"),
        "shipping_method": _shipping_method(source),
        "payment_type": _gateway(source),
        "payment_status": _payment_status(source),
        "cc_number_masked": source.part("payment_details").text("credit_card_number"),
        "customer_id": buyer.id("id"),
        "ip_address": source.text("browser_ip"),
        "date_added": source.time("created_at", "processed_at", zone=zone),
        "date_updated": source.time("updated_at", zone=zone),
        "tags": _tags(source),
        "shipping": shipping,
        "customer": customer,
        "checkout_data": checkout_data,
        "order_metadata": _metadata(source, name),
        "discount_list": discounts,
        "order_items": items,
        "order_shipments": list(_shipments(source)),
        "shipping_total": _shipping_total(source),
        "handling_total": source.charge("total_tip_received"),
        "tax_total": source.charge("total_tax"),
        "discount_total": source.amount("total_discounts")
        if "total_discounts" in source
        else total(d["amount"] for d in discounts) + total(_line_discounts(source)),
    }
    if "total_line_items_price" in source:
        data["product_total"] = source.amount("total_line_items_price")
    if "total_price" in source:
        data["order_total"] = source.amount("total_price")
    if (grams := source.amount("total_weight")) is not None and grams > 0:
        data["weight_total"] = _weight(grams, store)
    if "refunds" in document:
        data["refund_total"] = _refunded(source)
    return validated(data)


def _item(line: Fields, store: StoreSpec) -> dict[str, Any]:
    variation: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    put_all(line, "options", ((variation, name, value) for name, value in _options(line)))
    properties = ((row.text("name"), entry(row.data.get("value"))) for row in line.rows("properties"))
    put_all(
        line,
        "properties",
        ((metadata if name.startswith("_") else variation, name, value) for name, value in properties),
    )
    put_all(
        line,
        "product_id",
        [(metadata, key, line.id(key)) for key in ("product_id", "variant_id") if line.id(key)],
    )
    grams = line.amount("grams")
    return {
        "id": line.id("id"),
        "name": line.text("title", "name"),
        "code": line.text("sku"),
        "price": line.amount("price"),
        "quantity": line.count("quantity"),
        "weight": None if grams is None else _weight(grams, store),
        "category_code": line.text("vendor"),
        "delivery_type": "ship" if line.true("requires_shipping") else "",
        "fulfillment_method": line.text("fulfillment_service"),
        "variation_list": variation,
        "metadata": metadata,
    }


def _options(line: Fields) -> Iterator[tuple[str, str]]:
    """Named options where the document has them. A title alone does not say what its parts are: it stays whole."""
    named = False
    for member in ("options_with_values", "options", "variant_options"):
        values = line.data.get(member)
        if isinstance(values, list) and values and all(isinstance(v, dict) and v.get("name") for v in values):
            for option in line.rows(member):
                named = True
                yield option.text("name"), option.text("value")
            break
    title = line.text("variant_title")
    if title and title != "Default Title" and not named:
        yield "Variant", title


def _weight(grams: Decimal, store: StoreSpec) -> Decimal | None:
    """In the store's unit, to four places: a twentieth of a gram in pounds."""
    value = convert_weight(grams, "g", store.weight_unit)
    return value if store.weight_unit == "g" else _trimmed(round_half_up(value, 4))


def _trimmed(value: Decimal | None) -> Decimal | None:
    """Without zeros at the end, and never as `1E+1`."""
    if value is None:
        return None
    value = EXACT.plus(value.normalize())
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def _addresses(source: Fields, buyer: Fields) -> tuple[dict[str, str], dict[str, str]]:
    shipping = _address(source.part("shipping_address"))
    customer = _address(source.part("billing_address"))
    copied_if_missing(source, shipping, customer)
    for part in ("first_name", "last_name"):
        customer[part] = customer[part] or buyer.text(part)
    customer["phone"] = customer["phone"] or source.text("phone") or buyer.text("phone")
    shipping["phone"] = shipping["phone"] or source.text("phone")
    return shipping, customer


def _address(source: Fields) -> dict[str, str]:
    first, last = source.text("first_name"), source.text("last_name")
    if not first and not last:
        first, _, last = source.text("name").rpartition(" ")
    return {
        "first_name": first,
        "last_name": last,
        "company": source.text("company"),
        "address1": source.text("address1"),
        "address2": source.text("address2"),
        "city": source.text("city"),
        "state": source.text("province_code", "province"),
        "postal_code": source.text("zip"),
        "country": source.text("country_code", "country"),
        "phone": source.text("phone"),
    }


def _shipping_method(source: Fields) -> str:
    for line in source.rows("shipping_lines"):
        return line.text("title", "code")
    return source.part("shipping_line").text("title")


def _shipping_total(source: Fields) -> Decimal:
    lines = list(source.rows("shipping_lines"))
    if "shipping_line" in source:
        lines.append(source.part("shipping_line"))
    return total(line.amount("price") for line in lines)


def _gateway(source: Fields) -> str:
    names = source.list("payment_gateway_names")
    return str(names[0]) if names and isinstance(names[0], str) else source.text("gateway")


def _payment_status(source: Fields) -> str:
    if "financial_status" not in source:
        # A draft is not paid in Shopify's eyes; when it is, an order stands beside it.
        return "Pending"
    said = source.text("financial_status")
    known = PAYMENT.get(said.lower())
    if known is None:
        source.warn(f'financial_status: "{said[:40]}" is not one of Shopify\'s; payment_status is left empty')
    return known or ""


def _tags(source: Fields) -> list[str]:
    value = source.data.get("tags")
    parts = value if isinstance(value, list) else source.text("tags").split(",")
    return [part.strip() for part in parts if isinstance(part, str) and part.strip()]


def _discounts(source: Fields) -> Iterator[dict[str, Any]]:
    for code in source.rows("discount_codes"):
        yield {
            "name": code.text("code") or "Discount",
            "code": code.text("code"),
            "amount": code.amount("amount"),
        }
    if "applied_discount" in source:
        own = source.part("applied_discount")
        yield {
            "name": own.text("title", "description") or "Discount",
            "code": "",
            "amount": own.amount("amount"),
        }


def _line_discounts(source: Fields) -> Iterator[Decimal | None]:
    """Of a draft: orders have their total."""
    for line in source.rows("line_items"):
        if "applied_discount" in line:
            yield line.part("applied_discount").amount("amount")


def _refunded(source: Fields) -> Decimal:
    return total(
        payment.amount("amount")
        for refund in source.rows("refunds")
        for payment in refund.rows("transactions")
        if payment.text("kind") in ("refund", "") and payment.text("status") in ("success", "")
    )


def _metadata(source: Fields, name: str) -> dict[str, str]:
    kept = {"shopify_name": name} if name else {}
    for member in KEPT:
        if member in source:
            when = source.time(member) if member.endswith("_at") else None
            kept[member] = when.strftime("%Y-%m-%d %H:%M:%S") if when else source.text(member)
    if "financial_status" not in source and "status" in source:
        kept["draft_status"] = source.text("status")
    if source.text("source_name"):
        kept["shopify_source_name"] = source.text("source_name")
    if source.true("test"):
        kept["test"] = "true"
    return kept


def _shipments(source: Fields) -> Iterator[dict[str, Any]]:
    """One for each tracking number."""
    for fulfilment in source.rows("fulfillments"):
        many = [
            str(n)
            for n in fulfilment.list("tracking_numbers")
            if isinstance(n, (str, int)) and str(n).strip()
        ]
        numbers = many or [n for n in [fulfilment.text("tracking_number")] if n]
        links = [link for link in fulfilment.list("tracking_urls") if isinstance(link, str)]
        for at, number in enumerate(numbers):
            own = fulfilment.id("id")
            yield {
                "id": own if at == 0 or not own else f"{own}-{at + 1}",
                "order_id": source.id("id"),
                "tracking_number": number,
                "carrier_code": fulfilment.text("tracking_company"),
                "tracking_url": links[at] if at < len(links) else fulfilment.text("tracking_url"),
                "status": fulfilment.text("shipment_status", "status"),
                "source": "Shopify",
                "cart_shipment_id": own,
                "date_shipped": fulfilment.time("created_at"),
                "date_added": fulfilment.time("created_at"),
            }
