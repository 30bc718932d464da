"""What is sent to podOS: the body that creates an order, and the one that confirms it with shipping methods of the quote."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from actions.integrations.podos.shapes import Order, Part
from actions.preparing.prepared import Line, PostalAddress, Prepared
from actions.preparing.shipping import shipping_class
from dsl.schema import ConnectionSpec, fold
from events.failure import Failure, FailureKind
from events.jsontext import dumps

Body = Mapping[str, object]


def title(line: Line) -> str:
    """`TEE-1 "Blue tee"`, as messages name an item."""
    known = " ".join(part for part in (line.code, f'"{line.name}"' if line.name else "") if part)
    return known or f"item {line.item_id}"


def creating(prepared: Prepared, reference: str, email: str, refs: Sequence[str]) -> Body:
    """refs: the catalogue variant of each item, in order."""
    contact = {"email": email, **({"phone": prepared.contact.phone} if prepared.contact.phone else {})}
    return {
        "merchantReference": reference,
        "contactInformation": contact,
        "shippingAddress": _address(prepared.address),
        "items": [
            {"variantRef": ref, "quantity": line.quantity, **_paid(line, prepared.currency)}
            for line, ref in zip(prepared.items, refs, strict=True)
        ],
    }


def _address(address: PostalAddress) -> Body:
    lines = dict(zip(("line1", "line2"), address.lines, strict=False))
    parts = {
        "contactName": address.name,
        "company": address.company,
        **lines,
        "city": address.city,
        "postalCode": address.postal_code,
        "country": address.country,
        "state": address.state,
    }
    return {name: value for name, value in parts.items() if value}


def _paid(line: Line, currency: str) -> Body:
    """What the customer paid for one, which customs ask for; left out where it is not known."""
    if line.price is None or line.price < 0 or not re.fullmatch(r"[A-Z]{3}", currency):
        return {}
    return {"recipientCost": {"amount": format(line.price, "f"), "currencyCode": currency}}


def digest(prepared: Prepared, reference: str) -> str:
    """Tells whether a quote is for the order as it is now. The shipping method does not count: it is chosen in confirming."""
    what = [asdict(line) for line in prepared.items]
    text = dumps([reference, what, asdict(prepared.address), asdict(prepared.contact), prepared.currency])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def confirming(
    order: Order, prepared: Prepared, connection: ConnectionSpec
) -> tuple[Body, tuple[str, ...]] | Failure:
    """The body, and what is worth a warning; a failure where a part's methods hold none that fits. Every part has methods
    of its own, matched by name in the same steps as when it was prepared."""
    if not order.fulfillments:
        return Failure(FailureKind.GENERAL, f"{connection.label} quoted the order with nothing to fulfill")
    chosen: list[Body] = []
    warnings: list[str] = []
    for part in order.fulfillments:
        method = _method(part, prepared, connection)
        if isinstance(method, Failure):
            return method
        method_id, advice = method
        chosen.append({"fulfillmentId": part.id, "shippingMethodId": method_id})
        warnings += advice
    return {"fulfillments": chosen}, tuple(dict.fromkeys(warnings))


def _method(part: Part, prepared: Prepared, connection: ConnectionSpec) -> tuple[str, list[str]] | Failure:
    offered: dict[str, str] = {}
    names = []
    for each in part.available_shipping_methods:
        if each.id and each.name.strip() and fold(each.name) not in offered:
            offered[fold(each.name)] = each.id
            names.append(each.name.strip())
    if not names:
        message = (
            f"{connection.label} offers no shipping method for this order: it may not deliver to this address"
        )
        return Failure(FailureKind.INVALID_SHIPPING_METHOD, message)
    chosen, warnings = shipping_class(prepared.asked, connection, names)
    if isinstance(chosen, Failure):
        return chosen
    return offered[fold(chosen.value)], warnings
