"""The Action's own steps, run as a runner runs them: in bash, in a clone of a shop, with GitHub played by a fake.

What a runner does for an action is done here only as far as `action.yml` asks for it: inputs, `if`, `env`, and the files
for outputs and summaries. Installing is left out; the command of this checkout stands where it would be installed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from engine.starter import starter
from tests.action.fake_github import TOKEN, FakeGitHub, Fault, serving
from tests.cli.in_git import WEST, git

REPO = Path(__file__).parents[2]
ACTION = YAML(typ="safe").load((REPO / "action.yml").read_text("utf-8"))
STEPS = ACTION["runs"]["steps"]


@dataclass
class Runner:
    """A job on a pull request of a shop. `checkout`: what actions/checkout leaves: the newest commit alone."""

    root: Path
    fake: FakeGitHub
    base: str = ""
    said: str = ""
    results: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> Path:
        return self.root / "origin"

    @property
    def checkout(self) -> Path:
        return self.root / "checkout"

    @property
    def summary(self) -> str:
        return self.file("summary").read_text("utf-8")

    @property
    def differs(self) -> str:
        return self.file("output").read_text("utf-8").strip().removeprefix("differs=")

    def file(self, name: str) -> Path:
        path = self.root / "temp" / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        return path

    def begin(self) -> None:
        self.origin.mkdir()
        git(self.origin, "init", "-q", "-b", "main")
        git(self.origin, "config", "uploadpack.allowAnySHA1InWant", "true")  # as GitHub allows it
        (self.origin / "readme").write_text("of the shop")
        for path, text in starter("Acme Tees", ("podos",)).items():
            target = self.origin / "shop" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
        self.commit("base")
        self.base = revision(self.origin)
        git(self.origin, "switch", "-qc", "change")
        commands = self.root / "temp" / "ordinance" / "bin"
        commands.mkdir(parents=True)
        (commands / "python").symlink_to(sys.executable)
        command = commands / "ordinance"
        command.write_text(f'#!/bin/sh\nPYTHONPATH="{REPO}" exec "{sys.executable}" -m engine.cli "$@"\n')
        command.chmod(0o755)

    def commit(self, message: str) -> None:
        git(self.origin, "add", "-A")
        git(self.origin, "commit", "-qm", message)

    def change(self, old: str = "", new: str = WEST, path: str = "shop/rules/1-orders.rules") -> None:
        text = (self.origin / path).read_text("utf-8")
        (self.origin / path).write_text(text.replace(old, new) if old else text + new, "utf-8")
        self.commit("change")

    def run(self, *only: str, event: dict[str, Any] | None = None, **inputs: str) -> bool:
        """Whether the job passed. only: of these steps; without any, of all."""
        subprocess.run(["rm", "-rf", str(self.checkout)], check=True)
        git(
            self.root,
            "clone",
            "-q",
            "--depth=1",
            "--branch=change",
            f"file://{self.origin}",
            str(self.checkout),
        )
        for name in ("output", "summary"):
            self.file(name).write_text("")
        happened = {"pull_request": {"number": 7, "base": {"sha": self.base}}} if event is None else event
        self.file("event.json").write_text(json.dumps(happened))
        given = {name: str(spec.get("default", "")) for name, spec in ACTION["inputs"].items()}
        given |= {
            "ruleset": "shop",
            "token": TOKEN,
            **{name.replace("_", "-"): text for name, text in inputs.items()},
        }
        self.said, self.results = "", {"install": "success"}
        for step in STEPS:
            name = step.get("id", step.get("name"))
            if (
                "run" in step
                and name != "install"
                and name in (only or (name,))
                and wanted(step, given, self.results)
            ):
                self.step(step, given)
        return all(result == "success" for result in self.results.values())

    def step(self, step: dict[str, Any], given: dict[str, str]) -> None:
        filled = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], text)
            for name, text in step["env"].items()
        }
        clean = {
            name: text
            for name, text in os.environ.items()
            if not name.startswith(("GITHUB_", "GIT_", "INPUT_"))
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.checkout,
            env={
                **clean,
                **filled,
                "GITHUB_ACTION_PATH": str(REPO),
                "GITHUB_API_URL": self.fake.url,
                "GITHUB_BASE_REF": "main",
                "GITHUB_EVENT_PATH": str(self.file("event.json")),
                "GITHUB_OUTPUT": str(self.file("output")),
                "GITHUB_REPOSITORY": "acme/shop",
                "GITHUB_STEP_SUMMARY": str(self.file("summary")),
                "RUNNER_TEMP": str(self.root / "temp"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        self.said += done.stdout + done.stderr
        self.results[step.get("id", step["name"])] = "success" if done.returncode == 0 else "failure"


def wanted(step: dict[str, Any], given: dict[str, str], results: dict[str, str]) -> bool:
    """`if`, as far as it is used here; without one a step waits for all before it."""
    if "if" not in step:
        return all(result == "success" for result in results.values())
    for term in step["if"].removeprefix("${{").removesuffix("}}").split("&&"):
        match term.split():
            case ["!cancelled()"]:
                continue
            case [left, "==", right]:
                where, name, *_ = left.split(".")
                found = given[name] if where == "inputs" else results.get(name, "skipped")
                if found != right.strip("'"):
                    return False
            case _:
                raise AssertionError(f"what does `{term}` mean?")
    return True


def revision(folder: Path) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    with serving() as fake:
        found = Runner(tmp_path, fake)
        found.begin()
        yield found


def test_a_pull_request_from_start_to_end(runner: Runner) -> None:
    """Said, renewed with the next push, and renewed once more when the change is taken back."""
    runner.change()
    assert runner.run(sarif="true"), runner.said
    assert len(runner.results) == 5
    assert runner.differs == "true"
    (body,) = runner.fake.bodies
    assert body.startswith("<!-- ordinance diff: shop -->\n### Rules: origin/main → your files\n")
    assert "1 of 2 orders comes out differently" in body
    assert "the comment was written" in runner.said
    runner.change("west", "far-west")
    assert runner.run("diff"), runner.said
    (body,) = runner.fake.bodies
    assert "+ far-west" in body
    runner.change(WEST.replace("west", "far-west").replace("Look at far-west", "Look at far-west"), "")
    assert runner.run("diff"), runner.said
    assert runner.differs == "false"
    (body,) = runner.fake.bodies
    assert "all 2 orders come out alike" in body
    assert TOKEN not in runner.said


def test_a_pull_request_that_does_not_touch_the_rules_is_left_in_peace(runner: Runner) -> None:
    runner.change(path="readme", new="!")
    assert runner.run("diff"), runner.said
    assert (runner.differs, runner.fake.bodies, runner.summary) == ("false", [], "")


def test_a_fork_reads_it_in_the_summary_and_is_told_so(runner: Runner) -> None:
    runner.change()
    runner.fake.faults.append(Fault("POST", 403, {"message": "Resource not accessible by integration"}))
    assert runner.run("diff"), runner.said
    assert "1 of 2 orders comes out differently" in runner.summary
    assert (
        "::notice title=Which orders come out differently::the comparison is in the summary of this job"
        in runner.said
    )


def test_without_a_comment_it_stands_in_the_summary(runner: Runner) -> None:
    runner.change()
    assert runner.run("diff", comment="false"), runner.said
    assert "1 of 2 orders comes out differently" in runner.summary
    assert runner.fake.requests == []


def test_wrong_rules_fail_the_check_beside_their_line_and_the_rest_still_runs(runner: Runner) -> None:
    runner.change(new='rule "W"\n  on "Order is Imported"\n  when order.contry is "DE"\n  do stop\n')
    assert not runner.run(sarif="true", test="false")
    assert "::error file=shop/rules/1-orders.rules," in runner.said
    assert runner.results["Check the rules"] == "failure"
    assert runner.results["diff"] == "success"
    assert (
        "::warning title=Which orders come out differently::ordinance: the rules have errors" in runner.said
    )
    assert runner.differs == "unknown"
    assert runner.fake.bodies == []
    assert runner.results["sarif"] == "success"
    found = json.loads(runner.file("ordinance.sarif").read_text("utf-8"))
    assert found["runs"][0]["results"][0]["ruleId"] == "E201"


def test_a_failing_test_fails_and_so_does_too_little_coverage(runner: Runner) -> None:
    assert runner.run("Run the tests", min_coverage="1"), runner.said
    assert not runner.run("Run the tests", min_coverage="100"), runner.said
    assert runner.run("Run the tests", test="false"), runner.said
    runner.change(
        new='test "never"\n  given order "samples/podos.json"\n  when "Order is Imported" happens\n  expect order has tag "x"\n'
    )
    assert not runner.run("Run the tests"), runner.said


def test_a_ruleset_that_is_new_has_nothing_to_be_compared_with(runner: Runner) -> None:
    git(runner.origin, "mv", "shop", "store")
    runner.commit("elsewhere")
    assert runner.run("diff", ruleset="store"), runner.said
    assert "at `origin/main` there is no folder `store`" in runner.said
    assert runner.differs == "unknown"


def test_a_push_has_nothing_to_be_compared_with(runner: Runner) -> None:
    runner.change()
    assert runner.run("diff", event={}), runner.said
    assert "there is nothing to compare with" in runner.said
    assert runner.run("diff", event={}, base="main"), runner.said
    assert "1 of 2 orders comes out differently" in runner.summary


def test_orders_of_its_own(runner: Runner) -> None:
    text = (runner.origin / "shop/samples/podos.json").read_text("utf-8")
    (runner.origin / "a b.json").write_text(text.replace('"1002"', '"2002"'), "utf-8")
    runner.change()
    assert runner.run("diff", orders="a b.json\n\n"), runner.said
    assert "Order <code>2002</code>" in runner.fake.bodies[0]


def test_no_input_can_be_a_command(runner: Runner) -> None:
    runner.change()
    nasty = {
        "strict": "true; touch pwned",
        "min_coverage": "$(touch pwned)",
        "sarif": "true",
        "orders": "`touch pwned`",
    }
    runner.run(ruleset='"; touch pwned; "', base="--upload-pack=touch pwned", **nasty)
    runner.run("diff", ruleset="$(touch pwned)", **nasty)
    assert not list(runner.root.rglob("pwned"))
    assert len(runner.said.splitlines()) > 0


def test_actions_of_others_are_pinned_and_no_expression_stands_in_a_script() -> None:
    for step in STEPS:
        assert "${{" not in step.get("run", "")
        assert re.fullmatch(r"[\w/.-]+@[0-9a-f]{40}", step.get("uses", "a/b@" + "0" * 40))


def test_every_input_is_used_and_every_used_one_is_there() -> None:
    text = (REPO / "action.yml").read_text("utf-8")
    used = set(re.findall(r"inputs\.([\w-]+)", text))
    assert used == set(ACTION["inputs"])
    page = (REPO / "docs" / "reviewing.md").read_text("utf-8")
    assert [name for name in ACTION["inputs"] if f"`{name}`" not in page] == []
