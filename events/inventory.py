"""Item details by SKU: the `inventory.csv` of a ruleset, or a store's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True)
class InventoryItem:
    """None or "" is an unknown detail. `price` in the store's currency, `weight` in the store's unit."""

    code: str
    name: str = ""
    location: str = ""
    stock: Decimal | None = None
    weight: Decimal | None = None
    price: Decimal | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    variation_list: Mapping[str, str] = field(default_factory=dict)


Inventory: TypeAlias = Mapping[str, InventoryItem]
"""Keyed by `dsl.schema.fold(code)`."""
