"""The default store: one SQLite file, safe for many threads and processes, durable when `commit` returns.

The port's words in SQL. Opening, transactions and what may go wrong with a file: `sqlite_file`; tables: `sqlite_schema`;
the outbox: `sqlite_outbox`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from events.order import Order
from events.store import (
    Commit,
    Conflict,
    HistoryLine,
    JournalEntry,
    Known,
    Pruned,
    Stored,
    StoreError,
)
from events.stores import encode, wording
from events.stores.encode import whole
from events.stores.sqlite_commit import Texts, texts_of, write
from events.stores.sqlite_file import SqliteFile
from events.stores.sqlite_outbox import OPEN, SqliteOutbox, prune_effects
from events.stores.sqlite_times import instant, time

_PAGE = 100

_LATELY = 256
"""So many orders that were read lately are kept, by their text."""

_NOTE = "REPLACE INTO notes VALUES (?, ?)"


class SqliteStore(SqliteOutbox):
    """patience: seconds to wait while another program writes. check: on opening, look through the whole file for damage."""

    def __init__(self, path: Path, *, patience: float = 10, check: bool = True) -> None:
        self._file = SqliteFile(path, patience, check)

    def commit(self, commit: Commit) -> None:
        texts = texts_of(commit)
        with self._file.transaction() as connection:
            write(connection, commit, texts)

    def commit_many(self, commits: Sequence[Commit]) -> Sequence[Known | Conflict | None]:
        """As if none were refused; where one is, all of it is taken back and done with a way back for each."""
        texts = [texts_of(commit) for commit in commits]
        try:
            with self._file.transaction() as connection:
                for commit, text in zip(commits, texts, strict=True):
                    write(connection, commit, text)
        except (Known, Conflict):
            return self._each_for_itself(commits, texts)
        return [None] * len(commits)

    def _each_for_itself(
        self, commits: Sequence[Commit], texts: Sequence[Texts]
    ) -> Sequence[Known | Conflict | None]:
        answers: list[Known | Conflict | None] = []
        with self._file.transaction() as connection:
            for commit, text in zip(commits, texts, strict=True):
                connection.execute("SAVEPOINT one")
                try:
                    write(connection, commit, text)
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

    def standing(self, connection: str, now: dt.datetime) -> Sequence[str]:
        with self._file.reading() as reading:
            rows = reading.execute(
                "SELECT order_id FROM standing JOIN orders ON orders.id = order_id "
                "WHERE connection = ? AND until > ? ORDER BY place",
                (whole(connection), instant(now)),
            ).fetchall()
        return [order_id for (order_id,) in rows]

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
            for table in ("history", "journal", "standing"):
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
                connection.execute(_NOTE, (whole(name), whole(value)))

    def prune(self, before: dt.datetime, needed: Collection[str]) -> Pruned:
        with self._file.transaction() as connection:
            effects = prune_effects(connection, before)
            chains = connection.execute(
                "DELETE FROM chains WHERE id NOT IN (SELECT chain FROM outbox WHERE effect IS NOT NULL)"
            ).rowcount
            blobs = connection.execute(
                "DELETE FROM blobs WHERE digest NOT IN (SELECT value FROM json_each(?))",
                (encode.written(sorted(needed)),),
            ).rowcount
        self._file.shrink()
        return Pruned(effects, chains, blobs)

    def backup(self, target: Path, notes: Mapping[str, str] = MappingProxyType({})) -> None:
        """Writes a whole copy to a new file, while others go on working. notes: what the copy has beside."""
        self._file.backup(target, [(_NOTE, (whole(name), whole(text))) for name, text in notes.items()])

    def alone(self) -> None:
        """Raises InUse where another process has the file open at this moment."""
        self._file.alone()

    def close(self) -> None:
        self._file.close()

    def _stored(self, row: tuple[int, int, str]) -> Stored:
        place, version, body = row
        try:
            return Stored(_read(body).copy_whole(), version)
        except ValueError as broken:
            raise StoreError(
                f"order number {place} of the store {self._file.path} cannot be read; put the last backup in its place: `ordinance restore BACKUP`"
            ) from broken


@lru_cache(maxsize=_LATELY)
def _read(body: str) -> Order:
    """Nobody's working copy: an order is read several times while one thing is done to it."""
    return encode.read_order(body)
