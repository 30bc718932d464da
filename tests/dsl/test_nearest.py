from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.nearest import MOST, choices_help, nearest

FOLDERS = ["New", "Artwork needed", "SKU problems", "In production", "Shipped"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("SKU problem", ["SKU problems"]),
        ("sku PROBLEMS", ["SKU problems"]),
        (" In Production ", ["In production"]),
        ("shiped", ["Shipped"]),
        ("needed artwork", ["Artwork needed"]),
        ("Nwe", ["New"]),
        ("Returns", []),
        ("", []),
    ],
)
def test_a_slip_finds_the_folder_that_was_meant(name: str, found: list[str]) -> None:
    assert nearest(name, FOLDERS) == found


def test_among_very_many_none_is_looked_for() -> None:
    """Thousands of unknown names among thousands of known ones would take for ever."""
    many = [f"name {number}" for number in range(MOST)]
    assert "name 7" in nearest("nam 7", many)
    assert nearest("nam 7", [*many, "one more"]) == []
    assert choices_help("name", "nam 7", [*many, "one more"]) is None


def test_the_nearest_comes_first_and_an_exact_one_before_all() -> None:
    assert nearest("late", ["Later", "slate", "LATE", "late", "other"], limit=4) == [
        "late",
        "LATE",
        "Later",
        "slate",
    ]


def test_a_field_is_found_by_its_last_step_when_the_middle_was_forgotten() -> None:
    fields = ["order.shipping.country", "order.customer.country", "order.currency", "order.email"]
    assert nearest("order.shipping.contry", fields) == ["order.shipping.country"]
    assert set(nearest("order.country", fields)) >= {"order.shipping.country", "order.customer.country"}
    assert nearest("order.customer.email", [*fields, "order.customer.state", "order.customer.zip"]) == [
        "order.email"
    ]
    assert nearest("order.customer.phone", ["order.customer.state"]) == ["order.customer.state"]


def test_at_most_the_limit() -> None:
    assert len(nearest("tag", ["tags", "tagg", "tga", "ta"], limit=2)) == 2


def test_a_help_names_the_near_one_states_and_does_not_ask() -> None:
    assert choices_help("folder", "SKU problem", FOLDERS) == (
        "a folder with a similar name exists: `SKU problems`"
    )
    assert choices_help("event", "Order is Importd", ["Order is Imported"]) == (
        "an event with a similar name exists: `Order is Imported`"
    )
    assert choices_help("folder", "shop", ["ship", "shops"]) == (
        "folders with similar names exist: `shops`, `ship`"
    )


def test_a_help_lists_the_choices_when_none_is_near_and_they_are_few() -> None:
    assert choices_help("folder", "Returns", FOLDERS) == (
        "the folders are `New`, `Artwork needed`, `SKU problems`, `In production`, `Shipped`"
    )
    assert choices_help("connection", "dreamprint", ["podos"]) == "the only connection is `podos`"
    assert choices_help("entry", "x1", ["abc", "def"]) == "the entries are `abc`, `def`"


def test_a_help_is_silent_when_there_is_nothing_to_show() -> None:
    assert choices_help("folder", "Returns", []) is None
    assert choices_help("folder", "zzzz", [f"folder {n}" for n in range(9)]) is None


def test_a_name_as_long_as_a_letter_is_quick() -> None:
    assert nearest("x" * 500_000, ["y" * 500_000] * 3, limit=1) == []
    assert nearest("x" * 500_000, ["X" * 500_000]) == ["X" * 500_000]


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=12))
def test_only_choices_are_ever_proposed(name: str, choices: list[str]) -> None:
    near = nearest(name, choices)
    assert set(near) <= set(choices)
    assert len(near) == len(set(near)) <= 3
