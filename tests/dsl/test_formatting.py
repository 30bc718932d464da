"""One layout: formatting twice is formatting once, the tree stays the same, and no comment is lost."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dsl import ast, formatting, words
from dsl.formatting import concrete
from dsl.formatting.layout import WIDTH
from dsl.parser import Parsed, parse
from dsl.printer import write, write_file
from dsl.source import Source
from tests import generated
from tests.strategies import KINDS, statements

ROOT = Path(__file__).parents[2]
SHIPPED = sorted([*ROOT.glob("rulesets/*/rules/*.rules"), *ROOT.glob("engine/starter/*/*.rules")])
ANY = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def read(text: str) -> Parsed:
    return parse(Source("shop.rules", text))


def formatted(text: str) -> str:
    found = formatting.format(Source("shop.rules", text))
    assert found.text is not None, found.diagnostics
    return found.text


def holds(text: str) -> None:
    """All that is promised of the formatted text of a good file."""
    before = read(text)
    once = formatted(text)
    after = read(once)
    assert formatted(once) == once
    assert not after.diagnostics
    assert after.file.statements == before.file.statements
    said = [[comment.text.rstrip() for comment in parsed.file.comments] for parsed in (before, after)]
    assert said[0] == said[1]
    assert [(a.code, a.reason) for a in after.file.allows] == [(a.code, a.reason) for a in before.file.allows]
    assert not re.search(r"[ \t]+\n|\r|\ufeff|\n\n\n\n", re.sub(words.terminal("TEXT"), "T", once))
    assert once == "" or (once.endswith("\n") and not once.endswith("\n\n") and not once.startswith("\n"))


# -- properties -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_any_statements(kind: str) -> None:
    @settings(ANY, max_examples=60)
    @given(st.lists(KINDS[kind](), max_size=2))
    def check(found: list[Any]) -> None:
        holds("\n".join(write(one) for one in found))

    check()


SEPARATORS = [" ", "  ", "\t", "\n", "\r\n", "\n\n", "\n\n\n\n   ", "  # one\n", "\n# two\n", "\n\n    # three  \n", " # four\n# five\n\n",
              "\n  # allow W503: because\n"]  # fmt: skip
HEADS = {"rule", "table", "list", "define", "test"}


@ANY
@given(statements(), st.randoms(use_true_random=False), st.sampled_from([0.05, 0.3, 0.9]))
def test_words_blown_about(statement: Any, chance: random.Random, often: float) -> None:
    """Line ends, blanks and comments wherever there can be any."""
    blown = "  # above\n" if chance.random() < 0.3 else ""
    last = ""
    for number, word in enumerate(concrete.each_word(concrete.statement(write(statement)))):
        wild = chance.random() < often and word not in HEADS and last not in ("matches", "match")
        blown += "" if number == 0 else chance.choice(SEPARATORS) if wild else " "
        blown += word
        last = str(word)
    blown += chance.choice(["", "\n", "  # end", "\n   # below\n", "\n# apart\n\n\n\n"])
    if not read(blown).diagnostics:
        holds(blown)


@ANY
@given(st.randoms(use_true_random=False), st.integers(1, 5))
def test_generated_rulesets(chance: random.Random, rules: int) -> None:
    holds(generated.ruleset(chance, rules))


PIECES = [
    "# c",
    "\n",
    '"',
    "  ",
    "(",
    ")",
    "and",
    '"""',
    "rule",
    "\u00a0",
    "\r\n",
    "|",
    "{",
    "é",
    "\ufeff",
    "do",
    "\x00",
    ",",
]


@ANY
@given(st.sampled_from(SHIPPED), st.randoms(use_true_random=False), st.integers(1, 4))
def test_mutated_files(path: Path, chance: random.Random, times: int) -> None:
    """Whatever a file is made into, it is formatted or left alone; nothing raises."""
    text = path.read_text(encoding="utf-8")
    start = chance.randrange(len(text))
    text = text[start : start + 1500]
    for _ in range(times):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice([*PIECES, ""]) + text[at + chance.choice([0, 0, 1, 5]) :]
    found = formatting.format(Source("shop.rules", text))
    assert (found.text is None) == bool(read(text).diagnostics)
    if found.text is not None:
        holds(text)


# -- what stands in the repository --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_the_shipped_rules_are_formatted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert formatted(text) == text
    holds(text.replace("\n", "\r\n"))
    holds("\ufeff" + re.sub(r"(?m)^[ \t]+(?=[a-z|])", "", text))


@ANY
@given(st.lists(statements(), max_size=2))
def test_what_the_printer_writes_of_a_file_is_formatted(found: list[Any]) -> None:
    text = write_file(ast.File("shop.rules", tuple(found)))
    assert formatted(text) == text


EXAMPLE = re.compile(r"(?ms)^```[a-z]*\n((?:#[^\n]*\n)*(?:rule|table|list|define|test) .*?)^```")


@pytest.mark.parametrize(
    "page", ["README.md", "docs/language.md", "docs/coming-from-order-desk.md", "docs/reviewing.md"]
)
def test_the_examples_of_the_pages_are_formatted(page: str) -> None:
    examples = EXAMPLE.findall((ROOT / page).read_text(encoding="utf-8"))
    assert examples
    for example in examples:
        assert formatted(example) == example


# -- by hand ----------------------------------------------------------------------------------------------------


def test_the_layout() -> None:
    """Worked by hand from the language page's examples."""
    untidy = """\
\ufeff
# The shop's rules.

rule "Hold express orders" because "somebody looks at them"  mode live
  # only those
  on "Order is Imported" or "Order is Created Manually"    # both
  when (order.shipping_method contains "express" or order.total>=$ 50) and order.shipping.country is one of("US","CA") and order has tag "rush"
  do

     move to folder "Held"   # there

     # and say so
     add note "held"
     # add tag "held"
# about the table
table mail_class (method,country)->class,days
| "Standard" | "US" -> "USPS First Class",5   # cheap
|"Express"|"US","CA"->"DHL",1

otherwise "Ground" , 9
list EU="AT","DE"
define big=order.total>100USD
test "held"
 given order "a.json" with tag "b2b"
    with item 1 sku "X"
 when "Order is Imported" happens
 expect order.folder is "Held"
"""
    assert (
        formatted(untidy.replace("\n", "\r\n"))
        == """\
# The shop's rules.

rule "Hold express orders"
  because "somebody looks at them"
  mode    live
  # only those
  on      "Order is Imported" or "Order is Created Manually"  # both
  when    (order.shipping_method contains "express" or order.total >= $50)
          and order.shipping.country is one of ("US", "CA")
          and order has tag "rush"
  do      move to folder "Held"  # there

          # and say so
          add note "held"
          # add tag "held"

# about the table
table mail_class (method, country) -> class, days
  | "Standard" | "US"       -> "USPS First Class", 5  # cheap
  | "Express"  | "US", "CA" -> "DHL",              1

  otherwise "Ground", 9

list EU = "AT", "DE"
define big = order.total > 100 USD

test "held"
  given order "a.json"
        with tag "b2b"
        with item 1 sku "X"
  when  "Order is Imported" happens
  expect order.folder is "Held"
"""
    )


def expression(said: str) -> str:
    """What becomes of a short condition or value."""
    return formatted(f"define x = {said}").removeprefix("define x = ").removesuffix("\n")


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ('order .a is\t"x"', 'order.a is "x"'),
        ("( order.a=1 )", "(order.a = 1)"),
        ("$  5 < order.a", "$5 < order.a"),
        ("order.a > 5USD", "order.a > 5 USD"),
        ("order.a > 2lb", "order.a > 2 lb"),
        ("order.a is older than 1 days", "order.a is older than 1 day"),
        ("order.a is older than 3hour", "order.a is older than 3 hours"),
        ("order.a is after 2026-01-31T9:30", "order.a is after 2026-01-31 09:30"),
        ("order.a is after 2026-01-31 14:30:00", "order.a is after 2026-01-31 14:30"),
        ("- order.a - - 3", "-order.a - -3"),
        ("round( order.a,2 )", "round(order.a, 2)"),
        ("lookup mail ( order.a ) .days", "lookup mail(order.a).days"),
        ("number of items where(item.a is 1)", "number of items where (item.a is 1)"),
        (r'order.a is "\u{e9}\u{1F600}\u{a0}"', 'order.a is "é😀\\u{A0}"'),
        ('order.a is "a\u00a0b\u200f"', r'order.a is "a\u{A0}b\u{200F}"'),
        ('order.a is "\U0001f468\u200d\U0001f469"', 'order.a is "\U0001f468\u200d\U0001f469"'),
        ('order.a is "{ order .b["x"] }{{"', 'order.a is "{order.b["x"]}{{"'),
        ('order.a is """plain"""', 'order.a is "plain"'),
        ('order.a is """say "hi" now"""', 'order.a is """say "hi" now"""'),
        (r'order.a matches "\d{2}\"x"', r'order.a matches "\d{2}\"x"'),
        (r'order["\u{7b}"] is 1', r'order["\u{7b}"] is 1'),
    ],
)
def test_the_form_of_words(written: str, canonical: str) -> None:
    assert expression(written) == canonical


def test_an_order_by_its_number_within_a_text() -> None:
    test = 'test "x"\n  expect order.a is "{order 2.folder}{ item.b[ 2 ] }"\n'
    assert formatted(test) == test.replace("{ item.b[ 2 ] }", "{item.b[2]}")


def test_a_connection_has_quotes_only_where_it_needs_them() -> None:
    said = formatted('rule "x" on "y" do submit to "podOS" submit to "podOS EU"')
    assert said.endswith('  do      submit to podOS\n          submit to "podOS EU"\n')


def test_a_text_of_several_lines_moves_with_its_action() -> None:
    text = 'rule "x"\n on "y"\n do add note """\n  Dear {order.email},\n\n    a "box".\n  """\n'
    assert formatted(text) == (
        'rule "x"\n  on      "y"\n  do      add note """\n          Dear {order.email},\n\n            a "box".\n          """\n'
    )


def test_an_allow_goes_on_covering_what_it_covered() -> None:
    """Its line is not broken, however long: the finding could stand at either end of it."""
    long = " and ".join(f'order.metadata["gift{n}"] is not "yes"' for n in range(4))
    rule = f'rule "x"\n  on      "y"\n  # allow W503: meant\n  when    {long}\n  do      stop\n'
    assert formatted(rule) == rule
    rule = f'rule "x"\n  on      "y"\n  when    {long}  # allow W503: meant\n  do      stop\n'
    assert formatted(rule) == rule
    rule = rule.replace("  # allow W503: meant", "")
    assert max(map(len, formatted(rule).split("\n"))) <= WIDTH


def test_a_file_with_a_mistake_is_left_alone() -> None:
    found = formatting.format(Source("shop.rules", 'rule "x"\n on "y" doo stop\n'))
    assert found.text is None
    assert found.diagnostics


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", "\r\n"])
def test_an_empty_file_stays_empty(text: str) -> None:
    assert formatted(text) == ""


def test_a_file_of_comments() -> None:
    assert formatted("\n\n  # a\n\n\n\n\n#b") == "# a\n\n\n#b\n"
