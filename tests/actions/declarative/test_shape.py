"""Shapes: what is sent, and what is left out of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from actions.declarative.shape import filled, parse_loop, parse_shape

DATA: dict[str, Any] = {
    "order": {
        "gift": "",
        "items": [
            {"sku": "A", "quantity": 2, "prints": [{"url": "1"}, {"url": "2"}]},
            {"sku": "B", "quantity": 1, "prints": []},
        ],
    },
    "answer": {
        "parcels": [{"id": 7, "tracking": [{"code": "x"}, {"code": "y"}]}, {"id": 8, "tracking": []}],
        "one": {"id": 9},
    },
}


@pytest.mark.parametrize(
    ("shape", "data"),
    [
        ({"a": "{order.items[1].sku}", "n": 3, "t": True}, {"a": "A", "n": 3, "t": True}),
        ({"gift": "{order.gift}", "a": "x"}, {"a": "x"}),
        ({"gift": {"text": "{order.gift}"}}, None),
        (["{order.gift}", "x"], ["x"]),
        (None, None),
        (
            {
                "lines": {
                    "for_each": {"item": "{order.items}"},
                    "give": {"sku": "{item.sku}", "n": "{item.quantity}"},
                }
            },
            {"lines": [{"sku": "A", "n": 2}, {"sku": "B", "n": 1}]},
        ),
        (
            {
                "for_each": {"item": "{order.items}"},
                "give": {"sku": "{item.sku}", "art": {"for_each": {"p": "{item.prints}"}, "give": "{p.url}"}},
            },
            [{"sku": "A", "art": ["1", "2"]}, {"sku": "B"}],
        ),
        ({"for_each": {"item": "{order.nothing}"}, "give": "{item.sku}"}, None),
        ({"for_each": {"only": "{answer.one}"}, "give": "{only.id}"}, [9]),
    ],
)
def test_a_shape_is_filled(shape: Any, data: Any) -> None:
    assert filled(parse_shape(shape), DATA) == data


def test_inner_lists_are_gone_through_and_an_empty_one_once() -> None:
    loop = parse_loop({"parcel": "{answer.parcels}", "tracked": "{parcel.tracking}"})
    found = [(each["parcel"]["id"], (each["tracked"] or {}).get("code")) for each in loop.scopes(DATA)]
    assert found == [(7, "x"), (7, "y"), (8, None)]


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ({"for_each": {"item": "{order.items}"}}, "`for_each` stands beside `give`"),
        (
            {"for_each": {"item": "{order.items}"}, "give": "x", "where": "y"},
            "`for_each` stands beside `give`",
        ),
        ({"for_each": "{order.items}", "give": "x"}, "says what goes through which list"),
        ({"for_each": {}, "give": "x"}, "says what goes through which list"),
        ({"for_each": {"an item": "{order.items}"}, "give": "x"}, "says what goes through which list"),
        ({"for_each": {"one": "{order.items}"}, "give": "x"}, "`one` is a word of the language"),
        ({"a": "{order.items"}, "without its other half"),
        ({"a": 1.5}, "is neither a text, a number, a list nor a group"),
    ],
)
def test_what_is_no_shape_is_said(shape: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_shape(shape)


def test_a_shape_is_not_endlessly_deep() -> None:
    shape: Any = "x"
    for _ in range(30):
        shape = {"a": shape}
    with pytest.raises(ValueError, match="deep"):
        parse_shape(shape)


def test_numbers_keep_their_digits() -> None:
    assert str(filled(parse_shape({"a": Decimal("1.50")}), {})["a"]) == "1.50"
