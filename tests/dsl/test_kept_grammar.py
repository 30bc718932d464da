"""The grammar's tables are kept between runs as plain JSON; whatever is wrong with what was kept, they are made again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dsl import ast, disk, grammar
from dsl.build import Builder
from dsl.lalr import Tables, making
from dsl.mending import Mended
from dsl.source import Source

RULE = 'rule "r"\n  on "Order is Imported"\n  when order.order_total > $20 and not item.sku is "A"\n  do add tag "x"\n'


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with the tables, made once: it takes a second."""
    where = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORDINANCE_CACHE", str(where))
        grammar.build()
    (file,) = where.iterdir()
    return file


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One for each time that tables are made anew."""
    asked: list[object] = []
    monkeypatch.setattr(grammar, "_made", lambda: asked.append("made"))
    monkeypatch.setattr(grammar, "_written", lambda made: b"[]")
    return asked


def test_what_was_kept_is_read_and_says_the_same(
    kept: Path, made: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDINANCE_CACHE", str(kept.parent))
    builder = Builder()
    tables = Tables(grammar.build(), making(builder))
    assert made == []
    builder.begin(Source("a.rules", RULE), Mended(RULE, 0))
    rule = tables.read(RULE, "statement")
    assert isinstance(rule, ast.Rule)
    assert (rule.title, len(rule.do)) == ("r", 1)
    assert isinstance(rule.when, ast.And)


def test_it_is_plain_data(kept: Path) -> None:
    head, _, data = kept.read_bytes().partition(b"\n")
    assert head.startswith(disk.MARK.encode())
    assert len(json.loads(data)) == 7


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"[{},{}]", b"\x80\x05.", b"[" * 100_000, b"null", b"\xff\xfe", b'[{},{},[],[{}],[],[],"_"]',
        b'[{},{},[],[],[],[],"_"]', b'[{},{},[5],[],[],[],"_"]', b'[{},{},[],[{}],["a"],[1],"_"]', b'[1,2,3,4,5,6,7]',
    ],
)  # fmt: skip
def test_what_is_nothing_of_ours_is_made_again(
    data: bytes, kept: Path, made: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.Disk(tmp_path).write(kept.stem, data)
    monkeypatch.setenv("ORDINANCE_CACHE", str(tmp_path))
    grammar.build()
    assert len(made) == 1


def test_a_file_that_was_changed_is_made_again(
    kept: Path, made: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / kept.name).write_bytes(kept.read_bytes().replace(b'"RULE"', b'"RULF"', 1))
    (tmp_path / kept.name).chmod(0o600)
    monkeypatch.setenv("ORDINANCE_CACHE", str(tmp_path))
    grammar.build()
    assert len(made) == 1


def test_nothing_is_kept_where_nothing_is_wanted(made: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDINANCE_CACHE", "off")
    grammar.build()
    assert len(made) == 1


def test_what_was_kept_is_read_without_lark(kept: Path) -> None:
    code = f"import sys; from dsl.parser import parse; from dsl.source import Source; found = parse(Source('a.rules', {RULE!r}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print(len(found.file.statements), 'lark' in sys.modules)"],
        env={**os.environ, "ORDINANCE_CACHE": str(kept.parent)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "1 False\n"
