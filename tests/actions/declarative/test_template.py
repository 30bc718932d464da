"""Templates: what the language's own text with parts gives over plain data, and what may stand in them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.declarative.template import Slip, parse_template
from actions.secret import Secret

DATA: dict[str, Any] = {
    "order": {"email": "ada@example.com", "shipping": {"city": "Leeds", "state": ""}, "items": [{"sku": "A"}, {"sku": "B"}]},
    "item": {
        "price": Decimal("2.50"), "quantity": 3, "variation": {"Size": "M"}, "print_url": "https://a", "print_url_2": "https://b",
    },
    "answer": {"id": 123, "total": Decimal("12.30"), "ok": True, "Outcome": "Created", "at-work": "yes"},
    "parcels": [{"id": 1}],
    "connection": {"token": Secret("s3cr3t-token"), "shop": "acme"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("{{braces}}", "{braces}"),
        ("{order.email}", "ada@example.com"),
        ("to {order.shipping.city}!", "to Leeds!"),
        ("{item.quantity}", 3),
        ("{answer.total}", Decimal("12.30")),
        ("{answer.ok}", True),
        ("n{answer.id}", "n123"),
        ("{item.price * item.quantity}", Decimal("7.50")),
        ("{round(item.price * 3 / 7, 2)}", Decimal("1.07")),
        ("{order.items[2].sku}", "B"),
        ("{order.items[3].sku}", None),
        ('{item.variation["size"]}', "M"),
        ("{item.print_url[2]}", "https://b"),
        ("{item.print_url[3]}", None),
        ("{answer.outcome}", "Created"),
        ('{answer["at-work"]}', "yes"),
        ("{parcels}", [{"id": 1}]),
        ("{order.shipping.state}", None),
        ("in {order.shipping.state}", None),
        ("{order.nothing.at.all}", None),
        ('{first_of(order.shipping.state, "none")}', "none"),
        ("{upper(order.shipping.city)}", "LEEDS"),
        ("{lower(item.quantity)}", None),
        ("{text(item.quantity)}", "3"),
        ('{number("1,5")}', None),
        ('{part("TEE-RED-L", "-", 2)}', "RED"),
        ('{part("TEE-RED-L", "-", -1)}', "L"),
        ('{part("TEE-RED-L", "-", 9)}', None),
        ("{item.price + order.email}", None),
        ("{item.price / 0}", None),
        ("{-item.quantity}", -3),
    ],
)
def test_a_template_gives(text: str, value: Any) -> None:
    assert parse_template(text).value(DATA) == value


def test_a_whole_number_stays_one_and_a_decimal_keeps_its_digits() -> None:
    assert str(parse_template("{answer.total}").value(DATA)) == "12.30"
    assert type(parse_template("{answer.id}").value(DATA)) is int


def test_what_holds_a_secret_is_a_secret() -> None:
    value = parse_template("Bearer {connection.token}").value(DATA)
    assert isinstance(value, Secret)
    assert value.reveal() == "Bearer s3cr3t-token"
    assert "s3cr3t" not in repr(value)


@pytest.mark.parametrize(
    "text", ["{connection.token}", "{upper(connection.token)}", "{text(connection.token)}"]
)
def test_a_secret_is_in_no_words(text: str) -> None:
    assert "s3cr3t" not in parse_template(text).words(DATA).lower()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{order.email", "found a `{` without its other half"),
        ("{order.email is present}", "between braces stand fields, numbers, sums and functions only"),
        ("{any item where (item.x is 1)}", "between braces stand"),
        ("{sum of item.price}", "between braces stand"),
        ("{lookup t(order.email)}", "between braces stand"),
        ("{now}", "between braces stand"),
        ("{length(order.email)}", "there is no function `length` here"),
        ("{__import__(order.email)}", "there is no function `__import__` here"),
        ("{round(item.price, 1, 2)}", "`round` takes an amount and places, not 3"),
        ("{order.}", ""),
    ],
)
def test_nothing_else_may_stand_in_one(text: str, said: str) -> None:
    with pytest.raises(Slip) as slip:
        parse_template(text)
    assert said in str(slip.value)
    assert slip.value.text == text


@pytest.mark.parametrize("text", ["{order.__class__}", "{item.price.__class__.__mro__}", "{answer.id.real}"])
def test_what_python_has_on_its_values_is_not_there(text: str) -> None:
    assert parse_template(text).value(DATA) is None


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=60)
    | st.from_regex(r"\{[a-z_.()\[\]\"0-9+*/ ,-]{0,30}\}")
)
def test_any_text_is_a_template_or_a_slip(text: str) -> None:
    try:
        template = parse_template(text)
    except Slip:
        return
    template.value(DATA)
    template.words(DATA)
