"""ordinance.yaml changed as a person would: what was there stays to the letter."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.yamledit import CannotEdit, connected, disconnected

BLOCK = """\
# our shop
language: 1
connections:
  # the printer
  podos:
    project: acme-12345   # see the contract
    token: ${PODOS_TOKEN}
    shipping_class_match:
      Free: Standard      # ours, and theirs

# events: [Later]
folders: [New,  Shipped]
"""


def test_a_connection_more_stands_below_the_others() -> None:
    assert connected(
        BLOCK, "pov", {"customer_id": "${POV_CUSTOMER_ID}", "order_mode": "test"}
    ) == BLOCK.replace(
        "      Free: Standard      # ours, and theirs\n",
        "      Free: Standard      # ours, and theirs\n"
        "  pov:\n    customer_id: ${POV_CUSTOMER_ID}\n    order_mode: test\n",
    )


def test_a_setting_is_changed_in_its_place_and_its_comment_stays() -> None:
    assert connected(BLOCK, "podos", {"project": "acme-eu"}) == BLOCK.replace("acme-12345", "acme-eu")


def test_a_setting_more_stands_below_the_others() -> None:
    assert connected(BLOCK, "podos", {"default_mail_class": "Standard"}) == BLOCK.replace(
        "# ours, and theirs\n", "# ours, and theirs\n    default_mail_class: Standard\n"
    )


def test_a_connection_that_goes_takes_its_lines_and_no_others() -> None:
    both = connected(BLOCK, "pov", {"customer_id": "${X}"})
    assert disconnected(both, "pov") == BLOCK
    assert disconnected(both, "podos") == (
        "# our shop\nlanguage: 1\nconnections:\n  # the printer\n  pov:\n    customer_id: ${X}\n\n"
        "# events: [Later]\nfolders: [New,  Shipped]\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("language: 1\n", "language: 1\n\nconnections:\n  podos:\n    project: a\n"),
        ("language: 1\nconnections:\nfolders: [A]\n", "language: 1\nconnections:\n  podos:\n    project: a\nfolders: [A]\n"),
        ("connections: {}\n", "connections: {podos: {project: a}}\n"),
        ("connections: {pov: {order_mode: test}} # x\n", "connections: {pov: {order_mode: test}, podos: {project: a}} # x\n"),
        ("connections:\n    pov:\n", "connections:\n    pov:\n    podos:\n      project: a\n"),
        ("connections:\n  podos:  # later\n", "connections:\n  podos:  # later\n    project: a\n"),
        ("connections:\n  podos: {token: '${T}'}\n", "connections:\n  podos: {token: '${T}', project: a}\n"),
        ("connections: {podos: {project: b}}", "connections: {podos: {project: a}}"),
        ("connections:\n  podos:\n    project:\n", "connections:\n  podos:\n    project: a\n"),
    ],
)  # fmt: skip
def test_however_the_file_is_written(before: str, after: str) -> None:
    assert connected(before, "podos", {"project": "a"}) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "connections: {podos: {project: a}, pov: {order_mode: test}}\n",
            "connections: {pov: {order_mode: test}}\n",
        ),
        (
            "connections: {pov: {order_mode: test}, podos: {project: a}}\n",
            "connections: {pov: {order_mode: test}}\n",
        ),
        ("connections: {podos: {project: a}}\n", "connections: {}\n"),
        ("connections:\n  podos:\n    project: a\nfolders: [A]\n", "connections:\nfolders: [A]\n"),
        ("connections:\n  podos:\n", "connections:\n"),
    ],
)
def test_taking_it_out_again(before: str, after: str) -> None:
    assert disconnected(before, "podos") == after


@pytest.mark.parametrize(
    "value",
    ["true", "12", "00123", "a: b", "a # b", "'x", "- x", "*x", "", " x ", "ünïcode", "x\ny", "{x", "NO"],
)
def test_a_value_is_read_back_as_the_text_that_it_is(value: str) -> None:
    for text in (BLOCK, "connections: {podos: {a: b}}\n"):
        assert connected(connected(text, "podos", {"project": value}), "podos", {"project": "acme"})


@pytest.mark.parametrize(
    "text", ["", "- a\n", "a: [", "connections: [podos]\n", "connections:\n  podos: 3\n"]
)
def test_what_cannot_be_changed_is_left_alone(text: str) -> None:
    with pytest.raises(CannotEdit):
        connected(text, "podos", {"project": "a"})


def test_there_is_nothing_to_take_out() -> None:
    for text in (BLOCK, "language: 1\n"):
        with pytest.raises(CannotEdit, match="no connection `spod`"):
            disconnected(text, "spod")


@settings(max_examples=60, deadline=None)
@given(st.text("ab:#-{}[]'\"\n ,&*!", max_size=40), st.text('a:#{}" ', min_size=1, max_size=6))
def test_no_text_makes_it_raise_anything_else(tail: str, value: str) -> None:
    """It says exactly what was asked for, or refuses."""
    with suppress(CannotEdit):
        assert connected(f"connections:\n  podos:\n    a: {tail}", "podos", {"project": value})
