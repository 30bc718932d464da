"""Every line of the user's guides that is to work is shown. Those of phase 1 by a case that names it, `guide:
podos.before_submit` above its first section, or by a test here where a case cannot show it; those of phase 2, which need a
printer, by a test whose docstring names it so."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from engine.listing import search
from engine.wiring import everything
from tests.cases_harness import CASES, read

LINES = Path(__file__).parent / "actions" / "guide-lines.yaml"
TESTS = Path(__file__).parent
GUIDES = Path(__file__).parents[2] / "shared" / "facts" / "guides.yaml"
ACTED = re.compile(r"^guide: ([\w.]+)", re.MULTILINE)
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


def acted() -> Iterator[tuple[str, str]]:
    """Line of a guide, and the test that names it."""
    for path in sorted(TESTS.rglob("test_*.py")):
        text = path.read_text("utf-8")
        if "guide: " not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for line in ACTED.findall(ast.get_docstring(node) or ""):
                    yield line, node.name


def test_every_line_of_the_second_phase_is_shown_by_a_test_with_a_printer() -> None:
    shown = {line for line, _ in acted()}
    assert [line for line, phase in lines().items() if phase == 2 and line not in shown] == []


def test_no_test_names_a_line_that_there_is_not() -> None:
    assert [(line, test) for line, test in acted() if line not in lines()] == []


def test_the_lines_are_those_of_the_guides() -> None:
    if not GUIDES.exists():
        pytest.skip("the guides are not beside this checkout")
    said = re.findall(r"\{id: ([\w.]+),[^\n]*?phase: (\d)\}", GUIDES.read_text("utf-8"))
    assert {name: int(phase) for name, phase in said} == lines()


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
