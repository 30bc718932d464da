"""The stores that ship, all under the port of `events.store`: memory, a folder of JSON files, SQLite (the default)."""

from __future__ import annotations

import os
from pathlib import Path

from events.store import Store


def open_store(place: str | Path, *, check: bool = True) -> Store:
    """A folder store where there is a folder of that name or the name ends in `/`; else an SQLite file, made if need be.

    check: look through the whole SQLite file for damage, a few seconds for each gigabyte; a short command may leave it.
    Raises StoreError. Imported late, because a command that touches no store should not wait for one.
    """
    path = Path(place)
    if path.is_dir() or str(place).endswith((os.sep, "/")):
        from events.stores.folder import FolderStore

        return FolderStore(path)
    from events.stores.sqlite import SqliteStore

    return SqliteStore(path, check=check)
