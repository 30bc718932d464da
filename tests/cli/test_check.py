"""`ordinance check`: exit codes, where the output goes, and what it says of samples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call, Shop

WARNED = "define unused = order.email is present\n"
WRONG = 'rule "Wrong"\n  on "Order is Imported"\n  when order.contry is "DE"\n  do stop\n'


def test_a_clean_ruleset_is_0_with_nothing_on_stdout(call: Call, shop: Shop) -> None:
    shop()
    said = call("check")
    assert (said.code, said.out, said.err) == (0, "", "nothing found\n")


def test_an_error_is_1_and_is_shown_with_its_place(call: Call, shop: Shop) -> None:
    shop(files={"rules/9.rules": WRONG})
    said = call("check")
    assert said.code == 1
    assert "rules/9.rules:3:8" in said.out
    assert "E201" in said.out
    assert said.err == "1 error in 1 file\n"


def test_a_warning_is_0_and_with_strict_1(call: Call, shop: Shop) -> None:
    shop(files={"rules/9.rules": WARNED})
    assert call("check").code == 0
    strict = call("check", "--strict")
    assert (strict.code, strict.err) == (1, "1 warning in 1 file\n")
    assert "W504" in strict.out


@pytest.mark.parametrize("into", ["human", "concise", "json", "github", "sarif"])
def test_every_format_prints_the_code(into: str, call: Call, shop: Shop) -> None:
    shop(files={"rules/9.rules": WRONG})
    said = call("check", "--format", into)
    assert said.code == 1
    assert "E201" in said.out
    if into in ("json", "sarif"):
        json.loads(said.out)


def test_the_ruleset_is_found_from_a_folder_in_it_and_paths_are_from_where_one_is(
    call: Call, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shop(files={"rules/9.rules": WRONG})
    monkeypatch.chdir(folder.parent)
    assert "shop/rules/9.rules:3:8" in call("check", "shop/rules", "--format", "concise").out


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"samples/kate.json": '{"id": "1", "email": "kate.miller@gmail.com", "order_items": []}'}, "W509"),
        ({"samples/filed.json": '{"id": "1", "folder_id": 40112, "order_items": []}'}, "W510"),
        ({"samples/refund.json": '{"refund": {"id": 509562969}}'}, "W585"),
        ({"samples/broken.json": '{"id": '}, "W585"),
        ({"samples/many.jsonl": '{"id": "1", "order_items": []}\n{"id": \n'}, "W585"),
    ],
)
def test_samples_that_are_not_what_they_should_be_are_findings(
    files: dict[str, str], code: str, call: Call, shop: Shop
) -> None:
    shop(files=files)
    said = call("check", "--format", "json")
    assert said.code == 0
    (found,) = [json.loads(line) for line in said.out.splitlines()]
    assert (found["code"], found["path"]) == (code, *files)


def test_a_finding_about_a_line_of_samples_stands_on_that_line(call: Call, shop: Shop) -> None:
    shop(files={"samples/many.jsonl": '{"id": "1", "order_items": []}\n{"email": "kate@gmail.com"}\n'})
    lines = call("check", "--format", "concise").out.splitlines()
    assert [line.split(":")[1] for line in lines] == ["2", "2"]


def test_a_folder_id_with_a_name_is_none(call: Call, shop: Shop) -> None:
    yaml = "language: 1\nfolders: {New: 1, Unpaid: 2, Needs attention: 40112, In production: 4}\n"
    shop(
        files={"ordinance.yaml": yaml, "samples/f.json": '{"id": "1", "folder_id": 40112, "order_items": []}'}
    )
    assert call("check").out == ""


def test_there_is_no_folder(call: Call, tmp_path: Path) -> None:
    said = call("check", tmp_path / "none")
    assert (said.code, said.out) == (2, "")
    assert said.err == f"ordinance: there is no folder `{tmp_path / 'none'}`\n"


def test_a_folder_that_is_no_ruleset_is_2_and_says_how_to_begin(call: Call, tmp_path: Path) -> None:
    said = call("check", tmp_path)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "`ordinance new DIR`" in said.err
    (tmp_path / "ordinance.yml").write_text("language: 1")
    assert "rename `ordinance.yml` to `ordinance.yaml`" in call("check", tmp_path).err
