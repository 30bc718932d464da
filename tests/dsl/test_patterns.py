"""Regular expressions that every Python 3.11 reads alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [
    *[
        path
        for floor in ("dsl", "events", "actions", "engine")
        for path in sorted((ROOT / floor).rglob("*.py"))
    ],
    ROOT / "dsl" / "grammar.lark",
]
GROUP_HELD = re.compile(r"\)(?:[*+?]|\{[0-9,]+\})\+")
"""Before Python 3.11.5 a group that is repeated possessively, `(...)*+`, is matched wrongly (gh-106052). An atomic group,
`(?>(...)*)`, means the same and is matched rightly; so is a class, `[...]*+`."""


@pytest.mark.parametrize("text", [r"(?:a|b)*+", r"(a)++", r"(a)?+", r"(?:,[0-9]{3}){2}+"])
def test_a_group_held_is_found(text: str) -> None:
    assert GROUP_HELD.search(text)


def test_no_pattern_repeats_a_group_possessively() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if GROUP_HELD.search(line)
    ]
    assert len(SOURCES) > 300
    assert found == []
