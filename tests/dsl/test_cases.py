"""Slips and what is said of them: `cases/*.txt`, each a text of rules and the diagnostics it gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dsl.diagnostics import applied
from dsl.parser import parse
from dsl.source import Source

HERE = Path(__file__).parent
LARGE = {"E125", "E126"}
"""Only very large files give these; they are in test_limits.py."""


def cases() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for file in sorted((HERE / "cases").glob("*.txt")):
        for case in re.split(r"(?m)^=== ", file.read_text("utf-8"))[1:]:
            name, rest = case.split("\n-- rules --\n", 1)
            rules, expected = rest.split("\n-- diagnostics --\n", 1)
            assert name not in found, f"two cases are called {name}"
            found[name] = (rules, expected.strip("\n"))
    return found


CASES = cases()


def said(text: str) -> str:
    lines = []
    for found in parse(Source("shop.rules", text)).diagnostics:
        lines.append(f"{found.code} {found.span.line}:{found.span.column} {found.message}")
        lines += [f"  = {found.help}"] if found.help else []
    return "\n".join(lines)


@pytest.mark.parametrize("name", CASES)
def test_a_slip_is_told_with_its_fix(name: str) -> None:
    rules, expected = CASES[name]
    assert said(rules) == expected


@pytest.mark.parametrize("name", CASES)
def test_the_safe_fix_of_a_slip_leaves_fewer_mistakes(name: str) -> None:
    text = CASES[name][0]
    before = parse(Source("shop.rules", text)).diagnostics
    for found in before:
        safe = [fix for fix in found.fixes if fix.safe]
        assert len(safe) <= 1
        assert not safe or len(found.fixes) == 1
        for fix in safe:
            after = parse(Source("shop.rules", applied(text, fix.edits))).diagnostics
            assert len(after) < len(before)


def test_both_readings_of_and_beside_or_are_offered() -> None:
    text = "define x = order.a is 1 and order.b is 2  # why\n  or order.c is 3\n"
    (found,) = parse(Source("shop.rules", text)).diagnostics
    assert [fix.safe for fix in found.fixes] == [False, False]
    assert [applied(text, fix.edits) for fix in found.fixes] == [
        "define x = (order.a is 1 and order.b is 2)  # why\n  or order.c is 3\n",
        "define x = order.a is 1 and (order.b is 2  # why\n  or order.c is 3)\n",
    ]


def test_what_can_be_read_in_two_ways_is_never_safe() -> None:
    text = "define x = order.a is one of (1,000) or order.b > 1,000 or order.c is 007\n"
    listed, compared, code = parse(Source("shop.rules", text)).diagnostics
    assert [(fix.edits[0].text, fix.safe) for fix in listed.fixes] == [("1000", False), ("1, 000", False)]
    assert [(fix.edits[0].text, fix.safe) for fix in compared.fixes] == [("1000", True)]
    assert [(fix.edits[0].text, fix.safe) for fix in code.fixes] == [('"007"', False), ("7", False)]


def test_every_code_of_the_syntax_has_a_case() -> None:
    source = "".join(path.read_text("utf-8") for path in (HERE.parent.parent / "dsl").rglob("*.py"))
    shown = set(re.findall(r"(?m)^(E1\d\d) ", "\n".join(expected for _, expected in CASES.values())))
    assert set(re.findall(r'"(E1[0-7]\d)"', source)) - LARGE == shown


def test_one_slip_gives_one_message() -> None:
    several = {
        "and, or, not in signs", "several capitals are as many messages", "colons", "curly quotes, from a word processor",
        "several parts that cannot be read", "a table with another arrow",
        "mistakes in several statements are found in one run", "names without quotes in a test",
    }  # fmt: skip
    assert {
        name for name, (_, expected) in CASES.items() if len(re.findall(r"(?m)^E", expected)) > 1
    } == several
