"""A round: one action that is done for each of many items or shipments, one after the other.

Begun by the turn. What an action looks up in the whole order (its totals, its tags, ids that are taken) it finds out once
a round and keeps up to date: an order of 10,000 items would else be walked ten thousand times.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from events.order import Item, Order, Shipment

Rows: TypeAlias = list[Item] | list[Shipment]
Known = TypeVar("Known")


class Round:
    """rows: the order's items, or its shipments. INVARIANT: within a round rows come at the end, and go by `take_off` only."""

    __slots__ = ("_at", "_gone", "_known", "_rows")

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._at = {id(row): at for at, row in enumerate(rows)}
        self._gone = 0
        self._known: dict[Any, Any] = {}

    def has(self, row: Item | Shipment) -> bool:
        """Whether it was there when the round began and has not been taken off since."""
        return id(row) in self._at

    def take_off(self, row: Item | Shipment) -> None:
        at = max(0, self._at.pop(id(row)) - self._gone)
        while self._rows[at] is not row:  # where one behind it went before it
            at += 1
        del self._rows[at]
        self._gone += 1

    def known(self, find: Callable[[Order], Known], order: Order) -> Known:
        """What `find` gave when it was first asked for in this round; who changes the order changes that as well."""
        if find not in self._known:
            self._known[find] = find(order)
        found: Known = self._known[find]
        return found
