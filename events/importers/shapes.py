"""What a JSON document is, told by its shape: an order of one of the sources, or something else that has a name.

Called by `read_orders` for each document. A table, so that a merchant who picks the wrong export reads what he picked.
"""

from __future__ import annotations

from typing import Any

ORDER_DESK = "Order Desk order"
SHOPIFY = "Shopify order"
SHOPIFY_DRAFT = "Shopify draft order"
WOOCOMMERCE = "WooCommerce order"
WOOCOMMERCE_LEGACY = "WooCommerce order (legacy API)"

WRAPPERS = ("order", "orders", "draft_order", "draft_orders")

# A wrapper's only member, or one of these beside paging: what it wraps.
WRAPPED = {
    "fulfillment": "a Shopify fulfilment",
    "fulfillments": "a list of Shopify fulfilments",
    "fulfillment_order": "a Shopify fulfilment order",
    "fulfillment_orders": "a list of Shopify fulfilment orders",
    "original_fulfillment_order": "the answer to a Shopify fulfilment request",
    "refund": "a Shopify refund",
    "refunds": "a list of Shopify refunds",
    "shop": "a Shopify shop",
    "transaction": "a Shopify transaction",
    "transactions": "a list of Shopify transactions",
    "customer": "a customer",
    "customers": "a list of customers",
    "product": "a product",
    "products": "a list of products",
    "webhook": "a webhook registration",
    "webhooks": "a list of webhook registrations",
    "inventory_item": "an inventory item",
    "inventory_items": "a list of inventory items",
    "shipment": "a shipment",
    "shipments": "a list of shipments",
    "store": "the settings of an Order Desk store",
    "webhook_id": "a WooCommerce webhook's test call",
}

# Members that only this kind has. The first that fits counts, so the particular stand before the general.
NEIGHBOURS: tuple[tuple[frozenset[str], str], ...] = tuple(
    (frozenset(members.split()), name)
    for members, name in (
        ("refund_line_items", "a Shopify refund"),
        ("supported_actions assigned_location_id", "a Shopify fulfilment order"),
        ("request_status destination", "a Shopify fulfilment order"),
        ("tracking_numbers order_id", "a Shopify fulfilment"),
        ("shipment_status order_id", "a Shopify fulfilment"),
        ("tracking_company order_id", "a Shopify fulfilment"),
        ("myshopify_domain", "a Shopify shop"),
        ("kind gateway amount", "a Shopify transaction"),
        ("lineItems", "a Shopify order of the GraphQL API; export it with the REST API or a webhook"),
        ("variants handle", "a Shopify product"),
        ("orders_count total_spent", "a customer"),
        ("line_items token abandoned_checkout_url", "an abandoned Shopify checkout"),
        ("delivery_url topic", "a WooCommerce webhook registration"),
        ("note customer_note date_created", "a WooCommerce order note"),
        ("amount refunded_by", "a WooCommerce refund"),
        ("amount refunded_payment", "a WooCommerce refund"),
        ("regular_price", "a WooCommerce product"),
        ("is_paying_customer", "a WooCommerce customer"),
        ("tracking_number carrier_code", "an Order Desk shipment"),
        ("code stock", "an Order Desk inventory item"),
        ("schema event_id fired", "a decision from `ordinance dry-run --format json`"),
    )
)

ORDER_DESK_ONLY = frozenset(
    [
        "source_name",
        "source_id",
        "shipping_method",
        "product_total",
        "quantity_total",
        "order_total",
        "checkout_data",
        "order_metadata",
        "folder",
        "folder_id",
        "payment_status",
    ]
)
WOO_ONLY = frozenset(
    ["order_key", "coupon_lines", "fee_lines", "total_shipping", "view_order_url", "billing", "date_created"]
)
LEGACY_ONLY = frozenset(["total_shipping", "view_order_url", "billing_address"])
DRAFT_ONLY = frozenset(["invoice_url", "invoice_sent_at", "shipping_line"])
SHOPIFY_ONLY = frozenset(
    ["total_price", "subtotal_price", "financial_status", "note_attributes", "current_total_price"]
)


def order_kind(document: dict[str, Any]) -> str | None:
    """The kind of order that this is, or None where it is none that we know."""
    members = document.keys()
    if "order_items" in members:
        return ORDER_DESK
    if "line_items" in members:
        if members & SHOPIFY_ONLY:
            return SHOPIFY_DRAFT if members & DRAFT_ONLY and "financial_status" not in members else SHOPIFY
        if members & WOO_ONLY:
            return WOOCOMMERCE_LEGACY if members & LEGACY_ONLY else WOOCOMMERCE
        return None
    if "items" in members and members & (ORDER_DESK_ONLY | {"shipping", "customer"}):
        return ORDER_DESK
    return ORDER_DESK if len(members & ORDER_DESK_ONLY) >= 2 else None


def refusal(document: Any) -> str:
    """What a document is that holds no order, as a sentence."""
    if not isinstance(document, dict):
        what = {str: "a text", bool: "a truth value", type(None): "null", list: "a list"}.get(
            type(document), "a number"
        )
        return f"this is {what}, not an order"
    if not document:
        return "this is an empty {}, not an order"
    if document.get("status") == "error":
        said = document.get("message")
        return f"this is an error answer of Order Desk{f' (`{said[:80]}`)' if isinstance(said, str) else ''}, not an order"
    if isinstance(document.get("errors"), (str, list, dict)):
        return "this is an error answer of Shopify, not an order"
    for members, name in NEIGHBOURS:
        if members <= document.keys():
            return f"this is {name}, not an order" if ";" not in name else f"this is {name}"
    for member, name in WRAPPED.items():
        if member in document and len(document) <= 6:
            return f"this is {name}, not an order"
    if "line_items" in document:
        return "this has line items, but is no order of Shopify or WooCommerce that we know: it has no totals"
    first = ", ".join(f"`{str(name)[:30]}`" for name in list(document)[:4])
    return (
        "this is not an order of Order Desk, Shopify or WooCommerce: "
        f"it has neither `order_items` nor `line_items`, but {first}{', ...' if len(document) > 4 else ''}"
    )
