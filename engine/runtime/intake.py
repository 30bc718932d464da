"""Orders come in: each once, under an id of its own, in the first folder; what cannot be an order stops here.

Called by `ordinance orders import`, by polling of carts and by webhooks. Reading their JSON is `events.importers`'.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from dsl.schema import fold
from engine.decision import Decision
from engine.runtime.group import Group, Handled
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
    """Every order of these, in their order; many are stored at once (`engine.runtime.group`), and each is told when it is
    stored. Raises StoreError."""
    group = Group(runtime)
    coming: deque[Taken | Coming] = deque()
    for document in documents:
        if document.order is None:
            coming.append(Taken(document.place, "refused", what=document.error or "this is no order"))
        else:
            coming.append(_come(group, document.place, document.order))
        yield from _told(coming)
    group.store()
    yield from _told(coming)


@dataclass(frozen=True)
class Coming:
    """An order that was decided on, and is not yet told of."""

    place: str
    order_id: str
    handled: Handled

    def taken(self) -> Taken:
        if self.handled.failed is not None:
            raise self.handled.failed
        if self.handled.decision is None:
            return Taken(self.place, "known", self.order_id, f"order {self.order_id} came in before")
        return Taken(self.place, "new", self.order_id, decision=self.handled.decision)


def _told(coming: deque[Taken | Coming]) -> Iterator[Taken]:
    """Those from the first on that are stored."""
    while coming:
        first = coming[0]
        if isinstance(first, Coming) and not first.handled.stored:
            return
        coming.popleft()
        yield first.taken() if isinstance(first, Coming) else first


def _come(group: Group, place: str, order: Order) -> Taken | Coming:
    runtime = group.runtime
    if group.concerns(import_key(order), order.id):
        group.store()
    found = newcomer(runtime, place, order)
    if isinstance(found, Taken):
        return found
    if group.concerns(found.id):
        group.store()  # under its other id it may have come in just now
        found = newcomer(runtime, place, order)
        if isinstance(found, Taken):
            return found
    labels = runtime.ruleset.program.form.labels
    event = Event(IMPORTED, labels.get(IMPORTED, IMPORTED), found.id, runtime.now())
    return Coming(place, found.id, group.handle(import_key(found), event, found))


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
