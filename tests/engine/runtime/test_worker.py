"""What becomes of effects: done once, tried again, asked after, left to a person; each with its one answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from engine.runtime.resolving import Word, resolve
from engine.runtime.retry import SUBMIT
from events.event import Event
from events.failure import FailureKind
from events.order import Order
from events.outcome import Done, RetryAfter
from tests.engine.runtime.world import START, PrinterClient, World, failure, opened, order

SCHEDULED, BEFORE, AFTER = "podos.scheduled", "podos.before_submit", "podos.after_submit"
NOT = "podos.not_submitted."


def test_an_accepted_order_is_sent_once_and_answered_once() -> None:
    world = World()
    world.take(order())
    assert world.state() == "scheduled"
    world.work()
    assert world.printer.printed == ["1001.1"]
    assert world.state() == "accepted"
    assert world.order().folder == "In production"
    assert world.events() == ["order.imported", BEFORE, AFTER]
    assert [(a.number, a.outcome) for a in world.entry().attempts] == [(1, "done")]


def test_what_is_sent_is_the_order_as_it_is_then() -> None:
    """With what the rules of `Before` changed, and what others changed after the decision."""
    world = World()
    world.take(order())
    world.runtime().happen("by hand", "1001", renamed)
    world.work()
    (sent,) = world.printer.sent
    assert sent.prepared.contact.name == "Bea Example"
    assert world.order().items[0].metadata["checked"] == "yes"


def renamed(now: Order) -> tuple[Order, Event]:
    after = now.copy_whole()
    after.shipping.first_name = "Bea"
    return after, Event("order.address_changed", "Order Address Changed", "1001", START)


def test_a_final_failure_gives_exactly_its_own_event() -> None:
    world = World()
    world.take(order("1001", "TEE-404"))
    world.work()
    assert world.events() == ["order.imported", BEFORE, NOT + "invalid_sku"]
    assert world.order().folder == "SKU problems"
    assert world.order().notes[-1].content == "podOS said: TEE-404 is not known"
    assert [subject for _, subject in world.mail.sent] == ["First", "Second"]
    assert world.state() == "failed"


def test_what_cannot_be_prepared_never_leaves_the_machine() -> None:
    world = World()
    given = order()
    given.shipping.country = ""
    world.take(given)
    world.work()
    assert world.printer.sent == []
    assert world.events()[-1] == NOT + "general_error"
    assert world.order().tags == ["InvalidAddress"]
    assert world.entry().attempts == ()


def test_it_is_tried_again_later_and_later() -> None:
    world = World()
    world.printer.script["TEE"] = [RetryAfter(failure())] * 3
    world.take(order())
    waits = []
    for _ in range(3):
        world.work()
        waits.append((world.entry().due - world.clock.now()).total_seconds())
        assert world.work() == 0
        world.clock.advance(world.entry().due - world.clock.now())
    world.work()
    assert [int(wait // 30) for wait in waits] == [1, 2, 4]  # 30, 60, 120 seconds, and up to a fifth more
    assert world.state() == "accepted"
    assert [a.outcome for a in world.entry().attempts] == ["retry", "retry", "retry", "done"]
    assert world.events().count(BEFORE) == 1


def test_a_printers_retry_after_is_respected() -> None:
    world = World()
    world.printer.script["TEE"] = [RetryAfter(failure(FailureKind.RATE_LIMITED), seconds=600)]
    world.take(order())
    world.work()
    assert world.entry().due - world.clock.now() >= dt.timedelta(seconds=600)


def test_after_the_last_try_it_is_a_general_error_of_its_kind() -> None:
    world = World()
    world.printer.script["TEE"] = [RetryAfter(failure())] * 99
    world.take(order())
    world.settle()
    assert len(world.printer.sent) == SUBMIT.tries
    assert world.events()[-1] == NOT + "general_error"
    assert world.order().tags == ["Unavailable"]
    assert world.order().folder == "Trouble"


def test_a_worker_that_lost_its_lease_neither_settles_nor_sends_on() -> None:
    """It stands still between its draft and the last call; another worker does the work; it comes back."""
    world = World()
    slow, fast = world.worker(), world.worker()
    client = PrinterClient(world.printer, lambda name: stand_still(name))
    slow.runtime.live["podos"] = replace(slow.runtime.live["podos"], provider=client)
    stood: list[str] = []

    def stand_still(name: str) -> None:
        if name == "printer has a draft":
            stood.append(name)
            world.clock.advance(slow.lease + dt.timedelta(seconds=1))
            fast.work_once()

    world.take(order())
    slow.work_once()
    assert stood
    assert world.printer.printed == ["1001.1"]
    assert world.events() == ["order.imported", BEFORE, AFTER]
    assert any("left to others" in line for line in world.said)


def test_our_own_mistake_is_shown_and_asked_after() -> None:
    class Broken(PrinterClient):
        def submit(self, work: object) -> Done:
            raise KeyError("total")

    world = World()
    runtime = world.runtime()
    runtime.live["podos"] = replace(runtime.live["podos"], provider=Broken(world.printer))
    world.take(order(), order("1002"))
    assert world.work(world.worker(runtime)) == 2
    assert world.entry().uncertain
    assert world.entry().message.startswith("our mistake, please report it: KeyError in submit, line ")
    world.settle()
    assert sorted(world.printer.printed) == ["1001.1", "1002.1"]


def test_a_submission_that_is_no_longer_wanted_is_not_sent() -> None:
    def withdrawn(now: Order) -> tuple[Order, Event]:
        after = now.copy_whole()
        after.submissions[0].state = "cancelled"
        return after, Event("order.details_changed", "Order Details Changed", "1001", START)

    world = World()
    world.take(order())
    world.runtime().happen("by hand", "1001", withdrawn)
    world.work()
    assert world.printer.sent == []
    assert world.entry().state == "dropped"
    assert world.store.history("1001")[-1].what == "not sent to podOS: submission 1 is cancelled"


@pytest.mark.parametrize(
    ("mode", "credentials", "says"),
    [("test", "key-1", "planned while podOS was in live mode, and it is in test mode now"),
     ("live", "key-2", "planned with other credentials for podOS")],
)  # fmt: skip
def test_what_was_planned_under_other_settings_is_not_sent(mode: str, credentials: str, says: str) -> None:
    world = World()
    world.take(order())
    world.mode, world.credentials = mode, credentials
    world.work()
    assert world.printer.sent == []
    assert world.entry().state == "review"
    assert says in world.entry().message
    assert "ordinance outbox retry 1" in world.entry().message
    resolve(world.runtime(), 1, Word("again"))
    world.work()
    assert world.printer.printed == ["1001.1"]


def test_what_waits_for_a_printer_that_is_not_connected_goes_on_waiting() -> None:
    world = World()
    runtime = world.runtime(live={})
    runtime.handle("a", Event("order.imported", "Order is Imported", "1001", START), order())
    assert world.work(world.worker(runtime)) == 0
    assert world.entry().state == "waiting"
    world.work()
    assert world.state() == "accepted"


def test_two_workers_share_the_work() -> None:
    world = World()
    world.take(*(order(str(n)) for n in range(1001, 1011)))
    one, other = world.worker(), world.worker()
    while one.work_once() | other.work_once():
        pass
    assert sorted(world.printer.printed) == [f"{n}.1" for n in range(1001, 1011)]


def test_a_resubmission_is_a_new_one() -> None:
    world = World()
    world.take(order())
    world.work()
    world.happens("Reprint")
    world.work()
    assert world.printer.printed == ["1001.1", "1001.2"]


def test_an_action_that_nothing_performs_fails_clearly() -> None:
    rules = 'rule "Invoice" on "Order is Imported" do run printavo.create_invoice()\n'
    world = World(opened(rules))
    world.take(order())
    world.work()
    assert world.entry().state == "failed"
    assert "cannot be performed yet" in world.store.history("1001")[-1].what


def test_the_rate_limit_of_a_connection_is_kept() -> None:
    world = World()
    world.take(*(order(str(n)) for n in range(1001, 1012)))
    began = world.clock.now()
    world.work()
    assert len(world.printer.printed) == 11
    # five at once, the other six at two a second
    assert world.clock.now() - began == dt.timedelta(seconds=3)


def test_an_attempt_never_ends_before_it_began() -> None:
    """Events are told to the second, attempts are not."""
    world = World()
    world.clock.advance(dt.timedelta(milliseconds=700))
    world.take(order())
    world.work()
    (attempt,) = world.entry().attempts
    assert attempt.ended is not None
    assert attempt.ended >= attempt.began
