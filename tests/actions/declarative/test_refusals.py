"""What a refusal means: rules in their order, then the default; whose item it is about; in whose words."""

from __future__ import annotations

from typing import Any

import pytest

from actions.declarative.refusals import Classifier
from events.failure import FailureKind
from tests.actions.declarative.acme import description, says
from tests.actions.declarative.world import good

RULES = [
    {"code": ["SKU", "sku_unknown"], "kind": "InvalidSku"},
    {"status": 422, "message": "out of stock", "kind": "OutOfStock"},
    {"status": [400, 422], "message": r"\bsku\b", "kind": "InvalidSku"},
    {"call": "search", "status": 400, "kind": "General"},
    {"status": 418, "kind": "Rejected", "retry": True},
]
ERRORS = {"code": "{answer.code}", "message": "{answer.message}", "item": "{answer.item}", "rules": RULES}


def classifier(errors: dict[str, Any] = ERRORS) -> Classifier:
    spec = description(errors=errors)
    return Classifier(spec.errors, spec.operations, "Acme", "connection `acme` in ordinance.yaml", ("token",))


def refusal(status: int, data: Any, call: str = "place", errors: dict[str, Any] = ERRORS) -> Any:
    return classifier(errors).refusal(call, says(status, data), {}, good("pov"))


@pytest.mark.parametrize(
    ("status", "data", "call", "kind"),
    [
        (400, {"code": "sku"}, "place", "InvalidSku"),
        (500, {"code": "SKU_UNKNOWN"}, "place", "InvalidSku"),
        (422, {"message": "SKU X is Out Of Stock"}, "place", "OutOfStock"),
        (400, {"message": "SKU X is out of stock"}, "place", "InvalidSku"),
        (422, {"message": "skunk"}, "place", "Rejected"),
        (400, {"message": "?"}, "search", "General"),
        (400, {"message": "?"}, "place", "Rejected"),
        (401, {}, "place", "AuthFailed"),
        (402, {}, "place", "PaymentRequired"),
        (404, {}, "place", "AuthFailed"),
        (404, {}, "read", "General"),
        (409, {}, "place", "Duplicate"),
        (429, {}, "place", "RateLimited"),
        (503, {}, "place", "Unavailable"),
        (200, {}, "place", "General"),
        (422, ["not", "an", "object"], "place", "Rejected"),
        (422, None, "place", "Rejected"),
    ],
)
def test_the_first_rule_that_fits_names_the_kind(status: int, data: Any, call: str, kind: str) -> None:
    assert refusal(status, data, call).kind.value == kind


def test_several_failures_in_one_answer_are_all_kept_the_decisive_one_first() -> None:
    errors = {
        "for_each": {"problem": "{answer.errors}"},
        "code": "{problem.code}",
        "message": "{problem.text}",
        "item": "{problem.line}",
        "rules": [{"code": "addr", "kind": "InvalidAddress"}, {"code": "sku", "kind": "InvalidSku"}],
    }
    data = {
        "errors": [
            {"code": "addr", "text": "no such street"},
            {"code": "sku", "text": "unknown", "line": "102"},
        ]
    }
    found = refusal(422, data, errors=errors).failures
    assert [(f.kind.value, f.message, f.item_ids, f.provider_code) for f in found] == [
        ("InvalidSku", "Acme: unknown", ("102",), "sku"),
        ("InvalidAddress", "Acme: no such street", (), "addr"),
    ]


@pytest.mark.parametrize(
    ("data", "items"),
    [
        ({"code": "sku", "item": "102"}, ("102",)),
        ({"code": "sku", "item": "tee-1"}, ("101",)),
        ({"code": "sku", "item": "PRT-1"}, ("101", "102")),
        ({"code": "sku", "item": "nobody"}, ()),
        ({"code": "sku", "message": "TEE-2 is not known"}, ("102",)),
        ({"code": "sku", "message": "TEE-22 is not known"}, ()),
        ({"code": "sku", "message": "unknown: (tee-2)"}, ("102",)),
        ({"message": "nothing of TEE-2"}, ()),
    ],
)
def test_the_items_it_is_about_are_found(data: Any, items: tuple[str, ...]) -> None:
    assert refusal(422, data).failures[0].item_ids == items


def test_a_rule_may_ask_for_another_try() -> None:
    assert refusal(418, {}).retry is True
    assert refusal(422, {}).retry is None


@pytest.mark.parametrize(
    ("status", "data", "call", "message"),
    [
        (401, {"message": "bad key"}, "place", "Acme did not accept `token` of connection `acme` in ordinance.yaml: look whether that is right (bad key)"),
        (403, {"message": "plan"}, "place", "Acme does not allow this (plan): check `token` of connection `acme` in ordinance.yaml, and what Acme lets you do"),
        (404, {}, "place", "Acme has nothing at this address (`place`): check the settings of connection `acme` in ordinance.yaml"),
        (503, {}, "place", "Acme is not available just now (status 503)"),
        (422, {"message": "no\x1b[31m thanks\n"}, "place", "Acme: no [31m thanks"),
        (422, {}, "place", "Acme: status 422 at `place`"),
    ],
)  # fmt: skip
def test_a_message_says_whose_words_it_has_and_where_to_look(
    status: int, data: Any, call: str, message: str
) -> None:
    assert refusal(status, data, call).failures[0].message == message


def test_every_kind_can_be_named() -> None:
    for kind in FailureKind:
        rules = {"rules": [{"status": 499, "kind": kind.value}]}
        assert refusal(499, {}, errors=rules).kind is kind
