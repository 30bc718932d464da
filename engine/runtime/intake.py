"""Orders come in: each once, under an id of its own, in the first folder; what cannot be an order stops here.

Called by `ordinance orders import`, by polling of carts and by webhooks. Reading their JSON is `events.importers`'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from dsl.schema import fold
from engine.decision import Decision
from engine.runtime.runtime import Runtime
from events.event import Event
from events.importers import Imported
from events.order import Order

IMPORTED = "order.imported"


@dataclass(frozen=True)
class Taken:
    """What became of one document. `what` where it was not taken in: a lower-case sentence."""

    place: str
    state: Literal["new", "known", "refused"]
    order_id: str = ""
    what: str = ""
    decision: Decision | None = None


def take_in(runtime: Runtime, documents: Iterable[Imported]) -> Iterator[Taken]:
    """Every order of these, one transaction each. Raises StoreError."""
    for document in documents:
        if document.order is None:
            yield Taken(document.place, "refused", what=document.error or "this is no order")
        else:
            yield _take(runtime, document.place, document.order)


def _take(runtime: Runtime, place: str, order: Order) -> Taken:
    found = newcomer(runtime, place, order)
    if isinstance(found, Taken):
        return found
    labels = runtime.ruleset.program.form.labels
    event = Event(IMPORTED, labels.get(IMPORTED, IMPORTED), found.id, runtime.now())
    decision = runtime.handle(import_key(found), event, found)
    if decision is None:
        return Taken(place, "known", found.id, f"order {found.id} came in before")
    return Taken(place, "new", found.id, decision=decision)


def newcomer(runtime: Runtime, place: str, order: Order) -> Order | Taken:
    """The order as it would come in, under an id of its own; or why it would not."""
    if not order.id.strip():
        return Taken(place, "refused", what="the order has no id")
    known = known_as(runtime, order)
    if known is not None:
        return Taken(place, "known", known, f"order {known} came in before")
    if runtime.store.order(order.id) is not None:  # another shop's order with the same number
        order = order.copy_whole()
        order.id = f"{re.sub(r'[^a-z0-9]+', '-', fold(order.source_name)).strip('-') or 'other'}-{order.id}"
        if (known := known_as(runtime, order)) is not None:
            return Taken(place, "known", known, f"order {known} came in before")
        if runtime.store.order(order.id) is not None:
            return Taken(place, "refused", what=f"there is another order {order.id}")
    return order


def known_as(runtime: Runtime, order: Order) -> str | None:
    """The id under which the store has this very order."""
    if order.source_id.strip():
        found = runtime.store.find(order.source_name, order.source_id)
        return found.order.id if found is not None else None
    there = runtime.store.order(order.id)
    return (
        there.order.id
        if there is not None and fold(there.order.source_name) == fold(order.source_name)
        else None
    )


def import_key(order: Order) -> str:
    """An order comes in once, by its cart's own number; also after it was forgotten."""
    return f"imported|{fold(order.source_name)}|{order.source_id.strip() or order.id}"
