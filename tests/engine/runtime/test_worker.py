"""What becomes of effects: done once, tried again, asked after, left to a person; each with its one answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from actions.provider import NotFound
from engine.runtime.pauses import paused, resume
from engine.runtime.resolving import Word, resolve
from engine.runtime.retry import RECONCILE, SUBMIT
from events.event import Event
from events.failure import FailureKind
from events.order import Order
from events.outcome import Done, Failed, NeedsReview, RetryAfter, Unknown
from events.store import Conflict
from tests.engine.runtime.world import Printer, PrinterClient, World, failure, opened, order

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
    return after, Event("order.address_changed", "Order Address Changed", "1001", world_time())


def world_time() -> dt.datetime:
    return dt.datetime(2026, 3, 2, 14, 0, tzinfo=dt.UTC)


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


def test_refused_credentials_pause_the_connection_until_a_check_succeeds() -> None:
    world = World()
    auth = failure(FailureKind.AUTH_FAILED, "podOS refused the key")
    world.printer.script["TEE"] = [RetryAfter(auth, pause=True)]
    world.printer.check_says = Failed((auth,))
    world.take(order(), order("1002"))
    world.work()
    assert len(world.printer.sent) == 1
    pause = paused(world.store, "podos")
    assert pause is not None
    assert pause.why == "podOS refused the key"
    world.clock.advance(dt.timedelta(minutes=6))
    assert world.work() == 0
    world.printer.check_says = Done()
    assert world.work() == 0  # it was asked a moment ago
    world.clock.advance(dt.timedelta(minutes=6))
    world.work()
    assert sorted(world.printer.printed) == ["1001.1", "1002.1"]
    assert paused(world.store, "podos") is None


def test_a_person_ends_a_pause() -> None:
    world = World()
    world.printer.script["TEE"] = [RetryAfter(failure(FailureKind.AUTH_FAILED), pause=True)]
    world.take(order())
    world.work()
    resume(world.runtime(), "podos")
    world.clock.advance(dt.timedelta(minutes=1))
    world.work()
    assert world.state() == "accepted"


def test_a_pause_with_an_end_ends_by_itself() -> None:
    world = World()
    world.printer.script["TEE"] = [RetryAfter(failure(FailureKind.RATE_LIMITED), seconds=60, pause=True)]
    world.take(order(), order("1002"))
    world.work()
    assert len(world.printer.sent) == 1
    world.clock.advance(dt.timedelta(seconds=80))
    world.work()
    assert sorted(world.printer.printed) == ["1001.1", "1002.1"]


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
    assert world.events() == ["order.imported", BEFORE]
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
    assert world.events()[-1] == NOT + "general_error"
    assert len(world.printer.sent) == 1


def test_a_word_on_what_is_settled_is_refused() -> None:
    world = World()
    world.take(order())
    world.work()
    with pytest.raises(Conflict):
        resolve(world.runtime(), 1, Word("given up"))
    with pytest.raises(LookupError):
        resolve(world.runtime(), 99, Word("given up"))


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
        return after, Event("order.details_changed", "Order Details Changed", "1001", world_time())

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
    runtime.handle("a", Event("order.imported", "Order is Imported", "1001", world_time()), order())
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


def accepted(world: World) -> World:
    world.take(order())
    world.work()
    return world


def test_an_order_is_canceled_at_the_printer() -> None:
    world = accepted(World())
    world.happens("Give up")
    world.work()
    assert world.printer.canceled == ["P-1"]
    assert world.state() == "cancelled"
    assert world.events()[-1] == "podos.after_cancel"
    assert world.order().folder == "Canceled"


def test_what_cannot_be_canceled_stands() -> None:
    world = accepted(World())
    world.printer.cancel_says = [Failed((failure(FailureKind.REJECTED, "it is printed already"),))]
    world.happens("Give up")
    world.work()
    assert world.state() == "accepted"
    assert world.events()[-1] == "podos.not_canceled"


def test_a_cancellation_whose_answer_was_lost_is_looked_up() -> None:
    world = accepted(World())
    world.printer.cancel_says = [Unknown(failure())]
    world.printer.statuses["P-1"] = status("cancelled")
    world.happens("Give up")
    world.settle()
    assert world.printer.canceled == []
    assert world.state() == "cancelled"


def status(state: str) -> object:
    from events.outcome import ProviderStatus

    return ProviderStatus(state, "P-1")  # type: ignore[arg-type]


def test_e_mails_of_an_order_keep_their_order_and_wait_for_each_other() -> None:
    world = World()
    world.mail.says = [RetryAfter(failure())]
    world.take(order("1001", "TEE-404"))
    world.work()
    assert world.mail.sent == []
    world.settle()
    assert [subject for _, subject in world.mail.sent] == ["First", "Second"]


def test_an_e_mail_that_nobody_takes_is_told() -> None:
    rules = """
rule "Write" on "Order is Imported" do send email to "a@example.com" subject "Hello" body "Hi"
rule "Told" on "E-mail Not Sent" do add note "{event.recipient}: {event.message}"
rule "Sent" on "After E-mail Sent" do add tag "written"
"""
    world = World(opened(rules))
    world.mail.says = [Failed((failure(FailureKind.REJECTED, "no such mailbox"),))]
    world.take(order())
    world.work()
    assert world.order().notes[-1].content == "a@example.com: no such mailbox"
    world.take(order("1002"))
    world.work()
    assert world.order("1002").tags == ["written"]


def test_without_a_mail_server_an_e_mail_waits_for_one() -> None:
    world = World(
        opened('rule "Write" on "Order is Imported" do send email to "a@example.com" subject "A" body "B"\n')
    )
    world.take(order())
    worker = world.worker()
    worker.mailer = None
    world.work(worker)
    assert world.entry().state == "review"
    assert "no mail server is set up" in world.entry().message
    resolve(world.runtime(), 1, Word("again"))
    world.work()
    assert [subject for _, subject in world.mail.sent] == ["A"]


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


def test_nothing_is_known_of_the_printer_by_accident() -> None:
    """The fake prints twice what is sent twice: otherwise no test here could fail."""
    printer = Printer()
    world = World(printer=printer)
    world.take(order())
    world.work()
    (work,) = printer.sent
    PrinterClient(printer).submit(replace(work, saved={}, save=lambda steps: None))
    assert printer.printed == ["1001.1", "1001.1"]
    assert PrinterClient(printer).reconcile(replace(work, reference="1002.1"), world_time()) == NotFound()


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


def test_an_attempt_never_ends_before_it_began() -> None:
    """Events are told to the second, attempts are not."""
    world = World()
    world.clock.advance(dt.timedelta(milliseconds=700))
    world.take(order())
    world.work()
    (attempt,) = world.entry().attempts
    assert attempt.ended is not None
    assert attempt.ended >= attempt.began
