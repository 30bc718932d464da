"""`ordinance test --mutate`: whether the tests of a small shop notice its changes. What goes unnoticed was found by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Call, Said, Shop
from tests.cli.test_coverage import GIVEN, IMPORTED, SCHEMAS, SMALL, titled
from tests.cli.test_test import ORDER, SHOP

BIG_RULE = """
rule "Big"
  on   "Order is Imported"
  when order.order_total >= $50
  do   move to folder "Big"
"""


def at(total: str, expect: str, number: int) -> str:
    return titled(number, f"{GIVEN} with order.order_total {total}\n{IMPORTED}", expect)


def mutating(call: Call, shop: Shop, text: str, *words: str) -> Said:
    shop(files={"ordinance.yaml": SHOP, "rules/1-orders.rules": text, "samples/order.json": ORDER})
    return call("test", "--mutate", *words)


def unnoticed(call: Call, shop: Shop, text: str, *words: str) -> list[tuple[str, list[str]]]:
    said = mutating(call, shop, text, "--format", "json", *words)
    found = json.loads(said.out.splitlines()[-1])
    jsonschema.validate(found, json.loads((SCHEMAS / "mutants.schema.json").read_bytes()))
    assert said.code == (1 if found["unnoticed"] else 0)
    return [(each["kind"], each["diff"]) for each in found["unnoticed"]]


def test_a_test_far_from_the_bound_does_not_notice_that_it_moved(call: Call, shop: Shop) -> None:
    """Tests at 30 and 60 tell the rule from its opposite, not 50 from 50.01 or 49.99."""
    text = BIG_RULE + at("$30", 'order.folder is "New"', 1) + at("$60", 'order.folder is "Big"', 2)
    before = "- when    order.order_total >= $50"
    assert unnoticed(call, shop, text) == [
        ("bound moved", [before, "+ when    order.order_total > $50"]),
        ("bound moved", [before, "+ when    order.order_total >= $49.99"]),
    ]


def test_tests_at_the_bound_notice_everything(call: Call, shop: Shop) -> None:
    text = BIG_RULE + at("$49.99", 'order.folder is "New"', 1) + at("$50", 'order.folder is "Big"', 2)
    said = mutating(call, shop, text)
    assert (said.code, said.err) == (0, "2 passed\n")
    assert "6 changes of the rules tried: 6 noticed, 0 not noticed" in said.out


@pytest.mark.parametrize(
    ("rule", "steps", "kinds"),
    [
        # nobody looks at the tag
        (
            '  when order.order_total is $30\n  do add tag "a"\n     move to folder "Big"\n',
            'expect order.folder is "Big"',
            ["condition left out", "action left out"],
        ),
        # met through the first part, whatever the second says
        (
            '  when order.order_total is $30 or order has tag "b2b"\n  do move to folder "Big"\n',
            'expect order.folder is "Big"',
            ["condition left out", "clause left out", "turned round"],
        ),
        # it fired: where it moved the order nobody asks
        ('  do move to folder "Big"\n', 'expect rule "R" fired', ["another folder"]),
    ],
)
def test_what_no_expectation_is_about_goes_unnoticed(
    rule: str, steps: str, kinds: list[str], call: Call, shop: Shop
) -> None:
    text = f'rule "R"\n  on "Order is Imported"\n{rule}test "t"\n{GIVEN}\n{IMPORTED}\n  {steps}\n'
    assert [kind for kind, _ in unnoticed(call, shop, text)] == kinds


def test_rules_in_another_order_matter_where_one_stops(call: Call, shop: Shop) -> None:
    """Both fire at 60: the first stops, so the second's tag is not there."""
    stops = BIG_RULE + "       stop\n"
    text = stops + 'rule "Tag"\n  on "Order is Imported"\n  do add tag "seen"\n'
    found = unnoticed(call, shop, text + at("$60", 'order.folder is "Big"', 1))
    assert ("rules in another order", ['- rule "Tag" stands after it', "+ it stands before it"]) in found
    noticed = unnoticed(call, shop, text + at("$60", 'order does not have tag "seen"', 1))
    assert "rules in another order" not in [kind for kind, _ in noticed]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('add tag "a"', 'add tag "b"'),
        ('set item.variation["a"] to "1"', 'set item.variation["b"] to "2"'),
    ],
)
def test_two_rules_that_have_nothing_to_do_with_each_other_are_left_in_their_order(
    first: str, second: str, call: Call, shop: Shop
) -> None:
    each = '  for each item where item.variation["{}"] is missing\n'
    rules = "".join(
        f'rule "{title}"\n  on "Order is Imported"\n{each.format(title) if "item" in do else ""}  do {do}\n'
        for title, do in (("a", first), ("b", second))
    )
    found = unnoticed(call, shop, rules + SMALL)
    assert found
    assert "rules in another order" not in [kind for kind, _ in found]


def test_rows_and_definitions_and_lists_are_changed_where_they_stand(call: Call, shop: Shop) -> None:
    text = 'list near = "US", "CA", "MX"\ndefine close = order.shipping.country is one of near\n'
    text += 'table fee (country) -> name\n  | "US" -> "low"\n  | "CA" -> "middle"\n  otherwise "high"\n'
    text += (
        'rule "R"\n  on "Order is Imported"\n  when close\n  do add tag lookup fee(order.shipping.country)\n'
    )
    said = mutating(call, shop, text + titled(1, f"{GIVEN}\n{IMPORTED}", 'order has tag "low"'))
    assert "list `near`: member left out" in said.out
    assert 'list near = "US", "CA"\n' in said.out
    assert "table `fee`: row left out" in said.out
    assert '- | "CA" -> "middle"' in said.out
    assert "definition `close`" not in said.out


def test_where_no_test_comes_is_said_once_for_each_rule(call: Call, shop: Shop) -> None:
    text = (
        BIG_RULE.replace("Order is Imported", "Ready")
        + 'rule "R"\n  on "Order is Imported"\n  do add tag "x"\n'
    )
    said = mutating(call, shop, text + titled(1, f"{GIVEN}\n{IMPORTED}", 'order has tag "x"'))
    assert said.code == 1
    assert said.out.count("no test comes here") == 1
    assert 'rule "Big": 6 changes, and no test comes here' in " ".join(said.out.split())


@pytest.mark.parametrize("option", ["--allow-unnoticed", "--seed"])
def test_its_options_are_for_it_alone(option: str, call: Call, shop: Shop) -> None:
    shop(files={"rules/big.rules": BIG_RULE})
    said = call("test", option, "1")
    assert said.code == 2
    assert f"`{option}` is for `--mutate`" in said.err


def test_so_many_may_be_allowed_and_so_many_tried(call: Call, shop: Shop) -> None:
    text = BIG_RULE + at("$30", 'order.folder is "New"', 1) + at("$60", 'order.folder is "Big"', 2)
    assert mutating(call, shop, text, "--allow-unnoticed", "2").code == 0
    said = mutating(call, shop, text, "--allow-unnoticed", "1")
    assert said.code == 1
    assert "2 changes of the rules would go unnoticed, and 1 are allowed" in said.err
    few = mutating(call, shop, text, "--mutate=2", "--seed", "7")
    assert "2 changes of the rules tried" in few.out
    assert "4 more not tried" in few.out
    assert few.out == mutating(call, shop, text, "--mutate=2", "--seed", "7").out


def test_failing_tests_tell_nothing_about_changes(call: Call, shop: Shop) -> None:
    said = mutating(call, shop, BIG_RULE + at("$30", 'order.folder is "Big"', 1))
    assert said.code == 1
    assert "nothing was changed" in said.err
    assert "changes of the rules" not in said.out


def test_build_servers_get_each_as_a_failure(call: Call, shop: Shop) -> None:
    text = BIG_RULE + at("$30", 'order.folder is "New"', 1) + at("$60", 'order.folder is "Big"', 2)
    out = mutating(call, shop, text, "--format", "junit").out
    assert out.count("<failure") == 2
    assert 'message="no test notices this change"' in out


def test_the_rules_files_are_never_touched(call: Call, shop: Shop) -> None:
    text = BIG_RULE + at("$30", 'order.folder is "New"', 1)
    mutating(call, shop, text)
    assert Path("rules/1-orders.rules").read_text("utf-8") == text


def test_many_processes_say_what_one_says() -> None:
    from engine.testing.spread import forked, spread

    def slow(number: int) -> Any:
        return number * number

    assert list(spread(slow, 50, processes=1)) == [n * n for n in range(50)]
    assert list(forked(slow, range(3, 50), 2, 5)) == [n * n for n in range(3, 50)]
