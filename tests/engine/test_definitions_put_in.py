"""Definitions that many rules name: worked out once for all of them, and bounded. Work is counted, not timed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from engine import form as f
from engine.cache import codec, session
from engine.cache.session import Session
from engine.check import comparisons, definitions, expressions
from tests.cases_harness import USUAL
from tests.engine.cache_rulesets import TODAY, folder, same, whole

LARGE = "define large = " + " or ".join(f"order.order_total is {n}" for n in range(100)) + "\n"
PARTS = 1 + 4 * 100
"""The `or`, and for each comparison itself, its field, the step in it and the number."""
RULE = """
rule "rule {0}"
  on   "{1}"
  when {2} and order.source_name is "shop {0}"
  do   add tag "{0}"
"""


def texts(*rules: str) -> dict[str, str]:
    return {"ordinance.yaml": USUAL.read_text("utf-8"), "a.rules": LARGE + "".join(rules)}


def rule(number: int, condition: str = "large", event: str = "Order is Imported") -> str:
    return RULE.format(number, event, condition)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Comparisons resolved, conditions compared with one another, nodes laid out to be written down."""
    seen: Counter[str] = Counter()

    def counted(owner: Any, name: str, what: str) -> None:
        function = getattr(owner, name)

        def counting(*args: Any) -> Any:
            seen[what] += 1
            return function(*args)

        monkeypatch.setattr(owner, name, counting)

    counted(comparisons, "positive", "resolved")
    counted(codec, "plain", "written")
    counted(f.Equal, "__eq__", "compared")
    counted(f.Equal, "__hash__", "compared")
    return seen


def done(work: Counter[str], files: dict[str, str]) -> Counter[str]:
    codec._body.cache_clear()
    work.clear()
    found = Session(folder(files)).settled(TODAY).checked.findings
    assert found == ()
    return +work


def test_a_definition_is_worked_out_once_for_all_that_name_it(work: Counter[str]) -> None:
    """40 rules more are 40 comparisons more: of each rule its own."""
    few = done(work, texts(*[rule(n) for n in range(10)]))
    many = done(work, texts(*[rule(n) for n in range(50)]))
    assert many["resolved"] - few["resolved"] == 40
    assert many["written"] - few["written"] < 40 * PARTS / 4


def test_for_rules_on_other_events_too(work: Counter[str]) -> None:
    one = done(work, texts(rule(1), rule(2)))
    two = done(work, texts(rule(1), rule(2, 'event.to is "New" and large', "Folder is Changed")))
    assert two["resolved"] == one["resolved"] + 1, "its own condition on the folder"


def test_what_a_definition_says_of_an_event_is_worked_out_for_each_event() -> None:
    rules = texts(
        'define moved_to_new = event.to is "New"\n',
        rule(1, "large and moved_to_new", "Folder is Changed"),
        rule(2, "large and moved_to_new"),
    )
    found = Session(folder(rules)).settled(TODAY).checked
    assert [(each.code, each.span.line) for each in found.errors] == [("E208", 11)]
    same(found, whole(rules), "one event has the field")


def test_conditions_are_not_each_compared_with_each(work: Counter[str]) -> None:
    """Of an `and` of n the advice looks for opposites: twice as many are twice the work."""

    def negated(count: int) -> Counter[str]:
        condition = " and ".join(f"order.order_total is not {n}" for n in range(count))
        return done(work, {**texts(), "a.rules": rule(1, condition)})

    few, many = negated(200), negated(400)
    assert few["compared"] >= 200
    assert many["compared"] <= 3 * few["compared"]


@pytest.fixture
def four(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cap is four times the definition, beside itself as it is written."""
    for module in (definitions, expressions, session):
        monkeypatch.setattr(module, "MOST_PARTS", 4 * PARTS)


@pytest.mark.usefixtures("four")
def test_definitions_that_come_to_too_much_are_said_once() -> None:
    assert whole(texts(*[rule(n) for n in range(5)])).findings == ()
    for rules in (
        texts(*[rule(n) for n in range(6)]),
        texts(rule(1, " and ".join(["large"] * 6))),
        texts("define more = large or large or order.order_total > 5\n", rule(1, "more and (more or more)")),
    ):
        (found,) = whole(rules).findings
        assert found.code == "E412"
        assert found.span.text in ("large", "more")
    (found,) = whole(texts(*[rule(n) for n in range(7)])).findings
    assert f"come to {6 * PARTS:,} parts" in found.message
    assert f"`large` alone has {PARTS} and is named 7 times" in found.message


@pytest.mark.usefixtures("four")
def test_definitions_that_are_each_named_once_are_no_more_than_was_written() -> None:
    others = [LARGE.replace("large", f"large{n}") for n in range(9)]
    assert whole(texts(*others, rule(1), *[rule(n + 2, f"large{n}") for n in range(9)])).findings == ()


@pytest.mark.usefixtures("four")
def test_a_session_says_so_too_when_an_edit_makes_it_so_and_when_it_is_taken_back() -> None:
    files = texts(*[rule(n) for n in range(5)])
    one = Session(folder(files))
    for rules in (6, 5, 7, 6, 2, 5, 5, 5):
        files = texts(*[rule(n) for n in range(rules)])
        one.edit("a.rules", files["a.rules"])
        found = one.settled(TODAY).checked
        same(found, whole(files), f"{rules} rules")
        assert bool(found.errors) == (rules > 5)
