"""Where a ruleset's files come from: a folder on disk, a git revision, or memory.

Called by `engine.loading` (and by the commands that read orders out of a ruleset). All three answer alike: paths are
relative, sorted, with forward slashes; nothing outside the folder is ever read; every file has a size cap. What the
bytes mean is left to the readers.
"""

from __future__ import annotations

import os
import posixpath
import re
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

FILE = "ordinance.yaml"
"""What makes a folder a ruleset."""
MEGABYTE = 1_000_000
CAPS = {
    ".rules": 10 * MEGABYTE,
    ".yaml": 1 * MEGABYTE,
    ".csv": 50 * MEGABYTE,
    ".json": 50 * MEGABYTE,
    ".jsonl": 50 * MEGABYTE,
}
MOST_FILES = 100_000
"""A folder with more is no ruleset: somebody named the root of a disk."""


def find_ruleset(path: Path) -> Path:
    """The folder itself where it has an `ordinance.yaml`, else the nearest one above that has; the folder where none has."""
    folder = path.absolute() if path.is_dir() or not path.exists() else path.absolute().parent
    return next((one for one in (folder, *folder.parents) if (one / FILE).is_file()), folder)


class FolderError(Exception):
    """The folder itself cannot be used: a lower-case sentence that says why, and what to do where that is known."""


class TooLarge(Exception):
    """A file past the cap of its kind."""

    def __init__(self, path: str, size: int, cap: int) -> None:
        self.path, self.size, self.cap = path, size, cap
        super().__init__(
            f"`{path}` is larger than {cap // MEGABYTE} MB, the most that is read of such a file"
        )


class Outside(Exception):
    """A path that leaves the folder."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"`{path}` is outside the ruleset folder")


class Folder(Protocol):
    def paths(self) -> list[str]:
        """Every regular file below the root, but for those in folders whose name begins with a dot. Raises FolderError."""
        ...

    def read(self, path: str) -> bytes:
        """Raises FileNotFoundError, Outside, TooLarge, FolderError, or another OSError that the disk gives."""
        ...


def cap(path: str) -> int:
    """The most bytes that are read of a file with this name."""
    return CAPS.get(posixpath.splitext(path)[1].lower(), 1 * MEGABYTE)


def stays_inside(path: str) -> bool:
    """Whether a path, read literally, names something below the root on every system."""
    parts = path.split("/")
    return bool(path) and not (
        ".." in parts or path.startswith("/") or "\\" in path or "\0" in path or re.match(r"[A-Za-z]:", path)
    )


def _hidden(path: str) -> bool:
    return any(part.startswith(".") for part in path.split("/")[:-1])


@dataclass(frozen=True)
class MemoryFolder:
    files: Mapping[str, bytes]

    def paths(self) -> list[str]:
        return sorted(path for path in self.files if stays_inside(path) and not _hidden(path))

    def read(self, path: str) -> bytes:
        if not stays_inside(path):
            raise Outside(path)
        if path not in self.files:
            raise FileNotFoundError(path)
        data = self.files[path]
        if len(data) > cap(path):
            raise TooLarge(path, len(data), cap(path))
        return data


@dataclass(frozen=True)
class DiskFolder:
    """Links to files are followed where they stay below the root (a mounted configuration is made of them); links to
    folders are not."""

    root: Path

    @cached_property
    def _real_root(self) -> str:
        return os.path.realpath(self.root)

    def _real(self, path: str) -> str:
        """Where the bytes really are. Raises Outside where a link leads out."""
        real = os.path.realpath(os.path.join(self._real_root, path))
        if not Path(real).is_relative_to(self._real_root):
            raise Outside(path)
        return real

    def paths(self) -> list[str]:
        if not os.path.isdir(self._real_root):
            raise FolderError(f"there is no folder `{self.root}`")
        found: list[str] = []
        for folder, folders, files in os.walk(self._real_root):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            below = os.path.relpath(folder, self._real_root).replace(os.sep, "/")
            for name in files:
                path = name if below == "." else f"{below}/{name}"
                if self._is_file(path):
                    found.append(path)
            if len(found) > MOST_FILES:
                raise FolderError(
                    f"`{self.root}` holds more than {MOST_FILES:,} files, which is no ruleset folder"
                )
        return sorted(found)

    def _is_file(self, path: str) -> bool:
        try:
            return stat.S_ISREG(os.stat(self._real(path)).st_mode)
        except (OSError, Outside):
            return False

    def read(self, path: str) -> bytes:
        if not stays_inside(path):
            raise Outside(path)
        real = self._real(path)
        status = os.stat(real)
        if not stat.S_ISREG(status.st_mode):
            raise FileNotFoundError(path)
        most = cap(path)
        with open(real, "rb") as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise TooLarge(path, max(status.st_size, len(data)), most)
        return data


@dataclass(frozen=True)
class _Blob:
    oid: str
    size: int
    link: bool


@dataclass(frozen=True)
class GitFolder:
    """A folder as it was at a git revision; nothing is checked out. `prefix` is its path inside the repository.

    Links to files are followed as on disk, one step far.
    """

    repository: Path
    ref: str
    prefix: str = ""

    @classmethod
    def of(cls, folder: Path, ref: str) -> GitFolder:
        """The same folder as `folder`, at `ref` of the repository that it lies in. Raises FolderError."""
        prefix = _git(folder, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape")
        return cls(folder, ref, prefix.removesuffix("\n").rstrip("/"))

    @cached_property
    def _tree(self) -> dict[str, _Blob]:
        commit = self._resolve(f"{self.ref}^{{commit}}", f"git knows no revision `{self.ref}`")
        tree = commit
        if self.prefix:
            tree = self._resolve(
                f"{commit}:{self.prefix.rstrip('/')}", f"at `{self.ref}` there is no folder `{self.prefix}`"
            )
        found = {}
        for line in _git(self.repository, "ls-tree", "-r", "-z", "-l", "--full-tree", tree).split(b"\0"):
            if not line:
                continue
            facts, path = line.split(b"\t", 1)
            mode, kind, oid, size = facts.split()
            if kind == b"blob":
                name = path.decode("utf-8", "surrogateescape")
                found[name] = _Blob(oid.decode(), int(size), mode == b"120000")
        return found

    def _resolve(self, what: str, otherwise: str) -> str:
        # Said first, so that "no repository" is not reported as "no revision".
        _git(self.repository, "rev-parse", "--git-dir")
        try:
            answer = _git(self.repository, "rev-parse", "--verify", "--quiet", "--end-of-options", what)
        except FolderError:
            raise FolderError(otherwise) from None
        return answer.decode().strip()

    def _blob(self, path: str) -> _Blob | None:
        """The file's bytes, or those of the file that a link names. Raises Outside where the link leads out."""
        blob = self._tree.get(path)
        if blob is None or not blob.link:
            return blob
        target = _git(self.repository, "cat-file", "blob", blob.oid).decode("utf-8", "surrogateescape")
        aim = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        if not stays_inside(aim):
            raise Outside(path)
        found = self._tree.get(aim)
        return None if found is None or found.link else found

    def paths(self) -> list[str]:
        return sorted(path for path in self._tree if not _hidden(path) and self._is_file(path))

    def _is_file(self, path: str) -> bool:
        try:
            return self._blob(path) is not None
        except Outside:
            return False

    def read(self, path: str) -> bytes:
        if not stays_inside(path):
            raise Outside(path)
        blob = self._blob(path)
        if blob is None:
            raise FileNotFoundError(path)
        if blob.size > cap(path):
            raise TooLarge(path, blob.size, cap(path))
        return _git(self.repository, "cat-file", "blob", blob.oid)


_GIT_PLACES = {
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
}
"""A hook runs with these set for its own repository; here the folder says which one is meant."""


def _git(folder: Path, *arguments: str) -> bytes:
    """What git answers. Raises FolderError with a sentence for the merchant."""
    environment = {name: value for name, value in os.environ.items() if name not in _GIT_PLACES}
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(
            ["git", "-C", os.fspath(folder), *arguments],
            env=environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except FileNotFoundError:
        raise FolderError("git is not installed, and comparing revisions needs it") from None
    except (OSError, ValueError) as error:
        raise FolderError(f"git could not be started: {error}") from None
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if any("not a git repository" in line for line in said):
        raise FolderError(f"`{folder}` is not in a git repository")
    if any("cannot change to" in line for line in said):
        raise FolderError(f"there is no folder `{folder}`")
    raise FolderError(
        f"git could not answer: {said[0].removeprefix('fatal: ') if said else 'no reason given'}"
    )
