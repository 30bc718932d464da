"""What each token names, in whole statements and in ones that are being written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.lsp.marks import marks
from engine.lsp.walk import walk
from tests.lsp.shop import FILES

RULE = """rule "Wait"
  on      "Order is Imported" or podos.not_submitted.invalid_sku or every 2 hours for orders in ("A", "B") or button "Go"
  when    wholesale and order.shipping["a b"] is one of EU
  do      add note "hi {wholesale}, {order.email}"
          run podos.share(name: lower("x"))
          submit to podOS
"""


def said(text: str) -> list[tuple[str, str]]:
    return [(mark.role, mark.name) for mark in marks(text)]


def test_every_name_of_a_rule() -> None:
    assert said(RULE) == [
        ("rule", "Wait"),
        ("event", "Order is Imported"),
        ("event id", "podos.not_submitted.invalid_sku"),
        ("folder", "A"),
        ("folder", "B"),
        ("button", "Go"),
        ("name", "wholesale"),
        ("field", "order.shipping.a b"),
        ("key", "a b"),
        ("name", "EU"),
        ("action", "add note"),
        ("value", "hi {wholesale}, {order.email}"),
        ("name", "wholesale"),
        ("field", "order.email"),
        ("action", "run"),
        ("connection", "podos"),
        ("run", "podos.share"),
        ("argument", "name"),
        ("function", "lower"),
        ("value", "x"),
        ("action", "submit"),
        ("connection", "podOS"),
    ]


def test_marks_lie_where_their_text_is() -> None:
    for mark in marks(RULE):
        if mark.role in ("name", "function", "connection", "action"):
            assert RULE[mark.start : mark.end] == mark.name


@pytest.mark.parametrize(
    "broken",
    [
        'rule "x"\n  on\n  when order.email is\n  do move to folder "B"',
        'rule\n  on "Order is Imported"\n  do move to folder "B"',
        'rule "x" do move to folder "B"',
        'rule "x"\n  on "Order is Imported"\n  do add note\n     move to folder "B"',
        'rule "x"\n  on "Order is Imported\n  do move to folder "B"',
        'rule "x"\n  on "Order is Imported"\n  when order.email is is is\n  do move too\n     move to folder "B"',
    ],
)
def test_a_slip_hides_nothing_behind_it(broken: str) -> None:
    assert not walk(broken).whole
    assert ("folder", "B") in said(broken)


@given(
    st.lists(
        st.sampled_from([*"".join(FILES.values()).split(" "), '"', "{", "}", "\n", '"""', "|", "do"]),
        max_size=40,
    )
)
def test_any_text_can_be_walked(words: list[str]) -> None:
    text = " ".join(words)
    walked = walk(text)
    ends = [token.end for token in walked.tokens]
    assert ends == sorted(ends)
    assert all(0 <= mark.start <= mark.end <= len(text) for mark in marks(text))


def test_walking_agrees_with_the_parser_about_what_is_right() -> None:
    for path in ("rules/orders.rules", "rules/tests.rules"):
        for statement in FILES[path].split("\n\n"):
            walked = walk(statement)
            assert walked.whole
            assert "$END" in walked.accepts
