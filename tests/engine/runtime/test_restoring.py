"""A store that was put back from a backup: what happened since the backup is not done a second time.

The printer outlives it, as printers do, and prints whatever it is sent, as often as it is sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from actions.provider import NotFound, Submitting
from engine.runtime.resolving import Word, resolve
from engine.runtime.restoring import Marked, mark_of_copy, restore, restored, taken_at
from events.failure import FailureKind
from events.order import Order
from events.outcome import Done, NeedsReview, ProviderStatus, RetryAfter
from events.stores.sqlite import SqliteStore
from tests.engine.runtime.world import PrinterClient, World, failure, order


@dataclass
class Lost:
    """A shop whose store is lost after its backup. place: of the backup."""

    world: World
    place: Path

    def backup(self) -> None:
        assert isinstance(self.world.store, SqliteStore)
        self.world.store.backup(self.place, mark_of_copy(self.world.clock))

    def put_back(self, *, marked: bool = True) -> Marked | None:
        """An hour after."""
        self.world.store.close()
        self.world.clock.advance(dt.timedelta(hours=1))
        self.world.store = SqliteStore(self.place)
        return restore(self.world.store, self.world.clock.now()) if marked else None


@pytest.fixture
def lost(tmp_path: Path) -> Iterator[Lost]:
    world = World(store=SqliteStore(tmp_path / "store.db"))
    yield Lost(world, tmp_path / "backup.db")
    world.store.close()


def a_day(lost: Lost, *, marked: bool = True) -> World:
    """1001 is printed before the backup, 1002 after it, 1003 comes in after it; all that came in since comes in again."""
    world = lost.world
    world.take(order("1001"))
    world.work()
    world.take(order("1002"))
    lost.backup()
    world.work()
    world.take(order("1003"))
    world.work()
    assert world.printer.printed == ["1001.1", "1002.1", "1003.1"]
    lost.put_back(marked=marked)
    world.take(order("1002"), order("1003"))
    world.settle()
    return world


def test_what_was_printed_since_the_backup_is_found_and_not_sent_again(lost: Lost) -> None:
    world = a_day(lost)
    assert world.printer.printed == ["1001.1", "1002.1", "1003.1"]
    assert world.printer.asked == ["1002.1", "1003.1"]
    for order_id, number in (("1001", "P-1"), ("1002", "P-2"), ("1003", "P-3")):
        stands = world.order(order_id).submission("podos")
        assert stands is not None
        assert (stands.state, stands.provider_order_id) == ("accepted", number)
        assert world.events(order_id) == ["order.imported", "podos.before_submit", "podos.after_submit"]


def test_a_copy_that_is_simply_used_would_print_twice(lost: Lost) -> None:
    """What all of this is for."""
    assert a_day(lost, marked=False).printer.printed == ["1001.1", "1002.1", "1003.1", "1002.1", "1003.1"]


def test_what_the_printer_does_not_have_is_sent(lost: Lost) -> None:
    world = lost.world
    world.take(order("1001"))
    lost.backup()
    assert lost.put_back() == Marked(asked_first=1, to_look_at=0)
    world.settle()
    assert (world.printer.asked, world.printer.printed) == (["1001.1"], ["1001.1"])
    assert [each.outcome for each in world.entry().attempts] == ["done"]


def test_a_quote_that_the_backup_knows_does_not_hide_another(
    lost: Lost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A printer is asked by the number that was saved, where there is one; it may be older than what was sent."""

    def by_number(client: PrinterClient, work: Submitting, since: dt.datetime) -> Done | NotFound:
        numbers = client.printer.numbers
        known = work.saved.get("order_id") or numbers.get(work.reference)
        return Done(known) if known in numbers.values() and known is not None else NotFound()

    monkeypatch.setattr(PrinterClient, "reconcile", by_number)
    world = lost.world
    world.take(order("1001"))
    claimed = world.store.claim("a", world.clock.now(), dt.timedelta(minutes=1))
    assert claimed is not None
    world.store.begin(1, "a", world.clock.now())
    world.store.save(1, "a", {"order_id": "P-old"})
    world.store.postpone(1, "a", world.clock.now(), "retry", "podOS is down", world.clock.now())
    lost.backup()
    assert isinstance(world.store, SqliteStore)
    world.store._file.connection().execute(
        "UPDATE outbox SET saved = '{}'"
    )  # the old quote is over, another is made
    world.work()
    assert world.printer.numbers == {"1001.1": "P-1"}
    lost.put_back()
    world.settle()
    assert (world.printer.printed, world.state()) == (["1001.1"], "accepted")


def test_an_order_that_was_placed_since_is_sent_at_once(lost: Lost) -> None:
    """Within an hour it may have been placed before: the cart's clock is not ours."""
    world = lost.world
    lost.backup()
    lost.put_back()
    world.take(placed(order("1001"), world.clock.now() + dt.timedelta(hours=1)))
    world.take(placed(order("1002"), world.clock.now() + dt.timedelta(minutes=59)))
    world.work()
    assert world.printer.asked == ["1002.1"]
    assert world.printer.printed == ["1001.1", "1002.1"]


def placed(new: Order, at: dt.datetime) -> Order:
    new.date_added = at
    return new


def test_it_is_asked_once_and_then_tried_as_always(lost: Lost) -> None:
    world = lost.world
    world.take(order("1001"))
    lost.backup()
    lost.put_back()
    world.printer.script["TEE"] = [RetryAfter(failure(), None)]
    world.settle()
    assert (world.printer.asked, world.printer.printed) == (["1001.1"], ["1001.1"])
    assert [each.outcome for each in world.entry().attempts] == ["retry", "done"]


@pytest.mark.parametrize("says", ["cannot tell", "down"])
def test_a_printer_that_cannot_tell_has_a_person_look(lost: Lost, says: str) -> None:
    world = lost.world
    world.take(order("1001"))
    lost.backup()
    lost.put_back()
    unknown = failure(FailureKind.UNKNOWN_OUTCOME, "podOS cannot be asked: look there")
    world.printer.reconcile_says = [
        NeedsReview(unknown) if says == "cannot tell" else RetryAfter(unknown, None) for _ in range(20)
    ]
    world.settle()
    assert (world.entry().state, world.printer.printed, world.printer.sent) == ("review", [], [])
    assert "look there" in world.entry().message


def test_a_cancellation_since_the_backup_is_found(lost: Lost) -> None:
    world = lost.world
    world.take(order("1001"))
    world.work()
    world.happens("Give up")
    lost.backup()
    world.work()
    assert world.printer.canceled == ["P-1"]
    world.printer.statuses["P-1"] = ProviderStatus("cancelled", "P-1")
    lost.put_back()
    world.settle()
    assert (world.printer.canceled, world.state()) == (["P-1"], "cancelled")


def test_letters_that_waited_wait_for_a_person(lost: Lost) -> None:
    world = lost.world
    world.take(order("1001", "TEE-404"))
    world.work(world.worker())
    assert len(world.mail.sent) == 2
    world.mail.sent.clear()
    world.take(order("1002", "TEE-404"))
    worker = world.worker()
    assert worker.work_once("podos")
    lost.backup()
    world.work()
    assert len(world.mail.sent) == 2
    assert lost.put_back() == Marked(asked_first=0, to_look_at=2)
    world.settle()
    assert len(world.mail.sent) == 2
    stuck = world.store.entries(states=["review"])
    assert [each.message.split(";")[0] for each in stuck] == [
        "this may have gone out after the backup was taken"
    ] * 2
    resolve(world.runtime(), stuck[0].id, Word("again"))
    world.settle()
    assert [subject for _, subject in world.mail.sent] == ["First", "Second", "First"]


def test_a_second_restoring_remembers_the_first(lost: Lost, tmp_path: Path) -> None:
    lost.backup()
    first = lost.world.clock.now()
    lost.put_back()
    lost.place = tmp_path / "second.db"
    lost.backup()
    assert lost.put_back() == Marked(0, 0)
    found = restored(lost.world.store)
    assert found is not None
    assert (found.taken, found.back) == (first, first + dt.timedelta(hours=2))
    assert taken_at(lost.world.store) is None


def test_a_copy_that_does_not_tell_its_age_is_asked_about_from_long_ago(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "x.db")
    restore(store, dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
    found = restored(store)
    assert found is not None
    assert found.taken.year == 2000
    store.close()
