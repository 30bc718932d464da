"""Every line of the page for merchants who come from Order Desk is one that the checker takes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.folder import MemoryFolder
from engine.opened import open_ruleset
from engine.report import render
from engine.wiring import integrations

REPO = Path(__file__).parents[1]
PAGE = (REPO / "docs" / "coming-from-order-desk.md").read_text("utf-8")
SHOP = REPO / "rulesets" / "order-desk"
BLOCKS = re.findall(r"^```rules\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

# What stands in the second column of a table, and the rule that makes a whole of it.
AROUND = {
    "event here": 'rule "x"\n  on {}\n  do stop\n',
    "condition here": 'rule "x"\n  on "Order is Imported"\n  when {}\n  do stop\n',
    "item condition here": 'rule "x"\n  on "Order is Imported"\n  for each item where {}\n  do remove item\n',
    "action here": 'rule "x"\n  on "Order is Imported"\n  do {}\n',
    "item action here": 'rule "x"\n  on "Order is Imported"\n  for each item\n  do {}\n',
}


def tables() -> Iterator[tuple[str, list[list[str]]]]:
    """The head of each table's second column, and the cells of its rows."""
    for table in re.findall(r"^\|.*\n\|-.*\n(?:\|.*\n)+", PAGE, re.MULTILINE):
        head, _, *rows = [
            [cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()
        ]
        yield head[1].strip("| "), rows


LINES = [
    (kind, line)
    for kind, rows in tables()
    if kind in AROUND or kind == "setting here"
    for row in rows
    for line in re.findall(r"`([^`]+)`", row[1])
]


def errors(files: dict[str, str]) -> str:
    shop = {
        path: (SHOP / path).read_text("utf-8")
        for path in ("ordinance.yaml", "emails/late.txt", "inventory.csv")
    }
    folder = MemoryFolder({path: text.encode() for path, text in {**shop, **files}.items()})
    return render(open_ruleset(folder, dt.date(2026, 3, 2)).checked.errors, "concise")


@pytest.mark.parametrize(("kind", "line"), [each for each in LINES if each[0] in AROUND])
def test_every_line_is_taken_by_the_checker(kind: str, line: str) -> None:
    assert errors({"page.rules": AROUND[kind].format(line)}) == ""


@pytest.mark.parametrize("line", [line for kind, line in LINES if kind == "setting here"])
def test_every_setting_is_one_of_podos(line: str) -> None:
    podos = f"connections:\n  podos:\n    project: acme\n    token: ${{PODOS_TOKEN}}\n    {line}\n"
    config = "language: 1\nfolders: [New, Prepared, Closed]\n" + podos
    assert errors({"ordinance.yaml": config, "page.rules": 'list x = "y"\n'}) == ""


@pytest.mark.parametrize("text", BLOCKS, ids=range(len(BLOCKS)))
def test_every_block_of_rules_is_taken_by_the_checker(text: str) -> None:
    assert errors({"page.rules": text}) == ""


def test_a_wrong_line_would_be_found() -> None:
    assert "E201" in errors({"page.rules": AROUND["condition here"].format('order.contry is "FR"')})


def test_the_page_has_all_that_order_desk_has() -> None:
    assert len(LINES) > 90
    assert len(BLOCKS) == 3
    catalogue = (REPO / "events" / "catalogue.yaml").read_text("utf-8")
    theirs = re.findall(r"label: (.+)\n(?:    .*\n)*?    source: Order Desk", catalogue)
    events = {line.strip('"') for kind, line in LINES if kind == "event here"}
    assert len([label for label in theirs if label in events]) >= 10
    settings = {line.partition(":")[0] for kind, line in LINES if kind == "setting here"}
    podos = integrations()["podos"].settings
    assert {each.name for each in podos if "Order Desk" in each.source} - settings == set()
