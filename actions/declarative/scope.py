"""What templates may name: a prepared submission as plain data, in the words that rules have for the same things.

`order`, its `items` and their `prints`, `submission` (our reference and the idempotency key), `connection` (its settings),
`saved` (what earlier steps saved). KNOWN has the same names without values, so that a slip is found before anything runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.declarative.template import Scope
from actions.preparing.prepared import Line, PostalAddress, Prepared
from actions.provider import Submitting
from actions.secret import Secret
from dsl.schema import ConnectionSpec
from dsl.values import fold

OPEN = None
"""In KNOWN: below here any name may stand."""

PRINT = dict.fromkeys(("number", "url", "location", "preview"), OPEN)
ITEM: Mapping[str, Any] = {
    **dict.fromkeys(("id", "code", "sku", "name", "quantity", "price", "variation"), OPEN),
    **dict.fromkeys(("print_url", "print_location", "print_preview"), OPEN),
    "variant": dict.fromkeys(("variant_id", "gfn_variant_id", "gfn_product_id"), OPEN),
    "prints": [PRINT],
}
SHIPPING = dict.fromkeys(
    (
        "name",
        "company",
        "address1",
        "address2",
        "address3",
        "address4",
        "city",
        "state",
        "postal_code",
        "country",
    ),
    OPEN,
)
ORDER: Mapping[str, Any] = {
    **dict.fromkeys(
        ("email", "phone", "name", "currency", "mail_class", "mail_code", "shipping_total"), OPEN
    ),
    **dict.fromkeys(("quantity_total", "gift_message", "picklist_message"), OPEN),
    "shipping": SHIPPING,
    "items": [ITEM],
}
SUBMISSION = dict.fromkeys(("reference", "key", "test", "since"), OPEN)


def submission_scope(work: Submitting, codes: Mapping[str, str]) -> Scope:
    """codes: the provider's code of each of its method names."""
    return {
        "order": _order(work.prepared, codes),
        "submission": {"reference": work.reference, "key": work.key},
        "saved": dict(work.saved),
    }


def connection_scope(connection: ConnectionSpec, secrets: Mapping[str, Secret]) -> Mapping[str, Any]:
    """Settings by name; a secret only as what it is, never as the reference that the file has."""
    plain = {name: value for name, value in connection.settings.items() if not _reference(value)}
    return {**plain, **secrets}


def in_test(connection: ConnectionSpec) -> bool:
    return connection.settings.get("order_mode") == "test"


def _reference(value: object) -> bool:
    return isinstance(value, str) and value.startswith("${") and value.endswith("}")


def _order(prepared: Prepared, codes: Mapping[str, str]) -> Mapping[str, Any]:
    name = prepared.shipping_class.value
    coded = next((code for method, code in codes.items() if fold(method) == fold(name)), name)
    return {
        "name": prepared.contact.name,
        "email": prepared.contact.email,
        "phone": prepared.contact.phone,
        "currency": prepared.currency,
        "mail_class": name,
        "mail_code": coded,
        "shipping_total": prepared.shipping_total,
        "quantity_total": sum(line.quantity for line in prepared.items),
        "gift_message": prepared.gift_message,
        "picklist_message": prepared.picklist_message,
        "shipping": _shipping(prepared.address),
        "items": [_item(line) for line in prepared.items],
    }


def _shipping(address: PostalAddress) -> Mapping[str, str]:
    lines = dict(
        zip(("address1", "address2", "address3", "address4"), (*address.lines, "", "", "", ""), strict=False)
    )
    return {
        "name": address.name,
        "company": address.company,
        **lines,
        "city": address.city,
        "state": address.state,
        "postal_code": address.postal_code,
        "country": address.country,
    }


def _item(line: Line) -> Mapping[str, Any]:
    """The printer's own fields stand beside the rest; `print_url_2` is the second print's."""
    prints: dict[str, str] = {}
    for each in line.prints:
        for name, value in (("url", each.url), ("location", each.location), ("preview", each.preview)):
            prints[f"print_{name}_{each.number}"] = value
            if each.number == 1:
                prints[f"print_{name}"] = value
    variant = line.variant
    return {
        **prints,
        **line.fields,
        "id": line.item_id,
        "code": line.code,
        "sku": line.code,
        "name": line.name,
        "quantity": line.quantity,
        "price": line.price,
        "variation": dict(line.variation),
        "prints": [
            {"number": p.number, "url": p.url, "location": p.location, "preview": p.preview}
            for p in line.prints
        ],
        "variant": {name: getattr(variant, name) for name in ITEM["variant"]} if variant is not None else {},
    }
