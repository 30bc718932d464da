"""Entries of an order's maps: metadata, variations, checkout data. Keys are found as the language finds them.

Called by every action that reads or writes an entry. What a print field reads as is here too (language.md section 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.work import World
from dsl.schema import fold
from dsl.values import missing, present
from events.order import Item


def key_of(entries: Mapping[str, Any], key: str) -> str | None:
    """The key as the map spells it: the exact one first, then one that differs in case or blanks."""
    if key in entries:
        return key
    wanted = fold(key)
    return next((each for each in entries if fold(each) == wanted), None)


def entry(entries: Mapping[str, Any], key: str) -> Any:
    """The value under that key; None is missing."""
    found = key_of(entries, key)
    return None if found is None else present(entries[found])


def standing(item: Item, name: str, world: World) -> tuple[Any, str] | None:
    """What a print field reads as, and where from: item metadata, variation, then the inventory item of its SKU."""
    stock = world.inventory.get(fold(item.code))
    places: list[tuple[Mapping[str, Any], str]] = [
        (item.metadata, "the item's metadata"),
        (item.variation_list, "the item's variation"),
    ]
    if stock is not None:
        places += [(stock.metadata, "the inventory"), (stock.variation_list, "the inventory")]
    for entries, place in places:
        for each in (name, _other_spelling(name)):
            if each and not missing(value := entry(entries, each)):
                return value, place
    return None


def _other_spelling(name: str) -> str | None:
    """`print_url` and `print_url_1` are the same print job."""
    if name.endswith("_1"):
        return name.removesuffix("_1")
    return None if name.rsplit("_", 1)[-1].isdigit() else f"{name}_1"
