"""`ordinance fmt`: which files, what is written, and what is left alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from engine import rewriting
from tests.cli.conftest import Call, Shop

UNTIDY = 'rule "A"\n on "Order is Imported" do stop # there\n'
TIDY = 'rule "A"\n  on      "Order is Imported"\n  do      stop  # there\n'
BROKEN = 'rule "B"\n on "Order is Imported" doo stop\n'


def test_a_new_ruleset_is_formatted(call: Call, shop: Shop) -> None:
    shop("podos", "pov", "spod", "shopify", "woocommerce", "inksoft", "printavo")
    said = call("fmt", "--check")
    assert (said.code, said.out) == (0, "")


def test_files_are_written_and_named_and_then_nothing_is_left_to_do(call: Call, shop: Shop) -> None:
    folder = shop(files={"rules/9.rules": UNTIDY})
    said = call("fmt")
    assert (said.code, said.out) == (0, "rules/9.rules\n")
    assert "1 formatted" in said.err
    assert (folder / "rules/9.rules").read_text() == TIDY
    assert call("fmt").out == ""


def test_check_and_diff_write_nothing_and_are_1(call: Call, shop: Shop) -> None:
    folder = shop(files={"rules/9.rules": UNTIDY})
    check, diff = call("fmt", "--check"), call("fmt", "--diff", "rules")
    assert (check.code, check.out) == (1, "rules/9.rules\n")
    assert diff.code == 1
    assert diff.out.startswith(
        '--- rules/9.rules\n+++ rules/9.rules\n@@ -1,2 +1,3 @@\n rule "A"\n- on "Order'
    )
    assert (folder / "rules/9.rules").read_text() == UNTIDY
    assert call("fmt", "--check", "rules/orders.rules").code in (0, 2)


def test_line_ends_that_would_change_are_told(call: Call, shop: Shop) -> None:
    folder = shop()
    (folder / "rules/9.rules").write_bytes(TIDY.replace("\n", "\r\n").encode())
    assert "only its line ends" in call("fmt", "--diff").out
    call("fmt")
    assert (folder / "rules/9.rules").read_bytes() == TIDY.encode()


def test_a_broken_file_is_left_alone_and_the_others_are_formatted(call: Call, shop: Shop) -> None:
    folder = shop(files={"rules/8.rules": BROKEN, "rules/9.rules": UNTIDY})
    said = call("fmt")
    assert (said.code, said.out) == (2, "rules/9.rules\n")
    assert "rules/8.rules:2:25" in said.err
    assert "1 left alone" in said.err
    assert (folder / "rules/8.rules").read_text() == BROKEN


@pytest.mark.parametrize("data", [b"\xff\xfea\x00", b"rule \xe9", b"rule \x00 x", b"\x80" * 10])
def test_a_file_that_is_no_text_is_left_alone(data: bytes, call: Call, shop: Shop) -> None:
    folder = shop()
    (folder / "rules/9.rules").write_bytes(data)
    assert call("fmt").code == 2
    assert (folder / "rules/9.rules").read_bytes() == data


def test_the_standard_input(call: Call) -> None:
    assert call("fmt", "-", stdin=UNTIDY.encode()).out == TIDY
    checked = call("fmt", "--check", "-", stdin=UNTIDY.encode())
    assert (checked.code, checked.out) == (1, "<stdin>\n")
    broken = call("fmt", "-", stdin=BROKEN.encode())
    assert (broken.code, broken.out) == (2, "")
    assert "<stdin>:2:25" in broken.err


@pytest.mark.parametrize("words", [("nowhere",), ("ordinance.yaml",), ("-", "rules")])
def test_what_cannot_be_formatted_is_said(words: tuple[str, ...], call: Call, shop: Shop) -> None:
    shop()
    said = call("fmt", *words)
    assert said.code == 2
    assert said.err.startswith("ordinance: ")


def test_mode_and_links_stay_and_what_is_formatted_is_not_touched(call: Call, shop: Shop) -> None:
    folder = shop(files={"rules/9.rules": UNTIDY, "rules/8.rules": TIDY.replace('"A"', '"B"')})
    target = folder / "rules/9.rules"
    target.chmod(0o640)
    (folder / "rules/a-link.rules").symlink_to("9.rules")
    before = (folder / "rules/8.rules").stat()
    assert call("fmt").out.count("\n") == 1
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert (folder / "rules/a-link.rules").is_symlink()
    assert target.read_text() == TIDY
    after = (folder / "rules/8.rules").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert all(name.endswith(".rules") for name in os.listdir(folder / "rules"))


def test_a_file_that_changed_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.rules"
    path.write_bytes(b"newer")
    with pytest.raises(rewriting.Meanwhile):
        rewriting.rewrite(path, b"older", b"formatted")
    assert path.read_bytes() == b"newer"
    assert os.listdir(tmp_path) == ["a.rules"]
