"""What may have arrived, and nobody knows: it is asked after, never sent again on a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.provider import NotFound
from engine.runtime.resolving import Word, resolve
from engine.runtime.retry import RECONCILE
from events.failure import FailureKind
from events.outcome import Failed, NeedsReview, RetryAfter, Unknown
from events.store import Conflict
from tests.engine.runtime.world import START, Printer, PrinterClient, World, failure, order


def test_what_may_have_arrived_is_asked_after_and_not_sent_again() -> None:
    world = World()
    world.printer.script["TEE"] = ["lost after it was taken"]
    world.take(order())
    world.work()
    assert world.entry().uncertain
    assert world.printer.asked == []
    world.settle()
    assert world.printer.asked == ["1001.1"]
    assert world.printer.printed == ["1001.1"]
    assert len(world.printer.sent) == 1
    assert world.state() == "accepted"


def test_what_surely_did_not_arrive_is_sent() -> None:
    world = World()
    world.printer.script["TEE"] = ["lost before it arrived"]
    world.take(order())
    world.settle()
    assert world.printer.asked == ["1001.1"]
    assert world.printer.printed == ["1001.1"]
    assert world.printer.sent[1].saved == {"order_id": "P-1"}  # goes on with the draft that it has


def test_what_cannot_be_told_waits_for_a_person() -> None:
    world = World()
    world.printer.script["TEE"] = ["lost after it was taken"]
    world.printer.reconcile_says = [RetryAfter(failure()), Unknown(failure())] * 9
    world.take(order())
    world.settle()
    assert world.entry().state == "review"
    assert len(world.printer.asked) == RECONCILE.tries - 1
    assert "ordinance outbox resolve 1" in world.entry().message
    assert world.printer.printed == ["1001.1"]
    assert world.state() == "scheduled"
    resolve(world.runtime(), 1, Word("happened", "P-1", "ann"))
    world.work()
    submission = world.order().submission("podos")
    assert submission is not None
    assert (submission.state, submission.provider_order_id) == ("accepted", "P-1")
    assert world.printer.printed == ["1001.1"]


def test_an_order_changed_while_nobody_knows_is_not_told_as_refused() -> None:
    """What the printer has under our number is as the order was: nobody but us sent it, and no rule may send it anew."""
    world = World()
    world.printer.script["TEE"] = ["lost after it was taken"]
    unlike = failure(FailureKind.DUPLICATE, "podOS has another order with the number 1001.1")
    world.printer.reconcile_says = [Failed((unlike,))]
    world.take(order())
    world.settle()
    assert world.events() == ["order.imported", "podos.before_submit"]
    assert world.state() == "scheduled"
    assert world.entry().message == (
        "podOS has another order with the number 1001.1: it may be this one, sent before the order was changed; look "
        "there, then say `ordinance outbox resolve 1`"
    )


def test_one_that_was_not_found_and_is_refused_as_a_repeat_is_not_told_as_refused() -> None:
    """A printer's search may be behind its orders."""
    world = World()
    repeat = failure(FailureKind.DUPLICATE, "podOS has the number 1001.1")
    world.printer.script["TEE"] = ["lost after it was taken", Failed((repeat,))]
    world.printer.reconcile_says = [NotFound()]
    world.take(order())
    world.settle()
    assert (world.state(), world.entry().state) == ("scheduled", "review")
    assert world.printer.printed == ["1001.1"]


@pytest.mark.parametrize(("mode", "credentials"), [("test", "key-1"), ("live", "key-2")])
def test_what_may_have_been_sent_under_other_settings_says_where_to_look(mode: str, credentials: str) -> None:
    world = World()
    world.printer.script["TEE"] = ["lost after it was taken"]
    world.take(order())
    world.work()
    world.mode, world.credentials = mode, credentials
    world.settle()
    assert world.printer.asked == []
    assert "it may have been sent before that: look where it was sent then" in world.entry().message
    assert "`ordinance outbox resolve 1 --done`" in world.entry().message


def test_a_person_may_give_up() -> None:
    world = World()
    world.printer.script["TEE"] = [
        NeedsReview(failure(FailureKind.DUPLICATE, "podOS has another order 1001.1"))
    ]
    world.take(order())
    world.work()
    assert world.entry().message == "podOS has another order 1001.1"
    resolve(world.runtime(), 1, Word("given up", who="ann"))
    world.work()
    assert world.state() == "failed"
    assert world.events()[-1] == "podos.not_submitted.general_error"
    assert len(world.printer.sent) == 1


def test_a_word_on_what_is_settled_is_refused() -> None:
    world = World()
    world.take(order())
    world.work()
    with pytest.raises(Conflict):
        resolve(world.runtime(), 1, Word("given up"))
    with pytest.raises(LookupError):
        resolve(world.runtime(), 99, Word("given up"))


def test_an_attempt_whose_worker_died_is_asked_after() -> None:
    world = World()
    world.take(order())
    worker = world.worker()
    entry = world.store.claim("dead", world.clock.now(), worker.lease, ["podos"])
    assert entry is not None
    world.store.begin(entry.id, "dead", world.clock.now())
    assert world.work(worker) == 0
    world.clock.advance(worker.lease)
    world.work(worker)
    assert world.printer.asked == ["1001.1"]
    assert world.printer.printed == ["1001.1"]


def test_nothing_is_known_of_the_printer_by_accident() -> None:
    """The fake prints twice what is sent twice: otherwise no test here could fail."""
    printer = Printer()
    world = World(printer=printer)
    world.take(order())
    world.work()
    (work,) = printer.sent
    PrinterClient(printer).submit(replace(work, saved={}, save=lambda steps: None))
    assert printer.printed == ["1001.1", "1001.1"]
    assert PrinterClient(printer).reconcile(replace(work, reference="1002.1"), START) == NotFound()


def test_what_was_never_there_when_it_was_asked_after_is_told_so() -> None:
    """The printer answers each question, and no submission: that is something else than no answer at all."""
    world = World()
    world.printer.script["TEE"] = ["lost before it arrived"] * 20
    world.take(order())
    world.settle()
    assert (world.entry().state, world.printer.printed) == ("review", [])
    assert world.entry().message == (
        "it was sent 8 times; no answer came, and each time that it was asked after it was not there "
        "(the last time: no answer in 30 seconds); look there, then say `ordinance outbox resolve 1`"
    )
