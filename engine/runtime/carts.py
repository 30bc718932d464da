"""Orders that a shop system posts: each comes in once, and what changes about it is told once.

Called by `engine.runtime.webhooks` with what a cart signed. Only the signed body is believed: a repeat, a replay and messages
that overtake each other change nothing, because the order itself remembers what was told of it. Reading is the importers'.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from actions.cart import CartSpec
from actions.declarative.template import Scope
from dsl.schema import ConnectionSpec
from engine.runtime.intake import known_as, take_in
from engine.runtime.runtime import Make, NoSuchOrder, Runtime
from engine.wiring import integrations
from events.event import Event
from events.importers import Imported, read_orders, refreshing
from events.order import Order

RECENT = dt.timedelta(days=1)
"""News of an order that is not here brings it in where it was placed so lately: the message of its coming in may be late.
What is older was there before the shop was connected, and may have been printed long ago."""

UPDATED = "updated"


@dataclass(frozen=True)
class Unreadable(Exception):
    """Signed, and yet no order that can be taken in: a lower-case sentence."""

    why: str


@dataclass(frozen=True)
class Cart:
    """prefix: stands before the shop's own order numbers."""

    spec: CartSpec
    connection: ConnectionSpec
    prefix: str = ""

    def take(self, runtime: Runtime, key: str, scope: Scope, topic: str, body: bytes) -> str:
        """What became of it, for whoever watches; blank where there is nothing to say. key: the same for the same body.
        Raises Unreadable, StoreError, Conflict."""
        if topic not in self.spec.topics or self.spec.is_unborn(scope):
            return ""
        order = self.read(runtime, body)
        if (known := known_as(runtime, order)) is None:
            if (why := self.passed_over(runtime, order, topic)) is not None:
                return f"order {order.source_id or order.id} {why}"
            (taken,) = take_in(
                runtime, [Imported(refreshing.marked(order), None, (), "", self.connection.label)]
            )
            if taken.state == "refused":
                raise Unreadable(taken.what)
            known = taken.order_id
        return f"order {known}: {', '.join(said)}" if (said := self.tell(runtime, key, known, order)) else ""

    def read(self, runtime: Runtime, body: bytes) -> Order:
        config = runtime.opened.ruleset.config
        found = read_orders(body, name=self.connection.name, store=config.store, folders=config.folders_by_id)
        (document,) = found[:1]
        if document.order is None or len(found) > 1:
            raise Unreadable(document.error or "these are several orders")
        order = document.order
        if order.source_name != self.kind():
            raise Unreadable(f"this is an order of {order.source_name or 'Order Desk'}, not of {self.kind()}")
        if self.prefix:
            order = order.copy_whole()
            order.source_id = f"{self.prefix}{order.source_id or order.id}"
        return order

    def kind(self) -> str:
        return integrations()[self.connection.integration].label

    def passed_over(self, runtime: Runtime, order: Order, topic: str) -> str | None:
        """Why an order that is not here does not come in."""
        said = order.order_metadata
        if refreshing.CANCELLED in refreshing.standing(order):
            return "was cancelled before it came in, so it is not taken in"
        if said.get("fulfillment_status") == "fulfilled" or said.get("woocommerce_status") == "completed":
            return "was shipped before it came in, so it is not taken in"
        placed = order.date_added
        if topic in self.spec.bringing or (placed is not None and runtime.clock.now() - placed < RECENT):
            return None
        return "is not here, and this is only news of it: `ordinance orders import` takes it in from a file"

    def tell(self, runtime: Runtime, key: str, order_id: str, theirs: Order) -> list[str]:
        """Every event that this is the first to tell of."""
        said: list[str] = []
        created, *further = refreshing.standing(theirs)
        for word in (created, UPDATED, *further):
            try:
                decision = runtime.happen(f"{key}|{word}", order_id, self.making(runtime, word, theirs))
            except NoSuchOrder:
                return said  # it was forgotten a moment ago
            if decision is not None:
                said.append(word)
        return said

    def making(self, runtime: Runtime, word: str, theirs: Order) -> Make:
        labels, at = runtime.ruleset.program.form.labels, runtime.now()
        event_id = f"{self.connection.name}.order_{word}"

        def make(order: Order) -> tuple[Order, Event] | None:
            if refreshing.is_stale(order, theirs):
                return None
            after, words = refreshing.refreshed(order, theirs)
            if word == UPDATED:
                if not words and order.date_updated == theirs.date_updated:
                    return None
            elif word in refreshing.told(order):
                return None
            else:
                after = refreshing.telling(after, word)
            values = self.values(runtime, event_id, theirs, "; ".join(words))
            return after, Event(event_id, labels.get(event_id, event_id), order.id, at, values)

        return make

    def values(self, runtime: Runtime, event_id: str, theirs: Order, message: str) -> dict[str, Any]:
        said = theirs.order_metadata
        every = {
            "reason": said.get("cancel_reason") or None,
            "status": said.get("woocommerce_status") or None,
            "message": message or None,
        }
        spec = runtime.opened.schema.events.get(event_id)
        fields = spec.fields if spec is not None else {}
        return {
            "connection": self.connection.name,
            **{name: value for name, value in every.items() if name in fields},
        }
