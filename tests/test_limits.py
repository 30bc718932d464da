"""docs/limits.md says what is so: every line of the guides that is not there yet, and the sizes as the code has them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from actions.local import slot
from actions.preparing import variants
from dsl import chunks, csvtable, depth, nearest, parser, values
from engine import config, folder
from engine.check import definitions, expressions, reachable
from engine.runtime import listening
from events import jsontext

REPO = Path(__file__).parents[1]
PAGE = (REPO / "docs" / "limits.md").read_text("utf-8")
GUIDES = (REPO / "tests" / "actions" / "guide-lines.yaml").read_text("utf-8")
LATER, SIZED = (
    PAGE.partition(f"## {head}")[2].partition("\n## ")[0] for head in ("Lines of the guides", "Sizes")
)
MB = folder.MEGABYTE

SIZES = [
    ("a rules file", f"{parser.LARGEST_FILE // MB} MB"),
    ("a rules file", f"{folder.CAPS['.rules'] // MB} MB"),
    (
        "what a rules file holds",
        f"{chunks.MOST_STATEMENTS:,} statements, {chunks.MOST_COMMENTS:,} comments, {chunks.MOST_VALUES:,} values",
    ),
    ("one statement", f"{parser.LARGEST_STATEMENT:,} characters, {parser.MOST_VALUES:,} values"),
    ("nesting in a condition", f"{depth.DEEPEST}"),
    ("parts of a definition, with all that it names", f"{definitions.LARGEST:,}"),
    (
        "parts of definitions where they are named, beyond those written",
        f"{expressions.MOST_PARTS:,} in all rules",
    ),
    ("mistakes shown of one file", f"{parser.MOST_MISTAKES}"),
    ("ordinance.yaml", f"{folder.CAPS['.yaml'] // MB} MB"),
    ("a table in CSV", f"{csvtable.MOST_ROWS:,} rows, {csvtable.MOST_COLUMNS} columns"),
    (
        "names among which near ones are looked for, for a name that is unknown",
        f"{nearest.MOST:,}",
    ),
    ("rows of one table held against one another", f"{reachable.MOST_COMPARED:,} pairs"),
    ("any CSV file", f"{folder.CAPS['.csv'] // MB} MB"),
    ("podOS's variants in a file", f"{variants.LARGEST:,} rows"),
    ("a file of orders", f"{folder.CAPS['.json'] // MB} MB"),
    ("values in a file of orders that is not `.jsonl`", f"{jsontext.MOST_VALUES:,}"),
    ("nesting in an order's JSON", f"{jsontext.DEEPEST}"),
    (
        "what is posted to us",
        f"{listening.LARGEST_BODY // MB} MB, headers of {listening.LARGEST_HEAD // 1024} KB, {listening.SECONDS:.0f} seconds for all of it",
    ),
    ("who posts at once", f"{listening.CONNECTIONS}"),
    ("digits of a number in an order's JSON", f"{jsontext.LONGEST_NUMBER}"),
    ("an amount", f"{values.LARGEST:,.0f}"),
    ("pieces of one line, as a rule sets them", f"{slot.MOST_PIECES:,}"),
    ("files in a ruleset's folder", f"{folder.MOST_FILES:,}"),
    ("events in a chain", f"{config.Config.chain_limit}, or `chain_limit` up to {config.LONGEST_CHAIN:,}"),
]


@pytest.mark.parametrize(("what", "most"), SIZES)
def test_a_size_is_what_the_code_has(what: str, most: str) -> None:
    assert f"\n| {what} | {most} |" in PAGE


def test_every_size_of_the_page_is_held_against_the_code() -> None:
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \|$", SIZED, re.MULTILINE)
    assert {row for row in rows if row != "what"} == {what for what, _ in SIZES}


def test_every_later_line_of_the_guides_is_a_named_limit_and_no_other() -> None:
    phases = dict(re.findall(r"^(\S+): (\d)$", GUIDES, re.MULTILINE))
    later = {line for line, phase in phases.items() if phase not in ("1", "2")}
    rows = re.findall(r"^\| ((?:[a-z]+\.[a-z_]+(?:, )?)+) \|", LATER, re.MULTILINE)
    named = {line for row in rows for line in row.split(", ")}
    assert named == later
