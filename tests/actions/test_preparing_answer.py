"""What an answer does to the order, and the event that follows (provider-apis 7.3, the podOS guide's events)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from actions.preparing import answer
from actions.preparing.prepared import Refused
from events.failure import PRECEDENCE, REASONS, Failure, FailureKind
from events.order import Order, Submission
from tests.actions.preparing_orders import item, order, podos, pov, prepared, ready, refused, spec_of

AT = dt.datetime(2026, 3, 1, 10, 0, tzinfo=dt.UTC)
LABELS = {
    "podos.before_submit": "Before Order Submitted to podOS",
    "podos.after_submit": "After Order Submitted to podOS",
    "podos.not_submitted.invalid_sku": "Order Not Submitted to podOS Because of Invalid SKU",
}


def scheduled(number: int = 1) -> Order:
    return order(ready(1), item(2), submissions=[Submission(connection="podos", number=number)])


def stands(of: Order) -> tuple[int, str, str, str]:
    found = of.submission("podos")
    assert found is not None
    return found.number, found.state, found.provider_order_id, found.message


def test_before_leaves_the_submission_scheduled() -> None:
    after, event = answer.before(scheduled(), podos(), 1, AT, LABELS)
    assert (event.id, event.label, event.at) == ("podos.before_submit", "Before Order Submitted to podOS", AT)
    assert event.values == {"connection": "podos", "attempt": Decimal(1)}
    assert stands(after) == (1, "scheduled", "", "")


def test_an_accepted_order_keeps_the_printers_number() -> None:
    before = scheduled(2)
    after, event = answer.accepted(
        before, podos(), 2, "dry-run-podos-1", AT, LABELS, prepared=prepared(before)
    )
    assert stands(after) == (2, "accepted", "dry-run-podos-1", "")
    assert event.id == "podos.after_submit"
    assert event.values["provider_order_id"] == "dry-run-podos-1"
    assert event.values["attempt"] == Decimal(2)
    assert event.values["items"] == ["101"]


def test_an_answer_changes_a_copy() -> None:
    before = scheduled()
    answer.accepted(before, podos(), 1, "X", AT, LABELS)
    assert stands(before) == (1, "scheduled", "", "")


def test_a_refused_order_tells_why() -> None:
    why = Refused(
        (Failure(FailureKind.INVALID_SKU, "TEE-404 is not known", ("101",), "VARIANT_NOT_FOUND"),),
        "invalid_sku",
    )
    after, event = answer.refused(scheduled(), podos(), 1, why, AT, LABELS, reason_name="Invalid SKU")
    assert stands(after) == (1, "failed", "", "TEE-404 is not known")
    assert event.label == "Order Not Submitted to podOS Because of Invalid SKU"
    assert event.values == {
        "connection": "podos",
        "attempt": Decimal(1),
        "provider_order_id": "",
        "message": "TEE-404 is not known",
        "reason": "Invalid SKU",
        "kind": "InvalidSku",
        "provider_code": "VARIANT_NOT_FOUND",
        "items": ["101"],
    }


def test_a_pov_order_without_print_url_raises_its_not_submitted_event() -> None:
    of = order(item(metadata={"print_sku": "P"}))
    _, event = answer.refused(of, pov(), 1, refused(of, pov()), AT, LABELS)
    assert event.id == "pov.not_submitted.general_error"
    assert event.values["kind"] == "MissingPrintDetails"
    assert event.values["message"] == 'item 1 (TEE-1, "Tee 1") has no print_url'


def test_the_answer_to_an_older_submission_changes_no_newer_one() -> None:
    after, event = answer.accepted(scheduled(2), podos(), 1, "OLD", AT, LABELS)
    assert stands(after) == (2, "scheduled", "", "")
    assert event.values["attempt"] == Decimal(1)


def test_an_answer_touches_only_its_own_connection() -> None:
    before = scheduled()
    before.submissions.append(Submission(connection="pov", state="accepted", provider_order_id="P9"))
    after, _ = answer.accepted(before, podos(), 1, "X", AT, LABELS)
    other = after.submission("pov")
    assert other is not None
    assert (other.state, other.provider_order_id) == ("accepted", "P9")


def test_a_cancelled_order_keeps_the_printers_number() -> None:
    taken, _ = answer.accepted(scheduled(), podos(), 1, "X7", AT, LABELS)
    after, event = answer.cancelled(taken, podos(), 1, AT, LABELS)
    assert stands(after)[1:3] == ("cancelled", "X7")
    assert (event.id, event.values["provider_order_id"]) == ("podos.after_cancel", "X7")


def test_an_order_that_cannot_be_cancelled_stands_as_it_was() -> None:
    taken, _ = answer.accepted(scheduled(), podos(), 1, "X7", AT, LABELS)
    why = Failure(FailureKind.REJECTED, "it is in production")
    after, event = answer.not_cancelled(taken, podos(), 1, why, AT, LABELS)
    assert stands(after)[1:3] == ("accepted", "X7")
    assert (event.id, event.values["kind"], event.values["message"]) == (
        "podos.not_canceled", "Rejected", "it is in production",
    )  # fmt: skip


def test_a_simulated_refusal_has_the_kind_of_its_reason() -> None:
    of = scheduled()
    sku = answer.simulated("invalid_sku", "TEE-404 is not known", of, spec_of("podos"))
    assert (sku.failures[0].kind, sku.items, sku.message) == (
        FailureKind.INVALID_SKU, ("101", "102"), "TEE-404 is not known",
    )  # fmt: skip
    general = answer.simulated("general_error", "", of, spec_of("podos"))
    assert general.failures[0].kind is FailureKind.GENERAL


def test_every_kind_has_a_reason_and_a_place_in_the_precedence() -> None:
    assert sorted(PRECEDENCE) == sorted(FailureKind)
    assert {kind for kind, reason in REASONS.items() if reason != "general_error"} == {
        FailureKind.INVALID_SKU,
        FailureKind.NO_PRODUCTS,
    }


def test_an_integration_may_give_a_kind_a_reason_of_its_own() -> None:
    spec = spec_of("podos").model_copy(update={"reasons": {FailureKind.INVALID_ADDRESS: "invalid_address"}})
    assert spec.reason(FailureKind.INVALID_ADDRESS) == "invalid_address"
    assert spec.reason(FailureKind.OUT_OF_STOCK) == "general_error"
