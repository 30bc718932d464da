"""An item's details from the inventory item of its SKU. Called by `apply inventory` and `add item`.

Filling never overwrites: what a customer or a rule has put on the item stays.
"""

from __future__ import annotations

from actions.local.entries import entry, key_of
from dsl.schema import fold
from dsl.values import missing, plain
from events.inventory import InventoryItem
from events.order import Item

CODE_REPLACE = "code_replace"
"""An instruction about the SKU, not a detail of the item: never copied to it."""


def fill(item: Item, stock: InventoryItem) -> bool:
    """Fills what is empty; whether anything was. A weight of 0 is empty (nothing weighs nothing), a price of 0 is not:
    a free gift stays free.

    A metadata entry that the variation already has is not filled: metadata is read first, and would hide it.
    """
    changed = False
    if missing(item.name) and not missing(stock.name):
        item.name, changed = stock.name, True
    if item.price is None and stock.price is not None:
        item.price, changed = stock.price, True
    if not item.weight and stock.weight:
        item.weight, changed = stock.weight, True
    for key, value in stock.metadata.items():
        if fold(key) == CODE_REPLACE or missing(value):
            continue
        if entry(item.metadata, key) is None and entry(item.variation_list, key) is None:
            item.metadata[key_of(item.metadata, key) or key] = value
            changed = True
    for key, value in stock.variation_list.items():
        if not missing(value) and entry(item.variation_list, key) is None:
            item.variation_list[key_of(item.variation_list, key) or key] = value
            changed = True
    return changed


def forget(item: Item, stock: InventoryItem) -> None:
    """Takes off the item what it has from this inventory item: entries with that very value."""
    for entries, known in ((item.metadata, stock.metadata), (item.variation_list, stock.variation_list)):
        for key, value in known.items():
            found = key_of(entries, key)
            if found is not None and plain(entries[found]) == value:
                del entries[found]
