"""Address limits. podOS: only the country is required, line 1 up to 104 characters without line 2, else 52, a state for
US, CA and AU (the vendor's orders client). POV's guide says nothing of addresses."""

from __future__ import annotations

from typing import Any

import pytest

from events.failure import FailureKind
from tests.actions.preparing_orders import kinds, order, podos, pov, prepared, ready, refused


def sent(**shipping: Any) -> tuple[str, ...]:
    return prepared(order(ready(), shipping=shipping)).address.lines


def message(**shipping: Any) -> str:
    found = refused(order(ready(), shipping=shipping))
    assert kinds(found) == [FailureKind.INVALID_ADDRESS]
    return found.message


def test_one_line_may_have_104_characters() -> None:
    assert sent(address1="a" * 104) == ("a" * 104,)
    assert (
        message(address1="a" * 105)
        == "address line 1 of the shipping address has 105 characters; podOS takes 104"
    )


def test_beside_a_second_line_it_may_have_52() -> None:
    assert sent(address1="a" * 52, address2="b" * 52) == ("a" * 52, "b" * 52)
    assert message(address1="a" * 53, address2="b") == (
        "address line 1 of the shipping address has 53 characters; podOS takes 52 beside a second line"
    )
    assert "address line 2 of the shipping address has 53" in message(address1="a", address2="b" * 53)


def test_more_lines_than_podos_takes_are_joined_and_said() -> None:
    found = prepared(
        order(ready(), shipping={"address2": "Flat 2", "address3": "The Mill", "address4": "Wharf"})
    )
    assert found.address.lines == ("1 Mill Lane", "Flat 2, The Mill, Wharf")
    assert found.warnings == ("podOS takes 2 address lines; the rest are joined: `Flat 2, The Mill, Wharf`",)


@pytest.mark.parametrize("country", ["US", "CA", "AU", "us"])
def test_a_state_is_needed_where_podos_asks_for_one(country: str) -> None:
    code = country.upper()
    assert message(country=country) == f"the shipping address has no state, which podOS needs for {code}"
    assert sent(country=country, state="CA") == ("1 Mill Lane",)


def test_the_country_is_needed() -> None:
    assert message(country="") == "the shipping address has no country, which podOS needs"


def test_a_country_is_sent_in_capitals() -> None:
    assert prepared(order(ready(), shipping={"country": " gb "})).address.country == "GB"


def test_a_country_by_name_is_refused() -> None:
    assert message(country="Germany") == (
        "country `Germany` of the shipping address is not an ISO country code: "
        "podOS takes a two-letter code such as US or DE"
    )


def test_uk_is_gb() -> None:
    assert message(country="UK").endswith("is not an ISO country code: the code is `GB`")


def test_an_order_without_an_address_says_so_once() -> None:
    bare = {"shipping": {"address1": "", "city": "", "country": ""}}
    assert refused(order(ready(), **bare)).message == "the order has no shipping address"
    assert refused(order(ready(), **bare), pov()).message == "the order has no shipping address"


def test_what_podos_does_not_insist_on_is_a_warning() -> None:
    found = prepared(order(ready(), shipping={"address1": "", "city": ""}))
    assert found.warnings == (
        "the shipping address has no address line 1",
        "the shipping address has no city",
    )


def test_podos_takes_no_order_without_an_email_and_the_shops_own_will_do() -> None:
    assert refused(order(ready(), email="")).message == (
        "the order has no e-mail address, which podOS needs: give it one, or set contact_email of connection `podos` in "
        "ordinance.yaml"
    )
    shop = podos(contact_email="shop@acme.example")
    assert prepared(order(ready(), email=" "), shop).contact.email == "shop@acme.example"


def test_pov_takes_any_country_as_it_is() -> None:
    assert prepared(order(ready(), shipping={"country": "Germany"}), pov()).address.country == "Germany"


def test_the_contact_is_the_recipient_with_the_customers_phone_where_there_is_no_other() -> None:
    contact = prepared(order(ready(), customer={"phone": "+44 1"})).contact
    assert (contact.name, contact.email, contact.phone) == ("Ada Byron", "ada@example.com", "+44 1")
