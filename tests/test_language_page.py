"""Every example of the language's page is true: rules are checked and their tests run, conditions are met by the page's own
order in the page's own shop. And the page leaves no operator, action or function out."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from dsl.words import OPERATORS
from engine.dry_run import DryRun
from engine.folder import MemoryFolder
from engine.opened import Opened, open_ruleset
from engine.report import render
from engine.samples import sample_orders
from engine.testing import run_test
from events.event import Event

PAGE = (Path(__file__).parents[1] / "docs" / "language.md").read_text("utf-8")
FENCES = re.findall(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
(SHOP,) = (text for kind, _, text in FENCES if kind == "yaml")
(SAMPLE,) = (text for kind, _, text in FENCES if kind == "json")
(ZONES,) = (text for kind, _, text in FENCES if kind == "csv")
RULES = [(said, text) for kind, said, text in FENCES if kind == "rules"]
TODAY = dt.date(2026, 1, 15)

AROUND = {
    "event": 'rule "x"\n  on {}\n  do stop\n',
    "action": 'rule "x"\n  on "Order is Imported"\n  for each item\n  do {}\n',
}
"""A rule around an example of a table, by what stands over the table's first column; a condition for all others."""
CONDITION = 'rule "x"\n  on "Order is Imported"\n  when {}\n  do stop\n'


def opened(rules: str) -> Opened:
    files = {
        "ordinance.yaml": SHOP,
        "samples/fox.json": SAMPLE,
        "tables/zones.csv": ZONES,
        "emails/late.txt": "Your order {order.source_id} is late.",
        "shop.rules": rules,
    }
    return open_ruleset(MemoryFolder({path: text.encode() for path, text in files.items()}), TODAY)


def examples() -> Iterator[tuple[str, str]]:
    """What stands over the first column, and the example in the last, of every table whose last column is `example`."""
    for table in re.findall(r"^\|.*\n\|-.*\n(?:\|.*\n)+", PAGE, re.MULTILINE):
        head, _, *rows = [[c.strip() for c in line.strip("| ").split(" | ")] for line in table.splitlines()]
        if head[-1] == "example":
            for row in rows:
                yield from ((head[0], example) for example in re.findall(r"^`(.+)`$", row[-1]))


EXAMPLES = list(examples())
CONDITIONS = [example for kind, example in EXAMPLES if kind not in AROUND]


@lru_cache(maxsize=1)
def shop_of_conditions() -> Opened:
    rules = (CONDITION.replace('"x"', f'"{number}"') for number, _ in enumerate(CONDITIONS))
    return opened(
        "\n".join(
            rule.format(each).replace("stop", 'add note "x"')
            for rule, each in zip(rules, CONDITIONS, strict=True)
        )
    )


@pytest.mark.parametrize(("said", "rules"), RULES, ids=[text.splitlines()[0] for _, text in RULES])
def test_the_rules_of_the_page(said: str, rules: str) -> None:
    shop = opened(rules)
    found = {finding.code for finding in shop.checked.findings}
    assert found == set(re.findall(r"[EW]\d{3}", said)), render(shop.checked.findings, "human")
    if not shop.checked.errors:
        for test in shop.checked.tests:
            assert run_test(shop, test).failures == (), test.title


@pytest.mark.parametrize(("kind", "example"), [each for each in EXAMPLES if each[0] in AROUND])
def test_the_events_and_actions_of_the_page(kind: str, example: str) -> None:
    assert render(opened(AROUND[kind].format(example)).checked.errors, "concise") == ""


def test_the_conditions_of_the_page_are_met_by_its_order() -> None:
    shop = shop_of_conditions()
    assert render(shop.checked.errors, "concise") == ""
    (read,) = sample_orders(shop, ["samples/fox.json"])
    assert read.order is not None
    at = dt.datetime(2026, 1, 15, 12, tzinfo=shop.zone)
    run = DryRun(shop, shop.program()).run(Event("order.imported", "", read.order.id, at), read.order)
    fired = set(run.turns[0].fired)
    assert [each for number, each in enumerate(CONDITIONS) if str(number) not in fired] == []


def test_the_csv_table_of_the_page() -> None:
    shop = opened(
        'table zones from "tables/zones.csv"\n'
        'rule "x"\n  on "Order is Imported"\n  do set order.mail_class to lookup zones("CA", order.quantity_total).method\n'
        'test "t"\n  given order "samples/fox.json"\n  when "Order is Imported" happens\n'
        '  expect order.mail_class is "USPS First Class"\n'
        '  expect lookup zones("DE", 51).days is 20\n  expect lookup zones("DE", 50).days is 14\n'
        '  expect lookup zones("us", 11).days is 3\n'
    )
    assert render(shop.checked.findings, "concise") == ""
    assert run_test(shop, shop.checked.tests[0]).failures == ()


def test_the_order_of_the_page_adds_up() -> None:
    order = json.loads(SAMPLE)
    assert (
        order["product_total"]
        == sum(round(i["price"] * 100) * i["quantity"] for i in order["order_items"]) / 100
    )


def test_no_operator_action_or_function_is_left_out() -> None:
    prose = re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    code = " ".join(re.findall(r"`([^`\n]+)`", prose))
    schema = opened("").schema
    verbs = [action.id for action in schema.actions.values() if action.integration is None]
    functions = [f"{name}(" for name in schema.functions]
    assert [word for word in (*OPERATORS, *verbs, *functions) if word not in code] == []
