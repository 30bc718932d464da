"""A session says after any edits what a check of the same files says, and does not do again what did not change."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from dsl.diagnostics import Diagnostic
from engine import check as checking
from engine import wiring
from engine.cache import judging, session, statement
from engine.cache.session import Session
from engine.checked import Checked
from engine.folder import MemoryFolder
from engine.ruleset import load
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


PIECES = [
    '"', '"""', "#", "\n", " ", "\u00a0", "rule", "\nrule ", "define wholesale = order.order_total > 5\n", "not ", "(", "\x07",
    '\nlist EU = "XX"\n', '\nrule "rule 0"\n  on "Checked"\n  do stop\n', "x", "# allow W503: known, until 2027-01-01\n",
    "# allow W503: over, until 2026-01-01\n", '\nrule "new"\n  on "Checked"\n  do raise "Looked at"\n',
    '\nrule "ring"\n  on "Looked at"\n  do raise "Checked"\n', "EU", "wholesale", "mail", "\r\n", "”", "\ufeff", "//",
]  # fmt: skip


def edited(random: Random, text: str) -> str:
    """One thing that a person, or an editor, does to a text."""
    at = random.randrange(len(text) + 1)
    statements = text.split("\nrule ")
    match random.randrange(6):
        case 0:
            return text[:at] + random.choice(PIECES) + text[at:]
        case 1:
            return text[:at] + text[at + random.choice([1, 1, 3, 40]) :]
        case 2 if len(statements) > 2:
            moved = statements.pop(random.randrange(1, len(statements)))
            statements.insert(random.randrange(1, len(statements) + 1), moved)
            return "\nrule ".join(statements)
        case 3 if len(statements) > 2:
            del statements[random.randrange(1, len(statements))]
            return "\nrule ".join(statements)
        case 4 if len(statements) > 1:
            again = random.choice(statements[1:])
            return text + "\nrule " + again.replace('"rule', '"another rule', random.randrange(2))
        case _:
            word = random.choice(
                ["wholesale", "EU", "Standard", "50", "order.", "rule 2", " is ", "mail", "Done"]
            )
            return text.replace(
                word, random.choice(["EU", "wholesale", "pieces", "mail", "60", "Done", "xx"]), 1
            )


def compare(random: Random, edits: int) -> None:
    texts = files(random)
    one = Session(folder(texts))
    same(one.settled(TODAY).checked, whole(texts), "at first")
    for number in range(edits):
        before = dict(texts)
        path = random.choice(
            ["a.rules"] * 4 + ["b.rules"] * 2 + ["ordinance.yaml", "tables/sizes.csv", "emails/late.txt"]
        )
        texts[path] = edited(random, texts[path])
        one.edit(path, texts[path])
        if random.random() < 0.8:
            same(one.settled(TODAY).checked, whole(texts), f"edit {number} of {path}:\n{texts[path]}")
        if random.random() < 0.5:
            texts = before  # and undone
            one.edit(path, texts[path])
    same(one.settled(TODAY).checked, whole(texts), "at last")


@pytest.mark.parametrize("seed", range(int(os.environ.get("ORDINANCE_SESSIONS", "8"))))
def test_after_any_edits_a_session_says_what_a_whole_check_says(seed: int) -> None:
    compare(Random(f"session {seed}"), 25)


class Count:
    """Counts the calls of a function that it stands for."""

    def __init__(self, function: Any) -> None:
        self.function, self.calls = function, 0

    def __call__(self, *args: Any, **more: Any) -> Any:
        self.calls += 1
        return self.function(*args, **more)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Count:
    count = Count(statement.parse)
    monkeypatch.setattr(statement, "parse", count)
    return count


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Count:
    count = Count(judging.judge)
    monkeypatch.setattr(session, "judge", count)
    return count


def opened() -> tuple[Session, dict[str, str]]:
    texts = files(Random("work"), 300)
    one = Session(folder(texts))
    one.settled(TODAY)
    return one, texts


def test_an_edited_rule_is_read_and_judged_alone(parsed: Count, judged: Count) -> None:
    one, texts = opened()
    parsed.calls = judged.calls = 0
    at = texts["a.rules"].index('rule "rule 150"')
    one.edit("a.rules", texts["a.rules"][:at] + texts["a.rules"][at:].replace('"rule 150"', '"rule 150b"', 1))
    one.settled(TODAY)
    assert (parsed.calls, judged.calls) == (1, 1)


def test_a_definition_is_judged_again_with_the_rules_that_name_it_alone(judged: Count) -> None:
    one, texts = opened()
    rules = texts["a.rules"].split("\nrule ")
    naming = [text for text in rules[1:] if "wholesale" in text]
    assert 0 < len(naming) < 150
    judged.calls = 0
    one.edit(
        "a.rules", texts["a.rules"].replace("order.order_total >= 100 or", "order.order_total >= 101 or", 1)
    )
    one.settled(TODAY)
    assert judged.calls == len(naming) + 1  # and `looks a size up`


def test_the_rows_of_a_table_in_a_file_concern_the_rule_that_looks_it_up_alone(judged: Count) -> None:
    one, texts = opened()
    judged.calls = 0
    one.edit("tables/sizes.csv", texts["tables/sizes.csv"].replace("1", "3"))
    one.settled(TODAY)
    assert judged.calls == 1


def test_a_comment_above_moves_what_is_said_below_without_judging_anything(judged: Count) -> None:
    one, texts = opened()
    before = one.settled(TODAY).checked.findings
    judged.calls = 0
    one.edit("a.rules", "# a line more\n" + texts["a.rules"])
    after = one.settled(TODAY).checked.findings
    lines = [d.span.line for d in before if d.span.source.path == "a.rules"]
    assert [d.span.line for d in after if d.span.source.path == "a.rules"] == [line + 1 for line in lines]
    assert judged.calls == 0
