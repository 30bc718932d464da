"""Print details: a field of an item, looked up in its metadata, its variation, then the inventory item of its SKU.

Used by the steps of `prepare`. A blank entry counts as absent and the next place is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actions.preparing.prepared import Origin
from dsl.values import fold, plain, present
from events.inventory import InventoryItem
from events.order import Item


@dataclass(frozen=True)
class Chosen:
    """An item that this submission takes. `number` is its place on the order, from 1; `key` its id.

    code: its SKU after Product Code Match. stock: the inventory items to look in, nearest first. replaced: that of the
    item's own SKU, where another SKU goes in its place.
    """

    item: Item
    number: int
    key: str
    code: str
    stock: tuple[InventoryItem, ...] = ()
    replaced: InventoryItem | None = None

    @property
    def title(self) -> str:
        return item_title(self.item, self.number)


@dataclass(frozen=True)
class Found:
    value: str
    origin: Origin


def item_title(item: Item, number: int) -> str:
    """`item 2 (TEE-1, "Blue tee")`."""
    name = f'"{item.name.strip()}"' if item.name.strip() else ""
    known = ", ".join(part for part in (item.code.strip(), name) if part)
    return f"item {number} ({known})" if known else f"item {number}"


def places(chosen: Chosen) -> Iterator[tuple[Origin, Mapping[str, Any]]]:
    yield "metadata", chosen.item.metadata
    yield "variation", chosen.item.variation_list
    for stock in chosen.stock:
        yield "inventory", stock.metadata
        yield "inventory", stock.variation_list


def entry(entries: Mapping[str, Any], name: str) -> str | None:
    """A map's entry as text, by the exact key, else without regard to case; None where it is missing or no plain value."""
    if name in entries:
        value = entries[name]
    else:
        wanted = fold(name)
        value = next((v for k, v in entries.items() if fold(k) == wanted), None)
    return text_of(value)


def text_of(value: object) -> str | None:
    """A plain value as text without blanks at the ends; None where it is missing, or a list or map."""
    if present(value) is None or not isinstance(value, (str, int, Decimal)):
        return None
    return (plain(value) or "").strip() or None


def find(chosen: Chosen, *alike: str) -> Found | None:
    """The first of names that mean the same, place by place: what stands on the item outweighs the inventory."""
    for origin, entries in places(chosen):
        for name in alike:
            value = entry(entries, name)
            if value is not None and (origin == "inventory" or not stale(chosen, name, value)):
                return Found(value, origin)
    return None


def stale(chosen: Chosen, name: str, value: str) -> bool:
    """Whether a value on the item is what `apply inventory` filled in for a SKU that another goes in place of."""
    of_sku = chosen.replaced
    return of_sku is not None and value in (entry(of_sku.metadata, name), entry(of_sku.variation_list, name))
