"""What compiled closures look at: the facts of a turn, unpacked, with the item or shipment in hand.

One view per turn. Quantifiers, aggregates and item rules put a subject in hand and take it out again; nothing else
changes. What a value means is left to the modules that read it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from dsl.values import folded, plain
from engine.facts import Facts
from events.order import Item, Shipment

Over: TypeAlias = Literal["item", "shipment"]


class View:
    __slots__ = ("_zone", "event", "item", "order", "shipment", "store", "world")

    def __init__(self, facts: Facts) -> None:
        self.order = facts.order
        self.event = facts.event
        self.world = facts.world
        self.store = facts.world.store
        self.item: Item | None = facts.item
        self.shipment: Shipment | None = facts.shipment
        self._zone: ZoneInfo | None = None

    @property
    def zone(self) -> ZoneInfo:
        if self._zone is None:
            self._zone = ZoneInfo(self.store.timezone)
        return self._zone

    @property
    def currency(self) -> str:
        return self.order.currency or self.store.currency

    def is_in(self, currency: str) -> bool:
        """Whether the order is in that currency."""
        return folded(self.currency) == folded(currency)

    def subjects(self, over: Over) -> Sequence[Item | Shipment]:
        return self.order.items if over == "item" else self.order.shipments

    def hold(self, over: Over, subject: Item | Shipment | None) -> Any:
        """Puts it in hand; gives what was there before, to be put back."""
        before = getattr(self, over)
        setattr(self, over, subject)
        return before

    def matching(self, over: Over, where: Met | None) -> list[Item | Shipment]:
        """The items (shipments) for which `where` is met, in order."""
        subjects = self.subjects(over)
        if where is None:
            return list(subjects)
        before = self.hold(over, None)
        found = []
        for subject in subjects:
            self.hold(over, subject)
            if where(self):
                found.append(subject)
        self.hold(over, before)
        return found


Reading: TypeAlias = Callable[[View], Any]
"""A compiled value: plain, or None for missing."""

Met: TypeAlias = Callable[[View], bool]
"""A compiled condition."""


def as_text(value: Any) -> str:
    """A present value where a text is compared."""
    return value if isinstance(value, str) else plain(value) or ""
