"""Rulesets for the tests of the cache: with all kinds of statements and files, and compared to the last place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random
from typing import Any

from dsl.diagnostics import Diagnostic
from engine import check as checking
from engine import wiring
from engine.checked import Checked
from engine.folder import MemoryFolder
from engine.loading import load
from tests import generated

TODAY = dt.date(2026, 3, 1)
SAMPLE = '{"id": "1", "folder": "New", "order_items": []}'
TESTS = """
test "the first rule"
  given order "samples/a.json"
  when "Order is Imported" happens
  expect rule "rule 0" did not fire
  expect rule "rule 2" fired

# allow W504: used by and by, until 2026-02-01
list UNUSED = "a", "b"

table sizes_in_a_file from "tables/sizes.csv"

rule "looks a size up"
  on "Order is Imported"
  when lookup sizes_in_a_file(order.shipping_method) > 2 and wholesale
  do send email to order.email subject "x" body from "emails/late.txt"
"""


def files(random: Random, rules: int = 6) -> dict[str, str]:
    return {
        "ordinance.yaml": generated.CONFIG,
        "inventory.csv": generated.INVENTORY,
        "a.rules": generated.ruleset(random, rules),
        "b.rules": TESTS.lstrip(),
        "tables/sizes.csv": "method,-> size\nStandard,1\notherwise,2\n",
        "emails/late.txt": "Late: {order.id}",
        "samples/a.json": SAMPLE,
    }


def folder(texts: dict[str, str]) -> MemoryFolder:
    return MemoryFolder({path: text.encode("utf-8", "surrogatepass") for path, text in texts.items()})


def whole(texts: dict[str, str]) -> Checked:
    """Checked all at once, with nothing known."""
    ruleset = load(folder(texts), wiring.integrations())
    config = ruleset.config
    schema = wiring.schema(
        config.connections,
        [each.name for each in config.folders],
        [each.name for each in config.buttons],
        [each.name for each in config.events],
        config.store,
    )
    return checking.check(ruleset, schema, TODAY)


def told(findings: Sequence[Diagnostic]) -> list[Any]:
    return [
        (
            d.code,
            d.message,
            d.help,
            str(d.span),
            d.span.start,
            d.span.text,
            [(n.message, str(n.span)) for n in d.notes],
        )
        for d in findings
    ]


def same(found: Checked, expected: Checked, where: str) -> None:
    assert told(found.findings) == told(expected.findings), where
    assert dict(found.form.labels) == dict(expected.form.labels)
    assert set(found.form.tables) == set(expected.form.tables)
    assert dict(found.form.tables) == dict(expected.form.tables)
    assert list(found.form.rules) == list(expected.form.rules)
    for event, rules in expected.form.rules.items():
        got = found.form.rules[event]
        assert got == rules, where
        assert [str(each.span) for each in got] == [str(each.span) for each in rules], where
        assert [[str(a.span) for a in each.acts] for each in got] == [
            [str(a.span) for a in r.acts] for r in rules
        ]
    assert [repr(test) for test in found.tests] == [repr(test) for test in expected.tests], where
