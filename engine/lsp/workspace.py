"""The open documents, and the ruleset that each belongs to. All that the server knows, without the protocol around it.

Called by `server`, one call after the other from one thread, and by tests. A ruleset is the nearest folder above a file
that has an `ordinance.yaml`; a workspace may hold several, or lie inside of one.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types
from pygls import uris

from engine.folder import FILE, FolderError
from engine.lsp.live import Live
from engine.lsp.text import Text, Unit

MOST_FOLDERS = 5_000
MOST_RULESETS = 50
"""Looked for in a workspace that somebody opened; a home folder is one, too."""

LOOSE = "loose.rules"
"""What a document is called that lies nowhere."""


@dataclass
class Document:
    uri: str
    version: int | None
    text: Text
    live: Live | None
    path: str
    """In its ruleset."""


@dataclass(frozen=True)
class Place:
    """A document's ruleset, and where in it somebody asks."""

    live: Live
    path: str
    text: Text
    offset: int
    uri: str
    unit: Unit | str
    workspace: Workspace

    def range(self, start: int, end: int) -> types.Range:
        return self.text.range(start, end)

    def location(self, path: str, start: int, end: int) -> types.Location:
        """In any file of the ruleset."""
        return types.Location(self.uri_of(path), self.workspace.text_of(self.live, path).range(start, end))

    def uri_of(self, path: str) -> str:
        return self.workspace.uri_of(self.live, path)


class Workspace:
    def __init__(self, unit: Unit | str = Unit.Utf16, today: Callable[[], dt.date] = dt.date.today) -> None:
        self.unit = unit
        self.documents: dict[str, Document] = {}
        self.rulesets: dict[Path, Live] = {}
        self._today = today
        self._loose: dict[str, Live] = {}
        self._lines: dict[tuple[int, str], Text] = {}

    # -- documents

    def open(self, uri: str, text: str, version: int | None = None) -> None:
        document = Document(uri, version, Text.of(text, self.unit), None, "")
        self.documents[uri] = document
        self._place(document)
        if Path(document.path).name == FILE:
            self._placed_anew()

    def change(
        self, uri: str, changes: Sequence[types.TextDocumentContentChangeEvent], version: int | None = None
    ) -> None:
        document = self.documents.get(uri)
        if document is None:
            return
        if version is not None and document.version is not None and version < document.version:
            return  # it came late; what it changed is not there any more
        document.text = document.text.changed(changes)
        document.version = version
        if document.live is not None:
            document.live.hold(document.path, document.text.text)

    def close(self, uri: str) -> None:
        document = self.documents.pop(uri, None)
        if document is not None and document.live is not None:
            if self._loose.pop(uri, None) is None:
                document.live.release(document.path)
            if Path(document.path).name == FILE:
                self._placed_anew()

    def saved(self, uri: str) -> None:
        """A document is on disk now; perhaps others are others there, too."""
        document = self.documents.get(uri)
        if document is not None and document.live is not None:
            document.live.look_again()

    def touched(self, files: Iterable[str]) -> set[Path]:
        """Files that were made, changed or taken away on disk; answers with the rulesets that are others now."""
        paths = [path for uri in files if (path := _path(uri)) is not None]
        if any(path.name == FILE for path in paths):
            self._placed_anew()
        found: set[Path] = set()
        for path in paths:
            if path.name == FILE and path.is_file():
                self.ruleset(path.parent)
            root = self._root(path)
            if root in self.rulesets and self.rulesets[root].touched([_below(path, root)]):
                found.add(root)
        return found

    def _place(self, document: Document) -> None:
        path = _path(document.uri)
        root = self._root(path) if path is not None else None
        if path is not None and root is not None:
            live, name = self.ruleset(root), _below(path, root)
            if live.reads(name):
                document.live, document.path = live, name
                live.hold(name, document.text.text)
                return
        document.path = path.name if path is not None else LOOSE
        document.live = None
        if document.path.endswith(".rules") or path is None:
            document.path = document.path if document.path.endswith(".rules") else LOOSE
            document.live = self._loose.setdefault(document.uri, Live(None, self._today))
            document.live.hold(document.path, document.text.text)

    def _placed_anew(self) -> None:
        """There is an `ordinance.yaml` more or less."""
        for document in list(self.documents.values()):
            path = _path(document.uri)
            root = self._root(path) if path is not None else None
            was = document.live.root if document.live is not None else None
            if root != was:
                if document.live is not None and self._loose.pop(document.uri, None) is None:
                    document.live.release(document.path)
                self._place(document)
        for root in [root for root in self.rulesets if not self._is_ruleset(root)]:
            del self.rulesets[root]

    def _root(self, path: Path | None) -> Path | None:
        if path is None:
            return None
        return next((each for each in path.parents if self._is_ruleset(each)), None)

    def _is_ruleset(self, folder: Path) -> bool:
        if (folder / FILE).is_file():
            return True
        return any(_path(uri) == folder / FILE for uri in self.documents if uri.endswith(FILE))

    # -- rulesets

    def ruleset(self, root: Path) -> Live:
        return self.rulesets.setdefault(root, Live(root, self._today))

    def look_for(self, folder: Path) -> None:
        """The rulesets in a folder that somebody opened, and the one that it lies in."""
        above = next((each for each in (folder, *folder.parents) if (each / FILE).is_file()), None)
        if above is not None:
            self.ruleset(above)
        for looked, (where, folders, files) in enumerate(os.walk(folder), 1):
            folders[:] = sorted(
                name for name in folders if not name.startswith(".") and name != "node_modules"
            )
            if FILE in files:
                self.ruleset(Path(where))
            if looked >= MOST_FOLDERS or len(self.rulesets) >= MOST_RULESETS:
                return

    def lives(self) -> list[Live]:
        return [*self.rulesets.values(), *self._loose.values()]

    @property
    def versions(self) -> dict[str, int | None]:
        """Of the open documents."""
        return {uri: document.version for uri, document in self.documents.items()}

    # -- places

    def place(self, uri: str, position: types.Position) -> Place | None:
        """None for a document that no ruleset reads."""
        document = self.documents.get(uri)
        if document is None or document.live is None:
            return None
        offset = document.text.offset(position)
        return Place(document.live, document.path, document.text, offset, uri, self.unit, self)

    def whole(self, uri: str) -> Place | None:
        """For what asks about a document and no place in it."""
        return self.place(uri, types.Position(0, 0))

    def uri_of(self, live: Live, path: str) -> str:
        for uri, document in self.documents.items():
            if document.live is live and document.path == path:
                return uri
        assert live.root is not None, "a document by itself is always open"
        return uris.from_fs_path(str(live.root / path)) or ""

    def text_of(self, live: Live, path: str) -> Text:
        """A file's text, split into lines once for each that it ever was."""
        for document in self.documents.values():
            if document.live is live and document.path == path:
                return document.text
        source = live.source(path)
        return Text(source.text if source is not None else "", self.unit)


def _path(uri: str) -> Path | None:
    """None where it is no file: a draft, or a version that git has."""
    if not uri.startswith("file:"):
        return None
    path = uris.to_fs_path(uri)
    return Path(os.path.normpath(path)) if path else None


def _below(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


__all__ = ["Document", "FolderError", "Place", "Workspace"]
