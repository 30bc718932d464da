"""The README keeps its word: its commands run, its rule is one that ships, its dry run is what a dry run prints."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from engine.cli import run

REPO = Path(__file__).parents[1]
README = (REPO / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line.partition("  #")[0].strip() for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()
]
RULE, DRY_RUN, _HOUSE = (text for kind, text in BLOCKS if kind == "")
INDENTED = re.findall(
    r"^    (\S.*)$", re.sub(r"^```.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
)


def git(*words: str, folder: Path) -> None:
    names = ["-c", "user.name=Shop", "-c", "user.email=shop@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *names, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What somebody has who cloned the repository: the rulesets, on a branch called main."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(REPO / "rulesets", folder / "rulesets")
    git("init", "-q", "-b", "main", folder=folder)
    git("add", ".", folder=folder)
    git("commit", "-q", "-m", "rulesets", folder=folder)
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_readme_works(
    command: str, clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program, *words = shlex.split(command)
    monkeypatch.chdir(clone)
    assert program == "ordinance"
    assert (run(words), command) == (0, command)
    assert "our mistake" not in capsys.readouterr().err


def test_the_other_commands_are_those_of_the_makefile_and_of_uv() -> None:
    targets = re.findall(r"^(\w+):", (REPO / "Makefile").read_text(), re.MULTILINE)
    known = [f"make {target}" for target in targets]
    known += ["uv tool install .", "uv venv", "uv pip install -c constraints.txt -e ."]
    assert len(INDENTED) == 5
    assert [line for line in INDENTED if re.split(" {2,}", line)[0] not in known] == []


def test_the_rule_of_the_readme_ships() -> None:
    assert RULE in (REPO / "rulesets" / "podos" / "rules" / "3-failures.rules").read_text()


def test_the_dry_run_of_the_readme_is_what_a_dry_run_prints(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(clone)
    monkeypatch.setenv("COLUMNS", "80")
    run(["dry-run", "rulesets/podos"])
    printed = iter(capsys.readouterr().out.splitlines())
    for line in DRY_RUN.splitlines():
        assert line.strip() == "..." or line in printed, line  # `in` goes on from the line found before


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    assert len(README.splitlines()) < 150
    links = [link for link in re.findall(r"\]\(([^)#]+)", README) if not link.startswith("https:")]
    assert len(links) > 10
    assert [link for link in links if not (REPO / link).exists()] == []


def test_every_page_is_linked_from_the_readme() -> None:
    assert [page.name for page in (REPO / "docs").glob("*.md") if f"](docs/{page.name})" not in README] == []
