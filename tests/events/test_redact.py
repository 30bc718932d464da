"""Redaction: no original value stays, the shape does, and the same person is the same fake everywhere."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.export import export_order
from events.jsontext import dumps
from events.order import Order
from events.redact import real_looking_emails, redact

DATA: dict[str, Any] = {
    "id": "100",
    "email": "bob.norman@hostmail.com",
    "ip_address": "203.17.8.9",
    "cc_number_masked": "XXXX-XXXX-XXXX-4242",
    "source_name": "Shopify",
    "source_id": "1001",
    "shipping": {
        "first_name": "Bob",
        "last_name": "Norman",
        "company": "Norman & Sons",
        "address1": "92 Chestnut Street",
        "city": "Louisville",
        "state": "KY",
        "postal_code": "40202",
        "country": "US",
        "phone": "+1 (502) 459-2181",
    },
    "customer": {"first_name": "BOB", "postal_code": "K2P 0B0", "phone": "555-625-BILL"},
    "return_address": {"title": "Main", "name": "Ann Miller", "phone": "02079460123"},
    "checkout_data": {
        "Note": "Please ring, Bob",
        "Approver": "bob.norman@hostmail.com or carla@shop.de",
        "Desk": "call (639) 372 1289",
        "Wish date": "2026-01-31 10:00:00",
        "gift": "yes",
    },
    "order_metadata": {
        "pdf_1": "https://example.com/p?order=7&key=s3cr3t&x=1",
        "token": "b1946ac92492d2347c6235b4d2611184",
        "design_id": "450789469",
    },
    "order_items": [
        {
            "id": "1",
            "name": "Tee",
            "code": "TEE-1",
            "quantity": 1,
            "variation_list": {"For": "Bob", "Size": "M"},
            "metadata": {"print_url": "https://example.com/art/4507894690123.png"},
        }
    ],
    "order_notes": [{"username": "carla.w", "content": "Bob Norman called from +1 502 459 2181"}],
    "cart": {"browser_ip": "2a02:8108::1", "first_name": "Bob", "phone": 5024592181},
}


def redacted() -> dict[str, Any]:
    return export_order(redact(Order.model_validate(DATA)))


def test_no_original_stands_anywhere() -> None:
    text = dumps(redacted())
    for original in [
        "bob", "norman", "hostmail", "203.17.8.9", "4242", "chestnut", "louisville", "40202", "459-2181", "k2p", "625",
        "ann", "miller", "02079460123", "ring", "carla", "shop.de", "372 1289", "s3cr3t", "b1946ac9", "5024592181",
        "502 459", "2a02",
    ]:  # fmt: skip
        assert original not in text.lower(), original


def test_what_rules_compare_stays() -> None:
    data = redacted()
    assert [data["id"], data["source_name"], data["source_id"]] == ["100", "Shopify", "1001"]
    assert data["shipping"]["country"] == "US"
    assert data["shipping"]["state"] == "KY"
    assert data["checkout_data"]["gift"] == "yes"
    assert data["checkout_data"]["Wish date"] == "2026-01-31 10:00:00"
    assert data["order_metadata"]["design_id"] == "450789469"
    assert data["order_metadata"]["pdf_1"] == "https://example.com/p?order=7&key=redacted&x=1"
    item = data["order_items"][0]
    assert [item["name"], item["code"], item["variation_list"]["Size"]] == ["Tee", "TEE-1", "M"]
    assert item["metadata"]["print_url"] == "https://example.com/art/4507894690123.png"


def test_the_fakes_have_the_shape_of_what_they_replace() -> None:
    data = redacted()
    shipping, customer = data["shipping"], data["customer"]
    assert re.fullmatch(r"[A-Z][a-z]{3}", shipping["first_name"])
    assert re.fullmatch(r"[A-Z][a-z]{5}", shipping["last_name"])
    assert re.fullmatch(r"[A-Z][a-z]+ & [A-Z][a-z]+", shipping["company"])
    assert re.fullmatch(r"\d\d [A-Z][a-z]{7} [A-Z][a-z]{5}", shipping["address1"])
    assert re.fullmatch(r"000\d\d", shipping["postal_code"])
    assert re.fullmatch(r"X0X 0[A-Z]\d", customer["postal_code"])
    assert re.fullmatch(r"\+0 \(000\) 555-01\d\d", shipping["phone"])
    assert re.fullmatch(r"000-000-XXXX", customer["phone"])
    assert re.fullmatch(r"[a-z]{4}\.[a-z]{6}@example\.com", data["email"])
    assert re.fullmatch(r"192\.0\.2\.\d+", data["ip_address"])
    assert data["cc_number_masked"] == "XXXX-XXXX-XXXX-0000"


def test_the_same_person_is_the_same_fake_wherever_it_stands_and_in_other_orders() -> None:
    data = redacted()
    bob = data["shipping"]["first_name"]
    assert data["customer"]["first_name"] == bob.upper()
    assert data["order_items"][0]["variation_list"]["For"] == bob
    assert data["order_notes"][0]["content"].startswith(
        f"{bob} {data['shipping']['last_name']} called from +0 000 555 01"
    )
    assert data["checkout_data"]["Approver"].startswith(data["email"] + " or ")
    other = redact(Order.model_validate({"id": "2", "customer": {"first_name": "Bob"}, "order_items": []}))
    assert other.customer.first_name == bob


# A letter that occurs in no fake and in no key, so that an original can be told from all else.
PERSON = st.text("äöß wA9", min_size=1, max_size=12).map(lambda t: f"ä{t.strip()}ö")
ORDERS = st.fixed_dictionaries(
    {
        "id": st.just("1"),
        "email": PERSON.map(lambda t: f"w{t}@gmail.com"),
        "shipping": st.fixed_dictionaries(
            dict.fromkeys(("first_name", "last_name", "company", "address1", "city", "postal_code", "phone"), PERSON)
        ),
        "checkout_data": st.dictionaries(st.sampled_from(["Note", "For", "gift_note", "x"]), PERSON),
        "order_notes": st.lists(st.fixed_dictionaries({"content": PERSON, "username": PERSON}), max_size=2),
        "order_items": st.lists(
            st.fixed_dictionaries({"name": st.just("Tee"), "quantity": st.just(1), "variation_list": st.dictionaries(st.just("for"), PERSON)}),
            max_size=2,
        ),
    }
)  # fmt: skip


@given(ORDERS, st.data())
def test_twice_is_once_and_a_personal_value_is_found_wherever_else_it_stands(
    data: dict[str, Any], draw: Any
) -> None:
    name = draw.draw(st.sampled_from(list(data["shipping"].values())))
    data["order_metadata"] = {"seen": name, "said": f"for {name}!"}
    once = redact(Order.model_validate(data))
    assert redact(once) == once
    text = dumps(export_order(once)).casefold()
    for original in (*data["shipping"].values(), data["email"]):
        assert f'"{original.casefold()}"' not in text
    if len(name) > 2:  # a shorter name inside a text may be any word
        assert f"for {name.casefold()}!" not in text


ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ANY_ORDER = st.fixed_dictionaries(
    {
        "email": ANY,
        "ip_address": ANY,
        "cc_number_masked": ANY,
        "shipping": st.fixed_dictionaries(
            {"first_name": ANY, "postal_code": ANY, "phone": ANY, "address1": ANY}
        ),
        "checkout_data": st.dictionaries(ANY, ANY, max_size=3),
        "extra": st.dictionaries(ANY, ANY | st.integers(0, 10**12), max_size=3),
    }
)


@given(ANY_ORDER)
def test_twice_is_once_for_any_text(data: dict[str, Any]) -> None:
    once = redact(Order.model_validate(data))
    assert redact(once) == once


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"email": "bob@hostmail.com", "x": "bob@hostmail.com"', ["bob@hostmail.com"]),
        (
            "a@example.com b@mail.example.org c@example.net d@shop.example e@x.test f@y.invalid g@localhost",
            [],
        ),
        ("a@myexample.com, <b.c+d@shop.co.uk>", ["a@myexample.com", "b.c+d@shop.co.uk"]),
        ("@handle, 2 @ 3, a@b, @@@", []),
        ("@" * 20_000 + "a" * 20_000, []),
    ],
)
def test_real_looking_emails(text: str, found: list[str]) -> None:
    assert real_looking_emails(text) == found
