"""Slips and what is said of them: `cases/*.txt`, each a text of rules and the diagnostics it gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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
