"""The folder store's files: laid out for people and git, and what is told when they cannot be used."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from events.store import Change, Commit, StoreError
from events.stores.folder import FolderStore, file_name
from tests.events.stores.given import LEASE, T0, effect, entry, event, imported, line, order, settled


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "store"


def files(place: Path) -> list[str]:
    return sorted(str(path.relative_to(place)) for path in place.rglob("*") if path.is_file())


def test_the_files_are_named_for_people(place: Path) -> None:
    store = FolderStore(place)
    store.commit(
        imported(
            order("1001"),
            "shopify-1001",
            effect("e1"),
            effect("e2"),
            history=(line(),),
            journal=entry(),
            blobs={"0ab": b"x"},
            chain=("chain-1", "{}"),
        )
    )
    store.claim("a", T0, LEASE)
    store.commit(settled("sent", 1))
    store.set_note("cursor", "5")
    store.close()
    assert files(place) == [
        ".gitignore",
        ".lock",
        "blobs/0ab",
        "chains/chain-1.json",
        "counters/all.json",
        "effect-keys/e1.json",
        "effect-keys/e2.json",
        "event-keys/sent.json",
        "event-keys/shopify-1001.json",
        "history/1001.jsonl",
        "journal/1001.jsonl",
        "notes/cursor.json",
        "orders/1001.json",
        "outbox/2.json",
        "settled/1.json",
        "store.json",
    ]
    assert (place / ".gitignore").read_text() == "/.lock\n/.pending/\n"


def test_an_order_is_a_text_that_git_can_compare(place: Path) -> None:
    store = FolderStore(place)
    store.commit(imported(order("1001", order_total="19.90", shipping={"city": "Łódź"})))
    text = (place / "orders" / "1001.json").read_text("utf-8")
    assert text.startswith('{\n  "place": 1,\n  "version": 1,\n  "order": {\n    "id": "1001",\n')
    assert '\n    "order_total": 19.90,\n' in text
    assert '\n      "city": "Łódź",\n' in text
    assert text.endswith("}\n")
    store.commit(
        Commit(
            "c",
            event(),
            (Change(order("1001", order_total="19.90", shipping={"city": "Łódź"}, folder="Old"), 1),),
        )
    )
    after = (place / "orders" / "1001.json").read_text("utf-8")
    changed = [pair for pair in zip(text.split("\n"), after.split("\n"), strict=True) if pair[0] != pair[1]]
    assert changed == [
        ('  "version": 1,', '  "version": 2,'),
        ('    "folder": "New",', '    "folder": "Old",'),
    ]
    store.close()


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("1001", "1001"),
        ("shopify-1001_b", "shopify-1001_b"),
        ("a" * 80, "a" * 80),
        ("ABC", "abc~b5d4045c3f466fa9"),
        ("../etc/passwd", "etc-passwd~"),
        ("", "~e3b0c44298fc1c14"),
        (".", "~"),
        ("x" * 300, "x" * 40 + "~"),
        ("#1 é", "1~"),
    ],
)
def test_a_files_name_tells_its_key(key: str, name: str) -> None:
    """The digests are those of SHA-256's own examples: of `ABC` and of nothing."""
    assert file_name(key).startswith(name)
    assert len(file_name(key)) <= 80
    assert "/" not in file_name(key)


def test_an_order_that_a_person_edited_is_read(place: Path) -> None:
    store = FolderStore(place)
    store.commit(imported(order()))
    file = place / "orders" / "1001.json"
    file.write_text('{"place": 1, "version": 4, "order": {"id": 1001, "folder": "Late", "order_total": "5"}}')
    found = store.order("1001")
    assert found is not None
    assert (found.version, found.order.folder, str(found.order.order_total)) == (4, "Late", "5")
    store.close()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<<<<<<< HEAD\n",
        b"[]",
        b"{}",
        b"\xff",
        b'{"place": 1, "version": 1, "order": []}',
        b'{"place": 1, "version": 1, "order": {"order_total": "x"}}',
        b'{"place": 1, "version": 1, "order": {"id": "1001"}, "more": 1',
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_spoilt_is_named_with_the_way_out(place: Path, content: bytes) -> None:
    store = FolderStore(place)
    store.commit(imported(order()))
    file = place / "orders" / "1001.json"
    file.write_bytes(content)
    for read in (lambda: store.order("1001"), lambda: list(store.orders()), lambda: store.find("a", "b")):
        with pytest.raises(StoreError) as told:
            read()
        assert str(file) in str(told.value)
        assert "put its last good version back, from git or a backup" in str(told.value)
        assert "\n" not in str(told.value)
    store.close()


def test_a_folder_with_other_things_in_it_is_left_as_it_is(place: Path) -> None:
    place.mkdir()
    (place / "photo.jpg").touch()
    with pytest.raises(StoreError, match="has other files in it; name a new or an empty folder"):
        FolderStore(place)
    assert files(place) == ["photo.jpg"]


def test_a_folder_with_nothing_but_git_in_it_becomes_a_store(place: Path) -> None:
    (place / ".git").mkdir(parents=True)
    FolderStore(place).close()
    assert (place / "store.json").read_text() == '{\n  "ordinance_store": 1\n}\n'


def lowest_free_descriptor() -> int:
    found = os.open(os.devnull, os.O_RDONLY)
    os.close(found)
    return found


@pytest.mark.parametrize(
    ("mark", "says"),
    [
        (
            '{"ordinance_store": 2}',
            "was written by a newer Ordinance (form 2, this one knows 1); update Ordinance",
        ),
        ('{"ordinance_store": "x"}', "put its last good version back"),
        ("[]", "put its last good version back"),
        ("", "put its last good version back"),
    ],
)
def test_a_folder_of_another_version_is_told(place: Path, mark: str, says: str) -> None:
    FolderStore(place).close()
    (place / "store.json").write_text(mark)
    free = lowest_free_descriptor()
    with pytest.raises(StoreError) as told:
        FolderStore(place)
    assert says in str(told.value)
    assert lowest_free_descriptor() <= free  # its lock is not left open


def test_a_file_is_no_folder(place: Path) -> None:
    place.write_text("x")
    with pytest.raises(StoreError, match="it is a file, not a folder; name another place"):
        FolderStore(place)
    with pytest.raises(StoreError, match="it is no folder; name another place"):
        FolderStore(place / "in it")


def test_a_folder_in_use_is_waited_for_and_then_told(place: Path) -> None:
    store = FolderStore(place, patience=0.02)
    other = os.open(place / ".lock", os.O_RDWR)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(StoreError, match=r"in use by another program for more than 0.02 s; wait for it"):
        store.order("1")
    os.close(other)
    assert store.order("1") is None
    store.close()


def test_what_is_left_of_a_commit_that_never_came_to_stand_goes(place: Path) -> None:
    store = FolderStore(place)
    store.commit(imported(order()))
    store.close()
    (place / ".pending" / "0123456789abcdef-0").write_text("half")
    FolderStore(place).close()
    assert list((place / ".pending").iterdir()) == []
