"""Several threads and several processes at one store."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from events.store import Change, Commit, Conflict, Known, Store
from tests.events.stores.conftest import STORES
from tests.events.stores.given import LEASE, T0, asked, effect, event, imported, order
from tests.events.stores.process import start


def together(*works: Callable[[], None]) -> None:
    """Runs them in threads of their own, all at once; an error of one is an error of the test."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        gate.wait()
        work()

    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(run, work) for work in works]:
            done.result()


def test_threads_never_hold_the_same_effect(store: Store) -> None:
    effects = 40
    store.commit(asked("k", *(effect(f"e{n}", str(n)) for n in range(effects))))
    got: list[int] = []

    def worker(owner: str) -> None:
        while (claimed := store.claim(owner, T0, LEASE)) is not None:
            got.append(claimed.id)

    together(*(lambda owner=owner: worker(owner) for owner in "abcd"))
    assert Counter(got) == Counter(range(1, effects + 1))


def test_one_of_several_threads_handles_an_event(store: Store) -> None:
    answers: list[str] = []

    def handle(owner: str) -> None:
        try:
            store.commit(imported(order(owner), "key", effect(owner, owner)))
            answers.append("done")
        except Known:
            answers.append("known")

    together(*(lambda owner=owner: handle(owner) for owner in "abcd"))
    assert Counter(answers) == {"done": 1, "known": 3}
    assert len(list(store.orders())) == len(store.entries()) == 1


def test_no_change_of_an_order_is_lost_between_threads(store: Store) -> None:
    store.commit(imported(order()))

    def change(owner: str) -> None:
        for number in range(10):
            while True:
                found = store.order("1001")
                assert found is not None
                found.order.tags.append(f"{owner}{number}")
                try:
                    store.commit(Commit(f"{owner}{number}", event(), (Change(found.order, found.version),)))
                except Conflict:
                    continue
                break

    together(*(lambda owner=owner: change(owner) for owner in "abc"))
    found = store.order("1001")
    assert found is not None
    assert found.version == 31
    assert sorted(found.order.tags) == sorted(f"{owner}{n}" for owner in "abc" for n in range(10))


@pytest.mark.parametrize("kind", ["folder", "sqlite"])
def test_processes_never_hold_the_same_effect(kind: str, tmp_path: Path) -> None:
    effects = 60
    store = STORES[kind](tmp_path)
    store.commit(asked("k", *(effect(f"e{n}", str(n)) for n in range(effects))))
    workers = [start("claim", kind, tmp_path, owner) for owner in "abc"]
    got = [int(line) for worker in workers for line in worker.communicate()[0].split()]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert Counter(got) == Counter(range(1, effects + 1))
    store.close()


@pytest.mark.parametrize("kind", ["folder", "sqlite"])
def test_no_change_of_an_order_is_lost_between_processes(kind: str, tmp_path: Path) -> None:
    store = STORES[kind](tmp_path)
    store.commit(imported(order("counter")))
    workers = [start("count", kind, tmp_path, owner) for owner in "ab"]
    for worker in workers:
        worker.communicate()
    assert [worker.returncode for worker in workers] == [0, 0]
    found = store.order("counter")
    assert found is not None
    assert (found.version, found.order.splits) == (101, 100)
    store.close()


@pytest.mark.parametrize("kind", ["folder", "sqlite"])
def test_processes_may_make_the_store_at_the_same_time(kind: str, tmp_path: Path) -> None:
    workers = [start("claim", kind, tmp_path, owner) for owner in "abcd"]
    assert [worker.communicate()[0] for worker in workers] == [""] * 4
    assert [worker.returncode for worker in workers] == [0] * 4
