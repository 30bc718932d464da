"""Decisions kept through SQLite, synchronous=FULL, beside the machine's own commit rate for the same bytes in the same run."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench import workload
from bench.measuring import figure
from bench.ordinance import AT, Ordinance, order_of
from engine.decision import Chain
from engine.runtime.journal import Context, entry_of
from events.event import Event
from events.store import Change, Commit
from events.stores import encode
from events.stores.sqlite import SqliteStore


def commits(count: int) -> list[Commit]:
    """Real decisions, each of an order of its own."""
    us = Ordinance(workload.rules(1000))
    context = Context("chain", "r" * 64, "f" * 64, "0")
    found = []
    for number, data in enumerate(workload.orders(count)):
        order = order_of(data)
        event = Event(us.ids[number % 20], f"Event {number % 20}", order.id, AT)
        decision = us.program.decide(event, order)
        key = f"event {number}"
        entry = entry_of(key, event, order, Chain(), decision, context)
        found.append(Commit(key, event, (Change(decision.orders[order.id], None),), journal=entry))
    return found


def size_of(commit: Commit) -> int:
    """The bytes that a commit keeps: the journal's entry and the order."""
    entry = commit.journal
    kept = len(encode.order_text(commit.changes[0].order))
    return kept + (
        len(entry.event) + len(entry.orders) + len(entry.context) + len(entry.lines) if entry else 0
    )


def kept(given: Sequence[Commit], group: int, place: Path) -> float:
    store = SqliteStore(place / "ours.db")
    began = time.perf_counter()
    if group == 1:
        for each in given:
            store.commit(each)
    else:
        for at in range(0, len(given), group):
            store.commit_many(given[at : at + group])
    taken = time.perf_counter() - began
    store.close()
    return len(given) / taken


def bare(given: Sequence[Commit], group: int, place: Path) -> float:
    """One row of as many bytes in a table of its own; so many rows a transaction."""
    connection = sqlite3.connect(place / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE kept (number INTEGER PRIMARY KEY, text TEXT)")
    texts = ["x" * size_of(each) for each in given]
    began = time.perf_counter()
    for at in range(0, len(texts), group):
        connection.execute("BEGIN IMMEDIATE")
        for each in texts[at : at + group]:
            connection.execute("INSERT INTO kept (text) VALUES (?)", (each,))
        connection.execute("COMMIT")
    taken = time.perf_counter() - began
    connection.close()
    return len(given) / taken


def durable(count: int, rounds: int) -> dict[str, Any]:
    given = commits(count)
    found: dict[str, Any] = {"bytes a decision": round(sum(map(size_of, given)) / count)}
    for name, group in (("single", 1), ("groups of 100", 100)):
        pairs = [(fresh(kept, given, group), fresh(bare, given, group)) for _ in range(rounds)]
        found[f"{name}, a second"] = figure([ours for ours, _ in pairs])
        found[f"{name}, bare, a second"] = figure([theirs for _, theirs in pairs])
        found[f"{name}, share"] = figure([ours / theirs for ours, theirs in pairs])
    return found


def fresh(run: Callable[[Sequence[Commit], int, Path], float], given: Sequence[Commit], group: int) -> float:
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent / "results") as place:
        return run(given, group, Path(place))
