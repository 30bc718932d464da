"""A ruleset that was kept is what it would be if it were opened anew, and is opened anew where anything has changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dsl import disk
from engine.cache import block, dividing, packed, product, statement
from engine.checked import Checked
from engine.folder import DiskFolder
from engine.opened import Opened, open_ruleset
from engine.samples import checked_with_samples
from tests.engine.cache_rulesets import TODAY, files, same, told, whole
from tests.engine.test_cache_session import edited


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few rules are many blocks."""
    monkeypatch.setattr(dividing, "USUAL", 2)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ORDINANCE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def shop(tmp_path: Path, cache: Path) -> Path:
    return written(tmp_path / "shop", files(Random("shop"), 12))


def written(root: Path, texts: dict[str, str]) -> Path:
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    return root


def texts_of(root: Path) -> dict[str, str]:
    return {path: (root / path).read_bytes().decode() for path in DiskFolder(root).paths()}


def opened(root: Path, today: dt.date | None = TODAY) -> Opened:
    return open_ruleset(DiskFolder(root), today)


def file(cache: Path) -> Path:
    (found,) = [
        path
        for path in cache.glob("*.pack")
        if not path.name.startswith(("grammar-", "catalogue-", "samples-"))
    ]
    return found


class Parsing:
    """How many statements were read, and their texts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.texts: list[str] = []
        original = statement.parse

        def parse(source: Any) -> Any:
            self.texts.append(source.text)
            return original(source)

        monkeypatch.setattr(statement, "parse", parse)


@pytest.fixture
def parsing(monkeypatch: pytest.MonkeyPatch) -> Parsing:
    return Parsing(monkeypatch)


def test_what_was_kept_is_what_is_found(shop: Path) -> None:
    opened(shop)
    same(opened(shop).checked, whole(texts_of(shop)), "kept")


def test_the_ruleset_with_it_is_the_same(shop: Path) -> None:
    first, second = opened(shop).ruleset, opened(shop).ruleset
    assert second.config == first.config
    assert [c.spans.keys() for c in second.config.connections] == [
        c.spans.keys() for c in first.config.connections
    ]
    assert {p: s.text for p, s in second.sources.items()} == {p: s.text for p, s in first.sources.items()}
    assert list(second.files) == list(first.files)
    assert dict(second.tables) == dict(first.tables)
    assert dict(second.inventory) == dict(first.inventory)
    assert dict(second.emails) == dict(first.emails)
    assert (second.samples, second.private, second.unread, second.digest) == (
        first.samples, first.private, first.unread, first.digest
    )  # fmt: skip
    assert told(second.diagnostics) == told(first.diagnostics)


def test_the_schema_with_it_is_the_same(shop: Path) -> None:
    assert opened(shop).schema == opened(shop).schema


def test_nothing_is_read_again_where_nothing_changed(shop: Path, parsing: Parsing) -> None:
    opened(shop)
    parsing.texts.clear()
    opened(shop)
    assert parsing.texts == []


def test_of_an_edited_rule_one_statement_is_read(shop: Path, parsing: Parsing) -> None:
    opened(shop)
    rules = shop / "a.rules"
    rules.write_text(rules.read_text().replace('rule "rule 7"', 'rule "rule 7, edited"'))
    parsing.texts.clear()
    found = opened(shop)
    read = [text for text in parsing.texts if text.startswith("rule ")]
    assert [text.split("\n")[0] for text in read] == ['rule "rule 7, edited"']
    same(found.checked, whole(texts_of(shop)), "edited")
    same(opened(shop).checked, whole(texts_of(shop)), "and kept")


CHANGES: list[Callable[[Path], object]] = [
    lambda shop: (shop / "a.rules").write_text((shop / "a.rules").read_text() + '\nrule "x"\n  on "Nothing"\n  do stop\n'),
    lambda shop: (shop / "ordinance.yaml").write_text((shop / "ordinance.yaml").read_text().replace("Backorder]", "Later]")),
    lambda shop: (shop / "tables/sizes.csv").write_text("method,-> size\nExpress,1\nExpress,2\notherwise,2\n"),
    lambda shop: (shop / "emails/late.txt").write_text("Late: {order.nothing}"),
    lambda shop: (shop / "emails/late.txt").unlink(),
    lambda shop: (shop / "inventory.csv").write_text("code,price\nA,cheap\n"),
    lambda shop: (shop / "samples/a.json").rename(shop / "samples/b.json"),
    lambda shop: (shop / "c.rules").write_text('rule "rule 0"\n  on "Checked"\n  do stop\n'),
    lambda shop: (shop / "b.rules").unlink(),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_of_the_folder_is_seen(shop: Path, change: Callable[[Path], object]) -> None:
    before = told(opened(shop).checked.findings)
    change(shop)
    found = opened(shop).checked
    same(found, whole(texts_of(shop)), "changed")
    assert told(found.findings) != before


def test_of_a_file_that_has_another_name_now_only_rules_with_definitions_are_read_again(
    shop: Path, parsing: Parsing
) -> None:
    opened(shop)
    (shop / "a.rules").rename(shop / "c.rules")
    parsing.texts.clear()
    found = opened(shop)
    named = ("wholesale", "pieces", "EU", "mail", "sizes")
    assert [text for text in parsing.texts if not any(name in text for name in named)] == []
    same(found.checked, whole(texts_of(shop)), "renamed")
    same(opened(shop).checked, whole(texts_of(shop)), "and kept")


def test_rules_moved_to_a_file_of_their_own_are_not_read_again(shop: Path, parsing: Parsing) -> None:
    opened(shop)
    text = (shop / "a.rules").read_text()
    at = text.index('rule "rule 5"')
    (shop / "a.rules").write_text(text[:at])
    (shop / "a2.rules").write_text(text[at:])
    parsing.texts.clear()
    found = opened(shop)
    named = ("wholesale", "pieces", "EU", "mail", "sizes")
    assert [
        text for text in parsing.texts if text.startswith("rule") and not any(n in text for n in named)
    ] == []
    same(found.checked, whole(texts_of(shop)), "moved")


def test_of_what_an_edit_did_not_touch_nothing_is_made(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ten times as many rules an edit makes as many statements of what was kept, but for those in which something is
    found, which is said again."""

    def made(rules: int) -> int:
        root = written(shop.parent / f"{rules}", {"ordinance.yaml": (shop / "ordinance.yaml").read_text()})
        text = "".join(
            f'rule "rule {n}"\n  on "Checked"\n  when order.order_total > {n}\n  do add note "{n}"\n\n'
            for n in range(rules)
        )
        written(root, {"a.rules": text})
        opened(root)
        before = len(counted)
        (root / "a.rules").write_text(text.replace("order_total > 20\n", "order_total > 2000\n"))
        assert opened(root).checked.findings == ()
        return len(counted) - before

    counted: list[str] = []
    original = block.kept

    def kept(*args: Any) -> Any:
        counted.append(args[0].text)
        return original(*args)

    monkeypatch.setattr(block, "kept", kept)
    few, many = made(40), made(400)
    assert 0 < many <= max(few, 40)


def test_a_change_back_is_what_it_was(shop: Path) -> None:
    before = told(opened(shop).checked.findings)
    text = (shop / "a.rules").read_text()
    (shop / "a.rules").write_text(text.replace("wholesale", "wholesail"))
    opened(shop)
    (shop / "a.rules").write_text(text)
    assert told(opened(shop).checked.findings) == before


def test_the_day_on_which_an_allow_ends_is_kept_to(shop: Path) -> None:
    """`until 2026-02-01` stands in the ruleset: it silences W504 up to that day."""
    for today in (TODAY, dt.date(2026, 2, 1), dt.date(2026, 2, 2), dt.date(2026, 2, 1), None, TODAY):
        codes = {d.code for d in opened(shop, today).checked.findings if d.span.source.path == "b.rules"}
        assert ("W512" in codes) is (today is not None and today > dt.date(2026, 2, 1)), today
        assert ("W504" in codes) is ("W512" in codes)


def test_samples_are_part_of_what_check_says(shop: Path) -> None:
    assert packed.findings(DiskFolder(shop), TODAY) is None
    found = checked_with_samples(opened(shop))
    known = packed.findings(DiskFolder(shop), TODAY)
    assert known is not None
    assert told(known) == told(found)
    (shop / "samples/a.json").write_text('{"id": "1", "email": "ann.smith@gmail.com", "order_items": []}')
    assert packed.findings(DiskFolder(shop), TODAY) is None
    found = checked_with_samples(opened(shop))
    assert "W509" in {d.code for d in found}
    known = packed.findings(DiskFolder(shop), TODAY)
    assert known is not None
    assert told(known) == told(found)


def test_two_folders_do_not_meet(shop: Path, tmp_path: Path) -> None:
    other = written(
        tmp_path / "other",
        {**files(Random("shop"), 12), "a.rules": 'rule "one"\n  on "Checked"\n  do stop\n'},
    )
    opened(shop)
    opened(other)
    same(opened(shop).checked, whole(texts_of(shop)), "the first")
    same(opened(other).checked, whole(texts_of(other)), "the other")


def test_another_product_believes_nothing(
    shop: Path, parsing: Parsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(shop)
    monkeypatch.setattr(product, "fingerprint", lambda: "another")
    parsing.texts.clear()
    opened(shop)
    assert parsing.texts


def test_a_literal_secret_is_not_kept(shop: Path, cache: Path) -> None:
    config = (shop / "ordinance.yaml").read_text().replace("${PODOS_TOKEN}", "s3cr3t-t0k3n-0123456789")
    (shop / "ordinance.yaml").write_text(config)
    first = opened(shop)
    assert "E390" in {d.code for d in first.checked.errors}
    assert told(opened(shop).checked.findings) == told(first.checked.findings)
    assert "s3cr3t" not in opened(shop).ruleset.sources["ordinance.yaml"].text
    assert b"s3cr3t" not in file(cache).read_bytes()


def test_a_file_that_is_no_text_is_no_reason_to_fail(shop: Path) -> None:
    (shop / "c.rules").write_bytes(b"rule \xff\xfe")
    first = opened(shop).checked
    assert "E180" in {d.code for d in first.errors}
    assert told(opened(shop).checked.findings) == told(first.findings)


def test_nothing_is_kept_where_it_is_switched_off(
    shop: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDINANCE_CACHE", "off")
    same(opened(shop).checked, whole(texts_of(shop)), "off")
    assert not cache.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_cache_that_cannot_be_written_is_none(shop: Path, cache: Path) -> None:
    cache.mkdir()
    cache.chmod(0o500)
    same(opened(shop).checked, whole(texts_of(shop)), "read-only")
    cache.chmod(0o700)
    assert list(cache.iterdir()) == []


# -- poison -----------------------------------------------------------------------------------------------------


def poisoned(cache: Path, poison: Callable[[list[str]], None]) -> None:
    """Another content, with a right length and digest: as whoever may write the user's files could."""
    kept = file(cache)
    lines = kept.read_bytes().split(b"\n", 1)[1].decode().split("\n")
    poison(lines)
    data = "\n".join(lines).encode()
    kept.write_bytes(f"{disk.MARK} {len(data)} {hashlib.sha256(data).hexdigest()}\n".encode() + data)


def replace(line: int, old: str, new: str) -> Callable[[list[str]], None]:
    def change(lines: list[str]) -> None:
        assert old in lines[line]
        lines[line] = lines[line].replace(old, new)

    return change


def every(old: str, new: str) -> Callable[[list[str]], None]:
    def change(lines: list[str]) -> None:
        assert any(old in line for line in lines[packed.FIRST :])
        lines[packed.FIRST :] = [line.replace(old, new) for line in lines[packed.FIRST :]]

    return change


def blocks(number: int, old: str, new: str) -> Callable[[list[str]], None]:
    """One of the four lines of each block of rules."""

    def change(lines: list[str]) -> None:
        first = packed.FIRST + len(json.loads(lines[packed.INDEX])["tables"])
        there = slice(first + number, None, 4)
        lines[there] = [line.replace(old, new) if old else new for line in lines[there]]

    return change


ABOUT, FORMING, STATEMENTS, FORMS = range(4)

POISONS: list[Callable[[list[str]], None]] = [
    replace(packed.HEAD, "{", "["),
    replace(packed.HEAD, '"reads"', '"read"'),
    replace(packed.HEAD, '"ends"', '"end"'),
    replace(packed.FINDINGS, "dDiagnostic", "dDiagnosis"),
    replace(packed.FINDINGS, "dDiagnostic", "dReport"),
    replace(packed.FINDINGS, '["dDiagnostic"', '["dNote"'),
    replace(packed.OUTER, "sSchema", "sdataclass"),
    replace(packed.OUTER, "cConfig", "cread_config"),
    replace(packed.OUTER, "cConfig", "xsystem"),
    replace(packed.OUTER, "sSchema", ""),
    replace(packed.INDEX, "{", ""),
    replace(packed.INDEX, '"files"', '"file"'),
    replace(packed.INDEX, '"lengths": [', '"lengths": ["x", '),
    every("fRuleForm", "fNothing"),
    every("fRuleForm", "fisinstance"),
    every('["fRuleForm"', '["fRuleForm",1,2,3'),
    every("fTableForm", "fAnd"),
    every("tTestForm", "tTest"),
    every("[", "[" * 300),
    *[
        blocks(line, *each)
        for line in range(4)
        for each in (("[", "{"), ("]", ""), ('"', ""), ("0", '"0"'), ("1", "-1"), ("", "null"))
    ],
    blocks(ABOUT, "[", "[5,"),
    blocks(ABOUT, "0,", "7777,"),
    blocks(ABOUT, '"rule ', '"rool '),
    blocks(STATEMENTS, '["(",', '["[",'),
    blocks(STATEMENTS, ',"rule ', ",[0],"),
    blocks(STATEMENTS, "\x1e", ""),
    blocks(FORMS, "\x1e", ""),
    lambda lines: lines.__delitem__(slice(packed.FIRST, None)),
    lambda lines: lines.__delitem__(slice(packed.INDEX, None)),
    lambda lines: lines.__setitem__(packed.FIRST, "[" * 200_000),
    lambda lines: lines.__setitem__(packed.HEAD, json.dumps({})),
    lambda lines: lines.clear(),
]


@pytest.mark.parametrize("poison", POISONS)
def test_content_that_makes_no_sense_is_found_out_again_without_a_word(
    shop: Path, cache: Path, poison: Callable[[list[str]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    checked_with_samples(opened(shop))
    poisoned(cache, poison)
    packed.findings(DiskFolder(shop), TODAY)
    found: Checked = opened(shop).checked
    same(found, whole(texts_of(shop)), "poisoned")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("poison", POISONS)
def test_statements_that_make_no_sense_are_read_again(
    shop: Path, cache: Path, poison: Callable[[list[str]], None]
) -> None:
    opened(shop)
    poisoned(cache, poison)
    rules = shop / "a.rules"
    rules.write_text(rules.read_text().replace('rule "rule 7"', 'rule "rule 7, edited"'))
    same(opened(shop).checked, whole(texts_of(shop)), "poisoned")


@pytest.mark.parametrize("seed", range(3))
def test_after_any_edits_a_new_run_says_what_a_whole_check_says(shop: Path, seed: int) -> None:
    random = Random(f"runs {seed}")
    texts = texts_of(shop)
    for number in range(8):
        path = random.choice(["a.rules", "a.rules", "a.rules", "b.rules", "ordinance.yaml"])
        texts = {**texts_of(shop), path: edited(random, texts_of(shop)[path])}
        written(shop, {path: texts[path]})
        same(opened(shop).checked, whole(texts), f"edit {number} of {path}:\n{texts[path]}")
        same(opened(shop).checked, whole(texts), "and kept")


def test_what_still_holds_is_written_again_to_the_letter(shop: Path, cache: Path) -> None:
    """So that it is not made into objects and back; and it is what a first run would have written."""
    opened(shop)
    rules = shop / "a.rules"
    rules.write_text(rules.read_text().replace('rule "rule 7"', 'rule "rule 7, edited"'))
    opened(shop)
    again = file(cache).read_bytes()
    file(cache).unlink()
    opened(shop)
    assert file(cache).read_bytes() == again
