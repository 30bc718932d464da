"""A store that was put back from a backup: what it does not know of, and what is done about that.

Called by `ordinance backup` and `restore`, and by the worker. Between the backup and its being put back, orders may have been
submitted that the store believes were not. So every submission and cancellation of an order from that time is asked after
at its printer before it is sent, and letters that waited wait for a person. A copy does not work by itself: somebody has to
say that it takes the store's place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from events.clock import Clock
from events.jsontext import dumps, loads
from events.order import Order
from events.store import Conflict, OutboxEntry, Store

COPY = "copy"
"""The note that makes a store a backup: when it was taken."""

RESTORED = "restored"

CLOCKS_DIFFER = dt.timedelta(hours=1)
"""A cart may say that an order was placed so much later than it was."""

LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""For a copy that does not say when it was made."""


@dataclass(frozen=True)
class Restored:
    """taken: when the backup was written; back: when it took the store's place."""

    taken: dt.datetime
    back: dt.datetime

    def doubts(self, entry: OutboxEntry, order: Order | None) -> bool:
        """Whether the effect may have been done in the time that was lost. Once it was begun anew, its own attempts tell.

        An order that was placed since was not there then.
        """
        if any(each.began >= self.back for each in entry.attempts):
            return False
        placed = order.date_added if order is not None else None
        return placed is None or placed < self.back + CLOCKS_DIFFER


@dataclass(frozen=True)
class Marked:
    """asked_first: effects that wait, and are asked after before they are sent. to_look_at: those that a person has to settle."""

    asked_first: int
    to_look_at: int


def mark_of_copy(clock: Clock) -> Mapping[str, str]:
    """The notes that a backup has and its store has not."""
    return {COPY: clock.now().isoformat()}


def taken_at(store: Store) -> dt.datetime | None:
    """When this backup was taken; None for a store that is none."""
    text = store.note(COPY)
    return None if text is None else dt.datetime.fromisoformat(text)


def restored(store: Store) -> Restored | None:
    text = store.note(RESTORED)
    if text is None:
        return None
    return Restored(**{name: dt.datetime.fromisoformat(each) for name, each in loads(text).items()})


def restore(store: Store, now: dt.datetime) -> Marked:
    """Makes a copy a store that works."""
    began = taken_at(store) or LONG_AGO
    earlier = restored(store)
    lost = Restored(min(began, earlier.taken) if earlier else began, now)
    store.set_note(RESTORED, dumps(vars(lost)))
    asked, looked = 0, 0
    for entry in store.entries(states=["waiting", "working"]):
        if entry.new.effect.kind in ("submit", "cancel"):
            asked += 1
            continue
        why = (
            "this may have gone out after the backup was taken; `ordinance outbox retry "
            f"{entry.id}` sends it, `ordinance outbox resolve {entry.id}` leaves it"
        )
        try:
            store.review(entry.id, None, why, now)
            looked += 1
        except Conflict:
            continue
    store.set_note(COPY, None)  # last, so that a restoring that was interrupted is done again
    return Marked(asked, looked)
