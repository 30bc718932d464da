"""The default store: one SQLite file, safe for many threads and processes, durable when `commit` returns.

The port's words in SQL. Opening, transactions and what may go wrong with a file: `sqlite_file`; tables: `sqlite_schema`;
the outbox: `sqlite_outbox`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from events.store import (
    Change,
    Commit,
    Conflict,
    HistoryLine,
    JournalEntry,
    Known,
    Stored,
    StoreError,
)
from events.stores import encode, wording
from events.stores.encode import whole
from events.stores.sqlite_file import SqliteFile
from events.stores.sqlite_outbox import OPEN, SqliteOutbox, add_effect, settle
from events.stores.sqlite_times import instant, time

_PAGE = 100


class SqliteStore(SqliteOutbox):
    """patience: seconds to wait while another program writes. check: on opening, look through the whole file for damage."""

    def __init__(self, path: Path, *, patience: float = 10, check: bool = True) -> None:
        self._file = SqliteFile(path, patience, check)

    def commit(self, commit: Commit) -> None:
        with self._file.transaction() as connection:
            _write(connection, commit)

    def commit_many(self, commits: Sequence[Commit]) -> Sequence[Known | Conflict | None]:
        answers: list[Known | Conflict | None] = []
        with self._file.transaction() as connection:
            for commit in commits:
                connection.execute("SAVEPOINT one")
                try:
                    _write(connection, commit)
                except (Known, Conflict) as refused:
                    connection.execute("ROLLBACK TO one")
                    answers.append(refused)
                else:
                    answers.append(None)
                connection.execute("RELEASE one")
        return answers

    def knows(self, key: str) -> bool:
        return self._one("SELECT 1 FROM inbox WHERE key = ?", key) is not None

    def order(self, order_id: str) -> Stored | None:
        row = self._one("SELECT place, version, body FROM orders WHERE id = ?", order_id)
        return None if row is None else self._stored(row)

    def orders(self, *, folder: str | None = None, ids: Sequence[str] | None = None) -> Iterator[Stored]:
        """By pages: an open cursor would keep the file from being tidied, and the caller from seeing what it commits."""
        asked: list[str] = []
        where = ""
        if folder is not None:
            where += " AND folder = ?"
            asked.append(whole(folder))
        if ids is not None:
            where += " AND id IN (SELECT value FROM json_each(?))"
            asked.append(encode.written(list(ids)))
        place = 0
        while True:
            with self._file.reading() as connection:
                rows = connection.execute(
                    f"SELECT place, version, body FROM orders WHERE place > ?{where} ORDER BY place LIMIT {_PAGE}",
                    (place, *asked),
                ).fetchall()
            for row in rows:
                yield self._stored(row)
            if len(rows) < _PAGE:
                return
            place = rows[-1][0]

    def find(self, source_name: str, source_id: str) -> Stored | None:
        if not source_id:
            return None
        row = self._one(
            "SELECT place, version, body FROM orders WHERE source_id = ? AND source_name = ? AND source_id <> '' "
            "ORDER BY place LIMIT 1",
            source_id,
            source_name,
        )
        return None if row is None else self._stored(row)

    def forget(self, order_id: str) -> bool:
        order_id = whole(order_id)
        with self._file.transaction() as connection:
            if connection.execute("SELECT 1 FROM orders WHERE id = ?", (order_id,)).fetchone() is None:
                return False
            if connection.execute(
                f"SELECT 1 FROM outbox WHERE order_id = ? AND {OPEN}", (order_id,)
            ).fetchone():
                raise Conflict(wording.unsettled(order_id))
            connection.execute(
                "DELETE FROM attempts WHERE effect_id IN (SELECT id FROM outbox WHERE order_id = ?)",
                (order_id,),
            )
            connection.execute(
                "UPDATE outbox SET effect = NULL, order_id = '', chain = '', saved = '{}', message = '' "
                "WHERE order_id = ?",
                (order_id,),
            )
            for table in ("history", "journal"):
                connection.execute(f"DELETE FROM {table} WHERE order_id = ?", (order_id,))
            connection.execute("DELETE FROM orders WHERE id = ?", (order_id,))
        self._file.wipe()
        return True

    def history(self, order_id: str) -> Sequence[HistoryLine]:
        rows = self._all(
            "SELECT order_id, at, who, what, because, ruleset, decision FROM history WHERE order_id = ? ORDER BY number",
            order_id,
        )
        return tuple(HistoryLine(order_id, time(at), *texts) for order_id, at, *texts in rows)

    def journal(self, order_id: str) -> Sequence[JournalEntry]:
        rows = self._all(
            "SELECT id, order_id, event_id, at, event, orders, chain, context, lines FROM journal "
            "WHERE order_id = ? ORDER BY number",
            order_id,
        )
        return tuple(
            JournalEntry(entry_id, order_id, event_id, time(at), *texts)
            for entry_id, order_id, event_id, at, *texts in rows
        )

    def blob(self, digest: str) -> bytes | None:
        row = self._one("SELECT body FROM blobs WHERE digest = ?", digest)
        return None if row is None else row[0]

    def chain(self, chain_id: str) -> tuple[str, int] | None:
        row = self._one("SELECT state, version FROM chains WHERE id = ?", chain_id)
        return None if row is None else (row[0], row[1])

    def note(self, name: str) -> str | None:
        row = self._one("SELECT value FROM notes WHERE name = ?", name)
        return None if row is None else row[0]

    def set_note(self, name: str, value: str | None) -> None:
        with self._file.transaction() as connection:
            if value is None:
                connection.execute("DELETE FROM notes WHERE name = ?", (whole(name),))
            else:
                connection.execute("REPLACE INTO notes VALUES (?, ?)", (whole(name), whole(value)))

    def backup(self, target: Path) -> None:
        """Writes a whole copy to a new file, while others go on working."""
        self._file.backup(target)

    def close(self) -> None:
        self._file.close()

    def _stored(self, row: tuple[int, int, str]) -> Stored:
        place, version, body = row
        try:
            return Stored(encode.read_order(body), version)
        except ValueError as broken:
            raise StoreError(
                f"order number {place} of the store {self._file.path} cannot be read; restore the last backup"
            ) from broken


def _write(connection: sqlite3.Connection, commit: Commit) -> None:
    if not connection.execute(
        "INSERT OR IGNORE INTO inbox VALUES (?, ?, ?)",
        (whole(commit.key), whole(commit.event.id), instant(commit.event.at)),
    ).rowcount:
        raise Known(wording.known(commit.key))
    if commit.settles is not None:
        settle(connection, commit.settles, commit.event.at)
    for change in commit.changes:
        _write_order(connection, change)
    _write_chain(connection, commit)
    for new in commit.effects:
        add_effect(connection, new)
    for line in commit.history:
        order_id = whole(line.order_id)
        texts = map(whole, (line.who, line.what, line.because, line.ruleset, line.decision))
        connection.execute(
            "INSERT INTO history SELECT ?, coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ? FROM history WHERE order_id = ?",
            (order_id, instant(line.at), *texts, order_id),
        )
    if (entry := commit.journal) is not None:
        texts = map(whole, (entry.event, entry.orders, entry.chain, entry.context, entry.lines))
        connection.execute(
            "INSERT INTO journal (order_id, id, event_id, at, event, orders, chain, context, lines) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (whole(entry.order_id), whole(entry.id), whole(entry.event_id), instant(entry.at), *texts),
        )
    for digest, blob in commit.blobs.items():
        connection.execute("INSERT OR IGNORE INTO blobs VALUES (?, ?)", (whole(digest), blob))


def _write_order(connection: sqlite3.Connection, change: Change) -> None:
    order = change.order
    order_id, body = whole(order.id), encode.order_text(order)
    found = (whole(order.folder), whole(order.source_name), whole(order.source_id))
    if change.version is None:
        done = connection.execute(
            "INSERT INTO orders (id, version, folder, source_name, source_id, body) VALUES (?, 1, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO NOTHING",
            (order_id, *found, body),
        )
    else:
        done = connection.execute(
            "UPDATE orders SET version = version + 1, body = ? WHERE id = ? AND version = ?",
            (body, order_id, change.version),
        )
        # Apart, because a column that is set has its index written, changed or not.
        connection.execute(
            "UPDATE orders SET folder = ?, source_name = ?, source_id = ? "
            "WHERE id = ? AND (folder, source_name, source_id) <> (?, ?, ?)",
            (*found, order_id, *found),
        )
    if not done.rowcount:
        raise Conflict(wording.order_moved(order.id))


def _write_chain(connection: sqlite3.Connection, commit: Commit) -> None:
    if commit.chain is None:
        return
    chain_id, state = map(whole, commit.chain)
    if commit.chain_version == 0:
        done = connection.execute("INSERT OR IGNORE INTO chains VALUES (?, 1, ?)", (chain_id, state))
    else:
        done = connection.execute(
            "UPDATE chains SET version = version + 1, state = ? WHERE id = ? AND version = ?",
            (state, chain_id, commit.chain_version),
        )
    if not done.rowcount:
        raise Conflict(wording.chain_moved(chain_id))
