"""The catalogues are kept between runs as JSON: what is read of them is what YAML says, whatever became of the files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from actions import catalogue
from dsl import disk


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ORDINANCE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


class NoYaml(Exception):
    pass


def no_yaml(text: str) -> object:
    raise NoYaml


def anew() -> catalogue.General:
    return catalogue.general.__wrapped__()


def test_it_is_read_as_yaml_once(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = anew()
    monkeypatch.setattr(catalogue, "_yaml", no_yaml)
    assert anew() == first
    monkeypatch.setenv("ORDINANCE_CACHE", "off")
    with pytest.raises(NoYaml):
        anew()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"5", b'{"events": 5}', b"[" * 100_000])
def test_content_that_makes_no_sense_is_read_again(kept: Path, content: bytes) -> None:
    first = anew()
    (file,) = kept.glob("catalogue-*")
    head = f"{disk.MARK} {len(content)} {hashlib.sha256(content).hexdigest()}\n"
    file.write_bytes(head.encode() + content)
    assert anew() == first


def test_every_catalogue_can_be_kept(kept: Path) -> None:
    """A day, or a number for a name, would come back from JSON as something else, and be read as YAML every time."""
    catalogue.pattern.__wrapped__()
    catalogue.verbs.__wrapped__()
    catalogue.functions.__wrapped__()
    catalogue.outgoing.__wrapped__()
    found = catalogue.integrations.__wrapped__()
    anew()
    assert len(list(kept.glob("catalogue-*"))) == len(found) + 5
