"""Orders, commits and times for the tests of the stores."""

from __future__ import annotations

import datetime as dt
from typing import Any

from events.effect import Effect
from events.event import Event
from events.order import Order
from events.store import (
    Change,
    Commit,
    HistoryLine,
    JournalEntry,
    NewEffect,
    Settled,
    Store,
)

T0 = dt.datetime(2026, 3, 1, 10, 0, tzinfo=dt.UTC)
LEASE = dt.timedelta(minutes=1)


def at(minutes: float) -> dt.datetime:
    return T0 + dt.timedelta(minutes=minutes)


def order(order_id: str = "1001", **fields: Any) -> Order:
    return Order.model_validate({"id": order_id, "folder": "New", **fields})


def event(order_id: str = "1001", minutes: float = 0) -> Event:
    return Event("order.imported", "Order is Imported", order_id, at(minutes))


def effect(
    key: str, order_id: str = "1001", connection: str | None = "podos", minutes: float = 0
) -> NewEffect:
    if connection is None:
        wanted = Effect("email", order_id, "Thank", values={"to": "a@example.com", "body": "Thanks"})
    else:
        wanted = Effect("submit", order_id, "Send", connection, 1)
    return NewEffect(key, wanted, f"chain of {order_id}", at(minutes), "test", "fingerprint")


def imported(new: Order, key: str = "", *effects: NewEffect, **more: Any) -> Commit:
    """A new order comes in."""
    return Commit(key or f"in {new.id}", event(new.id), (Change(new, None),), effects=effects, **more)


def asked(key: str, *effects: NewEffect) -> Commit:
    """Nothing but effects."""
    return Commit(key, event(), effects=effects)


def settled(key: str, effect_id: int, owner: str = "a", state: Any = "done", minutes: float = 0) -> Commit:
    return Commit(
        key, event(minutes=minutes), settles=Settled(effect_id, owner, state, state, f"it is {state}")
    )


def line(order_id: str = "1001", what: str = "moved to folder Shipped", minutes: float = 0) -> HistoryLine:
    return HistoryLine(order_id, at(minutes), 'rule "File them"', what, "it was shipped", "r1", "d1")


def entry(order_id: str = "1001", number: int = 1) -> JournalEntry:
    return JournalEntry(
        f"d{number}", order_id, "order.imported", at(number), '{"id": "order.imported"}', '{"1001": {}}', "{}", "{}", "[]"
    )  # fmt: skip


def states(store: Store) -> dict[str, str]:
    return {found.new.key: found.state for found in store.entries()}
