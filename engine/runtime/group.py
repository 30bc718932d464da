"""Many events that wait at once, stored in groups: one transaction, and one wait for the disk, for many of them.

Called by the intake and by schedules. Each event is decided and told as `Runtime.handle` does it alone, in the order in which
it came; whatever concerns an order that is in the group already waits for the group to be stored. INVARIANT: nobody is told
that an event was handled before it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.decision import Decision
from engine.runtime import journal
from engine.runtime.runtime import NoSuchOrder, Runtime, Turned
from events.event import Event
from events.order import Order
from events.store import Conflict

LARGEST = 100
"""So many events are stored at once, which takes the disk little longer than one."""


@dataclass
class Handled:
    """What becomes of an event. decision: None where it was handled before, or `failed` says why it could not be.
    stored: whether its answer stands."""

    key: str
    event: Event
    order: Order | None
    turned: Turned | None = None
    decision: Decision | None = None
    failed: Conflict | NoSuchOrder | None = None
    stored: bool = False


@dataclass
class Group:
    runtime: Runtime
    waiting: list[Handled] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def handle(self, key: str, event: Event, order: Order | None = None) -> Handled:
        """As `Runtime.handle`, but for when it is stored: at the latest by `store`. Raises StoreError."""
        if self.concerns(key, event.order_id) or len(self.waiting) >= LARGEST:
            self.store()
        handled = Handled(key, event, order)
        if self.runtime.store.knows(key):
            handled.stored = True
            return handled
        try:
            handled.turned = self.decided(handled)
        except NoSuchOrder as missing:
            handled.failed, handled.stored = missing, True
            return handled
        self.waiting.append(handled)
        self.names |= {key, *handled.turned.decision.orders}
        return handled

    def concerns(self, *names: str) -> bool:
        """Whether one of these, a key or the id of an order, has to do with what is not stored yet."""
        return not self.names.isdisjoint(names)

    def store(self) -> None:
        """What others have changed meanwhile is decided again, by itself. Raises StoreError: then nothing of it is stored."""
        turned = [each.turned for each in self.waiting if each.turned is not None]
        answers = (
            self.runtime.store.commit_many([self.runtime.whole(each) for each in turned]) if turned else []
        )
        for handled, answer in zip(self.waiting, answers, strict=True):
            if answer is None and handled.turned is not None:
                self.runtime.kept(handled.turned)
                handled.decision = handled.turned.decision
            elif isinstance(answer, Conflict):
                self.alone(handled)
            handled.stored = True
        self.waiting, self.names = [], set()

    def alone(self, handled: Handled) -> None:
        try:
            handled.decision = self.runtime.handle(handled.key, handled.event, handled.order)
        except (Conflict, NoSuchOrder) as failed:
            handled.failed = failed

    def decided(self, handled: Handled) -> Turned:
        event = journal.in_zone(handled.event, self.runtime.opened.zone)
        turned = self.runtime.decided(handled.key, event.order_id, lambda now: (now, event), handled.order)
        assert turned is not None, "an event from outside is always told"
        return turned
