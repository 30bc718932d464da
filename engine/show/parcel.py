"""A prepared submission as a person checks it: each item with its SKU, quantity and prints, and how it would be shipped."""

from __future__ import annotations

from dataclasses import dataclass

from actions.preparing.prepared import Line, PostalAddress, Prepared, Print
from engine.show.words import Words

_WHERE = {"metadata": "item metadata", "variation": "the variation", "inventory": "the inventory"}
_SHIPPING = {
    "exact": "the printer's own name",
    "match": "by shipping_class_match",
    "default": "the default mail class",
}


@dataclass(frozen=True)
class Parcel:
    """items: the heading of each (`2 x TEE-1 Blue tee`) with its lines. about: how it is shipped, where to, messages."""

    items: tuple[tuple[str, tuple[str, ...]], ...]
    about: tuple[str, ...]


def parcel(prepared: Prepared, words: Words) -> Parcel:
    shipping = prepared.shipping_class
    about = (
        ("shipping class", f"{shipping.value} ({_SHIPPING[shipping.came_from]})"),
        ("ship to", _address(prepared.address)),
        ("gift message", prepared.gift_message),
        ("picklist message", prepared.picklist_message),
    )
    return Parcel(
        items=tuple((_heading(line, words), tuple(_lines(line, words))) for line in prepared.items),
        about=tuple(f"{name}: {words.value(text)}" for name, text in about if text),
    )


def _heading(line: Line, words: Words) -> str:
    name = " ".join(filter(None, (line.code, line.name if line.name != line.code else "")))
    price = "" if line.price is None else f", {words.amount(line.price)} each"
    return f"{line.quantity} x {name or f'item {line.item_id}'}{price}"


def _lines(line: Line, words: Words) -> list[str]:
    fields = [
        f"{name}: {words.value(value)} (from {_WHERE[line.origins[name]]})"
        if name in line.origins
        else f"{name}: {words.value(value)}"
        for name, value in line.fields.items()
    ]
    variant = [f"variant: {line.variant}"] if line.variant is not None else []
    return [*fields, *variant, *(_print(one, words) for one in line.prints)]


def _print(one: Print, words: Words) -> str:
    location = f" at {one.location}" if one.location else ""
    url = words.short(one.url) if one.url else "no artwork"
    return f"print {one.number}{location}: {url}"


def _address(address: PostalAddress) -> str:
    """The town is enough to check by; a dry run is mailed to colleagues."""
    return ", ".join(filter(None, (address.city, address.state, address.postal_code, address.country)))
