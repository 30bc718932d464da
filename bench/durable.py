"""Decisions kept through SQLite, synchronous=FULL, beside the machine's own commit rate for the same bytes.

As in life each is decided just before it is kept, and the journal's texts are made then; only the keeping is timed, and with
it writing the order as JSON. Ours and the bare file take turns, group by group: what the disk is doing meanwhile, it does
to both.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Sequence
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


class Deciding:
    """Real decisions, each of an order of its own."""

    def __init__(self, count: int) -> None:
        self.us = Ordinance(workload.rules(1000))
        self.context = Context("chain", "r" * 64, "f" * 64, "0")
        self.orders = workload.orders(count)

    def commits(self, numbers: Sequence[int]) -> list[Commit]:
        return [self.commit(number) for number in numbers]

    def commit(self, number: int) -> Commit:
        us, order = self.us, order_of(self.orders[number])
        event = Event(us.ids[number % 20], f"Event {number % 20}", order.id, AT)
        decision = us.program.decide(event, order)
        key = f"event {number}"
        entry = entry_of(key, event, order, Chain(), decision, self.context)
        return Commit(key, event, (Change(decision.orders[order.id], None),), journal=entry)


def size_of(commit: Commit) -> int:
    """The bytes that a commit keeps: the journal's entry and the order."""
    entry = commit.journal
    kept = len(encode.order_text(commit.changes[0].order))
    return kept + (
        len(entry.event) + len(entry.orders) + len(entry.context) + len(entry.lines) if entry else 0
    )


class Ours:
    def __init__(self, place: Path) -> None:
        self.store = SqliteStore(place / "ours.db")
        self.close = self.store.close

    def keep(self, commits: Sequence[Commit], texts: Sequence[str]) -> None:
        if len(commits) == 1:
            self.store.commit(commits[0])
        else:
            self.store.commit_many(commits)


class Bare:
    """One row of as many bytes in a table of its own; so many rows a transaction."""

    def __init__(self, place: Path) -> None:
        self.file = sqlite3.connect(place / "bare.db", isolation_level=None)
        self.file.execute("PRAGMA journal_mode=WAL")
        self.file.execute("PRAGMA synchronous=FULL")
        self.file.execute("CREATE TABLE kept (number INTEGER PRIMARY KEY, text TEXT)")
        self.close = self.file.close

    def keep(self, commits: Sequence[Commit], texts: Sequence[str]) -> None:
        self.file.execute("BEGIN IMMEDIATE")
        for text in texts:
            self.file.execute("INSERT INTO kept (text) VALUES (?)", (text,))
        self.file.execute("COMMIT")


def spent(deciding: Deciding, group: int, place: Path) -> dict[str, tuple[float, float]]:
    """Seconds of each, by the clock and of CPU."""
    both: list[Ours | Bare] = [Ours(place), Bare(place)]
    spent = {type(each).__name__: (0.0, 0.0) for each in both}
    every = range(len(deciding.orders))
    for at in every[::group]:
        for each in both:
            commits = deciding.commits(every[at : at + group])
            texts = ["x" * size_of(commit) for commit in commits]
            clock, cpu = spent[type(each).__name__]
            began, worked = time.perf_counter(), time.thread_time()
            each.keep(commits, texts)
            taken = clock + time.perf_counter() - began, cpu + time.thread_time() - worked
            spent[type(each).__name__] = taken
        both.reverse()
    for each in both:
        each.close()
    return spent


def durable(count: int, rounds: int) -> dict[str, Any]:
    deciding = Deciding(count)
    sizes = [size_of(each) for each in deciding.commits(range(count))]
    found: dict[str, Any] = {"bytes a decision": round(sum(sizes) / count)}
    for name, group in (("single", 1), ("groups of 100", 100)):
        every = [fresh(deciding, group) for _ in range(rounds)]
        ours, bare = [each["Ours"] for each in every], [each["Bare"] for each in every]
        found[f"{name}, a second"] = figure([count / clock for clock, _ in ours])
        found[f"{name}, bare, a second"] = figure([count / clock for clock, _ in bare])
        found[f"{name}, share"] = figure([b / o for (o, _), (b, _) in zip(ours, bare, strict=True)])
        found[f"{name}, CPU microseconds"] = figure([cpu / count * 1e6 for _, cpu in ours])
        found[f"{name}, bare, CPU microseconds"] = figure([cpu / count * 1e6 for _, cpu in bare])
    return found


def fresh(deciding: Deciding, group: int) -> dict[str, tuple[float, float]]:
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent / "results") as place:
        return spent(deciding, group, Path(place))
