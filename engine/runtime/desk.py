"""One effect on a worker's desk: what is known of it, and the ways in which it may leave.

Every way is one call to the store. Lost leases and orders changed by others show as `Conflict` and end the work on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from engine.runtime.resolving import Word, forget_word, word_on
from engine.runtime.restoring import Restored
from engine.runtime.retry import Backoff
from engine.runtime.runtime import Answering, Make, Runtime
from events.effect import Effect
from events.order import Order
from events.store import EffectState, OutboxEntry, Settled


@dataclass
class Desk:
    """entry: as it was claimed. begun: an attempt was begun, so something may have left the machine."""

    runtime: Runtime
    owner: str
    entry: OutboxEntry
    begun: bool = False

    @property
    def effect(self) -> Effect:
        return self.entry.new.effect

    @property
    def key(self) -> str:
        return self.entry.new.key

    @cached_property
    def lost(self) -> Restored | None:
        """The time that a backup knew nothing of, where this may have been done in it."""
        found = self.runtime.restored
        return found if found is not None and found.doubts(self.entry, self.order()) else None

    @property
    def word(self) -> Word | None:
        return word_on(self.runtime.store, self.key)

    def order(self) -> Order | None:
        stored = self.runtime.store.order(self.effect.order_id)
        return None if stored is None else stored.order

    def called_off(self) -> bool:
        """Whether a cancellation of this very submission waits behind it."""
        waiting = self.runtime.store.entries(
            states=["waiting"], order_id=self.effect.order_id, connection=self.entry.new.connection
        )
        return any(each.new.effect.calls_off(self.effect) for each in waiting)

    def tries(self, *outcomes: str) -> int:
        """How many earlier attempts ended so."""
        return sum(each.outcome in outcomes for each in self.entry.attempts)

    def doubts(self) -> int:
        """How many of the last attempts, one after another, ended without anybody knowing how."""
        return len(list(_while_unknown(each.outcome for each in reversed(self.entry.attempts))))

    def begin(self) -> None:
        self.runtime.store.begin(self.entry.id, self.owner, self.runtime.clock.now())
        self.begun = True

    def before(self, make: Make) -> None:
        """An event that comes before the effect, once however often it is tried."""
        about = Answering(self.key, self.entry.new.chain)
        self.runtime.happen(f"{self.key}:before", self.effect.order_id, make, answering=about)

    def answer(self, make: Make, state: EffectState, message: str = "") -> None:
        """The event that answers it, and its end, in one."""
        settled = Settled(self.entry.id, self.owner, state, state, message, self.runtime.clock.now())
        about = Answering(self.key, self.entry.new.chain, settled)
        self.runtime.happen(f"{self.key}:answer", self.effect.order_id, make, answering=about)
        forget_word(self.runtime.store, self.key)

    def end(self, state: EffectState, what: str) -> None:
        """Its end, with a line in the order's history and no event."""
        settled = Settled(self.entry.id, self.owner, state, state, what, self.runtime.clock.now())
        self.runtime.settle(settled, self.effect.order_id, self.key, what)
        forget_word(self.runtime.store, self.key)

    def postpone(self, outcome: str, why: str, backoff: Backoff, tried: int, asked: float | None) -> None:
        now = self.runtime.clock.now()
        until = now + backoff.wait(tried, self.runtime.clock.chance(), asked)
        self.runtime.store.postpone(self.entry.id, self.owner, until, outcome, why, now)

    def review(self, why: str) -> None:
        """A person has to look."""
        self.runtime.store.review(self.entry.id, self.owner, why, self.runtime.clock.now())
        forget_word(self.runtime.store, self.key)
        self.runtime.say(f"needs review: order {self.effect.order_id}: {why}")


def _while_unknown(outcomes: Iterable[str]) -> Iterable[str]:
    for outcome in outcomes:
        if outcome not in ("", "unknown"):
            return
        yield outcome
