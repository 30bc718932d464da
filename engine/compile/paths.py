"""Which fields of the order a value depends on, and whether a write concerns them. Called by `index`.

Paths are canonical (`order.shipping.country`, `item.metadata`). A map is one field whatever its key, because keys are
found without regard to case. What does not change during a turn (the event, the store, the inventory) has no path.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dsl.schema import FieldRef
from engine import form as f
from engine.compile.compiler import Compiler, meant
from engine.compile.unary import CurrencyIs, OrderCurrency

PRINT = frozenset({"item.metadata", "item.variation_list", "item.code"})
CURRENCY = frozenset({"order.currency"})
SUBJECTS = {"item": "order.items", "shipment": "order.shipments"}
DERIVED = {"order.discount_codes": frozenset({"order.discount_codes", "order.discount_list"})}


class Paths:
    """Of each node, found once."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._found: dict[int, frozenset[str]] = {}

    def of(self, node: f.Node) -> frozenset[str]:
        identity = self._compiler.identity(node)
        found = self._found.get(identity)
        if found is None:
            found = self._found[identity] = own(node) | self._within(getattr(node, n) for n in meant(node))
        return found

    def _within(self, parts: Iterable[Any]) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for part in parts:
            if isinstance(part, f.Node):
                found |= self.of(part)
            elif isinstance(part, tuple):
                found |= self._within(part)
        return found


def own(node: f.Node) -> frozenset[str]:
    """Of the node itself, without its parts."""
    if isinstance(node, f.Read):
        return read(node)
    if isinstance(node, (f.Aggregate, f.Quantified)):
        return frozenset({SUBJECTS[node.over]})
    if isinstance(node, (f.MoneyConst, f.AsAmount, f.Lookup, f.Call, OrderCurrency, CurrencyIs)):
        return CURRENCY
    return frozenset()


def read(node: FieldRef) -> frozenset[str]:
    if node.how == "print":
        return PRINT
    if node.root not in ("order", "item", "shipment"):
        return frozenset()
    steps = node.steps[:-1] if node.how == "entry" else node.steps
    path = ".".join((node.root, *steps))
    return DERIVED.get(path, frozenset({path}))


def paths_of(ref: FieldRef) -> frozenset[str]:
    """Of a field read on the order, or on any of its items (shipments)."""
    return read(ref) | ({SUBJECTS[ref.root]} if ref.root in SUBJECTS else frozenset())


def concerned(reads: Iterable[str], written: str) -> bool:
    """Whether writing `written` may change what is read: one is a part of the other. Whoever reads of items reads
    `order.items` too."""
    return any(
        read == written or read.startswith(f"{written}.") or written.startswith(f"{read}.") for read in reads
    )
