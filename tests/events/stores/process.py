"""Another process at the same store: `python -m tests.events.stores.process WORK KIND PLACE OWNER`.

`claim` takes every effect it can get; `count` raises an order's version fifty times; `commit` commits until it is
killed, telling each commit when it is done.
"""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

from events.order import Order
from events.store import Change, Commit, Conflict, Store
from tests.events.stores.conftest import STORES
from tests.events.stores.given import LEASE, T0, at, effect, entry, event, line, order

ROOT = Path(__file__).parents[3]


def start(work: str, kind: str, place: Path, owner: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.events.stores.process", work, kind, str(place), owner],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def claim(store: Store, owner: str) -> None:
    while (claimed := store.claim(owner, T0, LEASE)) is not None:
        print(claimed.id, flush=True)


def count(store: Store, owner: str) -> None:
    for number in range(50):
        while True:
            found = store.order("counter")
            assert found is not None
            found.order.notes = []
            found.order.splits += 1
            try:
                store.commit(
                    Commit(f"{owner} {number}", event("counter"), (Change(found.order, found.version),))
                )
            except Conflict:
                continue
            break


def step(number: int, counter: Order | None, version: int | None) -> Commit:
    """Touches everything that a commit may: a new order, an old one, history, two effects, journal, blob, chain."""
    changed = order("counter", splits=number)
    if counter is not None:
        changed = counter.model_copy(update={"splits": number})
    return Commit(
        f"key {number}",
        event(str(number)),
        (Change(order(str(number), email="x" * 3000), None), Change(changed, version)),
        (line(str(number)), line("counter")),
        (effect(f"a {number}", str(number)), effect(f"b {number}", str(number), None)),
        dataclasses.replace(entry("counter", number), orders="y" * 5000),
        {f"blob {number}": b"z" * 100},
        ("chain", f"after {number}"),
        version or 0,
    )


def commit(store: Store, owner: str) -> None:
    found = store.order("counter")
    number = 1 if found is None else found.version + 1
    while True:
        found = store.order("counter")
        store.commit(step(number, found and found.order, found and found.version))
        print(number, flush=True)
        if number % 3 == 0:
            claimed = store.claim(owner, at(number), LEASE)
            assert claimed is not None
            store.begin(claimed.id, owner, at(number))
        number += 1


if __name__ == "__main__":
    _, work, kind, place, owner = sys.argv
    {"claim": claim, "count": count, "commit": commit}[work](STORES[kind](Path(place)), owner)
