"""Orders per second, end to end: an order comes in, is decided, stored, submitted to a provider and accepted, through SQLite
with synchronous=FULL; next to what this machine's disk can commit, in the same run.

`make bench-load`, or `python -m bench.load --orders 2000 --place /mnt/disk`. The provider is in this process and takes every
order at once, in two phases as podOS does, so that what is measured is ours. The bare rate writes as many bytes in as many
transactions to a table of one column: no service that commits as often can be faster on this disk.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, cast

from actions.provider import Capabilities, NotFound, Submitting
from bench.ordinance import order_of
from bench.workload import orders
from engine.folder import MemoryFolder
from engine.opened import Opened, open_ruleset
from engine.runtime.checkpoints import watched
from engine.runtime.group import LARGEST
from engine.runtime.intake import take_in
from engine.runtime.limits import Rate
from engine.runtime.performers import Live
from engine.runtime.runtime import Runtime
from engine.runtime.worker import Worker
from events.clock import SystemClock
from events.importers import Imported
from events.order import Order
from events.outcome import Done, Outcome, ProviderStatus
from events.store import Store
from events.stores.sqlite import SqliteStore

WRITES = ("commit", "commit_many", "claim", "begin", "save", "postpone", "review", "set_note")

CONFIG = b"""
language: 1
store: {name: Bench, currency: USD, weight_unit: lb, timezone: UTC}
folders: [New, Wholesale, In production]
connections:
  podos: {project: bench, token: "${TOKEN}", default_mail_class: Standard, after_import_move_to: In production}
"""

RULES = b"""
rule "Put big orders aside for a call" on "Order is Imported" when order.order_total >= $300 do add tag "big"
rule "Gifts" on "Order is Imported" when order.checkout_data["Gift message"] is present do add tag "gift"
rule "Print" on "Order is Imported" do submit to podOS
rule "Note" on "After Order Submitted to podOS" do add note "podOS has it"
"""


def opened() -> Opened:
    found = open_ruleset(MemoryFolder({"ordinance.yaml": CONFIG, "bench.rules": RULES}))
    if found.checked.errors:
        raise ValueError(found.checked.errors[0].message)
    return found


def order(data: dict[str, Any]) -> Order:
    """One that podOS takes: in the United States, every item one of its variants."""
    data["shipping"]["country"] = "US"
    data["folder"] = ""
    data["source_id"] = data["id"]
    for item in data["order_items"]:
        item["metadata"]["podos_variant_id"] = "90210"
    return order_of(data)


class Willing:
    """A provider that takes everything at once."""

    capabilities = Capabilities(two_phase=True)

    def check(self) -> Outcome:
        return Done()

    def submit(self, work: Submitting) -> Outcome:
        work.save({"order_id": f"P-{work.reference}"})
        return Done(f"P-{work.reference}")

    def reconcile(self, work: Submitting, since: dt.datetime) -> Done | NotFound | Outcome:
        return NotFound()

    def status(self, provider_order_id: str) -> ProviderStatus | Outcome:
        return ProviderStatus("accepted", provider_order_id)

    def cancel(self, provider_order_id: str) -> Outcome:
        return Done(provider_order_id)


@dataclass
class Measured:
    """transactions: of the whole run; size: bytes that it left in the file."""

    what: str
    orders: int
    seconds: float
    transactions: int
    size: int
    bare: float = 0

    @property
    def rate(self) -> float:
        return self.orders / self.seconds

    @property
    def share(self) -> float:
        """Of the time that the disk needs anyhow."""
        return self.transactions / self.seconds / self.bare


@dataclass
class Shop:
    store: SqliteStore
    counted: Store
    transactions: list[str]
    runtime: Runtime

    def take_in(self, given: Sequence[Order], grouped: bool) -> None:
        """As `ordinance orders import` does; or as one webhook after the other does."""
        documents = [Imported(each, None, (), "", each.id) for each in given]
        for some in [documents] if grouped else [[each] for each in documents]:
            for taken in take_in(self.runtime, some):
                if taken.state != "new":
                    raise ValueError(f"not what was to be measured: order {taken.order_id} is {taken.state}")

    def work(self, name: str) -> None:
        worker = Worker(self.runtime, name)
        while worker.work_once("podos"):
            pass


@contextmanager
def shop(path: Path) -> Iterator[Shop]:
    transactions: list[str] = []

    def count(name: str) -> None:
        if name.startswith("after ") and name.split(".")[1] in WRITES:
            transactions.append(name)

    with closing(SqliteStore(path)) as store:
        counted = watched(cast(Store, store), "store", count)
        live = {"podos": Live(Willing(), rate=Rate(1e9, 10**9))}
        yield Shop(store, counted, transactions, Runtime(opened(), counted, SystemClock(), live))


def timed(what: str, path: Path, given: Sequence[Order], run: Callable[[Shop], None]) -> Measured:
    with shop(path) as found:
        empty = size_of(path)
        found.transactions.clear()
        began = time.perf_counter()
        run(found)
        seconds = time.perf_counter() - began
        count = len(found.transactions)
        left = [each.order.id for each in found.store.orders() if each.order.submission("podos") is None]
        if left or found.store.entries(states=["review", "failed"]):
            raise ValueError(f"not what was to be measured: order {left or 'refused'}")
    return Measured(what, len(given), seconds, count, size_of(path) - empty)


def size_of(path: Path) -> int:
    """Of all that is stored, the log put in its place."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.stat().st_size


def bare(path: Path, transactions: int, size: int) -> float:
    """Transactions a second of one row each that leave as many bytes, with the same settings and no index."""
    row = os.urandom(max(size // transactions, 1))
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = FULL")
        file.execute("CREATE TABLE bare (row BLOB)")
        began = time.perf_counter()
        for _ in range(transactions):
            file.execute("BEGIN IMMEDIATE")
            file.execute("INSERT INTO bare VALUES (?)", (row,))
            file.execute("COMMIT")
        return transactions / (time.perf_counter() - began)


def decided(given: Sequence[Order], grouped: bool) -> Callable[[Shop], None]:
    return lambda shop: shop.take_in(given, grouped)


def end_to_end(given: Sequence[Order], threads: int, grouped: bool) -> Callable[[Shop], None]:
    """Everything comes in, then it is worked off; with threads, both halves by so many at once."""

    def run(shop: Shop) -> None:
        at_once([partial(shop.take_in, given[n::threads], grouped) for n in range(threads)])
        at_once([partial(shop.work, f"worker {n}") for n in range(threads)])

    return run


def at_once(jobs: Sequence[Callable[[], None]]) -> None:
    if len(jobs) == 1:
        jobs[0]()
        return
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Orders per second through SQLite.")
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument(
        "--place",
        type=Path,
        help="a folder on the disk to be measured; else the system's own for temporary files",
    )
    asked = parser.parse_args(argv)
    given = [order(each) for each in orders(asked.orders)]
    threads = f"end to end, {asked.threads} threads"
    runs = [
        ("decided and stored, each by itself", decided(given, False)),
        (f"decided and stored, in groups of {LARGEST}", decided(given, True)),
        ("end to end, one thread", end_to_end(given, 1, False)),
        ("end to end, one thread, come in in groups", end_to_end(given, 1, True)),
        (threads, end_to_end(given, asked.threads, False)),
        (f"{threads}, come in in groups", end_to_end(given, asked.threads, True)),
    ]
    print(
        f"{platform.platform()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores"
    )
    print(f"{asked.orders} orders of 1 to 6 items; synchronous=FULL\n")
    print(
        f"{'':<42}{'orders/s':>9}{'transactions':>14}{'bytes each':>12}{'a second':>10}{'bare disk':>11}{'share':>7}"
    )
    with tempfile.TemporaryDirectory(dir=asked.place) as folder:
        for number, (what, run) in enumerate(runs):
            found = timed(what, Path(folder) / f"{number}.db", given, run)
            # Three times, because other programs use the disk too.
            found.bare = median(
                bare(Path(folder) / f"{number} bare {n}.db", found.transactions, found.size) for n in range(3)
            )
            print(
                f"{what:<42}{found.rate:>9.0f}{found.transactions:>14}{found.size // found.transactions:>12}"
                f"{found.transactions / found.seconds:>10.0f}{found.bare:>11.0f}{found.share:>7.0%}",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
