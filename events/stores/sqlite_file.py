"""One SQLite file: opening it with care, a connection for each thread, transactions, and its refusals as `StoreError`.

`sqlite` keeps orders in it and knows no more of files than this. Versions of the tables: `sqlite_schema`.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from events.store import InUse, StoreError
from events.stores.sqlite_schema import APPLICATION, MIGRATIONS

_AGAIN = 0.01

ROOM = 64 * 1024
"""Bytes that SQLite needs to begin its log and the log's index; with less the disk is full."""


class _Held:
    """A thread's connection. It ends with its thread, unless the store is closed before."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class SqliteFile:
    """patience: seconds to wait while somebody else writes. check: look through the whole file for damage."""

    def __init__(self, path: Path, patience: float, check: bool) -> None:
        self.path = path
        self._patience = patience
        self._local = threading.local()
        self._opening = threading.Lock()
        self._all: weakref.WeakSet[_Held] = weakref.WeakSet()
        self._closed = False
        try:
            with self.told():
                self._prepare(self.connection(), check)
        except BaseException:
            self.close()  # nobody gets the store, so nobody else can
            raise

    def connection(self) -> sqlite3.Connection:
        held: _Held | None = getattr(self._local, "held", None)
        if held is None:
            held = self._local.held = self._hold()
        return held.connection

    def _hold(self) -> _Held:
        with self._opening:  # or a thread could begin one that `close` no longer sees
            if self._closed:
                raise StoreError(f"the store {self.path} is closed")
            held = _Held(self._connect())
            self._all.add(held)
            return held

    def _connect(self) -> sqlite3.Connection:
        # Threads do not share it; closing alone comes from another thread.
        connection = sqlite3.connect(
            self.path, timeout=self._patience, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is not left lying in the file
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection, check: bool) -> None:
        version = self._version(connection)
        if version and check:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise StoreError(_DAMAGED.format(path=self.path))
        if version < len(MIGRATIONS):
            self._to_wal(connection)
            with self.transaction() as connection:
                self._migrate(connection, self._version(connection))

    def _version(self, connection: sqlite3.Connection) -> int:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application != APPLICATION and (application or version or tables):
            raise StoreError(f"{self.path} is a database of another program; name another file for the store")
        if version > len(MIGRATIONS):
            raise StoreError(
                f"{self.path} was written by a newer Ordinance (form {version}, this one knows {len(MIGRATIONS)}); "
                "update Ordinance"
            )
        return int(version)

    def _to_wal(self, connection: sqlite3.Connection) -> None:
        """SQLite does not wait by itself here while another process opens the same new file."""
        until = time.monotonic() + self._patience
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as busy:
                if busy.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(_AGAIN)

    def _migrate(self, connection: sqlite3.Connection, version: int) -> None:
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Writing from its first statement on, so that it never has to give up what it has read."""
        with self.told():
            connection = self.connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """For one statement that is read to its end. Several would not see the same moment."""
        with self.told():
            yield self.connection()

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """For several statements that see the same moment."""
        with self.reading() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as refused:
            code = getattr(refused, "sqlite_errorcode", None)
            if code is None or isinstance(refused, (sqlite3.ProgrammingError, sqlite3.IntegrityError)):
                raise
            told = _REFUSALS.get(code & 0xFF, _OTHER)
            if code & 0xFF == sqlite3.SQLITE_IOERR and self.no_room():
                # A log that cannot be begun on a full disk is reported so.
                told = _REFUSALS[sqlite3.SQLITE_FULL]
            raise StoreError(
                told.format(path=self.path, patience=self._patience, reason=refused)
            ) from refused

    def no_room(self) -> bool:
        try:
            return shutil.disk_usage(self.path.parent).free < ROOM
        except OSError:
            return False

    def wipe(self) -> None:
        """Takes what was deleted out of the write-ahead file too, unless somebody reads it at this moment."""
        with suppress(StoreError), self.told():
            self.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def shrink(self) -> None:
        """Gives the room of what was taken out back to the disk, where there is enough of it for a moment."""
        with suppress(StoreError), self.told():
            self.connection().execute("VACUUM")
        self.wipe()

    def alone(self) -> None:
        """Raises InUse where another process has the file open: SQLite leaves its log only when nobody else has."""
        connection = self.connection()
        try:
            with self.told():
                connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except StoreError as refused:
            busy = refused.__cause__
            if isinstance(busy, sqlite3.OperationalError) and busy.sqlite_errorcode & 0xFF in _TAKEN:
                raise InUse(_AT_WORK.format(path=self.path)) from busy
            raise
        with self.told():
            self._to_wal(connection)

    def backup(self, target: Path, then: Sequence[tuple[str, tuple[str, ...]]] = ()) -> None:
        """A whole copy of one moment, while others go on writing. The file appears when it is complete.

        then: statements that are done in the copy alone.
        """
        if target.exists():
            raise StoreError(f"{target} is there already; name a new file for the backup")
        aside = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
        try:
            with self.told():
                copy = sqlite3.connect(aside)
                try:
                    self.connection().backup(copy)
                    for statement, values in then:
                        copy.execute(statement, values)
                    copy.commit()
                finally:
                    copy.close()
            os.link(aside, target)
        except FileExistsError:
            raise StoreError(f"{target} is there already; name a new file for the backup") from None
        except OSError as refused:
            raise StoreError(f"the backup {target} cannot be written: {refused.strerror}") from refused
        finally:
            for left in (aside, Path(f"{aside}-wal"), Path(f"{aside}-shm"), Path(f"{aside}-journal")):
                with suppress(OSError):
                    left.unlink()

    def close(self) -> None:
        """The connections of all threads."""
        with self._opening:
            self._closed = True
            for held in self._all:
                held.connection.close()
            self._local = threading.local()


_DAMAGED = "the store {path} is damaged; keep a copy of it, and put the last backup in its place: `ordinance restore BACKUP`"
_AT_WORK = "another program has the store {path} open; end every `ordinance run` on it (and whatever else reads it), and try again"
_TAKEN = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_OTHER = "the store {path} cannot be used: {reason}"
_REFUSALS = {
    sqlite3.SQLITE_BUSY: "the store {path} is in use by another program for more than {patience:g} s; "
    "wait for it or end it, and try again",
    sqlite3.SQLITE_LOCKED: "the store {path} is in use by another program for more than {patience:g} s; "
    "wait for it or end it, and try again",
    sqlite3.SQLITE_FULL: "the disk of the store {path} is full; make room and go on, nothing is lost",
    sqlite3.SQLITE_READONLY: "the store {path} may only be read; "
    "allow this user to write the file and its folder, or use another place",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: "{path} is no store of Ordinance; name another file, or put the last backup in its place: `ordinance restore BACKUP`",
    sqlite3.SQLITE_CANTOPEN: "the store {path} cannot be opened; "
    "its folder must be there, and this user allowed to write in it",
    sqlite3.SQLITE_IOERR: "the disk of the store {path} reports an error ({reason}); what was not told to be done is not stored. "
    "Look after the disk, and after limits on it (a quota, `ulimit -f`), then go on",
    sqlite3.SQLITE_TOOBIG: "what is to be stored in {path} is larger than SQLite takes",
    sqlite3.SQLITE_NOMEM: "there is not enough memory for the store {path}; end other programs and try again",
}
