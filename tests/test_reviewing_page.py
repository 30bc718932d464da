"""docs/reviewing.md keeps its word: its rule, its comparison and its configurations are what it says they are."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from engine.cli import run
from tests.cli.in_git import git

REPO = Path(__file__).parents[1]
PAGE = (REPO / "docs" / "reviewing.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
RULE, SESSION = (text for kind, text in BLOCKS if kind == "")
WORKFLOW, HOOKS = (YAML(typ="safe").load(text) for kind, text in BLOCKS if kind == "yaml")
NEXT = 'rule "Go on when the order is complete"'


def test_the_comparison_of_the_page_is_what_diff_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(REPO / "rulesets" / "podos", shop)
    git(shop, "init", "-q", "-b", "main")
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "shop")
    rules = shop / "rules" / "1-import.rules"
    rules.write_text(rules.read_text("utf-8").replace(NEXT, f"{RULE}\n{NEXT}", 1), "utf-8")
    monkeypatch.chdir(shop)
    monkeypatch.setenv("COLUMNS", "100")
    command, *lines = SESSION.splitlines()
    assert command.startswith("$ ordinance ")
    assert run(command.split()[2:]) == 1
    printed = iter(capsys.readouterr().out.splitlines())
    for line in lines:
        assert line.strip() == "..." or line in printed, line  # `in` goes on from the line found before


def test_the_workflow_names_inputs_that_there_are() -> None:
    action = YAML(typ="safe").load((REPO / "action.yml").read_text("utf-8"))
    checkout, ours = WORKFLOW["jobs"]["rules"]["steps"]
    assert re.fullmatch(r"actions/checkout@[0-9a-f]{40}", checkout["uses"])
    assert set(ours["with"]) <= set(action["inputs"])


def test_the_hooks_are_there_and_call_commands_that_there_are() -> None:
    offered = YAML(typ="safe").load((REPO / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [each["id"] for each in HOOKS["repos"][0]["hooks"]] == [
        "ordinance-fmt",
        "ordinance-check",
        "ordinance-test",
    ]
    assert {each["id"] for each in HOOKS["repos"][0]["hooks"]} <= {each["id"] for each in offered}
    from engine.cli import COMMANDS

    assert {each["entry"].split()[1] for each in offered} <= set(COMMANDS)
