"""Files kept between runs in the user's own cache folder, each under a name that says what it was made from.

Called by `dsl.grammar`, `actions.catalogue` and `engine.cache`. Whatever is wrong with a file or the folder (absent, read-only, somebody else's, writable by others,
cut short, changed) is the same to the caller as nothing kept: it makes what it needs again. Content is never pickled and
never run. `ORDINANCE_CACHE` names another folder, or is `off`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LARGEST = 128_000_000
"""Bytes of one file. What would be larger is not kept."""
MOST = 512_000_000
"""Bytes of all files; those that were used longest ago go first."""

MOST_FILES = 1000

OFF = ("off", "no", "none", "0", "false")
MARK = "ordinance-cache-2"
ENDING = ".pack"
_OPEN = os.O_CLOEXEC if hasattr(os, "O_CLOEXEC") else 0
_NO_LINK = os.O_NOFOLLOW if hasattr(os, "O_NOFOLLOW") else 0
_BINARY = getattr(os, "O_BINARY", 0)


def home() -> Path | None:
    """The folder that the user, the system or nobody wants it to be."""
    wish = os.environ.get("ORDINANCE_CACHE", "").strip()
    if wish:
        return None if wish.lower() in OFF else Path(wish)
    base = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):
        return Path(base, "ordinance")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
        return Path(base, "ordinance", "cache") if os.path.isabs(base) else None
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        return None
    if sys.platform == "darwin":
        return Path(home, "Library", "Caches", "ordinance")
    return Path(home, ".cache", "ordinance")


@dataclass(frozen=True)
class Disk:
    folder: Path

    def read(self, name: str) -> bytes | None:
        """What was kept under this name, if it is whole and nobody else can have written it."""
        if not self._ours():
            return None
        try:
            with os.fdopen(os.open(self._path(name), os.O_RDONLY | _OPEN | _NO_LINK | _BINARY), "rb") as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode) or not _only_mine(status) or status.st_size > LARGEST:
                    return None
                head = file.readline(200)
                data = file.read(LARGEST)
        except (OSError, ValueError):
            return None
        if head != _head(len(data), hashlib.sha256(data).hexdigest()):
            return None
        with contextlib.suppress(OSError):
            os.utime(self._path(name))  # used just now
        return data

    def write(self, name: str, *pieces: bytes | Iterable[bytes]) -> None:
        """Keeps it, whole or not at all: readers see the old file or the new one. Nothing happens where it cannot be.

        pieces: of what is kept, one after the other, so that it need not be in memory at once; what making one of them
        raises, this raises.
        """
        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._ours():
            return
        from tempfile import mkstemp  # late: what has not changed is read and not written

        new = None
        try:
            number, new = mkstemp(dir=self.folder, prefix=name, suffix=".new")
            with os.fdopen(number, "wb") as file:
                whole = _written(file, pieces)
            if whole:
                os.replace(new, self._path(name))
                new = None
        except OSError:
            pass
        finally:
            if new is not None:
                with contextlib.suppress(OSError):
                    os.unlink(new)
        self._make_room()

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name + ENDING)

    def _ours(self) -> bool:
        try:
            status = os.stat(self.folder)
        except (OSError, ValueError):
            return False
        return stat.S_ISDIR(status.st_mode) and _only_mine(status)

    def _make_room(self) -> None:
        room = MOST
        newest = sorted(self._files(), key=lambda one: one[0].st_mtime, reverse=True)
        for number, (status, path) in enumerate(newest):
            room -= status.st_size
            if room < 0 or number >= MOST_FILES:
                with contextlib.suppress(OSError):
                    os.unlink(path)

    def _files(self) -> Iterator[tuple[os.stat_result, str]]:
        with contextlib.suppress(OSError), os.scandir(self.folder) as found:
            for each in found:
                if each.name.endswith((ENDING, ".new")):
                    with contextlib.suppress(OSError):
                        yield each.stat(follow_symlinks=False), each.path


def _written(file: BinaryIO, pieces: Iterable[bytes | Iterable[bytes]]) -> bool:
    """Writes the head once what follows is known, in the room that was left for it. False for what would be too large."""
    hashed, length = hashlib.sha256(), 0
    file.write(_head(0, hashed.hexdigest()))
    for some in pieces:
        for piece in (some,) if isinstance(some, bytes) else some:
            length += len(piece)
            if length > LARGEST:
                return False
            hashed.update(piece)
            file.write(piece)
    file.seek(0)
    file.write(_head(length, hashed.hexdigest()))
    return True


def _head(length: int, digest: str) -> bytes:
    """As long for every length."""
    return f"{MARK} {length:>12} {digest}\n".encode()


def _only_mine(status: os.stat_result) -> bool:
    """Whether nobody else can write it. Windows keeps a user's own folder to the user."""
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
