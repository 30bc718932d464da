"""A process that dies at any moment, and a disk that refuses at any moment: everything told is there, nothing is half."""

from __future__ import annotations

import errno
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from events.store import Known, Store, StoreError
from events.stores.folder import FolderStore
from tests.events.stores.conftest import STORES
from tests.events.stores.given import LEASE, T0, settled
from tests.events.stores.process import start, step


def whole(store: Store) -> int:
    """How many commits are there; each with all its parts, none with a part only."""
    found = store.order("counter")
    count = 0 if found is None else found.version
    numbers = [str(n) for n in range(1, count + 1)]
    assert found is None or found.order.splits == count
    assert [s.order.id for s in store.orders()] == [
        *numbers[:1],
        *(["counter"] if count else []),
        *numbers[1:],
    ]
    assert len(store.history("counter")) == len(store.journal("counter")) == count
    assert all(len(store.history(number)) == 1 for number in numbers)
    assert [e.new.key for e in store.entries()] == [f"{part} {n}" for n in numbers for part in "ab"]
    assert store.chain("chain") == ((f"after {count}", count) if count else None)
    assert all(store.knows(f"key {n}") and store.blob(f"blob {n}") for n in numbers)
    assert not store.knows(f"key {count + 1}")
    assert store.blob(f"blob {count + 1}") is None
    return count


@pytest.mark.parametrize("kind", ["sqlite", "folder"])
def test_a_killed_process_loses_nothing_that_it_told(kind: str, tmp_path: Path) -> None:
    chance = random.Random(20261121)
    before = 0
    for _ in range(6):
        worker = start("commit", kind, tmp_path, "a")
        assert worker.stdout is not None
        last = before
        for _ in range(chance.randint(1, 12)):
            last = int(worker.stdout.readline())
        time.sleep(chance.random() * 0.01)
        worker.send_signal(signal.SIGKILL)
        told = [int(line) for line in worker.communicate()[0].split("\n") if line.strip()]
        last = max([last, *told])
        store = STORES[kind](tmp_path)
        count = whole(store)
        store.close()
        assert count in (last, last + 1)
        assert count > before
        before = count


class Died(BaseException):
    """The process ends here: nobody tidies up."""


class Moments:
    """Counts what is about to happen to files under a folder, and stops one of it. Python tells it of each (`sys.audit`)."""

    def __init__(self) -> None:
        self.root = ""
        self.left = 0
        self.stop: Callable[[], BaseException] = Died
        sys.addaudithook(self.hear)

    def hear(self, what: str, given: tuple[Any, ...]) -> None:
        if not self.root or what not in ("open", "os.rename", "os.remove", "os.mkdir"):
            return
        if str(given[0]).startswith(self.root):
            self.left -= 1
            if self.left == 0:
                raise self.stop()

    @contextmanager
    def stopping(self, root: Path, number: int, stop: Callable[[], BaseException]) -> Iterator[None]:
        self.root, self.left, self.stop = str(root), number, stop
        try:
            yield
        finally:
            self.root = ""


MOMENTS = Moments()


def begun(place: Path) -> FolderStore:
    store = FolderStore(place)
    store.commit(step(1, None, None))
    store.claim("a", T0, LEASE)
    return store


def second(store: Store) -> None:
    found = store.order("counter")
    assert found is not None
    store.commit(step(2, found.order, 1))


@pytest.mark.usefixtures("without_waiting_for_the_disk")
def test_the_folder_survives_a_death_at_every_moment_of_a_commit(tmp_path: Path) -> None:
    died = {"before": 0, "after": 0}
    for number in range(1, 1000):
        place = tmp_path / str(number)
        store = begun(place)
        try:
            with MOMENTS.stopping(place, number, Died):
                second(store)
            break
        except Died:
            pass
        again = FolderStore(place)
        count = whole(again)
        died["before" if count == 1 else "after"] += 1
        if count == 1:
            second(again)
        else:
            with pytest.raises(Known):
                again.commit(step(2, None, None))
        assert whole(again) == 2
        assert list((place / ".pending").iterdir()) == []
        again.close()
        store.close()
    assert died["before"] > 10
    assert died["after"] > 10


@pytest.mark.usefixtures("without_waiting_for_the_disk")
def test_the_folder_survives_a_death_while_it_is_mended(tmp_path: Path) -> None:
    """It dies at the middle of the moves, and then at every moment of the next opening."""
    opened = 0
    stands = next(n for n in range(1, 1000) if stands_after(tmp_path / f"at {n}", n))
    for number in range(1, 1000):
        place = tmp_path / str(number)
        store = begun(place)
        with pytest.raises(Died), MOMENTS.stopping(place, stands + 4, Died):
            second(store)
        try:
            with MOMENTS.stopping(place, number, Died):
                FolderStore(place)
            opened += 1
            break
        except Died:
            pass
        again = FolderStore(place)
        assert whole(again) == 2
        again.close()
        store.close()
    assert opened == 1
    assert number > 10


def stands_after(place: Path, moment: int) -> bool:
    """Whether a commit that dies at this moment is done."""
    store = begun(place)
    try:
        with MOMENTS.stopping(place, moment, Died):
            second(store)
    except Died:
        pass
    store.close()
    return (place / ".pending" / "commit.json").exists()


WAYS_OUT = {
    errno.ENOSPC: "the disk is full; make room and go on, nothing is lost",
    errno.EIO: "look after the disk",
    errno.EACCES: "change the permissions",
}


@pytest.mark.usefixtures("without_waiting_for_the_disk")
@pytest.mark.parametrize("code", WAYS_OUT)
def test_a_disk_that_refuses_is_told_and_nothing_is_half(code: int, tmp_path: Path) -> None:
    told: list[str] = []
    for number in range(1, 1000):
        place = tmp_path / str(number)
        store = begun(place)
        with MOMENTS.stopping(place, number, lambda: OSError(code, "refused")):
            try:
                second(store)
            except StoreError as answer:
                told.append(str(answer))
        if MOMENTS.left > 0:
            break
        if not store.knows("key 2"):
            second(store)
        assert whole(store) == 2
        store.close()
    assert len(told) > 20
    assert all(str(tmp_path) in answer and WAYS_OUT[code] in answer for answer in told)


@pytest.mark.usefixtures("without_waiting_for_the_disk")
def test_settling_and_forgetting_die_whole_too(tmp_path: Path) -> None:
    for number in range(1, 1000):
        place = tmp_path / str(number)
        store = FolderStore(place)
        store.commit(step(1, None, None))
        done = 0
        with MOMENTS.stopping(place, number, Died):
            try:
                for effect_id in (1, 2):
                    store.claim("a", T0, LEASE)
                    store.commit(settled(f"s{effect_id}", effect_id))
                    done += 1
                store.forget("1")
                done += 1
            except Died:
                pass
        again = FolderStore(place)
        kept = {e.id: e.state for e in again.entries()}
        gone = again.order("1") is None
        assert gone == (not again.history("1")) == (kept == {})
        if not gone:
            assert [again.knows(f"s{n}") for n in (1, 2)] == [kept[n] == "done" for n in (1, 2)]
        assert sum((again.knows("s1"), again.knows("s2"), gone)) in (done, done + 1)
        again.close()
        store.close()
        if done == 3:
            break
    assert number > 40
