"""Plain tables of rows by key, and a transaction over them: what the memory and the folder store have in common.

`events.stores.tablestore` says what a store does on them; how rows are kept is left to `memory` and `folder`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from events.order import Order
from events.store import HistoryLine, JournalEntry, OutboxEntry

Row = TypeVar("Row")


@dataclass(frozen=True)
class Table(Generic[Row]):
    name: str


@dataclass(frozen=True)
class OrderRow:
    """place: its number in the order of first commits."""

    place: int
    version: int
    order: Order


@dataclass(frozen=True)
class OpenEffect:
    """An effect that is not settled. free: from when it may be claimed; None while a person has to look."""

    entry: OutboxEntry
    free: dt.datetime | None
    holder: str = ""


@dataclass(frozen=True)
class KeyRow:
    """A key that was used, for ever. `what`: the event's or the effect's id."""

    key: str
    what: str
    at: dt.datetime


@dataclass(frozen=True)
class ChainRow:
    id: str
    version: int
    state: str


@dataclass(frozen=True)
class NoteRow:
    name: str
    value: str


@dataclass(frozen=True)
class Counters:
    orders: int = 0
    effects: int = 0


ORDERS: Table[OrderRow] = Table("orders")
HISTORY: Table[tuple[HistoryLine, ...]] = Table("history")
JOURNAL: Table[tuple[JournalEntry, ...]] = Table("journal")
OUTBOX: Table[OpenEffect] = Table("outbox")
SETTLED: Table[OutboxEntry] = Table("settled")
EVENT_KEYS: Table[KeyRow] = Table("event-keys")
EFFECT_KEYS: Table[KeyRow] = Table("effect-keys")
CHAINS: Table[ChainRow] = Table("chains")
BLOBS: Table[bytes] = Table("blobs")
NOTES: Table[NoteRow] = Table("notes")
COUNTERS: Table[Counters] = Table("counters")
COUNTED = "all"
"""The one key of COUNTERS."""

Changes: TypeAlias = Mapping[tuple[Table[Any], str], Any]
"""Rows to be written, by table and key; None takes the row away."""


class Tables(Protocol):
    def get(self, table: Table[Row], key: str) -> Row | None: ...

    def rows(self, table: Table[Row]) -> Iterator[tuple[str, Row]]: ...

    def apply(self, changes: Changes) -> None:
        """All or nothing."""


class Transaction:
    """Reads see what it has written; nothing reaches the tables before they `apply` its changes. One in another is a
    part that can be given up on its own."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.changes: dict[tuple[Table[Any], str], Any] = {}

    def get(self, table: Table[Row], key: str) -> Row | None:
        if (table, key) in self.changes:
            row: Row | None = self.changes[table, key]
            return row
        return self._tables.get(table, key)

    def put(self, table: Table[Row], key: str, row: Row) -> None:
        self.changes[table, key] = row

    def drop(self, table: Table[Any], key: str) -> None:
        self.changes[table, key] = None

    def rows(self, table: Table[Row]) -> Iterator[tuple[str, Row]]:
        mine = {key: row for (of, key), row in self.changes.items() if of == table}
        for key, row in self._tables.rows(table):
            if key not in mine:
                yield key, row
        yield from ((key, row) for key, row in mine.items() if row is not None)

    def apply(self, changes: Changes) -> None:
        self.changes.update(changes)
