"""What the sandbox podOS makes of a request to create an order: what is wrong with it, or a priced quote.

Requests are held to the published shape: an unknown member, or an id where a variant's reference belongs, is refused. Every order
has parts, one for each factory, with shipping methods whose ids are that part's own.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from actions.sandbox.clock import text
from actions.sandbox.podos.catalogue import Catalogue, named

METHODS = (("Standard", "3.50", "3", "5"), ("Express", "6.90", "1", "2"), ("DHL Express", "11.00", "1", "1"))
"""Name, price, and how many days it takes, least and most."""

_UNIT = Decimal("10.00")
_STATE_NEEDED = ("US", "CA", "AU")
_MEMBERS = frozenset(
    {
        "merchantReference", "contactInformation", "shippingAddress", "customsInformation", "items",
        "preferredFulfillers",
    }
)  # fmt: skip
_REF = re.compile(r"https://[^/]+/v1/(catalog/)?variants/[^/]+")


def variant_id(ref: str) -> str:
    return ref.rpartition("/")[2]


def price(amount: Decimal) -> dict[str, str]:
    return {"amount": format(amount, "f"), "currencyCode": "GBP"}


def problem(wanted: Any, catalogue: Catalogue) -> str | None:
    """Why no order can be made of it."""
    if not isinstance(wanted, dict):
        return "The body is not a JSON object"
    if unknown := set(wanted) - _MEMBERS:
        return f"Unknown field {min(unknown)}"
    contact, address, items = (wanted.get(n) for n in ("contactInformation", "shippingAddress", "items"))
    if not isinstance(contact, dict) or not contact.get("email"):
        return "contactInformation.email is required"
    if not isinstance(address, dict):
        return "shippingAddress is required"
    if wrong := _address_problem(address):
        return wrong
    if not isinstance(items, list) or not items:
        return "items is required"
    return next((w for at, each in enumerate(items) if (w := _item_problem(at, each, catalogue))), None)


def _item_problem(position: int, item: Any, catalogue: Catalogue) -> str | None:
    if not isinstance(item, dict) or set(item) - {"variantRef", "quantity", "recipientCost"}:
        return f"items.{position} is not an item"
    quantity, ref = item.get("quantity"), item.get("variantRef")
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
        return f"items.{position}.quantity must be at least 1"
    if not isinstance(ref, str) or not _REF.fullmatch(ref):
        return f"items.{position}.variantRef is not the reference of a catalogue variant"
    if variant_id(ref) not in catalogue.variants:
        return f"items.{position}: the variant {ref} does not exist"
    return None


def _address_problem(address: Mapping[str, Any]) -> str | None:
    known = ("contactName", "company", "line1", "line2", "city", "postalCode", "country", "state")
    for name, value in address.items():
        if name not in known or not isinstance(value, str):
            return f"shippingAddress.{name} is not allowed"
    if not re.fullmatch(r"[A-Z]{2}", address.get("country", "")):
        return "shippingAddress.country is required, as a two-letter code"
    if address["country"] in _STATE_NEEDED and not address.get("state"):
        return f"shippingAddress.state is required for {address['country']}"
    longest = 52 if address.get("line2") else 104
    if len(address.get("line1", "")) > longest or len(address.get("line2", "")) > 52:
        return f"shippingAddress.line1 may have {longest} characters"
    return None


def quote(
    wanted: Mapping[str, Any], number: int, catalogue: Catalogue, now: dt.datetime, *, ships: bool
) -> dict[str, Any]:
    """ships: whether any shipping method is offered."""
    items = [
        {
            "id": named("item", number, position),
            "variantRef": each["variantRef"],
            "quantity": each["quantity"],
            "name": catalogue.titles[variant_id(each["variantRef"])],
        }
        for position, each in enumerate(wanted["items"])
    ]
    total = sum((_UNIT * each["quantity"] for each in items), Decimal())
    return {
        "id": named("order", number),
        "ref": f"S-{1000 + number}",
        "status": "quote",
        "contactInformation": wanted["contactInformation"],
        "paymentMethod": {"type": "wallet"},
        "shippingAddress": wanted["shippingAddress"],
        "createdAt": text(now),
        "updatedAt": text(now),
        "statusChangedAt": text(now),
        "merchantReference": wanted.get("merchantReference"),
        "items": items,
        "fulfillments": _parts(number, items, catalogue, METHODS if ships else ()),
        "subtotalPrice": price(total),
        "totalPrice": price(total),
        "origin": {"code": "api", "isPaid": False},
    }


def _parts(
    number: int,
    items: Sequence[Mapping[str, Any]],
    catalogue: Catalogue,
    methods: Sequence[tuple[str, str, str, str]],
) -> list[dict[str, Any]]:
    by_factory: dict[int, list[Mapping[str, Any]]] = {}
    for item in items:
        by_factory.setdefault(catalogue.factories[variant_id(item["variantRef"])], []).append(item)
    return [
        {
            "id": named("fulfillment", number, factory),
            "status": "quote",
            "fulfiller": {"id": f"factory-{factory}", "canFulfillImmediately": True},
            "items": [
                {"id": named("part", item["id"]), "itemId": item["id"], "quantity": item["quantity"]}
                for item in part
            ],
            "tracking": None,
            "availableShippingMethods": [
                {
                    "id": named("method", number, factory, name),
                    "name": name,
                    "description": f"{least} to {most} days",
                    "deliveryEstimates": {"isPriority": name != "Standard", "min": least, "max": most},
                    "totalPrice": price(Decimal(cost)),
                }
                for name, cost, least, most in methods
            ],
            "packageWeight": 200,
            "frozen": False,
            "frozenReasons": [],
        }
        for factory, part in sorted(by_factory.items())
    ]
