"""The engine that follows a description: what is sent, in which order, and what is never done."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from actions.http import NoAnswer, Value
from actions.provider import NotFound
from actions.secret import Secret
from events.failure import FailureKind
from events.outcome import Done, Failed, NeedsReview, ProviderStatus, RetryAfter, Unknown
from tests.actions.declarative.acme import (
    FIND,
    NOW,
    STATUS,
    TIMED_OUT,
    TOKEN,
    Script,
    adapter,
    description,
    keeping,
    kinds,
    orders,
    says,
    work,
)

TWO_STEPS = {
    "submit": {
        "steps": [
            {"call": "place", "harmless": True, "save": {"order_id": "{answer.id}"}},
            {"call": "confirm"},
        ]
    },
    "operations__confirm": {"method": "POST", "path": "/orders/{saved.order_id}/confirm"},
    "status": STATUS,
    "idempotency": "look up first",
}


def shown(value: Value | None) -> str:
    return value.reveal() if isinstance(value, Secret) else value or ""


def test_an_order_is_sent_as_the_description_says() -> None:
    client, kept = Script(says(201, {"id": 77})), []
    assert adapter(client).submit(work(save=keeping(kept))) == Done("77")
    (asked,) = client.asked
    assert (asked.method, asked.path) == ("POST", "/orders")
    assert json.loads(asked.body or b"") == {"reference": "1001.1", "pieces": 3}
    assert shown(asked.headers["authorization"]) == f"Bearer {TOKEN}"
    assert kept == [{"order_id": "77"}]


def test_what_was_charged_and_said_comes_back() -> None:
    submit = {
        "steps": [{"call": "place", "save": {"order_id": "{answer.id}"}}],
        "charged": "{answer.total}",
        "message": "{place.note}",
    }
    client = Script(says(201, {"id": "7", "total": "12.30", "note": "thank you"}))
    done = adapter(client, description(submit=submit)).submit(work())
    assert isinstance(done, Done)
    assert (str(done.charged), done.message) == ("12.30", "thank you")


@pytest.mark.parametrize(
    ("auth", "where", "name", "value"),
    [
        ({"header": {"X-Key": "{connection.token}"}}, "headers", "X-Key", TOKEN),
        ({"query": {"key": "{connection.token}"}}, "query", "key", TOKEN),
        ({"bearer": "{connection.token}"}, "headers", "authorization", f"Bearer {TOKEN}"),
        (
            {"basic": {"user": "{connection.user}", "password": "{connection.token}"}},
            "headers", "authorization", "Basic " + base64.b64encode(f"acme:{TOKEN}".encode()).decode(),
        ),
        (
            {"hmac": {"header": "X-Sign", "key": "{connection.token}", "prefix": "sha256="}},
            "headers", "X-Sign",
            "sha256=" + hmac.new(TOKEN.encode(), b'{"reference": "1001.1", "pieces": 3}', hashlib.sha256).hexdigest(),
        ),
    ],
)  # fmt: skip
def test_every_way_to_show_who_asks(auth: dict[str, Any], where: str, name: str, value: str) -> None:
    client = Script(says(201, {"id": "7"}))
    adapter(client, description(connection__auth=auth), user="acme").submit(work())
    sent = dict(getattr(client.asked[0], where))
    assert shown(sent[name]) == value
    assert TOKEN not in repr(client.asked)


def test_a_signature_over_the_time_carries_the_time() -> None:
    auth = {
        "hmac": {
            "header": "X-Sign", "key": "{connection.token}", "encoding": "base64", "signed": "timestamp.body",
            "timestamp_header": "X-Time",
        }
    }  # fmt: skip
    client = Script(says(201, {"id": "7"}))
    adapter(client, description(connection__auth=auth)).submit(work())
    sent, stamp = client.asked[0].headers, str(int(NOW.timestamp()))
    content = stamp.encode() + b"." + (client.asked[0].body or b"")
    digest = hmac.new(TOKEN.encode(), content, hashlib.sha256).digest()
    assert (sent["X-Time"], sent["X-Sign"]) == (stamp, base64.b64encode(digest).decode())


def test_without_its_secret_nothing_is_sent() -> None:
    client = Script()
    made = adapter(client)
    made.secrets.clear()  # type: ignore[attr-defined]
    outcome = made.submit(work())
    assert isinstance(outcome, Failed)
    assert outcome.failures[0].message.startswith("Acme: what `{connection.token}` needs is not set")


def test_a_form_is_sent_as_a_form() -> None:
    operation = {
        "method": "POST",
        "path": "/orders",
        "send": "form",
        "body": {"ref": "{submission.reference}", "a b": "x&y"},
    }
    client = Script(says(201, {"id": "7"}))
    adapter(client, description(operations__place=operation)).submit(work())
    assert client.asked[0].body == b"ref=1001.1&a+b=x%26y"
    assert client.asked[0].headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("strange", ["../admin", "a/b", "x?y=1", "..", "7#", "%2e%2e"])
def test_an_id_from_outside_names_no_other_resource(strange: str) -> None:
    client = Script(says(404))
    adapter(client, description(status=STATUS)).status(strange)
    (path,) = client.paths
    assert path.startswith("/orders/")
    assert path.count("/") == 2
    assert not {"?", "#"} & set(path)
    assert path != "/orders/.."


# -- what is not known


def test_an_order_without_an_answer_is_never_sent_again_by_itself() -> None:
    client = Script(TIMED_OUT)
    made = adapter(client)
    assert isinstance(made.submit(work()), Unknown)
    review = made.reconcile(work())
    assert isinstance(review, NeedsReview)
    assert review.failure.message == "Acme cannot be asked whether it has order 1001.1: look there"
    assert client.paths == ["/orders"]


def test_a_connection_that_was_never_made_is_tried_again() -> None:
    outcome = adapter(
        Script(NoAnswer(False, "acme.example could not be reached: nothing listens there"))
    ).submit(work())
    assert isinstance(outcome, RetryAfter)
    assert outcome.failure.message == "Acme: acme.example could not be reached: nothing listens there"


def test_with_a_native_key_a_lost_answer_is_simply_tried_again() -> None:
    keyed = {"method": "POST", "path": "/orders", "headers": {"Idempotency-Key": "{submission.key}"}}
    client = Script(TIMED_OUT, says(201, {"id": "7"}))
    made = adapter(client, description(operations__place=keyed, idempotency="native key"))
    assert isinstance(made.submit(work()), RetryAfter)
    assert made.submit(work()) == Done("7")
    assert {request.headers["Idempotency-Key"] for request in client.asked} == {"submit|1001.1"}


def test_an_order_is_found_by_its_reference_and_its_number_kept() -> None:
    kept: list[Any] = []
    client = Script(
        orders(
            {"reference": "999.1", "id": 1}, {"reference": "1001.1", "id": 2, "state": "taken", "pieces": 3}
        )
    )
    made = adapter(client, description(find=FIND, status=STATUS, idempotency="look up first"))
    assert made.reconcile(work(save=keeping(kept))) == Done("2")
    assert kept == [{"order_id": "2"}]
    assert client.asked[0].query == [("reference", "1001.1")]


def test_an_order_of_another_content_with_our_number_is_not_ours() -> None:
    client = Script(
        says(409, {"message": "taken"}),
        orders({"reference": "1001.1", "id": 2, "state": "taken", "pieces": 40}),
    )
    outcome = adapter(client, description(find=FIND, status=STATUS, idempotency="unique reference")).submit(
        work()
    )
    assert isinstance(outcome, Failed)
    assert kinds(outcome.failures) == ["Duplicate"]
    assert outcome.failures[0].message == "Acme has another order with the number 1001.1"


def test_what_is_refused_as_a_repeat_and_is_ours_was_taken() -> None:
    client = Script(
        says(409, {"message": "taken"}),
        orders({"reference": "1001.1", "id": 2, "state": "taken", "pieces": 3}),
    )
    assert adapter(client, description(find=FIND, status=STATUS, idempotency="unique reference")).submit(
        work()
    ) == Done("2")


def test_looked_up_first_an_order_that_is_there_is_not_sent() -> None:
    client = Script(orders({"reference": "1001.1", "id": 2, "state": "taken", "pieces": 3}))
    assert adapter(client, description(find=FIND, status=STATUS, idempotency="look up first")).submit(
        work()
    ) == Done("2")
    assert [request.method for request in client.asked] == ["GET"]


def test_a_search_that_cannot_be_answered_sends_nothing() -> None:
    client = Script(says(503))
    outcome = adapter(client, description(find=FIND, status=STATUS, idempotency="look up first")).submit(
        work()
    )
    assert isinstance(outcome, RetryAfter)
    assert [request.method for request in client.asked] == ["GET"]


@pytest.mark.parametrize("answer", [says(200, {"orders": []}), says(200, {})])
def test_nobody_has_it_so_it_may_be_sent(answer: Any) -> None:
    made = adapter(Script(answer), description(find=FIND, idempotency="look up first"))
    assert isinstance(made.reconcile(work()), NotFound)


def test_a_search_that_is_refused_tells_nothing() -> None:
    made = adapter(Script(says(400, {})), description(find=FIND, idempotency="look up first"))
    assert isinstance(made.reconcile(work()), NeedsReview)


# -- steps


def test_steps_go_on_where_they_stopped() -> None:
    client = Script(says(200))
    assert adapter(client, description(**TWO_STEPS)).submit(work({"order_id": "7"})) == Done("7")
    assert client.paths == ["/orders/7/confirm"]


def test_the_number_is_kept_before_the_next_call() -> None:
    asked_when_kept: list[int] = []
    client = Script(says(201, {"id": 7}), says(200))
    made = adapter(client, description(**TWO_STEPS))
    made.submit(work(save=lambda steps: asked_when_kept.append(len(client.asked))))
    assert asked_when_kept == [1]
    assert client.paths == ["/orders", "/orders/7/confirm"]


def test_a_lost_draft_is_made_again_and_a_lost_confirmation_is_asked_after() -> None:
    drafts = Script(TIMED_OUT, TIMED_OUT)
    assert isinstance(adapter(drafts, description(**TWO_STEPS)).submit(work()), RetryAfter)
    confirming = adapter(Script(says(201, {"id": 7}), TIMED_OUT), description(**TWO_STEPS))
    assert isinstance(confirming.submit(work()), Unknown)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (says(200, {"state": "taken"}), Done("7")),
        (says(200, {"state": "new"}), NotFound()),
        (says(200, {"state": "gone"}), Failed),
        (says(200, {"state": "???"}), NeedsReview),
        (says(404), NeedsReview),
        (says(503), RetryAfter),
        (TIMED_OUT, RetryAfter),
    ],
)
def test_whether_a_draft_was_confirmed_is_read_from_it(answer: Any, expected: Any) -> None:
    found = adapter(Script(answer), description(**TWO_STEPS)).reconcile(work({"order_id": "7"}))
    assert found == expected if not isinstance(expected, type) else isinstance(found, expected)


def test_what_fails_after_a_step_that_may_be_printed_is_for_a_person() -> None:
    steps = {
        **TWO_STEPS,
        "submit": {"steps": [{**TWO_STEPS["submit"]["steps"][0], "harmless": False}, {"call": "confirm"}]},
    }  # type: ignore[index]
    client = Script(says(201, {"id": 7}), says(422, {"message": "no"}))
    assert isinstance(
        adapter(client, description(**steps, find=FIND)).submit(work({"looked": "up"})), NeedsReview
    )


# -- answers


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (says(201, {"number": 7}), Unknown),
        (says(201), Unknown),
        (says(200, "a page"), Unknown),
        (says(500), Unknown),
        (says(301), RetryAfter),
        (says(422, {}), Failed),
        (says(429, retry_after="30"), RetryAfter),
    ],
)
def test_an_answer_that_names_no_order_is_no_success(answer: Any, expected: type) -> None:
    assert isinstance(adapter(Script(answer)).submit(work()), expected)


def test_a_provider_that_says_how_long_is_left_alone_as_long() -> None:
    outcome = adapter(Script(says(429, retry_after="30"))).submit(work())
    assert isinstance(outcome, RetryAfter)
    assert (outcome.seconds, outcome.pause, outcome.failure.kind) == (30, True, FailureKind.RATE_LIMITED)


def test_an_error_under_the_status_of_success_is_an_error() -> None:
    operation = {
        "method": "POST", "path": "/orders", "body": {"r": "{submission.reference}"},
        "succeeded": {"value": "{answer.outcome}", "is_one_of": ["Created", "AlreadyExists"]},
    }  # fmt: skip
    errors = {"code": "{answer.outcome}", "rules": [{"code": "ValidationFailed", "kind": "Invalid SKU"}]}
    spec = description(operations__place=operation, errors=errors)
    outcome = adapter(Script(says(200, {"outcome": "validationFailed"})), spec).submit(work())
    assert isinstance(outcome, Failed)
    assert kinds(outcome.failures) == ["InvalidSku"]
    assert isinstance(adapter(Script(says(200, {"outcome": "created", "id": 1})), spec).submit(work()), Done)
    assert isinstance(adapter(Script(says(200, {"id": 1})), spec).submit(work()), Unknown)


def test_a_key_that_an_answer_says_back_is_in_no_message() -> None:
    from actions.http import HttpClient
    from actions.sandbox.pov import Pov
    from actions.sandbox.server import Reply, Request, Server

    class Echo(Pov):
        def handle(self, request: Request, wrong: str) -> Reply:
            return Reply(
                422, {"error": "refused", "message": f"your key is {request.headers['authorization']}"}
            )

    with Server(Echo()) as server:
        client = HttpClient(server.url)
        made = adapter(client, description(errors={"message": "{answer.message}"}))  # type: ignore[arg-type]
        outcome = made.submit(work())
        client.close()
    assert isinstance(outcome, Failed)
    assert "your key is" in outcome.failures[0].message
    assert TOKEN not in repr(outcome)


# -- status and cancelling


def test_a_printer_that_cannot_be_asked_or_canceled_at_says_so() -> None:
    made = adapter(Script())
    assert made.capabilities.cancel is False
    assert made.capabilities.status is False
    asked, canceled = made.status("7"), made.cancel("7")
    assert isinstance(asked, Failed)
    assert isinstance(canceled, Failed)
    assert canceled.failures[0].message == "Acme takes no cancellations from here; ask Acme"


def test_a_state_that_nobody_described_is_unknown() -> None:
    found = adapter(Script(says(200, {"state": "Abducted"})), description(status=STATUS)).status("7")
    assert found == ProviderStatus("unknown", "7", message="the provider says `Abducted`")


def test_how_sure_the_facts_are_is_told() -> None:
    assert adapter(Script(), description(evidence="unverified")).capabilities.evidence == "unverified"
    spec = description(evidence="published", evidence_of={"cancel": "observed"})
    assert (spec.evidence_for("cancel"), spec.evidence_for("submit")) == ("observed", "published")
