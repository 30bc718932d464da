"""The grammar's tables are kept between runs as plain JSON; whatever is wrong with what was kept, they are made again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dsl import ast, disk, grammar
from dsl.build import Builder
from dsl.mending import Mended
from dsl.source import Source

RULE = 'rule "r"\n  on "Order is Imported"\n  when order.order_total > $20 and not item.sku is "A"\n  do add tag "x"\n'


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with the tables, made once: it takes a second."""
    where = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORDINANCE_CACHE", str(where))
        grammar.build(Builder())
    (file,) = where.iterdir()
    return file


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Who asked for tables that are made anew."""
    asked: list[object] = []
    monkeypatch.setattr(grammar, "_made", asked.append)
    monkeypatch.setattr(grammar, "_written", lambda made: b"[]")
    return asked


def test_what_was_kept_is_read_and_says_the_same(
    kept: Path, made: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDINANCE_CACHE", str(kept.parent))
    builder = Builder()
    lark = grammar.build(builder)
    assert made == []
    builder.begin(Source("a.rules", RULE), Mended(RULE, 0))
    rule = lark.parse(RULE, start="statement")
    assert isinstance(rule, ast.Rule)
    assert (rule.title, len(rule.do)) == ("r", 1)
    assert isinstance(rule.when, ast.And)


def test_it_is_plain_data(kept: Path) -> None:
    head, _, data = kept.read_bytes().partition(b"\n")
    assert head.startswith(disk.MARK.encode())
    assert len(json.loads(data)) == 2


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"[{},{}]", b"\x80\x05.", b"[" * 100_000, b'[{"parser":{"parser":[]}},{}]', b"null", b"\xff\xfe"],
)  # fmt: skip
def test_what_is_nothing_of_ours_is_made_again(
    data: bytes, kept: Path, made: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.Disk(tmp_path).write(kept.stem, data)
    monkeypatch.setenv("ORDINANCE_CACHE", str(tmp_path))
    builder = Builder()
    grammar.build(builder)
    assert made == [builder]


def test_a_file_that_was_changed_is_made_again(
    kept: Path, made: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / kept.name).write_bytes(kept.read_bytes().replace(b'"RULE"', b'"RULF"', 1))
    (tmp_path / kept.name).chmod(0o600)
    monkeypatch.setenv("ORDINANCE_CACHE", str(tmp_path))
    grammar.build(Builder())
    assert len(made) == 1


def test_nothing_is_kept_where_nothing_is_wanted(made: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDINANCE_CACHE", "off")
    grammar.build(Builder())
    assert len(made) == 1
