"""A session says after any edits what a check of the same files says, and does not do again what did not change."""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest

from engine.cache import dividing, judging, session, statement
from engine.cache.session import Session
from tests.engine.cache_rulesets import TODAY, files, folder, same, whole

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


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few rules are many blocks."""
    monkeypatch.setattr(dividing, "USUAL", 2)


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


def test_however_many_statements_are_in_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dividing, "USUAL", 64)
    compare(Random("one block"), 25)


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
