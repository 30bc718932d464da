"""The walk of one event through the live service: known? load, decide, and store all that follows in one transaction.

Called by intake, schedules, polling and the workers, from several threads and processes at once. What becomes of the
effects is the workers' (`engine.runtime.worker`); nothing here speaks to the world but the store and the clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from dsl.schema import ConnectionSpec, fold
from engine.decision import Chain, Decision
from engine.opened import Opened
from engine.report import summary
from engine.runtime import journal
from engine.runtime.history import Teller
from engine.runtime.limits import Bucket
from engine.runtime.performers import Live, mode_of
from engine.runtime.restoring import Restored, restored
from events.clock import Clock
from events.event import Event
from events.order import Order
from events.store import Change, Commit, Conflict, HistoryLine, Known, NewEffect, Settled, Store

TRIES = 20
"""An order that others change so often while it is decided on is left to them for now."""

Make = Callable[[Order], tuple[Order, Event] | None]
"""From the order as it is now: the order that is decided on and the event; None where there is nothing to tell any more."""


class NoSuchOrder(Exception):
    """An event about an order that the store does not have: a lower-case sentence."""


@dataclass(frozen=True)
class Answering:
    """The effect that an event answers, or comes before: its key, its chain, and what it settles."""

    effect: str
    chain: str
    settles: Settled | None = None


@dataclass(frozen=True)
class Turned:
    """An event that was decided, and not stored yet."""

    decision: Decision
    commit: Commit
    ruleset: journal.Revision


class Runtime:
    """One ruleset on one store. live: the connections that can be used, by name. say: shows a line to whoever watches."""

    def __init__(
        self,
        opened: Opened,
        store: Store,
        clock: Clock,
        live: Mapping[str, Live] | None = None,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.ruleset = journal.revision(opened)
        self.store = store
        self.clock = clock
        self.live = dict(live or {})
        self.say = say
        self._buckets: dict[str, Bucket] = {}
        self._kept = ""

    @cached_property
    def restored(self) -> Restored | None:
        """Where the store was put back from a backup; that happens only while nobody works on it."""
        return restored(self.store)

    @property
    def opened(self) -> Opened:
        return self.ruleset.opened

    def connection(self, name: str) -> ConnectionSpec | None:
        return self.opened.schema.connections.get(fold(name))

    def now(self) -> dt.datetime:
        """In the store's zone, to the second."""
        return self.clock.now().replace(microsecond=0).astimezone(self.opened.zone)

    def handle(self, key: str, event: Event, order: Order | None = None) -> Decision | None:
        """An event from outside. `key` tells it from all others for ever; None where it was handled before.

        order: a new one; where the store has an order of that id, the store's counts. Raises NoSuchOrder, and Conflict
        where others change the order all the time.
        """
        made = journal.in_zone(event, self.opened.zone)
        return self.happen(key, event.order_id, lambda now: (now, made), new=order)

    def happen(
        self,
        key: str,
        order_id: str,
        make: Make,
        *,
        new: Order | None = None,
        answering: Answering | None = None,
        who: str = "",
    ) -> Decision | None:
        """The same for an event that is made from the order as it is: an answer, a shipment, a change by hand.

        who: the person who caused it, for the order's history.
        """
        for _ in range(TRIES):
            if self.store.knows(key):
                return None
            try:
                return self.turn(key, order_id, make, new, answering, who)
            except Known:
                return None
            except Conflict:
                continue
        raise Conflict(f"order {order_id} is changed by others all the time; try again later")

    def turn(
        self, key: str, order_id: str, make: Make, new: Order | None, answering: Answering | None, who: str
    ) -> Decision | None:
        turned = self.decided(key, order_id, make, new, answering, who)
        if turned is None:
            return None
        self.commit(turned)
        return turned.decision

    def decided(
        self,
        key: str,
        order_id: str,
        make: Make,
        new: Order | None = None,
        answering: Answering | None = None,
        who: str = "",
    ) -> Turned | None:
        """All but storing it."""
        ruleset = self.ruleset
        stored = self.store.order(order_id)
        if stored is None and new is None:
            raise NoSuchOrder(f"there is no order {order_id} in the store")
        made = make(stored.order if stored is not None else self.landed(new or Order()))
        if made is None:
            return None
        order, event = made
        decision_id = journal.decision_id(key)
        chain_id = answering.chain if answering else decision_id
        kept = self.store.chain(chain_id) if answering else None
        before = journal.read_chain(kept[0]) if kept else Chain()
        decision = ruleset.program.decide(event, order, before)
        effects = self.effects(decision, decision_id, chain_id)
        connections = ruleset.opened.schema.connections
        teller = Teller(ruleset.program.form, connections, ruleset.digest, decision_id, who)
        context = journal.Context(
            chain_id,
            ruleset.digest,
            ruleset.files,
            journal.product_version(),
            answering.effect if answering else "",
        )
        silent = is_quiet(ruleset, event)
        return Turned(
            decision,
            Commit(
                key=key,
                event=event,
                changes=changes_of(decision, order_id, stored.version if stored else None),
                history=teller.history(decision),
                effects=effects,
                journal=None if silent else journal.entry_of(key, event, order, before, decision, context),
                chain=(chain_id, journal.chain_text(decision.chain)) if (effects or kept) and not silent else None,
                chain_version=kept[1] if kept else 0,
                settles=answering.settles if answering else None,
            ),
            ruleset,
        )  # fmt: skip

    def commit(self, turned: Turned) -> None:
        self.store.commit(self.whole(turned))
        self.kept(turned)

    def whole(self, turned: Turned) -> Commit:
        """With the ruleset's files where the store may not have them yet: they go first or together, never after."""
        commit = turned.commit
        fresh = commit.journal is not None and self._kept != turned.ruleset.files
        return replace(commit, blobs=turned.ruleset.blobs) if fresh else commit

    def kept(self, turned: Turned) -> None:
        """It is stored, and the ruleset's files with it."""
        if turned.commit.journal is not None:
            self._kept = turned.ruleset.files

    def settle(self, settled: Settled, order_id: str, key: str, what: str) -> None:
        """Ends an effect that no event answers, with a line in the order's history. Raises Conflict where it is not held."""
        at = self.now()
        event = Event("effect.ended", what, order_id, at)
        line = HistoryLine(order_id, at, "Ordinance", what)
        try:
            self.store.commit(
                Commit(f"{key}:ended:{settled.effect_id}", event, history=(line,), settles=settled)
            )
        except Known:
            return

    def effects(self, decision: Decision, decision_id: str, chain_id: str) -> tuple[NewEffect, ...]:
        at = self.clock.now()
        found = []
        for _, effect, key in journal.effects_of(decision, decision_id):
            mode, credentials = self.planned_under(effect.connection)
            found.append(NewEffect(key, effect, chain_id, at, mode, credentials))
        return tuple(found)

    def planned_under(self, connection: str | None) -> tuple[str, str]:
        """Mode and credentials as they are now."""
        if connection is None:
            return "live", ""
        live = self.live.get(connection)
        if live is not None:
            return live.mode, live.credentials
        spec = self.connection(connection)
        return (mode_of(spec) if spec else "live"), ""

    def wait_for_turn(self, connection: str) -> None:
        """The connection's rate limit, for all threads of this process together."""
        live = self.live.get(connection)
        if live is None:
            return
        bucket = self._buckets.get(connection)
        if bucket is None or bucket.rate != live.rate:
            bucket = self._buckets[connection] = Bucket(live.rate)
        while (seconds := bucket.take(self.clock.now())) > 0:
            self.clock.sleep(seconds)

    def landed(self, order: Order) -> Order:
        """New orders land in the first folder. It shares its parts with the one that came: nobody changes either."""
        folders = self.opened.ruleset.config.folders
        landed = order.copy_sharing()
        if not landed.folder.strip() and folders:
            landed.folder, landed.folder_id = folders[0].name, folders[0].id
        return landed

    def reload(self, opened: Opened, live: Mapping[str, Live] | None = None) -> bool:
        """Goes on with a ruleset that has changed; with errors in it the last good one stays, and everybody is told.

        live: the connections that can be used from now on, where these have changed too.
        """
        if opened.checked.errors:
            about = f"the ruleset has errors ({summary(opened.checked.errors)}), so the last good one goes on"
            self.store.set_note(RULESET_PROBLEM, about)
            self.say(f"{about}; `ordinance check` shows them")
            return False
        self.ruleset = journal.revision(opened)
        if live is not None:
            self.live = dict(live)
        if self.store.note(RULESET_PROBLEM) is not None:
            self.store.set_note(RULESET_PROBLEM, None)
        self.say(f"the ruleset was read again: revision {opened.ruleset.digest[:12]}")
        return True


RULESET_PROBLEM = "ruleset problem"
"""The note that says why the ruleset on disk is not the one that decides."""


QUIET = frozenset({"email.sent", "email.not_sent", "order.posted", "order.not_posted"})


def is_quiet(ruleset: journal.Revision, event: Event) -> bool:
    """Whether it gets no page of the journal: no rule waits for it, and it answers an e-mail or a post (a dry run leaves
    these out too), or is no event that a rule could name."""
    nameless = event.id not in ruleset.opened.schema.events and not event.id.startswith("schedule.")
    return (event.id in QUIET or nameless) and not ruleset.program.reader.rules(event.id)


def changes_of(decision: Decision, order_id: str, version: int | None) -> tuple[Change, ...]:
    """The order that was decided on, and those born. It is written even where nothing of it changed: `not done, since the
    order is scheduled` must not stand when somebody else has just ended that."""
    return tuple(
        Change(order, version if each == order_id else None) for each, order in decision.orders.items()
    )
