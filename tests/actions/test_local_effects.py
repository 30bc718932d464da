"""`send email`, `post to`, `run`: written down, and only where they can be done."""

from __future__ import annotations

import pytest

from actions.catalogue import verbs
from actions.perform import VERBS
from events.effect import Effect
from tests.actions.local_orders import do, order


def test_an_email_is_planned() -> None:
    o = order()
    before = o.copy_whole()
    done = do(o, "send email", to="kim@shop.example, lee@shop.example", subject="Late", body="Sorry.\n\nKim")
    values = {"to": "kim@shop.example, lee@shop.example", "subject": "Late", "body": "Sorry.\n\nKim"}
    assert (done.outcome, done.effects) == (
        "planned",
        (Effect("email", "1001", "A rule", values=values),),
    )
    assert o == before


def test_a_line_end_in_a_subject_cannot_begin_another_header() -> None:
    done = do(order(), "send email", to="a@b.example", subject="Late\r\nBcc: x@y.example", body="b")
    assert done.effects[0].values["subject"] == "Late Bcc: x@y.example"


@pytest.mark.parametrize(
    "address",
    [
        "kim",
        "kim@",
        "@shop.example",
        "kim@shop",
        "kim@shop.example\nBcc: x@y.example",
        "a b@shop.example",
        "a@b@c.example",
        "kim@shop.example,",
        "x" * 250 + "@b.example",
    ],
)
def test_no_address(address: str) -> None:
    done = do(order(), "send email", to=address, subject="s", body="b")
    assert (done.outcome, done.effects) == ("not done", ())
    assert done.reason is not None
    assert done.reason.endswith("is not an e-mail address")


def test_parts_of_an_email_that_are_missing() -> None:
    parts = {"to": "a@b.example", "subject": "s", "body": "b"}
    reasons = [do(order(), "send email", **(parts | {name: None})).reason for name in parts]
    assert reasons == [
        "the address to send the e-mail to is missing",
        "the e-mail's subject is missing",
        "the e-mail's body is missing",
    ]


def test_a_post_is_planned() -> None:
    done = do(order(), "post to", url=" https://hooks.example/orders?x=1 ")
    posted = Effect("post", "1001", "A rule", values={"url": "https://hooks.example/orders?x=1"})
    assert (done.outcome, done.effects) == ("planned", (posted,))


@pytest.mark.parametrize(
    "url",
    [
        "hooks.example",
        "ftp://hooks.example",
        "https://",
        "https://a b.example",
        "https://[",
        "file:///etc/passwd",
        "https://a.example:99999",
        "https://a.example/\x00",
    ],
)
def test_no_web_address(url: str) -> None:
    done = do(order(), "post to", url=url)
    assert (done.outcome, done.effects) == ("not done", ())
    assert done.reason is not None
    assert done.reason.endswith("is not a web address that begins with http:// or https://")


def test_a_missing_web_address() -> None:
    assert do(order(), "post to", url=None).reason == "the address to post to is missing"


def test_an_integrations_own_action_is_planned_with_its_parameters() -> None:
    asked = {"connection": "printavo", "action": "create_invoice"}
    done = do(order(), "run", args=asked, customer="Kim", rush=True)
    values = {"action": "create_invoice", "customer": "Kim", "rush": True}
    assert done.effects == (Effect("run", "1001", "A rule", "printavo", values=values),)
    missing = do(order(), "run", args=asked, customer=None, rush=True)
    assert (missing.outcome, missing.reason) == ("not done", "the value for customer is missing")


def test_every_verb_of_the_catalogue_can_be_done() -> None:
    assert set(VERBS) == {verb.id for verb in verbs().actions}
