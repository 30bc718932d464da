"""A store as a folder of JSON files that can be kept in git: a file an order, with its history and journal beside it.

For small shops and for looking at what happens; SQLite is the default (docs/decisions). What a store does is
`tablestore`; how a commit of several files is all or nothing is `pending`; here is where the files are.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from events.atomic import replacing
from events.store import StoreError
from events.stores import encode
from events.stores.lock import FolderLock, told
from events.stores.pending import Pending
from events.stores.rows import FORMS
from events.stores.tables import Changes, Row, Table
from events.stores.tablestore import TableStore

VERSION = 1
MARK = "store.json"
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_OTHER = re.compile(r"[^a-z0-9_-]+")


def file_name(key: str) -> str:
    """Readable, and different for different keys also where a file system folds letters."""
    if _PLAIN.fullmatch(key):
        return key
    digest = hashlib.sha256(encode.whole(key).encode()).hexdigest()[:16]
    return f"{_OTHER.sub('-', key.lower())[:40].strip('-')}~{digest}"


class FolderTables:
    def __init__(self, root: Path, pending: Pending) -> None:
        self._root = root
        self._pending = pending

    def get(self, table: Table[Row], key: str) -> Row | None:
        return self._read(table, self._path(table, key))

    def rows(self, table: Table[Row]) -> Iterator[tuple[str, Row]]:
        folder = self._root / table.name
        suffix = FORMS[table].suffix
        names = sorted(name for name in _listed(folder) if name.endswith(suffix) and not name.startswith("."))
        for name in names:
            if (row := self._read(table, folder / name)) is not None:
                yield FORMS[table].key(row), row

    def apply(self, changes: Changes) -> None:
        self._pending.write(
            {
                self._path(table, key): None if row is None else FORMS[table].write(row)
                for (table, key), row in changes.items()
            }
        )

    def _path(self, table: Table[Row], key: str) -> Path:
        return self._root / table.name / (file_name(key) + FORMS[table].suffix)

    def _read(self, table: Table[Row], path: Path) -> Row | None:
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            row: Row = FORMS[table].read(data)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as broken:
            reason = " ".join(str(broken).split())[:100]
            raise StoreError(
                f"{path} is not as Ordinance wrote it ({reason}); put its last good version back, from git or a backup"
            ) from None
        return row


class FolderStore(TableStore):
    """patience: seconds to wait while another process writes."""

    def __init__(self, path: Path, *, patience: float = 10) -> None:
        with told(path):
            path.mkdir(parents=True, exist_ok=True)
            if not (path / MARK).exists() and any(not name.startswith(".") for name in _listed(path)):
                raise StoreError(f"{path} has other files in it; name a new or an empty folder for the store")
            pending = Pending(path)
            lock = FolderLock(path / ".lock", patience, pending.finish)
            try:
                with lock:
                    _mark(path)
                    pending.clear()
            except BaseException:
                lock.close()
                raise
        self._folder_lock = lock
        super().__init__(FolderTables(path, pending), lock)

    def close(self) -> None:
        self._folder_lock.close()


def _mark(path: Path) -> None:
    """What kind of folder this is, and in which version."""
    mark = path / MARK
    if not mark.exists():
        with replacing(path / ".gitignore", durable=True) as aside:
            aside.write_bytes(b"/.lock\n/.pending/\n")
        with replacing(mark, durable=True) as aside:
            aside.write_bytes(encode.written({"ordinance_store": VERSION}, indent=2).encode() + b"\n")
        return
    try:
        version = encode.members(mark.read_text("utf-8"))["ordinance_store"]
    except (ValueError, KeyError):
        version = None
    if not isinstance(version, int):
        raise StoreError(f"{mark} is not as Ordinance wrote it; put its last good version back")
    if version > VERSION:
        raise StoreError(
            f"{path} was written by a newer Ordinance (form {version}, this one knows {VERSION}); update Ordinance"
        )


def _listed(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []
