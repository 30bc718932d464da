"""One commit in SQL: everything that follows at once from one event. A part of `SqliteStore`, called in its transaction.

What can be made without the file (the texts of orders and effects) is made before, so that nobody waits for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from events.order import Order
from events.standing import asked_until
from events.store import Change, Commit, Conflict, Known
from events.stores import encode, wording
from events.stores.encode import whole
from events.stores.sqlite_outbox import add_effect, settle
from events.stores.sqlite_times import instant


@dataclass(frozen=True)
class Texts:
    """What of a commit can be written before anybody has to wait for it."""

    orders: Sequence[str]
    effects: Sequence[str]


def texts_of(commit: Commit) -> Texts:
    return Texts(
        [encode.order_text(change.order) for change in commit.changes],
        [encode.effect_text(new.effect) for new in commit.effects],
    )


def write(connection: sqlite3.Connection, commit: Commit, texts: Texts) -> None:
    if not connection.execute(
        "INSERT OR IGNORE INTO inbox VALUES (?, ?, ?)",
        (whole(commit.key), whole(commit.event.id), instant(commit.event.at)),
    ).rowcount:
        raise Known(wording.known(commit.key))
    if commit.settles is not None:
        settle(connection, commit.settles, commit.event.at)
    for change, body in zip(commit.changes, texts.orders, strict=True):
        _write_order(connection, change, body)
    _write_chain(connection, commit)
    for new, text in zip(commit.effects, texts.effects, strict=True):
        add_effect(connection, new, text)
    for line in commit.history:
        order_id = whole(line.order_id)
        said = map(whole, (line.who, line.what, line.because, line.ruleset, line.decision))
        connection.execute(
            "INSERT INTO history SELECT ?, coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ? FROM history WHERE order_id = ?",
            (order_id, instant(line.at), *said, order_id),
        )
    if (entry := commit.journal) is not None:
        said = map(whole, (entry.event, entry.orders, entry.chain, entry.context, entry.lines))
        connection.execute(
            "INSERT INTO journal (order_id, id, event_id, at, event, orders, chain, context, lines) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (whole(entry.order_id), whole(entry.id), whole(entry.event_id), instant(entry.at), *said),
        )
    for digest, blob in commit.blobs.items():
        connection.execute("INSERT OR IGNORE INTO blobs VALUES (?, ?)", (whole(digest), blob))


def _write_order(connection: sqlite3.Connection, change: Change, body: str) -> None:
    order = change.order
    order_id = whole(order.id)
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
    _write_standing(connection, order_id, order, new=change.version is None)


def _write_standing(connection: sqlite3.Connection, order_id: str, order: Order, *, new: bool) -> None:
    """Touches nothing where nothing changed, which is nearly always."""
    stands = {whole(name): instant(until) for name, until in asked_until(order).items()}
    asked = "SELECT connection, until FROM standing WHERE order_id = ?"
    stood = {} if new else dict(connection.execute(asked, (order_id,)).fetchall())
    if stands != stood:
        connection.execute("DELETE FROM standing WHERE order_id = ?", (order_id,))
        connection.executemany(
            "INSERT INTO standing VALUES (?, ?, ?)",
            [(order_id, name, until) for name, until in stands.items()],
        )


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
