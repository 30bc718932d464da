"""What a store does, on plain tables: the memory store and the folder store are this, with tables of their own.

Nothing here keeps anything: rows, locks and durability are the tables'. The SQL store says the same in SQL; one contract
suite runs over both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from events.order import Order
from events.standing import asked_until
from events.store import (
    Attempt,
    Change,
    Commit,
    Conflict,
    EffectState,
    HistoryLine,
    JournalEntry,
    Known,
    NewEffect,
    OutboxEntry,
    Pruned,
    Settled,
    Stored,
)
from events.stores import wording
from events.stores.tables import (
    BLOBS,
    CHAINS,
    COUNTED,
    COUNTERS,
    EFFECT_KEYS,
    EVENT_KEYS,
    HISTORY,
    JOURNAL,
    NOTES,
    ORDERS,
    OUTBOX,
    SETTLED,
    ChainRow,
    Counters,
    KeyRow,
    NoteRow,
    OpenEffect,
    OrderRow,
    Tables,
    Transaction,
)

FINAL = ("done", "failed", "dropped")


class TableStore:
    """lock: held while tables are read or written; it may be taken twice by one thread."""

    def __init__(self, tables: Tables, lock: AbstractContextManager[object]) -> None:
        self._tables = tables
        self._lock = lock

    @contextmanager
    def _transaction(self) -> Iterator[Transaction]:
        with self._lock:
            work = Transaction(self._tables)
            yield work
            if work.changes:
                self._tables.apply(work.changes)

    # one transaction for everything that follows from an event

    def commit(self, commit: Commit) -> None:
        with self._transaction() as work:
            _write(work, commit)

    def commit_many(self, commits: Sequence[Commit]) -> Sequence[Known | Conflict | None]:
        answers: list[Known | Conflict | None] = []
        with self._transaction() as work:
            for commit in commits:
                part = Transaction(work)
                try:
                    _write(part, commit)
                except (Known, Conflict) as refused:
                    answers.append(refused)
                else:
                    work.apply(part.changes)
                    answers.append(None)
        return answers

    # what is there

    def knows(self, key: str) -> bool:
        with self._lock:
            return self._tables.get(EVENT_KEYS, key) is not None

    def order(self, order_id: str) -> Stored | None:
        with self._lock:
            row = self._tables.get(ORDERS, order_id)
        return None if row is None else _stored(row)

    def orders(self, *, folder: str | None = None, ids: Sequence[str] | None = None) -> Iterator[Stored]:
        wanted = None if ids is None else set(ids)
        with self._lock:
            found = sorted(
                (row.place, order_id)
                for order_id, row in self._tables.rows(ORDERS)
                if (folder is None or row.order.folder == folder) and (wanted is None or order_id in wanted)
            )
        for _, order_id in found:
            stored = self.order(order_id)
            if stored is not None and (folder is None or stored.order.folder == folder):
                yield stored

    def find(self, source_name: str, source_id: str) -> Stored | None:
        if not source_id:
            return None
        with self._lock:
            found = [
                row
                for _, row in self._tables.rows(ORDERS)
                if (row.order.source_name, row.order.source_id) == (source_name, source_id)
            ]
        return _stored(min(found, key=lambda row: row.place)) if found else None

    def standing(self, connection: str, now: dt.datetime) -> Sequence[str]:
        with self._lock:
            found = sorted(
                (row.place, order_id)
                for order_id, row in self._tables.rows(ORDERS)
                if asked_until(row.order).get(connection, now) > now
            )
        return [order_id for _, order_id in found]

    def forget(self, order_id: str) -> bool:
        with self._transaction() as work:
            if work.get(ORDERS, order_id) is None:
                return False
            if any(held.entry.new.effect.order_id == order_id for _, held in work.rows(OUTBOX)):
                raise Conflict(wording.unsettled(order_id))
            settled = [key for key, entry in work.rows(SETTLED) if entry.new.effect.order_id == order_id]
            for key in settled:
                work.drop(SETTLED, key)
            work.drop(ORDERS, order_id)
            work.drop(HISTORY, order_id)
            work.drop(JOURNAL, order_id)
            return True

    def history(self, order_id: str) -> Sequence[HistoryLine]:
        with self._lock:
            return self._tables.get(HISTORY, order_id) or ()

    def journal(self, order_id: str) -> Sequence[JournalEntry]:
        with self._lock:
            return self._tables.get(JOURNAL, order_id) or ()

    def blob(self, digest: str) -> bytes | None:
        with self._lock:
            return self._tables.get(BLOBS, digest)

    def chain(self, chain_id: str) -> tuple[str, int] | None:
        with self._lock:
            row = self._tables.get(CHAINS, chain_id)
        return None if row is None else (row.state, row.version)

    # the outbox

    def claim(
        self,
        owner: str,
        now: dt.datetime,
        lease: dt.timedelta,
        lanes: Sequence[str] = (),
        chains: Sequence[str] = (),
    ) -> OutboxEntry | None:
        with self._transaction() as work:
            begun: set[str] = set()
            for held in sorted((held for _, held in work.rows(OUTBOX)), key=lambda held: held.entry.id):
                entry = held.entry
                first = entry.new.lane not in begun
                begun.add(entry.new.lane)
                if not first or held.free is None or held.free > now:
                    continue
                if lanes and entry.new.connection not in lanes:
                    continue
                if chains and entry.new.chain not in chains:
                    continue
                attempts = entry.attempts
                if attempts and not attempts[-1].outcome:
                    attempts = (*attempts[:-1], replace(attempts[-1], outcome="unknown"))
                entry = replace(entry, state="working", attempts=attempts)
                work.put(OUTBOX, str(entry.id), OpenEffect(entry, now + lease, owner))
                return entry
        return None

    def begin(self, effect_id: int, owner: str, now: dt.datetime) -> Attempt:
        with self._transaction() as work:
            held = _held(work, effect_id, owner)
            if held.free is None or held.free <= now:
                raise Conflict(wording.lease_over(effect_id))
            attempt = Attempt(len(held.entry.attempts) + 1, now)
            entry = replace(held.entry, attempts=(*held.entry.attempts, attempt))
            work.put(OUTBOX, str(effect_id), replace(held, entry=entry))
            return attempt

    def save(self, effect_id: int, owner: str, steps: Mapping[str, str]) -> None:
        with self._transaction() as work:
            held = _held(work, effect_id, owner)
            entry = replace(held.entry, saved={**held.entry.saved, **steps})
            work.put(OUTBOX, str(effect_id), replace(held, entry=entry))

    def postpone(
        self, effect_id: int, owner: str, until: dt.datetime, outcome: str, message: str, now: dt.datetime
    ) -> None:
        with self._transaction() as work:
            entry = _held(work, effect_id, owner).entry
            attempts = _ended(entry.attempts, outcome, now)
            entry = replace(entry, state="waiting", due=until, attempts=attempts, message=message)
            work.put(OUTBOX, str(effect_id), OpenEffect(entry, until))

    def review(self, effect_id: int, owner: str | None, message: str, now: dt.datetime) -> None:
        with self._transaction() as work:
            held = _open(work, effect_id) if owner is None else _held(work, effect_id, owner)
            attempts = _ended(held.entry.attempts, "unknown", now)
            entry = replace(held.entry, state="review", attempts=attempts, message=message)
            work.put(OUTBOX, str(effect_id), OpenEffect(entry, None))

    def resolve(self, effect_id: int, state: EffectState, message: str, now: dt.datetime) -> None:
        wording.expect(state, ("waiting", *FINAL))
        with self._transaction() as work:
            held = _open(work, effect_id)
            if held.holder and held.free is not None and held.free > now:
                raise Conflict(wording.under_way(effect_id))
            attempts = held.entry.attempts
            if attempts and not attempts[-1].outcome:
                attempts = (*attempts[:-1], replace(attempts[-1], outcome="unknown"))
            entry = replace(held.entry, state=state, message=message, attempts=attempts)
            if state == "waiting":
                work.put(OUTBOX, str(effect_id), OpenEffect(replace(entry, due=now), now))
            else:
                _settle(work, entry)

    def entries(
        self,
        *,
        states: Sequence[EffectState] = (),
        order_id: str | None = None,
        connection: str | None = None,
    ) -> Sequence[OutboxEntry]:
        with self._lock:
            entries = [held.entry for _, held in self._tables.rows(OUTBOX)]
            if not states or any(state in FINAL for state in states):
                entries += [entry for _, entry in self._tables.rows(SETTLED)]
        return sorted(
            (
                entry
                for entry in entries
                if (not states or entry.state in states)
                and (order_id is None or entry.new.effect.order_id == order_id)
                and (connection is None or entry.new.connection == connection)
            ),
            key=lambda entry: entry.id,
        )

    def entry(self, effect_id: int) -> OutboxEntry | None:
        with self._lock:
            held = self._tables.get(OUTBOX, str(effect_id))
            return held.entry if held is not None else self._tables.get(SETTLED, str(effect_id))

    def prune(self, before: dt.datetime, needed: Collection[str]) -> Pruned:
        with self._transaction() as work:
            old = [key for key, entry in work.rows(SETTLED) if entry.new.at < before]
            for key in old:
                work.drop(SETTLED, key)
            kept = {held.entry.new.chain for _, held in work.rows(OUTBOX)}
            kept |= {entry.new.chain for _, entry in work.rows(SETTLED)}
            chains = [key for key, _ in work.rows(CHAINS) if key not in kept]
            for key in chains:
                work.drop(CHAINS, key)
            blobs = [key for key, _ in work.rows(BLOBS) if key not in needed]
            for key in blobs:
                work.drop(BLOBS, key)
        return Pruned(len(old), len(chains), len(blobs))

    # small things

    def note(self, name: str) -> str | None:
        with self._lock:
            row = self._tables.get(NOTES, name)
        return None if row is None else row.value

    def set_note(self, name: str, value: str | None) -> None:
        with self._transaction() as work:
            if value is None:
                work.drop(NOTES, name)
            else:
                work.put(NOTES, name, NoteRow(name, value))

    def close(self) -> None:
        """Nothing is kept open between calls."""


def _stored(row: OrderRow) -> Stored:
    return Stored(row.order.copy_whole(), row.version)


def _write(work: Transaction, commit: Commit) -> None:
    if work.get(EVENT_KEYS, commit.key) is not None:
        raise Known(wording.known(commit.key))
    work.put(EVENT_KEYS, commit.key, KeyRow(commit.key, commit.event.id, commit.event.at))
    if commit.settles is not None:
        _write_settled(work, commit.settles, commit.event.at)
    for change in commit.changes:
        _write_order(work, change)
    _write_chain(work, commit)
    for new in commit.effects:
        _write_effect(work, new)
    for line in commit.history:
        work.put(HISTORY, line.order_id, (*(work.get(HISTORY, line.order_id) or ()), line))
    if (entry := commit.journal) is not None:
        work.put(JOURNAL, entry.order_id, (*(work.get(JOURNAL, entry.order_id) or ()), entry))
    for digest, blob in commit.blobs.items():
        if work.get(BLOBS, digest) is None:
            work.put(BLOBS, digest, blob)


def _write_order(work: Transaction, change: Change) -> None:
    order: Order = change.order.copy_whole()
    stands = work.get(ORDERS, order.id)
    if (None if stands is None else stands.version) != change.version:
        raise Conflict(wording.order_moved(order.id))
    if stands is not None:
        work.put(ORDERS, order.id, OrderRow(stands.place, stands.version + 1, order))
        return
    counters = work.get(COUNTERS, COUNTED) or Counters()
    counters = replace(counters, orders=counters.orders + 1)
    work.put(COUNTERS, COUNTED, counters)
    work.put(ORDERS, order.id, OrderRow(counters.orders, 1, order))


def _write_chain(work: Transaction, commit: Commit) -> None:
    if commit.chain is None:
        return
    chain_id, state = commit.chain
    stands = work.get(CHAINS, chain_id)
    if (0 if stands is None else stands.version) != commit.chain_version:
        raise Conflict(wording.chain_moved(chain_id))
    work.put(CHAINS, chain_id, ChainRow(chain_id, commit.chain_version + 1, state))


def _write_effect(work: Transaction, new: NewEffect) -> None:
    if work.get(EFFECT_KEYS, new.key) is not None:
        raise Conflict(wording.key_used(new.key))
    counters = work.get(COUNTERS, COUNTED) or Counters()
    counters = replace(counters, effects=counters.effects + 1)
    work.put(COUNTERS, COUNTED, counters)
    work.put(EFFECT_KEYS, new.key, KeyRow(new.key, str(counters.effects), new.at))
    entry = OutboxEntry(counters.effects, new, "waiting", new.at)
    work.put(OUTBOX, str(entry.id), OpenEffect(entry, new.at))


def _write_settled(work: Transaction, settled: Settled, at: dt.datetime) -> None:
    wording.expect(settled.state, (*FINAL, "review"))
    entry = _held(work, settled.effect_id, settled.owner).entry
    attempts = entry.attempts
    if entry.uncertain:
        last = replace(attempts[-1], outcome=settled.outcome, ended=attempts[-1].ended or settled.ended or at)
        attempts = (*attempts[:-1], last)
    entry = replace(entry, state=settled.state, attempts=attempts, message=settled.message)
    if settled.state == "review":
        work.put(OUTBOX, str(entry.id), OpenEffect(entry, None))
    else:
        _settle(work, entry)


def _settle(work: Transaction, entry: OutboxEntry) -> None:
    work.drop(OUTBOX, str(entry.id))
    work.put(SETTLED, str(entry.id), entry)


def _open(work: Transaction, effect_id: int) -> OpenEffect:
    held = work.get(OUTBOX, str(effect_id))
    if held is None:
        raise Conflict(wording.not_open(effect_id))
    return held


def _held(work: Transaction, effect_id: int, owner: str) -> OpenEffect:
    held = work.get(OUTBOX, str(effect_id))
    if held is None or not held.holder or held.holder != owner:
        raise Conflict(wording.not_held(effect_id, owner))
    return held


def _ended(attempts: tuple[Attempt, ...], outcome: str, now: dt.datetime) -> tuple[Attempt, ...]:
    """Only an open attempt ends here: what is unknown stays so."""
    if not attempts or attempts[-1].outcome:
        return attempts
    return (*attempts[:-1], replace(attempts[-1], outcome=outcome, ended=now))
