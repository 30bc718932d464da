"""What sentences say: `cases/*.txt`, each case a piece of a rule and below it, after `=`, what it says, worked out by hand.

In `conditions.txt` and `actions.txt` the rest of the rule is filled in here.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given

from dsl import ast, words
from engine.booklet.saying import Saying
from engine.booklet.sentence import Sentences
from engine.folder import MemoryFolder
from engine.opened import Opened, open_ruleset
from tests import strategies
from tests.cases_harness import USUAL

HERE = Path(__file__).parent / "cases"
NAMES = """
list EU = "AT", "BE"
define wholesale = order.order_total >= $500 or order has tag "b2b"
define shipping_cost = order.shipping_total + order.handling_total
table carriers (country) -> carrier
  | "US" -> "UPS"
  otherwise nothing
table speeds (country, weight) -> carrier, days
  | "US", "CA" | up to 1 lb -> "UPS", 2
  | any        | any        -> "DHL", 5
  otherwise nothing
"""
FILLED_IN = {
    "conditions": (
        'on "Order is Imported"\nwhen {}\ndo add tag "a"',
        "When an order is imported{}, tag it “a”.",
    ),
    "actions": ('on "Order is Imported"\ndo {}', "When an order is imported, {}."),
    "rules": ("{}", "{}"),
}


def cases() -> list[tuple[str, str, str]]:
    """The file's name, the rule, the sentence."""
    found = []
    for file in sorted(HERE.glob("*.txt")):
        rule, sentence = FILLED_IN[file.stem]
        for block in file.read_text("utf-8").split("\n\n")[1:]:
            written, _, said = block.strip().rpartition("\n= ")
            assert written, f"{file.name}: a case without a rule or a sentence: {block}"
            found.append(
                (
                    file.stem,
                    rule.format(written),
                    sentence.format(said) if file.stem != "conditions" else said,
                )
            )
    return found


CASES = cases()


@cache
def opened() -> Opened:
    rules = "\n".join(f'rule "{number}"\n{rule}\n' for number, (_, rule, _) in enumerate(CASES))
    files = {
        "ordinance.yaml": USUAL.read_bytes().replace(b"[New,", b"[New, France,"),
        "shop.rules": (NAMES + rules).encode(),
        "emails/late.txt": b"Sorry.",
        "inventory.csv": b"code,name,price\nSTICKER,Sticker,1.00\nA,A,1\n",
    }
    return open_ruleset(MemoryFolder(files))


@cache
def rules() -> dict[str, ast.Rule]:
    return {
        one.title: one
        for file in opened().ruleset.files
        for one in file.statements
        if isinstance(one, ast.Rule)
    }


@cache
def sentences() -> Sentences:
    statements = [one for file in opened().ruleset.files for one in file.statements]
    return Sentences(
        opened().schema, {one.name: one.body for one in statements if isinstance(one, ast.Define)}
    )


def test_the_cases_are_rules() -> None:
    assert [f"{one.span.text}: {one.message}" for one in opened().checked.errors] == []


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=[re.sub(r"\s+", " ", rule)[:80] for _, rule, _ in CASES]
)
def test_a_rule_says(number: int) -> None:
    kind, _, expected = CASES[number]
    said = sentences().rule(rules()[str(number)])
    if kind == "conditions":
        when = rules()[str(number)].when
        together = isinstance(when, (ast.And, ast.Or)) or (
            isinstance(when, ast.Not) and isinstance(when.operand, (ast.And, ast.Or))
        )
        expected = f"When an order is imported{', if' if together else ' and'} {expected}, tag it “a”."
    assert said == expected


def test_a_definition_says() -> None:
    found = {
        one.name: sentences().definition(one)
        for file in opened().ruleset.files
        for one in file.statements
        if isinstance(one, ast.Define)
    }
    assert found == {
        "wholesale": "The order's total is $500 or more or the order is tagged “b2b”.",
        "shipping_cost": "The order's shipping total plus the order's handling total.",
    }


def test_everything_that_can_be_said_has_a_case() -> None:
    nodes = [node for rule in rules().values() for node in ast.walk(rule)]
    operators = {(n.operator, n.negated) for n in nodes if isinstance(n, ast.Comparison)}
    # Of `<` and its like there is no `not` form but `not` before them.
    assert set(words.OPERATORS.values()) <= operators
    assert {(n.kind, n.over) for n in nodes if isinstance(n, ast.Quantified)} >= {
        ("any", "item"), ("every", "item"), ("no", "item"), ("any", "shipment"), ("every", "shipment"),
    }  # fmt: skip
    assert {n.kind for n in nodes if isinstance(n, ast.Aggregate)} == {"number", "sum", "smallest", "largest"}
    assert {n.function for n in nodes if isinstance(n, ast.Call)} == set(opened().schema.functions)
    for kinds in (ast.Action, ast.EventRef, ast.Expr):
        unsaid = set(kinds.__args__) - {type(node) for node in nodes} - {ast.Truth, ast.Duration}
        assert not unsaid, f"no case has {unsaid}"


def with_calls(node: object) -> bool:
    """Calls of trees that nobody checked may have too few values."""
    return any(isinstance(one, ast.Call) for one in ast.walk(node))


@given(strategies.rules())
def test_whatever_can_be_written_can_be_said(rule: ast.Rule) -> None:
    assume(not with_calls(rule))
    said = sentences().rule(rule)
    assert said.startswith(("When ", "Every "))
    assert said.endswith(".")


@given(strategies.conditions())
def test_what_is_not_so_is_said_otherwise(condition: ast.Expr) -> None:
    assume(not with_calls(condition))
    say = Saying(sentences().naming, sentences().definitions)
    turned = ast.Not(condition)
    assert say.condition(turned) != say.condition(condition)
    assert say.condition(ast.Not(turned)) == say.condition(condition)
