"""The store's port: orders, their history, the journal of decisions, the inbox and the outbox, under one transaction.

Deciding never sees it; the runtime (`engine.runtime`) and the workers do. One contract suite runs over every
implementation (`events/stores/`: memory, a folder of JSON files, SQLite).

INVARIANT: `commit` is all or nothing. After a crash either everything of a commit is there or nothing of it.
INVARIANT: an event key is committed once; an effect's key is in the outbox once.
INVARIANT: an effect is held by one worker at a time, and effects of one order at one connection are begun in order.
INVARIANT: only `Settled` makes an uncertain effect certain; nobody's `retry` unmakes an unknown outcome.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from events.effect import Effect
from events.event import Event
from events.order import Order


class StoreError(Exception):
    """The store cannot do it: a full disk, a locked or corrupt file, another schema version. Says what, and the way out.

    From `commit` it means: not known to be stored. The same commit again is safe; its key tells.
    """


class InUse(StoreError):
    """Somebody else has it open, where that must not be."""


class Conflict(Exception):
    """Somebody else was there first: an order or a chain was changed since it was read, an effect is no longer held, an
    effect's key was used before. Read again and decide again."""


class Known(Exception):
    """The event's key was committed before: nothing to do."""


@dataclass(frozen=True)
class Stored:
    """An order as it is in the store. `version` counts its changes, from 1."""

    order: Order
    version: int


@dataclass(frozen=True)
class HistoryLine:
    """Something that was done to an order, for people: who (a rule's title, a person, a provider), what, and why.

    ruleset: digest of the ruleset that decided it, whose text is in the journal. decision: the decision's id.
    """

    order_id: str
    at: dt.datetime
    who: str
    what: str
    because: str = ""
    ruleset: str = ""
    decision: str = ""


@dataclass(frozen=True)
class JournalEntry:
    """What re-deciding needs. `event`, `orders` (before, by id), `chain` (as it was before) and `context` are JSON texts;
    context names blobs by digest: the ruleset's files, inventory, product version. The same bytes decide the same."""

    id: str
    order_id: str
    event_id: str
    at: dt.datetime
    event: str
    orders: str
    chain: str
    context: str
    lines: str


EffectState = Literal["waiting", "working", "done", "failed", "review", "dropped"]


@dataclass(frozen=True)
class NewEffect:
    """An effect to be written to the outbox. `key` is its idempotency key, unique for ever; `chain` the chain's id.

    lane: effects of one lane (an order at a connection) are done in order. mode: test or live, and `credentials` a
    fingerprint of those it was planned under; it is never sent under others.
    """

    key: str
    effect: Effect
    chain: str
    at: dt.datetime
    mode: str = "live"
    credentials: str = ""

    @property
    def connection(self) -> str:
        """Where it goes: the connection, or the kind where it has none."""
        return self.effect.connection or self.effect.kind

    @property
    def lane(self) -> str:
        return f"{self.effect.order_id}|{self.connection}"


@dataclass(frozen=True)
class Attempt:
    """One try at an effect. `outcome` is empty while it is under way; a try whose worker never came back is `unknown`
    without an end from the moment another worker claims the effect."""

    number: int
    began: dt.datetime
    ended: dt.datetime | None = None
    outcome: str = ""


@dataclass(frozen=True)
class OutboxEntry:
    """An effect in the outbox. `id` counts up in the order of commits. saved: what the adapter saved between its calls."""

    id: int
    new: NewEffect
    state: EffectState
    due: dt.datetime
    attempts: tuple[Attempt, ...] = ()
    saved: Mapping[str, str] = field(default_factory=dict)
    message: str = ""

    @property
    def uncertain(self) -> bool:
        """The last attempt began and nothing is known of its end: reconcile before anything else."""
        return bool(self.attempts) and self.attempts[-1].outcome in ("", "unknown")


@dataclass(frozen=True)
class Settled:
    """What became of an effect, to be committed with the event that answers it. `outcome` as in Attempt; the attempt
    ends at `ended`, or else at the event's time. state: done, failed, dropped or review."""

    effect_id: int
    owner: str
    state: EffectState
    outcome: str
    message: str = ""
    ended: dt.datetime | None = None


@dataclass(frozen=True)
class Pruned:
    """How much was taken out."""

    effects: int = 0
    chains: int = 0
    blobs: int = 0


@dataclass(frozen=True)
class Change:
    """An order to be written. `version`: the one it was decided on, None for a new order."""

    order: Order
    version: int | None


@dataclass(frozen=True)
class Commit:
    """One transaction: everything that follows at once from one event.

    key: the event's; a second commit with it raises Known. chain: the chain's id and its state afterwards, as JSON text;
    chain_version: the one it was read at (0 for a new one). blobs: content-addressed, by digest, each stored once.
    """

    key: str
    event: Event
    changes: tuple[Change, ...] = ()
    history: tuple[HistoryLine, ...] = ()
    effects: tuple[NewEffect, ...] = ()
    journal: JournalEntry | None = None
    blobs: Mapping[str, bytes] = field(default_factory=dict)
    chain: tuple[str, str] | None = None
    chain_version: int = 0
    settles: Settled | None = None


class Store(Protocol):
    """Times are aware; every method may raise StoreError. Safe for several threads, and several processes on one file.

    An owner is one worker: its name is unique among all threads and processes. An effect's connection is here the name
    of its connection, or its kind where it has none (`email`, `post`). Names and ids are compared to the letter.
    """

    def commit(self, commit: Commit) -> None:
        """All or nothing. Raises Known for a key seen before, Conflict where an order's or the chain's version moved on
        or the effect it settles is no longer held by its owner, or an effect's key is in the outbox."""

    def commit_many(self, commits: Sequence[Commit]) -> Sequence[Known | Conflict | None]:
        """Several at once, durable together, each for itself all or nothing: for each None, or why it was not done."""

    def knows(self, key: str) -> bool: ...

    def order(self, order_id: str) -> Stored | None: ...

    def orders(self, *, folder: str | None = None, ids: Sequence[str] | None = None) -> Iterator[Stored]:
        """In the order of their first commit. Not one moment's picture: the caller may commit while it goes through."""

    def find(self, source_name: str, source_id: str) -> Stored | None:
        """An order by the cart's own number: how a cart's second message finds it. The first of several (its splits)."""

    def standing(self, connection: str, now: dt.datetime) -> Sequence[str]:
        """Ids of the orders that stand at a printer and are asked about at `now` (`events.standing`), in the order of
        their first commit. As quick with many finished orders as with none."""

    def forget(self, order_id: str) -> bool:
        """Takes an order out: its data, history and journal, but not its keys, so that it cannot come in again by itself.
        False where it is not there. Raises Conflict while it has effects that are not settled."""

    def history(self, order_id: str) -> Sequence[HistoryLine]: ...

    def journal(self, order_id: str) -> Sequence[JournalEntry]: ...

    def blob(self, digest: str) -> bytes | None: ...

    def chain(self, chain_id: str) -> tuple[str, int] | None:
        """A chain's state as JSON text, and its version."""

    # the outbox

    def claim(
        self,
        owner: str,
        now: dt.datetime,
        lease: dt.timedelta,
        lanes: Sequence[str] = (),
        chains: Sequence[str] = (),
    ) -> OutboxEntry | None:
        """The oldest effect that is due and not held, whose lane has no earlier effect unsettled; held for `lease`.

        lanes: only connections (or kinds) of these names; none means all. chains: likewise, by their ids.
        An effect whose holder's lease has run out is claimed again; an attempt that it left open is `unknown` then. An
        effect in review keeps its lane waiting.
        """

    def begin(self, effect_id: int, owner: str, now: dt.datetime) -> Attempt:
        """Writes down that an attempt begins, before anything leaves the machine. Raises Conflict where it is not held,
        or the lease has run out at `now`."""

    def save(self, effect_id: int, owner: str, steps: Mapping[str, str]) -> None:
        """Durably adds what an adapter wants to remember between its calls. Raises Conflict where it is not held."""

    def postpone(
        self, effect_id: int, owner: str, until: dt.datetime, outcome: str, message: str, now: dt.datetime
    ) -> None:
        """Ends the attempt where one is open, and lets the effect wait. outcome: `retry` or `unknown`. Raises Conflict
        where it is not held."""

    def review(self, effect_id: int, owner: str | None, message: str, now: dt.datetime) -> None:
        """A person has to look; its lane waits. An open attempt ends as `unknown`. owner: its holder, else Conflict; None
        takes any effect that is not settled, whoever holds it."""

    def resolve(self, effect_id: int, state: EffectState, message: str, now: dt.datetime) -> None:
        """A person's word on an effect in review, waiting, or left by its worker: `waiting` tries again (and reconciles
        first where it is uncertain), `dropped` gives up, `done` and `failed` say how it ended. Else Conflict."""

    def entries(
        self,
        *,
        states: Sequence[EffectState] = (),
        order_id: str | None = None,
        connection: str | None = None,
    ) -> Sequence[OutboxEntry]:
        """In the order of their ids."""

    def entry(self, effect_id: int) -> OutboxEntry | None:
        """None also for an effect of a forgotten order."""

    def prune(self, before: dt.datetime, needed: Collection[str]) -> Pruned:
        """Takes out what nobody needs any more: the contents of effects that were settled and asked for before that time
        (their keys stay, so that none is done again), chains that no effect belongs to, and blobs whose digest is not
        `needed`. Orders, history and journal stay. Nothing else may be at work on the store."""

    # small things that outlive a process

    def note(self, name: str) -> str | None:
        """A cursor, a pause, a catalogue product that was made: text by name."""

    def set_note(self, name: str, value: str | None) -> None: ...

    def close(self) -> None: ...
