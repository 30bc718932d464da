"""A row of each table as the text of one file, and back, for the folder store. Laid out so that a change to one order is
a small change in git: an order in Order Desk's shape, history and journal a line each.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic

from events.store import HistoryLine, JournalEntry, NewEffect, OutboxEntry
from events.stores import encode
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
    Row,
    Table,
)


@dataclass(frozen=True)
class Form(Generic[Row]):
    """read raises ValueError, KeyError or TypeError where the file is not as we write it. key: of a row that was read."""

    suffix: str
    write: Callable[[Row], bytes]
    read: Callable[[bytes], Row]
    key: Callable[[Row], str]


def _json(
    data: Callable[[Row], Mapping[str, Any]],
    made: Callable[[Mapping[str, Any]], Row],
    key: Callable[[Row], str],
) -> Form[Row]:
    return Form(
        ".json",
        lambda row: (encode.written(data(row), indent=2) + "\n").encode(),
        lambda text: made(encode.members(text.decode())),
        key,
    )


def _lines(made: Callable[[Mapping[str, Any]], Row], key: Callable[[Row], str]) -> Form[tuple[Row, ...]]:
    return Form(
        ".jsonl",
        lambda rows: "".join(encode.written(_data(row)) + "\n" for row in rows).encode(),
        lambda text: tuple(made(encode.members(line)) for line in text.decode().split("\n") if line),
        lambda rows: key(rows[0]),
    )


def _data(row: Any) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}


def _timed(made: Callable[..., Row]) -> Callable[[Mapping[str, Any]], Row]:
    return lambda data: made(**{**data, "at": encode.time(data["at"])})


def _order(data: Mapping[str, Any]) -> OrderRow:
    return OrderRow(data["place"], data["version"], encode.order_of(data["order"]))


def _entry_data(entry: OutboxEntry) -> dict[str, Any]:
    return {
        **_data(entry),
        "new": {**_data(entry.new), "effect": encode.effect_data(entry.new.effect)},
        "attempts": [_data(attempt) for attempt in entry.attempts],
    }


def _entry(data: Mapping[str, Any]) -> OutboxEntry:
    new = data["new"]
    return OutboxEntry(
        **{
            **data,
            "new": NewEffect(
                **{**new, "effect": encode.effect_of(new["effect"]), "at": encode.time(new["at"])}
            ),
            "due": encode.time(data["due"]),
            "attempts": tuple(encode.attempt_of(attempt) for attempt in data["attempts"]),
        }
    )


def _open_data(held: OpenEffect) -> dict[str, Any]:
    return {**_data(held), "entry": _entry_data(held.entry)}


def _open(data: Mapping[str, Any]) -> OpenEffect:
    free: dt.datetime | None = None if data["free"] is None else encode.time(data["free"])
    return OpenEffect(_entry(data["entry"]), free, data["holder"])


_KEY: Form[KeyRow] = _json(_data, _timed(KeyRow), lambda row: row.key)

FORMS: Mapping[Table[Any], Form[Any]] = {
    ORDERS: _json(_data, _order, lambda row: row.order.id),
    HISTORY: _lines(_timed(HistoryLine), lambda line: line.order_id),
    JOURNAL: _lines(_timed(JournalEntry), lambda entry: entry.order_id),
    OUTBOX: _json(_open_data, _open, lambda held: str(held.entry.id)),
    SETTLED: _json(_entry_data, _entry, lambda entry: str(entry.id)),
    EVENT_KEYS: _KEY,
    EFFECT_KEYS: _KEY,
    CHAINS: _json(_data, lambda data: ChainRow(**data), lambda row: row.id),
    BLOBS: Form("", bytes, bytes, lambda data: hashlib.sha256(data).hexdigest()),
    NOTES: _json(_data, lambda data: NoteRow(**data), lambda row: row.name),
    COUNTERS: _json(_data, lambda data: Counters(**data), lambda _: COUNTED),
}
