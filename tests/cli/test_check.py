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
    assert strict.code == 1
    assert strict.err.splitlines() == ["1 warning in 1 file", "1 of them can be fixed: ordinance check --fix"]
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


FIXABLE = 'rule "Fixed"\n  on “Order is Imported”\n  when order.shipping.contry is "DE" AND order.total > "$50"\n  do stop\n'
BOTH = 'rule "Both"\n  on "Order is Imported"\n  when order.email is missing and order.total > 5 or order.total < 1\n  do stop\n'


def test_fix_writes_what_has_one_way_out_and_tells_what_is_left(call: Call, shop: Shop) -> None:
    folder = shop(files={"rules/8.rules": FIXABLE, "rules/9.rules": BOTH})
    (folder / "rules/8.rules").write_bytes(b"\xef\xbb\xbf" + FIXABLE.encode())
    assert "4 of them can be fixed: ordinance check --fix" in call("check").err
    said = call("check", "--fix")
    assert said.code == 1
    assert "E117" in said.out  # both readings are shown, and neither is chosen
    assert "4 fixed in 1 file" in said.err
    assert (folder / "rules/8.rules").read_bytes().decode() == (
        '\ufeffrule "Fixed"\n  on "Order is Imported"\n'
        '  when order.shipping.country is "DE" and order.total > $50\n  do stop\n'
    )
    assert (folder / "rules/9.rules").read_text() == BOTH
    assert "nothing to fix" in call("check", "--fix").err


def test_diff_shows_what_fix_would_write(call: Call, shop: Shop) -> None:
    folder = shop(files={"rules/8.rules": FIXABLE})
    said = call("check", "--fix", "--diff")
    assert said.code == 1
    assert '+  on "Order is Imported"\n' in said.out
    assert (folder / "rules/8.rules").read_text() == FIXABLE
    assert call("check", "--diff").code == 2


@pytest.mark.parametrize("into", ["json", "sarif"])
def test_programs_get_the_fixes(into: str, call: Call, shop: Shop) -> None:
    shop(files={"rules/9.rules": BOTH})
    found = json.loads(call("check", "--format", into).out)
    fixes = found["fixes"] if into == "json" else found["runs"][0]["results"][0]["fixes"]
    assert len(fixes) == 2
