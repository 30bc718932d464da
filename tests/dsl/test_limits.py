"""Any text is read in the time its length asks for, and none makes the parser raise."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl import ast, chunks
from dsl.chunks import MOST_COMMENTS, MOST_STATEMENTS
from dsl.depth import DEEPEST
from dsl.parser import LARGEST_FILE, LARGEST_STATEMENT, MOST_MISTAKES, MOST_VALUES, parse
from dsl.printer import write
from dsl.source import Source
from tests.strategies import statements

RULE = """rule "Park order %d"
  because "a person has to mend the SKU before it can print"
  on      "Order is Imported"
  when    order.source_name is "Shopify" and order.order_total > $20
  do      move to folder "SKU problems"
          add note "podOS rejected: {event.message}"
"""
WORDS = (
    "rule", "table", "list", "define", "test", "on", "when", "for each", "do", "is", "is not", "one of", "and", "or", "not", "(", ")",
    '"', '"""', "'", "“", "”", "{", "}", "[", "]", "->", "|", "=", "==", "!", "-", "1", "1,000", "2026-1-31", "5 lbs", "$", "%", "\n",
    "\n  ", "#", "//", "# allow W501", "\x00", "\u00a0", "\\", "order.a", ".a", "add tag", "matches", '"{', "item 1", "AND", "ß", "then",
)  # fmt: skip


def codes(text: str) -> list[str]:
    return [found.code for found in parse(Source("shop.rules", text)).diagnostics]


def spans_are_in_the_text(text: str) -> None:
    parsed = parse(Source("shop.rules", text))
    for found in parsed.diagnostics:
        assert 0 <= found.span.start <= found.span.end <= len(text), found
        assert found.message
        assert "\n" not in found.message


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    spans_are_in_the_text(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_no_order_of_the_languages_words_makes_it_raise(text: str) -> None:
    spans_are_in_the_text(text)


@settings(max_examples=150, deadline=None)
@given(statements(), st.randoms(use_true_random=False))
def test_no_slip_in_a_good_statement_makes_it_raise(statement: ast.Statement, chance: random.Random) -> None:
    words = re.findall(r"\s+|\w+|.", write(statement), re.DOTALL)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(words))
        match chance.randint(0, 3):
            case 0:
                words[at] = ""
            case 1:
                words.insert(at, chance.choice(WORDS))
            case 2:
                other = chance.randrange(len(words))
                words[at], words[other] = words[other], words[at]
            case _:
                words[at] = words[at].swapcase()
    spans_are_in_the_text("".join(words))


def test_brackets_and_chains_are_64_deep_and_no_deeper() -> None:
    for good, bad in (
        ("(" * DEEPEST + "1" + ")" * DEEPEST, "(" * 65 + "1" + ")" * 65),
        ("not " * 60 + "order.a", "not " * 100_000 + "order.a"),
        ("+".join("1" * 60), "+".join("1" * 100_000)),
        ("-" * 60 + "1", "-" * 100_000 + "1"),
    ):
        assert codes(f"define x = {good}") == []
        assert codes(f"define x = {bad}") == ["E124"]
    mixed = "not (" * 30 + "order.a" + " is 1 + 1 + 1)" + ")" * 29
    assert codes(f"define x = {mixed}") == []
    several = "2 + 3 * -(" * 30 + "1" + ")" * 30
    assert codes(f"define x = {several}") == ["E124"]
    assert codes(f"define x = {'2 + 3 * -(' * 20 + '1' + ')' * 20}") == []


@pytest.mark.parametrize(
    "text",
    [
        "list x = " + '"a", ' * (MOST_VALUES + 1) + '"b"',
        'rule "x" on "e" do add note "' + "x" * LARGEST_STATEMENT + '"',
        " " * (LARGEST_FILE + 1),
        "list a = 1\n" * MOST_STATEMENTS,
        "#\n" * (MOST_COMMENTS + 1),
        "table t (a) -> b\n" + ' | 1 -> "."\n' * (chunks.MOST_VALUES // 2),
    ],
)
def test_what_is_too_large_is_refused_with_one_message(text: str) -> None:
    assert codes(text) == ["E125"]


def test_after_many_mistakes_the_rest_is_not_read() -> None:
    found = codes('rule "x"\n' * (MOST_MISTAKES * 3))
    assert found == ["E102"] * MOST_MISTAKES + ["E126"]


HARD = {
    "many rules": "".join(RULE % at for at in range(2500)),
    "tiny statements": "list a = 1\n" * 40_000,
    "a condition without end": "define x = " + " and ".join(["order.a is 1"] * 25_000),
    "brackets": "define x = " + "(" * 400_000,
    "brackets on every line": "define x = ((((\n" * 30_000,
    "quotes": '"' * 400_000,
    "braces": 'define x = "' + "{a}" * 100_000,
    "braces and quotes": 'define x = "' + '{["' * 100_000,
    "backslashes": 'define x = "' + "\\" * 400_000,
    "hashes": "#" * 400_000,
    "comments": "# allow W501: x\n" * 25_000,
    "blanks": " " * 400_000,
    "line ends": "\n" * 400_000,
    "nothing but NUL": "\0" * 400_000,
    "words": 'rule "a" on "b" when ' + "foo " * 100_000,
    "capitals": 'rule "a" on "b" when ' + "order.a IS 1 AND " * 25_000,
    "foreign signs": "define x = " + "order.a == 1 && " * 25_000,
    "an open long text": 'rule "a" on """ ' + "a\n" * 200_000,
    "one long word": "define x = " + "a" * 400_000,
    "one long path": "define x = order" + ".a" * 100_000,
    "numbers with commas": "define x = 1" + ",000" * 100_000,
}


@pytest.mark.parametrize("name", HARD)
def test_time_grows_with_the_length(name: str) -> None:
    """At most 4 s for each MB on any machine that is not far slower than ours; what is quadratic takes minutes."""
    text = HARD[name]
    codes("list a = 1")
    began = time.process_time()
    codes(text)
    assert time.process_time() - began < 1 + 8 * len(text) / 1e6
