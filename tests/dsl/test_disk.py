"""What is kept on disk is believed only where it is whole and the user's own; nothing that is wrong with it is said or fatal."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dsl import disk
from dsl.disk import Disk, home

DATA = b"some lines\n" * 100


@pytest.fixture
def kept(tmp_path: Path) -> Disk:
    one = Disk(tmp_path / "cache")
    one.write("name", DATA)
    return one


def file(one: Disk) -> Path:
    (found,) = one.folder.glob("*.pack")
    return found


def test_what_was_written_is_read(kept: Disk) -> None:
    assert kept.read("name") == DATA
    assert kept.read("other") is None


def test_the_newest_of_two_writings_is_read(kept: Disk) -> None:
    kept.write("name", b"newer")
    assert kept.read("name") == b"newer"
    assert [each.name for each in kept.folder.iterdir()] == ["name.pack"]


@pytest.mark.parametrize("at", [0, 5, 30, 90, 500, -1])
def test_one_changed_byte_is_seen(kept: Disk, at: int) -> None:
    data = bytearray(file(kept).read_bytes())
    data[at] ^= 1
    file(kept).write_bytes(data)
    assert kept.read("name") is None


@pytest.mark.parametrize("length", [0, 1, 40, 200, 700])
def test_a_file_cut_short_is_seen(kept: Disk, length: int) -> None:
    whole = file(kept).read_bytes()
    assert length < len(whole)
    file(kept).write_bytes(whole[:length])
    assert kept.read("name") is None


def test_bytes_after_the_end_are_seen(kept: Disk) -> None:
    with file(kept).open("ab") as more:
        more.write(b"x")
    assert kept.read("name") is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a user's own folder to the user")
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_not_believed(kept: Disk, mode: int) -> None:
    file(kept).chmod(mode)
    assert kept.read("name") is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a user's own folder to the user")
def test_a_folder_that_others_may_write_is_not_believed_and_not_written(kept: Disk) -> None:
    kept.folder.chmod(0o777)
    assert kept.read("name") is None
    kept.write("another", b"x")
    assert not (kept.folder / "another.pack").exists()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="there are no numbers of users")
def test_a_file_of_another_user_is_not_believed(kept: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: file(kept).stat().st_uid + 1)
    assert kept.read("name") is None


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="links are followed here")
def test_a_link_in_its_place_is_not_followed(kept: Disk, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    file(kept).rename(elsewhere)
    (kept.folder / "name.pack").symlink_to(elsewhere)
    assert kept.read("name") is None


def test_what_it_makes_is_the_users_alone(kept: Disk) -> None:
    if sys.platform != "win32":
        assert stat.S_IMODE(kept.folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(file(kept).stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_made_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    one = Disk(tmp_path / "file" / "cache")
    one.write("name", DATA)
    assert one.read("name") is None


def test_a_folder_in_the_place_of_the_file_is_no_cache(kept: Disk) -> None:
    file(kept).unlink()
    (kept.folder / "name.pack").mkdir()
    kept.write("name", DATA)
    assert kept.read("name") is None
    assert [each.name for each in kept.folder.iterdir()] == ["name.pack"], "nothing half written stays"


def test_the_oldest_go_where_there_is_too_much(kept: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        kept.write(f"n{number}", DATA)
        os.utime(kept.folder / f"n{number}.pack", (1000 + number, 1000 + number))
    os.utime(file_of(kept, "name"), (1, 1))
    monkeypatch.setattr(disk, "MOST", 3 * (len(DATA) + 100))
    kept.write("new", DATA)
    assert sorted(each.stem for each in kept.folder.iterdir()) == ["n3", "n4", "new"]


def test_the_oldest_go_where_there_are_too_many(kept: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(file_of(kept, "name"), (1, 1))
    monkeypatch.setattr(disk, "MOST_FILES", 2)
    kept.write("second", DATA)
    kept.write("third", DATA)
    assert sorted(each.stem for each in kept.folder.iterdir()) == ["second", "third"]


def file_of(one: Disk, name: str) -> Path:
    return one.folder / f"{name}.pack"


def test_what_is_too_large_is_not_kept(kept: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "LARGEST", 10)
    kept.write("large", DATA)
    assert kept.read("large") is None
    assert kept.read("name") is None, "nor read"


@pytest.mark.parametrize("word", ["off", "OFF", "no", "0", "false", "none"])
def test_it_can_be_switched_off(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDINANCE_CACHE", word)
    assert home() is None


def test_it_can_be_put_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDINANCE_CACHE", str(tmp_path))
    assert home() == tmp_path


def test_it_lies_where_caches_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORDINANCE_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert home() == tmp_path / "ordinance"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="has another place for caches")
def test_a_relative_place_for_caches_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORDINANCE_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "here")  # the specification says so
    monkeypatch.setenv("HOME", "/home/ann")
    assert home() == Path("/home/ann/.cache/ordinance")


def test_what_is_written_piece_by_piece_is_what_is_written_at_once(kept: Disk) -> None:
    kept.write("pieces", (DATA[at : at + 7] for at in range(0, len(DATA), 7)))
    assert kept.read("pieces") == DATA


def test_what_breaks_off_or_grows_too_large_leaves_what_was_kept(
    kept: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"one"
        raise KeyError("two")

    with pytest.raises(KeyError):
        kept.write("name", breaking())
    monkeypatch.setattr(disk, "LARGEST", len(DATA) + 200)
    kept.write("name", DATA, b"x" * 201)
    assert kept.read("name") == DATA
    assert [each.name for each in kept.folder.iterdir()] == ["name.pack"]
