"""A store in memory, for tests, rehearsals and the simulator. Gone when its process ends; exact in everything else."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from events.stores.tables import Changes, Row, Table
from events.stores.tablestore import TableStore


class MemoryTables:
    def __init__(self) -> None:
        self._rows: defaultdict[str, dict[str, Any]] = defaultdict(dict)

    def get(self, table: Table[Row], key: str) -> Row | None:
        return self._rows[table.name].get(key)

    def rows(self, table: Table[Row]) -> Iterator[tuple[str, Row]]:
        return iter(list(self._rows[table.name].items()))

    def apply(self, changes: Changes) -> None:
        for (table, key), row in changes.items():
            if row is None:
                self._rows[table.name].pop(key, None)
            else:
                self._rows[table.name][key] = row


class MemoryStore(TableStore):
    def __init__(self) -> None:
        super().__init__(MemoryTables(), threading.RLock())
