"""What is wrong with a description as a whole, and that nothing is with those that ship."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from actions.catalogue import integrations
from actions.declarative.checking import Mistake, mistakes
from actions.declarative.scope import ITEM, ORDER, PRINT, SHIPPING, submission_scope
from actions.declarative.spec import AdapterSpec
from tests.actions.declarative.acme import FIND, STATUS, description, work
from tests.actions.declarative.world import spec
from tests.actions.preparing_orders import spec_of

SETTINGS = {"token": True, "shop": False}


def found(spec: AdapterSpec) -> list[Mistake]:
    return mistakes(spec, SETTINGS, ["print_sku"])


@pytest.mark.parametrize("integration", ["pov", "spod"])
def test_nothing_is_wrong_with_what_ships(integration: str) -> None:
    settings = {each.name: each.type == "secret" for each in integrations()[integration].settings}
    fields = [field.name for field in spec_of(integration).items.fields]
    assert mistakes(spec(integration), settings, fields) == []


def test_nothing_is_wrong_with_a_plain_one() -> None:
    assert found(description()) == []


def test_pov_is_marked_unverified_wherever_it_is_shown() -> None:
    assert spec("pov").evidence == "unverified"
    assert "unverified" in integrations()["pov"].doc
    assert not spec("pov").evidence_of
    assert spec("spod").evidence == "published"


BODY = {"method": "POST", "path": "/orders", "body": {"r": "{submission.reference}"}}


@pytest.mark.parametrize(
    ("changes", "said", "advice"),
    [
        ({"operations__place__body": {"a": "{odrer.email}"}}, "there is no `odrer` here", "order"),
        ({"operations__place__body": {"a": "{order.shipping.contry}"}}, "there is no field `order.shipping.contry`", "country"),
        ({"operations__place__body": {"a": "{order.items.sku}"}}, "`order.items.sku` goes into a list", None),
        (
            {"operations__place__body": {"for_each": {"item": "{order.items}"}, "give": "{item.prnit_sku}"}},
            "there is no field `item.prnit_sku`", "print_sku",
        ),
        (
            {"operations__place__body": {"for_each": {"order": "{order.items}"}, "give": "x"}},
            "`order` means something else here already", "another name",
        ),
        ({"operations__place__body": {"a": "{saved.ordr_id}"}}, "there is no field `saved.ordr_id`", "saved.order_id"),
        ({"operations__place__path": "/{connection.token}"}, "`connection.token` is a secret, and secrets only go", None),
        ({"operations__place__headers": {"X-Api-Key": "abc"}}, "`X-Api-Key` looks like a secret", "{connection.token}"),
        ({"connection__auth": {"header": {"X-Id": "{connection.shop}"}}}, "this has to be a secret", "{connection.token}"),
        ({"connection__auth": {"bearer": "abc"}}, "this has to be a secret", "{connection.token}"),
        ({"connection__base_url": {"live": "https://{connection.shpo}.example"}}, "there is no field `connection.shpo`", "shop"),
        ({"connection__base_url": {"live": "https://a", "test": "https://b"}}, "no setting says which orders are tests", "order_mode"),
        ({"submit": {"steps": [{"call": "palce", "save": {"order_id": "{answer.id}"}}]}}, "there is no call `palce`", "place"),
        ({"find": {**FIND, "call": "serach"}}, "there is no call `serach`", "search"),
        ({"find": {**FIND, "order_id": "{fond.id}"}}, "there is no `fond` here", "found"),
        ({"status": {**STATUS, "calls": ["raed"]}}, "there is no call `raed`", "read"),
        ({"status": {**STATUS, "state": "{raed.state}"}}, "there is no `raed` here", "read"),
        ({"cancel": {"call": "nothing"}}, "there is no call `nothing`", None),
        ({"check": "nothing"}, "there is no call `nothing`", None),
        ({"errors": {"rules": [{"call": "plaec", "status": 400, "kind": "Rejected"}]}}, "there is no call `plaec`", "place"),
        ({"errors": {"message": "{anwser.m}"}}, "there is no `anwser` here", "answer"),
        ({"webhook": {"order_id": "{answer.id}"}}, "there is no `answer` here", None),
        ({"webhook": {"order_id": "{body.id}", "secret": {"header": "X", "value": "abc"}}}, "this has to be a secret", "token"),
        ({"operations__print": BODY}, "`print` has a meaning of its own", "another name"),
        ({"operations__cancel": BODY}, "`cancel` has a meaning of its own", "another name"),
        ({"idempotency": "native key"}, "`native key` needs `{submission.key}`", None),
        ({"idempotency": "unique reference", "operations__place__body": {}}, "`unique reference` needs", None),
        ({"idempotency": "look up first"}, "`look up first` needs `find`", None),
    ],
)  # fmt: skip
def test_a_slip_is_one_mistake_with_its_place_and_the_way_out(
    changes: dict[str, Any], said: str, advice: str | None
) -> None:
    (mistake,) = found(description(**changes))
    assert said in mistake.message
    assert (advice or "") in (mistake.help or "")
    assert (mistake.help is not None) or advice is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"connection__auth": {}}, "says one way"),
        (
            {"connection__auth": {"bearer": "{connection.token}", "query": {"k": "{connection.token}"}}},
            "says one way",
        ),
        ({"submit": {"steps": []}}, "at least 1"),
        ({"submit": {"steps": [{"call": "place"}]}}, "`order_id`"),
        ({"errors": {"rules": [{"kind": "Invalid SKU"}]}}, "says by what it is known"),
        ({"errors": {"rules": [{"kind": "Bad", "status": 1}]}}, "there is no kind of failure `Bad`"),
        ({"errors": {"rules": [{"kind": "Rejected", "message": "(?<=a)b"}]}}, "cannot be read"),
        ({"webhook": {"event": "{body.e}"}}, "says which order it is about"),
        ({"connection__pace": {"per_second": 0}}, "greater than 0"),
        ({"operations__place__method": "FETCH"}, "GET"),
        ({"operations__place__pth": "/x"}, "pth"),
    ],
)
def test_what_has_not_the_right_shape_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        description(**changes)
    assert said in str(wrong.value)


def test_the_names_that_templates_are_checked_against_are_those_that_there_are() -> None:
    """But for fields of the printer's own, and print fields that an item need not have."""
    order = submission_scope(work(), {})["order"]
    assert set(order) == set(ORDER)
    assert set(order["shipping"]) == set(SHIPPING)
    (item, *_) = order["items"]
    assert set(item) - {"print_sku", "print_url_1", "print_location_1", "print_preview_1"} == set(ITEM)
    assert set(item["prints"][0]) == set(PRINT)
