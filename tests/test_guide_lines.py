"""Every phase 1 line of the user's guides is shown by a case that names it, `guide: podos.before_submit` above its first
section, or by a test here where a case cannot show it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML

from engine.listing import search
from engine.wiring import everything
from tests.cases_harness import CASES, read

LINES = Path(__file__).parent / "actions" / "guide-lines.yaml"
NAMED = re.compile(r"^guide: (\S+)$", re.MULTILINE)
HERE = {"od.rule_builder"}
"""Lines that the tests of this file show."""


def lines() -> dict[str, int]:
    """Line of a guide -> the phase in which it is to work."""
    return dict(YAML(typ="safe").load(LINES.read_text("utf-8")))


def named() -> Iterator[tuple[str, str]]:
    """Line of a guide, and the case that names it."""
    for path in sorted(CASES.rglob("*.txt")):
        for line in NAMED.findall(read(path).comment):
            yield line, path.stem


def test_every_line_of_the_first_phase_is_shown() -> None:
    shown = {line for line, _ in named()} | HERE
    assert [line for line, phase in lines().items() if phase == 1 and line not in shown] == []


def test_no_case_names_a_line_that_there_is_not() -> None:
    assert [(line, case) for line, case in named() if line not in lines()] == []


def test_an_integrations_events_and_actions_are_found_by_typing_its_name() -> None:
    """od.rule_builder, with podOS: the six events of its guide and its one action."""
    rows = search(everything(), "podos", kinds=("event", "action"))
    labels = [row.label for row in rows]
    assert {
        "Order Scheduled to podOS",
        "Before Order Submitted to podOS",
        "After Order Submitted to podOS",
        "Order Not Submitted to podOS Because of Invalid SKU",
        "Order Not Submitted to podOS Because of General Error",
        "Order Not Submitted to podOS Because No Products Available",
        "Submit Order to podOS",
    } <= set(labels)
    assert not [label for label in labels if "POV" in label]
