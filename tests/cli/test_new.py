"""`ordinance new`: what it begins is right from the start, and nothing is ever half there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.new import write
from engine.cli.terminal import CannotDo
from engine.starter import choices, starter
from engine.wiring import integrations
from tests.cli.conftest import Call


def test_a_ruleset_can_begin_with_every_integration_there_is() -> None:
    assert set(choices()) == set(integrations())


@pytest.mark.parametrize("wanted", ["", *choices(), ",".join(choices()), "pov,podos"])
def test_what_is_begun_checks_without_a_finding_and_passes_its_own_tests(
    wanted: str, call: Call, tmp_path: Path
) -> None:
    folder = tmp_path / "my-shop"
    made = call("new", folder, "--with", wanted)
    assert made.code == 0
    assert {folder / line for line in made.out.split()} == {p for p in folder.rglob("*") if p.is_file()}
    checked = call("check", folder, "--strict", "--format", "concise")
    assert (checked.code, checked.out, checked.err) == (0, "", "nothing found\n")
    tested = call("test", folder)
    assert tested.code == 0
    assert tested.out.count("ok    ") >= 3
    assert "FAIL" not in tested.out
    dry = call("dry-run", folder, "--format", "json", "--at", "2026-02-01 09:00")
    assert dry.code == 0
    assert {json.loads(line)["order"] for line in dry.out.splitlines()} >= {"1001"}


@pytest.mark.parametrize("printer", ["podos", "pov"])
def test_every_reason_of_a_printer_has_a_rule_that_handles_it(
    printer: str, call: Call, tmp_path: Path
) -> None:
    folder = tmp_path / "shop"
    assert call("new", folder, "--with", printer).code == 0
    for reason in ("Invalid SKU", "No Products Available", "General Error"):
        dry = call(
            "dry-run", folder, "--orders", folder / f"samples/{printer}.json", "--answer", f"{printer}={reason}",
            "--format", "json",
        )  # fmt: skip
        last = [json.loads(line) for line in dry.out.splitlines()]
        assert any(line["changes"].get("folder", {}).get("to") == "Needs attention" for line in last), reason


def test_the_name_of_the_folder_is_the_name_of_the_shop_whatever_it_is(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / 'a "b": {c}'
    assert call("new", folder).code == 0
    assert call("check", folder, "--strict").code == 0
    assert 'A "B": {C}' in (folder / "README.md").read_text()


def test_samples_are_made_up() -> None:
    for path, text in starter("Acme Tees", choices()).items():
        if path.startswith("samples/"):
            assert json.loads(text)["email"].endswith("@example.com")


def test_a_folder_that_is_not_empty_is_left_alone(call: Call, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    said = call("new", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert said.err == f"ordinance: `{tmp_path}` is not empty; name a folder that is new\n"
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


def test_a_new_git_repository_is_empty_enough(call: Call, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert call("new", tmp_path).code == 0


def test_an_unknown_integration_is_refused_with_the_near_one(call: Call, tmp_path: Path) -> None:
    said = call("new", tmp_path / "shop", "--with", "podoz")
    assert said.code == 2
    assert "`podoz`" in said.err
    assert "`podos`" in said.err
    assert not (tmp_path / "shop").exists()


def test_where_a_file_cannot_be_written_nothing_is(tmp_path: Path) -> None:
    """`a` is a file, so `a/b` cannot be."""
    with pytest.raises(CannotDo, match="cannot be written"):
        write(tmp_path / "x/y", {"sub/c": "1", "a": "1", "a/b": "1"})
    assert list(tmp_path.iterdir()) == []
