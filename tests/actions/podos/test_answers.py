"""Whatever podOS answers, the adapter comes to an outcome: never to an exception, and never to having an order that it has not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.http import Answer, NoAnswer, Request, json_body
from actions.integrations.podos.adapter import Podos
from actions.integrations.podos.errors import kind_of, project_of
from actions.integrations.podos.items import Items
from actions.integrations.podos.shapes import Complaint, Order, read
from actions.provider import NotFound, Submitting
from actions.secret import Secret
from events.failure import FailureKind
from events.outcome import Done, Failed, NeedsReview, ProviderStatus, RetryAfter, Unknown
from tests.actions.contract_kit import CANARY, Notes
from tests.actions.podos.world import HOODIE, TEE, connection, good, tee

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
OUTCOMES = (Done, RetryAfter, Unknown, NeedsReview, Failed)

WORDS = st.sampled_from(
    ["id", "status", "ref", "orders", "products", "variants", "fulfillments", "items", "code", "message", "errors", "name",
     "availableShippingMethods", "merchantReference", "nextPageToken", "frozen", "tracking", "totalPrice", "amount",
     "paid", "quote", "1001.1", "90210", "CONFLICT", "STOCK_UNAVAILABLE", "Standard", "o1"]
)  # fmt: skip
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), WORDS, st.text(max_size=5))
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=5)),
    max_leaves=20,
)
BODIES = st.one_of(JSON.map(json_body), st.binary(max_size=30))
ANSWERS = st.one_of(
    st.builds(
        Answer,
        st.sampled_from([200, 201, 204, 301, 400, 401, 404, 409, 418, 422, 429, 500, 503]),
        st.just({}),
        BODIES,
    ),
    st.builds(NoAnswer, st.booleans(), st.just("it is said why")),
)


class Saying:
    """A podOS that answers what it likes, the last thing for ever."""

    def __init__(self, answers: list[Answer | NoAnswer]) -> None:
        self.answers = answers
        self.asked: list[Request] = []

    def send(self, request: Request) -> Answer | NoAnswer:
        self.asked.append(request)
        if len(self.asked) > 50:
            return NoAnswer(False, "enough")
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def adapter(client: Saying) -> Podos:
    return Podos(connection(), Secret(CANARY), client, Notes(), lambda: NOW)


def work(saved: dict[str, str]) -> Submitting:
    return Submitting(good(), "1001.1", "key", saved, saved.update)


SAVED = st.sampled_from([{}, {"order_id": "o1", "quoted_at": NOW.isoformat()}])


@settings(max_examples=150, deadline=None)
@given(st.lists(ANSWERS, min_size=1, max_size=6), SAVED)
def test_every_answer_comes_to_an_outcome(answers: list[Answer | NoAnswer], saved: dict[str, str]) -> None:
    asked: tuple[Callable[[Podos], object], ...] = (
        lambda podos: podos.submit(work(dict(saved))),
        lambda podos: podos.reconcile(work(dict(saved)), NOW),
        lambda podos: podos.status("o1"),
        lambda podos: podos.cancel("o1"),
        lambda podos: podos.check(),
    )
    for ask in asked:
        found = ask(adapter(Saying(list(answers))))
        assert isinstance(found, (*OUTCOMES, NotFound, ProviderStatus))
        assert CANARY not in repr(found)


def ok(data: Any, status: int = 200) -> Answer:
    return Answer(status, {}, json_body(data))


CATALOGUE = ok(
    {"products": [{"id": "p", "variants": [{"id": "90210", "ref": "https://x/v1/catalog/variants/90210"}]}]}
)
METHODS = [{"id": "m1", "name": "Standard"}]
QUOTE = {
    "id": "o1",
    "status": "quote",
    "merchantReference": "1001.1",
    "fulfillments": [{"id": "f1", "availableShippingMethods": METHODS}],
}


@settings(max_examples=150, deadline=None)
@given(ANSWERS)
def test_done_is_only_said_of_an_order_that_podos_says_is_taken(answer: Answer | NoAnswer) -> None:
    """After a good quote, whatever confirming answers: an order of another id or none is no success."""
    client = Saying([CATALOGUE, ok(QUOTE, 201), answer, ok(QUOTE)])
    found = adapter(client).submit(work({}))
    if isinstance(found, Done):
        assert isinstance(answer, Answer)
        assert isinstance(answer.json, dict)
        assert answer.json["id"] == "o1"


def test_an_order_that_is_neither_confirmed_nor_not_is_for_a_person() -> None:
    """podOS's `new` is nowhere explained."""
    conflict = ok({"code": "CONFLICT", "message": "busy"}, 400)
    found = adapter(Saying([CATALOGUE, ok(QUOTE, 201), conflict, ok({**QUOTE, "status": "new"})])).submit(
        work({})
    )
    assert isinstance(found, NeedsReview)


def test_a_quote_with_nothing_to_fulfill_is_not_confirmed() -> None:
    client = Saying([CATALOGUE, ok({**QUOTE, "fulfillments": []}, 201)])
    assert isinstance(adapter(client).submit(work({})), Failed)
    assert len(client.asked) == 2


def test_an_order_that_stands_open_after_it_was_confirmed_is_unknown() -> None:
    assert isinstance(adapter(Saying([CATALOGUE, ok(QUOTE, 201), ok(QUOTE)])).submit(work({})), Unknown)


def test_a_quote_of_another_order_is_neither_saved_nor_confirmed() -> None:
    client, saved = Saying([CATALOGUE, ok({**QUOTE, "merchantReference": "1002.1"}, 201)]), dict[str, str]()
    assert isinstance(adapter(client).submit(work(saved)), Unknown)
    assert (len(client.asked), saved) == (2, {})


def test_items_are_told_apart_by_variant_and_quantity_whatever_their_order() -> None:
    lines = good(tee(1, quantity=2), tee(2, quantity=3), tee(3, variant=HOODIE, quantity=2)).items
    theirs = [(HOODIE, 2), (TEE, 3), (TEE, 2)]
    items = [
        {"id": f"i{n}", "variantRef": f"https://x/{v}", "quantity": q} for n, (v, q) in enumerate(theirs)
    ]
    found = read(Order, {"id": "o1", "status": "quote", "items": items})
    assert found is not None
    known = Items(Notes(), "p")
    known.remember(found, lines, [f"https://y/{each}" for each in (TEE, TEE, HOODIE)])
    assert known.of(found) == {"i0": "103", "i1": "102", "i2": "101"}


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("VARIANT_NOT_FOUND", "", FailureKind.INVALID_SKU),
        ("SHIPPING_COUNTRY_INVALID", "the product", FailureKind.INVALID_ADDRESS),
        ("CUSTOMS_EORI_INVALID", "", FailureKind.INVALID_ADDRESS),
        ("SHIPPING_METHOD_UNAVAILABLE", "", FailureKind.INVALID_SHIPPING_METHOD),
        ("TRANSIENT_SYSTEM_ERROR", "", FailureKind.UNAVAILABLE),
        ("", "The variant https://x/address/images/1 does not exist", FailureKind.INVALID_SKU),
        ("", "shippingAddress.line1 is too long", FailureKind.INVALID_ADDRESS),
        ("", "contactInformation.email must be an email", FailureKind.INVALID_ADDRESS),
        ("", "shippingMethodId is not offered", FailureKind.INVALID_SHIPPING_METHOD),
        ("BAD_REQUEST", "The image of application 1 is too small", FailureKind.INVALID_ARTWORK),
        ("BAD_REQUEST", "No", FailureKind.REJECTED),
        ("", "", FailureKind.REJECTED),
    ],
)  # fmt: skip
def test_podos_codes_come_before_its_words(code: str, message: str, kind: FailureKind) -> None:
    assert kind_of(Complaint(code=code, message=message)) is kind


def test_pages_that_go_round_in_a_circle_end() -> None:
    """Both searches, by e-mail and by time."""
    client = Saying([ok({"orders": [], "nextPageToken": 2}), ok({"orders": [], "nextPageToken": 1})] * 2)
    assert isinstance(adapter(client).reconcile(work({}), NOW), NotFound)
    assert len(client.asked) == 4


@given(st.text(max_size=40))
def test_no_token_is_too_strange(token: str) -> None:
    project_of(Secret(token))
    project_of(Secret(f"a.{token}.b"))
