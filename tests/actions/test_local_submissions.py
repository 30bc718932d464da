"""`submit`, `resubmit`, `cancel`: two rules that both submit make one print."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from actions.perform import perform
from actions.work import Caused, Done, Task, World
from dsl.schema import ConnectionSpec, StoreSpec
from events.effect import Effect
from events.order import Order, Submission
from tests.actions.local_orders import NOW, do, order


def at(o: Order, verb: str) -> Done:
    return do(o, verb, args={"connection": "podos"})


def stands(state: str, number: int = 1, provider_order_id: str = "") -> Order:
    made = Submission(connection="podos", state=state, number=number, provider_order_id=provider_order_id)
    return order(submissions=[Submission(connection="pov", number=4, state="accepted"), made])


def test_a_first_submission_is_planned_and_told_at_once() -> None:
    o = order()
    done = at(o, "submit")
    assert done.outcome == "planned"
    assert done.effects == (Effect("submit", "1001", "A rule", "podos", 1),)
    scheduled = {"connection": "podos", "attempt": D(1)}
    assert done.caused == (Caused("podos.scheduled", "1001", scheduled),)
    assert o.submissions == [Submission(connection="podos", number=1, state="scheduled")]


def test_two_rules_that_submit_make_one_print() -> None:
    o = order()
    at(o, "submit")
    for verb in ("submit", "resubmit"):
        again = at(o, verb)
        assert again.outcome == "not done"
        assert again.reason == "the order is already scheduled to podOS and has no answer yet"
        assert (again.effects, again.caused) == ((), ())
    assert len(o.submissions) == 1


def test_an_accepted_order_is_not_sent_again_and_the_reason_has_its_number() -> None:
    o = stands("accepted", provider_order_id="PO-77")
    done = at(o, "submit")
    assert (done.outcome, done.reason) == ("not done", "the order was already accepted by podOS as PO-77")
    assert done.effects == ()


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_after_a_failure_or_a_cancellation_a_new_submission_begins(state: str) -> None:
    o = stands(state, number=2, provider_order_id="PO-77")
    done = at(o, "submit")
    assert done.effects == (Effect("submit", "1001", "A rule", "podos", 3),)
    assert o.submission("podos") == Submission(connection="podos", number=3, state="scheduled")
    assert o.submission("pov") == Submission(connection="pov", number=4, state="accepted")
    assert len(o.submissions) == 2


@pytest.mark.parametrize("state", ["accepted", "failed", "cancelled"])
def test_resubmit_sends_again_what_has_its_answer(state: str) -> None:
    done = at(stands(state, number=2), "resubmit")
    assert done.outcome == "planned"
    assert done.effects[0].number == 3


@pytest.mark.parametrize(
    ("state", "known"),
    [("accepted", "the order was already accepted by `old-podos` as P-7"),
     ("scheduled", "the order is already scheduled to `old-podos` and has no answer yet")],
)  # fmt: skip
def test_what_stands_at_a_connection_that_was_given_another_name_is_not_sent_again(
    state: str, known: str
) -> None:
    number = "P-7" if state == "accepted" else ""
    o = order(submissions=[Submission(connection="old-podos", state=state, provider_order_id=number)])
    assert at(o, "submit").reason == (
        f"{known}, and ordinance.yaml has no connection of that name any more: it may be the same printer under another "
        "name; `resubmit to podOS` sends it all the same"
    )
    assert at(o, "resubmit").outcome == "planned"


def test_a_label_that_is_the_old_name_does_not_hide_it() -> None:
    renamed = ConnectionSpec("printer", "podOS", "podos", can_submit=True)
    here = World(StoreSpec(), NOW, connections={"printer": renamed, "podos": renamed})
    task = Task("submit", "A rule", {"connection": "printer"})
    assert perform(stands("accepted"), task, here).outcome == "not done"


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_what_ended_at_a_connection_that_is_gone_is_no_hindrance(state: str) -> None:
    o = order(submissions=[Submission(connection="old-podos", state=state)])
    assert at(o, "submit").outcome == "planned"


def test_what_order_desk_shows_as_fulfilled_there_counts_as_accepted() -> None:
    o = order(fulfillment_name="PodOS", fulfillment_id="555")
    assert at(o, "submit").reason == "the order was already accepted by podOS as 555"
    assert at(o, "resubmit").effects[0].number == 2


def test_another_fulfiller_or_no_number_yet_is_no_hindrance() -> None:
    assert at(order(fulfillment_name="Elsewhere", fulfillment_id="555"), "submit").outcome == "planned"
    assert at(order(fulfillment_name="podOS"), "submit").outcome == "planned"


def test_our_own_record_is_newer_than_order_desks() -> None:
    o = stands("cancelled", provider_order_id="555")
    o.fulfillment_name, o.fulfillment_id = "podOS", "555"
    assert at(o, "submit").outcome == "planned"


def test_what_was_accepted_can_be_cancelled() -> None:
    o = stands("accepted", number=2, provider_order_id="PO-77")
    done = at(o, "cancel")
    assert (done.outcome, done.effects) == ("planned", (Effect("cancel", "1001", "A rule", "podos", 2),))
    assert o.submission("podos") == Submission(
        connection="podos", number=2, state="accepted", provider_order_id="PO-77"
    )


def test_what_has_not_left_yet_can_be_called_off() -> None:
    """Its submission stands as it is until the cancellation's turn comes: until then nobody else may send the order."""
    o = stands("scheduled", number=2)
    done = at(o, "cancel")
    assert (done.outcome, done.effects) == ("planned", (Effect("cancel", "1001", "A rule", "podos", 2),))
    assert o.submission("podos") == Submission(connection="podos", number=2, state="scheduled")


def test_cancelling_what_order_desk_sent_writes_down_what_stands_there() -> None:
    o = order(fulfillment_name="podOS", fulfillment_id="555")
    assert at(o, "cancel").effects[0].number == 1
    assert o.submissions == [Submission(connection="podos", state="accepted", provider_order_id="555")]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("cancelled", "the order is already canceled at podOS"),
        ("failed", "podOS did not accept the order, so there is nothing to cancel"),
    ],
)
def test_what_cannot_be_cancelled(state: str, reason: str) -> None:
    done = at(stands(state), "cancel")
    assert (done.outcome, done.reason, done.effects) == ("not done", reason, ())


def test_what_was_never_submitted_cannot_be_cancelled() -> None:
    assert at(order(), "cancel").reason == "the order was not submitted to podOS"
