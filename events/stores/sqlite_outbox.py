"""The outbox in SQL: effects that wait, who holds them, and what became of each try. A part of `SqliteStore`."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from events.store import Attempt, Conflict, EffectState, NewEffect, OutboxEntry, Settled
from events.stores import encode, wording
from events.stores.encode import whole
from events.stores.sqlite_file import SqliteFile
from events.stores.sqlite_times import instant, time

OPEN = "state IN ('waiting', 'working', 'review')"
"""Not settled."""

_COLUMNS = "id, key, effect, chain, at, mode, credentials, state, due, saved, message"

_NEXT = f"""
    SELECT id FROM outbox AS mine
     WHERE free IS NOT NULL AND free <= :now {{where}}
       AND (:chains IS NULL OR chain IN (SELECT value FROM json_each(:chains)))
       AND NOT EXISTS (
         SELECT 1 FROM outbox AS earlier
          WHERE earlier.order_id = mine.order_id AND earlier.connection = mine.connection
            AND earlier.id < mine.id AND earlier.{OPEN})
     ORDER BY id LIMIT 1"""
_NEXT_OF_ALL = _NEXT.format(where="")
_NEXT_OF_ONE = _NEXT.format(where="AND connection = :connection")


class SqliteOutbox:
    _file: SqliteFile

    def claim(
        self,
        owner: str,
        now: dt.datetime,
        lease: dt.timedelta,
        lanes: Sequence[str] = (),
        chains: Sequence[str] = (),
    ) -> OutboxEntry | None:
        """Looks first without the write lock, which an idle worker must not take over and over."""
        with self._file.reading() as connection:
            if _next(connection, now, lanes, chains) is None:
                return None
        with self._file.transaction() as connection:
            effect_id = _next(connection, now, lanes, chains)
            if effect_id is None:
                return None
            connection.execute(
                "UPDATE outbox SET state = 'working', holder = ?, free = ? WHERE id = ?",
                (owner, instant(now + lease), effect_id),
            )
            _left_open(connection, effect_id)
            (entry,) = _entries(connection, "id = ?", (effect_id,))
            return entry

    def begin(self, effect_id: int, owner: str, now: dt.datetime) -> Attempt:
        with self._file.transaction() as connection:
            _hold(connection, effect_id, owner)
            (free,) = connection.execute("SELECT free FROM outbox WHERE id = ?", (effect_id,)).fetchone()
            if free <= instant(now):
                raise Conflict(wording.lease_over(effect_id))
            (number,) = connection.execute(
                "SELECT count(*) + 1 FROM attempts WHERE effect_id = ?", (effect_id,)
            ).fetchone()
            connection.execute(
                "INSERT INTO attempts (effect_id, number, began) VALUES (?, ?, ?)",
                (effect_id, number, instant(now)),
            )
        return Attempt(number, now)

    def save(self, effect_id: int, owner: str, steps: Mapping[str, str]) -> None:
        with self._file.transaction() as connection:
            _hold(connection, effect_id, owner)
            (saved,) = connection.execute("SELECT saved FROM outbox WHERE id = ?", (effect_id,)).fetchone()
            saved = encode.written({**encode.members(saved), **steps})
            connection.execute("UPDATE outbox SET saved = ? WHERE id = ?", (saved, effect_id))

    def postpone(
        self, effect_id: int, owner: str, until: dt.datetime, outcome: str, message: str, now: dt.datetime
    ) -> None:
        with self._file.transaction() as connection:
            _hold(connection, effect_id, owner)
            _end(connection, effect_id, outcome, now)
            _wait(connection, effect_id, until, message)

    def review(self, effect_id: int, owner: str | None, message: str, now: dt.datetime) -> None:
        with self._file.transaction() as connection:
            if owner is None:
                _look(connection, effect_id)
            else:
                _hold(connection, effect_id, owner)
            _end(connection, effect_id, "unknown", now)
            _set(connection, effect_id, "review", message)

    def resolve(self, effect_id: int, state: EffectState, message: str, now: dt.datetime) -> None:
        wording.expect(state, ("waiting", "done", "failed", "dropped"))
        with self._file.transaction() as connection:
            held_until = _look(connection, effect_id)
            if held_until is not None and held_until > instant(now):
                raise Conflict(wording.under_way(effect_id))
            _left_open(connection, effect_id)
            if state == "waiting":
                _wait(connection, effect_id, now, message)
            else:
                _set(connection, effect_id, state, message)

    def entries(
        self,
        *,
        states: Sequence[EffectState] = (),
        order_id: str | None = None,
        connection: str | None = None,
    ) -> Sequence[OutboxEntry]:
        where, values = "effect IS NOT NULL", list[Any]()
        if states:
            where += f" AND state IN ({', '.join('?' * len(states))})"
            values += states
        if order_id is not None:
            where += " AND order_id = ?"
            values.append(whole(order_id))
        if connection is not None:
            where += " AND connection = ?"
            values.append(whole(connection))
        with self._file.snapshot() as reading:
            return _entries(reading, where, values)

    def entry(self, effect_id: int) -> OutboxEntry | None:
        with self._file.snapshot() as reading:
            return next(iter(_entries(reading, "id = ? AND effect IS NOT NULL", (effect_id,))), None)

    def _one(self, statement: str, *values: str) -> Any:
        with self._file.reading() as connection:
            return connection.execute(statement, [whole(value) for value in values]).fetchone()

    def _all(self, statement: str, *values: str) -> list[Any]:
        with self._file.reading() as connection:
            return connection.execute(statement, [whole(value) for value in values]).fetchall()


def add_effect(connection: sqlite3.Connection, new: NewEffect, text: str) -> None:
    at = instant(new.at)
    done = connection.execute(
        "INSERT INTO outbox (key, order_id, connection, effect, chain, at, mode, credentials, state, due, free) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?) ON CONFLICT (key) DO NOTHING",
        (
            whole(new.key),
            whole(new.effect.order_id),
            whole(new.connection),
            text,
            whole(new.chain),
            at,
            new.mode,
            new.credentials,
            at,
            at,
        ),
    )
    if not done.rowcount:
        raise Conflict(wording.key_used(new.key))


def settle(connection: sqlite3.Connection, settled: Settled, at: dt.datetime) -> None:
    wording.expect(settled.state, ("done", "failed", "dropped", "review"))
    _hold(connection, settled.effect_id, settled.owner)
    connection.execute(
        "UPDATE attempts SET outcome = ?, ended = coalesce(ended, ?) WHERE effect_id = ? "
        "AND number = (SELECT max(number) FROM attempts WHERE effect_id = ?) AND outcome IN ('', 'unknown')",
        (settled.outcome, instant(settled.ended or at), settled.effect_id, settled.effect_id),
    )
    _set(connection, settled.effect_id, settled.state, settled.message)


def prune_effects(connection: sqlite3.Connection, before: dt.datetime) -> int:
    """How many. As of a forgotten order's, their keys are left."""
    old = f"effect IS NOT NULL AND NOT {OPEN} AND at < ?"
    connection.execute(
        f"DELETE FROM attempts WHERE effect_id IN (SELECT id FROM outbox WHERE {old})", (instant(before),)
    )
    return connection.execute(
        f"UPDATE outbox SET effect = NULL, order_id = '', chain = '', saved = '{{}}', message = '' WHERE {old}",
        (instant(before),),
    ).rowcount


def _next(
    connection: sqlite3.Connection, now: dt.datetime, lanes: Sequence[str], chains: Sequence[str]
) -> int | None:
    asked = {
        "now": instant(now),
        "chains": encode.written([whole(each) for each in chains]) if chains else None,
    }
    if not lanes:
        row = connection.execute(_NEXT_OF_ALL, asked).fetchone()
        return None if row is None else int(row[0])
    found = [
        connection.execute(_NEXT_OF_ONE, {**asked, "connection": whole(lane)}).fetchone() for lane in lanes
    ]
    return min((int(row[0]) for row in found if row is not None), default=None)


def _hold(connection: sqlite3.Connection, effect_id: int, owner: str) -> None:
    row = connection.execute("SELECT holder FROM outbox WHERE id = ?", (effect_id,)).fetchone()
    if row is None or not row[0] or row[0] != owner:
        raise Conflict(wording.not_held(effect_id, owner))


def _look(connection: sqlite3.Connection, effect_id: int) -> int | None:
    """Until when an effect that is not settled is held; None where it is not."""
    row = connection.execute(
        f"SELECT holder, free FROM outbox WHERE id = ? AND {OPEN}", (effect_id,)
    ).fetchone()
    if row is None:
        raise Conflict(wording.not_open(effect_id))
    return int(row[1]) if row[0] else None


def _left_open(connection: sqlite3.Connection, effect_id: int) -> None:
    connection.execute(
        "UPDATE attempts SET outcome = 'unknown' WHERE effect_id = ? AND outcome = ''", (effect_id,)
    )


def _end(connection: sqlite3.Connection, effect_id: int, outcome: str, now: dt.datetime) -> None:
    """Only an open attempt ends here: what is unknown stays so."""
    connection.execute(
        "UPDATE attempts SET outcome = ?, ended = ? WHERE effect_id = ? AND outcome = ''",
        (outcome, instant(now), effect_id),
    )


def _wait(connection: sqlite3.Connection, effect_id: int, until: dt.datetime, message: str) -> None:
    connection.execute(
        "UPDATE outbox SET state = 'waiting', holder = '', due = ?, free = ?, message = ? WHERE id = ?",
        (instant(until), instant(until), whole(message), effect_id),
    )


def _set(connection: sqlite3.Connection, effect_id: int, state: str, message: str) -> None:
    connection.execute(
        "UPDATE outbox SET state = ?, holder = '', free = NULL, message = ? WHERE id = ?",
        (state, whole(message), effect_id),
    )


def _entries(connection: sqlite3.Connection, where: str, values: Sequence[Any]) -> list[OutboxEntry]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM outbox WHERE {where} ORDER BY id", values).fetchall()
    attempts: dict[int, list[Attempt]] = {}
    for effect_id, number, began, ended, outcome in connection.execute(
        "SELECT effect_id, number, began, ended, outcome FROM attempts "
        f"WHERE effect_id IN (SELECT id FROM outbox WHERE {where}) ORDER BY effect_id, number",
        values,
    ):
        attempt = Attempt(number, time(began), None if ended is None else time(ended), outcome)
        attempts.setdefault(effect_id, []).append(attempt)
    return [
        OutboxEntry(
            effect_id,
            NewEffect(key, encode.read_effect(effect), chain, time(at), mode, credentials),
            state,
            time(due),
            tuple(attempts.get(effect_id, ())),
            encode.members(saved),
            message,
        )
        for effect_id, key, effect, chain, at, mode, credentials, state, due, saved, message in rows
    ]
