"""A disk that is full, a store that is locked or damaged, as a person at the command line meets them: one sentence, nothing
lost, and it goes on when the trouble is over.

The commands are processes of their own. The disk's end is the kernel's: a limit on the size of files, which every machine has.
"""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.everyday import TOKEN, Everyday, everyday, sample
from tests.cli.test_process import COMMAND, ENV

__all__ = ["everyday"]

STORE = Path(".ordinance", "store.sqlite")


@pytest.fixture
def given(everyday: Everyday) -> Iterator[Everyday]:
    """An order is in the store and waits, and another lies in a file."""
    everyday.done("orders", "import", sample(everyday, "1005"))
    sample(everyday, "1006")
    yield everyday
    for order_id in ("1005", "1006"):
        everyday.done("orders", "import", everyday.folder / "incoming" / f"{order_id}.json")
    everyday.done("run", "--once")
    assert everyday.taken == {"1005.1": 1, "1006.1": 1}, "all went on, and each was printed once"


def process(
    everyday: Everyday, *words: str, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], capture_output=True, env=ENV | {"PODOS_TOKEN": TOKEN}, text=True, timeout=120, check=False,
        cwd=everyday.folder, preexec_fn=before,
    )  # fmt: skip


def told(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of what could not be done."""
    assert (done.returncode, done.stdout) == (2, ""), done
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


def room_for(more: int) -> Callable[[], None]:
    """No file of the process grows past the store's size now and so many bytes."""
    size = STORE.stat().st_size + more

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.parametrize("command", [["orders", "import", "incoming/1006.json"], ["run", "--once"]])
def test_no_room(given: Everyday, command: list[str]) -> None:
    """The log beside the store may not even have its first pages."""
    size = min(STORE.stat().st_size, 2048)
    said = told(process(given, *command, before=room_for(size - STORE.stat().st_size)))
    assert "store.sqlite" in said
    assert "not stored" in said or "is full" in said
    assert given.taken == {}


SMALL = """
import os, subprocess, sys
place, *command = sys.argv[1:]
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", place], check=True)
store = os.path.join(place, "store.sqlite")
fill = lambda: open(os.path.join(place, "other"), "wb", 0)
def run(*words):
    done = subprocess.run([*command, *words, "--store", store], capture_output=True, text=True)
    print(done.returncode, done.stderr.strip().splitlines()[-1:], flush=True)
run("orders", "import", "incoming/1005.json")
with fill() as other:
    try:
        while other.write(b"x" * 1024): pass
    except OSError: pass
run("orders", "import", "incoming/1006.json")
run("run", "--once")
os.unlink(os.path.join(place, "other"))
run("orders", "import", "incoming")
run("run", "--once")
run("run", "--once")
"""
"""On a file system of its own, of 2 MB: it comes in, the disk fills up, room is made."""


def small_disks() -> bool:
    """Whether this machine lets a user have one: a mount in a namespace of its own."""
    try:
        tried = subprocess.run(
            ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False
        )
    except FileNotFoundError:
        return False
    return tried.returncode == 0


@pytest.mark.skipif(not small_disks(), reason="no disk of one's own on this machine")
def test_a_disk_that_fills_up(everyday: Everyday, tmp_path: Path) -> None:
    sample(everyday, "1005")
    sample(everyday, "1006")
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", SMALL, str(place), *COMMAND],
        capture_output=True, text=True, env=ENV | {"PODOS_TOKEN": TOKEN}, cwd=everyday.folder, check=True, timeout=120,
    )  # fmt: skip
    first, full, sending, *later = done.stdout.splitlines()
    assert first.startswith("0 "), done.stdout
    for line in (full, sending):
        assert line.startswith("2 "), done.stdout
        assert "store.sqlite is full; make room and go on, nothing is lost" in line
    assert [line[0] for line in later] == ["0", "0", "0"], done.stdout
    assert everyday.taken == {"1005.1": 1, "1006.1": 1}


def test_another_program_has_it(given: Everyday) -> None:
    with closing(sqlite3.connect(given.folder / STORE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = told(process(given, "orders", "import", "incoming/1006.json"))
    assert (
        "store.sqlite is in use by another program for more than 10 s; wait for it or end it, and try again"
        in said
    )


def test_damage(given: Everyday) -> None:
    given.done("backup", "good.sqlite")
    data = (given.folder / STORE).read_bytes()
    (given.folder / STORE).write_bytes(data[:4096] + os.urandom(len(data) - 4096))
    for command in (["run", "--once"], ["orders", "import", "incoming/1006.json"], ["orders", "list"]):
        assert "store.sqlite is damaged; keep a copy of it, and put the last backup in its place" in told(
            process(given, *command)
        )
    assert given.taken == {}
    assert process(given, "restore", "good.sqlite", "--yes").returncode == 0
