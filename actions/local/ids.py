"""Ids for what is born on the working copy. Called where items and shipments are added; orders are named by splits."""

from __future__ import annotations

from collections.abc import Collection

from events.order import Order


def new_id(stem: str, taken: Collection[str], first: int = 1) -> str:
    """`added-1`, `added-2`, ...: the first that is not taken. The same order always gives the same."""
    return f"{stem}-{free(stem, taken, first)}"


def free(stem: str, taken: Collection[str], first: int) -> int:
    number = first
    while f"{stem}-{number}" in taken:
        number += 1
    return number


class Added:
    """Ids of rows that are added one after the other. taken: those that are there."""

    def __init__(self, taken: Collection[str]) -> None:
        self._taken = frozenset(taken)
        self._last = 0

    def new(self) -> str:
        self._last = free("added", self._taken, self._last + 1)
        return f"added-{self._last}"


def added_items(order: Order) -> Added:
    return Added([each.id for each in order.items])


def added_shipments(order: Order) -> Added:
    return Added([each.id for each in order.shipments])
