"""A session that follows the open documents: what is in the editor counts, saved or not, and for all else the disk.

The lower half of `live.Live`, which says what the ruleset is then. After an edit only what it concerns is read and judged
again (`engine.cache.session`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.cache import packed
from engine.cache.session import Session
from engine.checked import Settled
from engine.folder import DiskFolder, Folder, FolderError, MemoryFolder, Outside, TooLarge

READ = (".rules", ".yaml", ".yml", ".csv", ".json", ".jsonl")
"""Endings of the files that a ruleset is made of, besides its e-mails."""


class Following:
    """root: the ruleset's folder, None for a document that belongs to none.

    revision: another number after every change. reading: another one when samples may be others.
    """

    def __init__(self, root: Path | None, today: Callable[[], dt.date] = dt.date.today) -> None:
        self.root = root
        self.revision = 0
        self.reading = 0
        self._today = today
        self._folder: Folder = DiskFolder(root) if root is not None else MemoryFolder({})
        pack = packed.kept(self._folder)  # what `check` and other commands left
        self._session = Session(self._folder, *(packed.blocks(pack) if pack is not None else ()))
        self._held: dict[str, str] = {}
        self._settled: Settled | None = None

    def reads(self, path: str) -> bool:
        return path.endswith(READ) or path.startswith("emails/")

    def hold(self, path: str, text: str) -> None:
        """An open document's text, in the place of what is on disk."""
        if self._held.get(path) != text:
            self._held[path] = text
            with self._whole():
                self._session.edit(path, text)
            self._changed()
            if path.startswith("samples/"):
                self.reading += 1

    def release(self, path: str) -> None:
        """A document was closed: what is on disk counts again."""
        held = self._held.pop(path, None)
        if held is not None and self._on_disk(path) != held.encode("utf-8", "surrogatepass"):
            self.reread()

    def touched(self, paths: Iterable[str]) -> bool:
        """Files on disk that may have changed; whether one has that is not open."""
        for path in paths:
            if path in self._held or not self.reads(path):
                continue
            known = self._recorded.get(path)
            now = self._on_disk(path)
            if known is None or now is None or hashlib.sha256(now).digest() != known:
                self.reread()
                return True
        return False

    def look_again(self) -> None:
        """At the whole folder, for an editor that tells of no changes on disk."""
        if self.root is None or self._settled is None:
            return
        known = {path: found for path, found in self._recorded.items() if path not in self._held}
        there = sorted({*self._folder.paths(), *self._held})
        now = {path: self._on_disk(path) for path in known}
        if there != self.files or any(
            found is None or hashlib.sha256(found).digest() != known[path] for path, found in now.items()
        ):
            self.reread()

    def reread(self) -> None:
        self._session.reread()
        for path, text in self._held.items():
            self._session.edit(path, text)
        self._changed()
        self.reading += 1

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """After a mistake of ours in the middle of it a session is not to be believed: the next begins anew."""
        try:
            yield
        except FolderError:
            raise
        except BaseException:
            self._session = Session(self._folder)
            for path, text in self._held.items():
                self._session.edit(path, text)
            self._changed()
            raise

    def _on_disk(self, path: str) -> bytes | None:
        try:
            return self._folder.read(path)
        except (OSError, FolderError, TooLarge, Outside):
            return None

    @property
    def _recorded(self) -> dict[str, bytes | None]:
        return {} if self._settled is None else self._session.recorded.hashes

    def _changed(self) -> None:
        self._settled = None
        self.revision += 1

    @property
    def settled(self) -> Settled:
        """Checked as it is now. Raises FolderError."""
        if self._settled is None:
            with self._whole():
                self._settled = self._session.settled(self._today())
        return self._settled

    @property
    def files(self) -> list[str]:
        """Every file of the folder."""
        _ = self.settled
        return self._session.recorded.listed
