"""A file is put in its place whole or not at all, and stays what it was to everybody else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from engine.rewriting import Meanwhile, rewrite
from events.atomic import replacing


def put(path: Path, text: str, *, durable: bool = False) -> None:
    with replacing(path, durable=durable) as aside:
        aside.write_text(text, "utf-8")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("durable", [False, True])
def test_a_new_file_is_as_any_program_would_make_it(tmp_path: Path, durable: bool) -> None:
    plain = tmp_path / "plain"
    plain.write_text("")
    put(tmp_path / "new", "text", durable=durable)
    assert (tmp_path / "new").read_text() == "text"
    assert mode(tmp_path / "new") == mode(plain)


@pytest.mark.parametrize("bits", [0o600, 0o640, 0o755])
def test_what_was_there_lends_its_mode(tmp_path: Path, bits: int) -> None:
    path = tmp_path / "old"
    path.write_text("before")
    path.chmod(bits)
    put(path, "after")
    assert (path.read_text(), mode(path)) == ("after", bits)


def test_a_file_that_others_may_not_read_is_never_one_that_they_may(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("")
    path.chmod(0o600)
    with replacing(path) as aside:
        assert mode(aside) == 0o600


def test_of_a_link_the_file_that_it_leads_to_is_written(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere" / "file"
    path.parent.mkdir()
    path.write_text("before")
    link = tmp_path / "link"
    link.symlink_to(path)
    put(link, "after")
    assert link.is_symlink()
    assert path.read_text() == "after"


def test_where_writing_ends_early_nothing_has_happened(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("before")

    def end_early() -> None:
        with replacing(path) as aside:
            aside.write_text("half of what was to")
            assert path.read_text() == "before"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        end_early()
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["file"]


def test_where_the_folder_is_not_there_the_disk_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        put(tmp_path / "no folder" / "file", "text")


def test_what_somebody_else_wrote_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("theirs")
    with pytest.raises(Meanwhile, match="changed by somebody else meanwhile"):
        rewrite(path, b"as it was read", b"ours")
    assert path.read_text() == "theirs"
    assert os.listdir(tmp_path) == ["file"]
