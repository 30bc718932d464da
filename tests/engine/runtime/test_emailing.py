"""E-mails that leave, in their order, and those that nobody takes."""

from __future__ import annotations

from engine.runtime.resolving import Word, resolve
from events.failure import FailureKind
from events.outcome import Failed, RetryAfter
from tests.engine.runtime.world import World, failure, opened, order


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
