"""The orders that two versions are tried on, as they come off the disk: a document each, one after the other.

Read by `ordinance diff`, turned into orders by `comparing`, maybe in another process. However long a history is, little more
than a line of it is held at once.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from engine.folder import DiskFolder, FolderError
from engine.samples import UnreadableFile, expect, why
from events.jsontext import LARGEST_FILE

SQLITE = b"SQLite format 3\0"
LINES, PACKED = (".jsonl", ".jsonl.gz"), (".jsonl.gz", ".json.gz")
ENDINGS = (".json", *LINES, *PACKED)


@dataclass(frozen=True)
class Document:
    """name: of its file. line: which line of the file it is; None where it is all of it. stored: one order as a store keeps it;
    within: under this name, where others may stand beside it."""

    name: str
    data: bytes
    line: int | None = None
    stored: bool = False
    within: str = ""


@dataclass
class Documents:
    """Those of files, of folders, and of the stores of the service. total, done: bytes of all files, and of those that were
    read. as_imported: an order of a store as it once came in, not as it is now. Raises UnreadableFile."""

    paths: Sequence[Path]
    as_imported: bool = True
    total: int = 0
    done: int = 0
    _files: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        """What is not there is said before anything is done."""
        for path in self.paths:
            self._files += files_at(path)
        for file in self._files:
            expect(file)
            self.total += file.stat().st_size

    def __iter__(self) -> Iterator[Document]:
        for file in self._files:
            before, size = self.done, file.stat().st_size
            try:
                for document, read in documents_in(file, as_imported=self.as_imported):
                    self.done = before + min(read, size)
                    yield document
            except (OSError, EOFError, zlib.error) as error:
                raise UnreadableFile(f"`{file}` cannot be read: {why_not(error)}") from None
            self.done = before + size


def files_at(path: Path) -> list[Path]:
    """The file itself; of a folder all files that may hold orders. Raises UnreadableFile."""
    if not path.is_dir():
        return [path]
    try:
        found = [each for each in DiskFolder(path).paths() if each.lower().endswith(ENDINGS)]
    except (OSError, FolderError) as error:
        raise UnreadableFile(f"`{path}` cannot be read: {why(error)}") from None
    if not found:
        raise UnreadableFile(
            f"the folder `{path}` holds no file of orders (.json, .jsonl, or either with .gz)"
        )
    return [path / each for each in found]


def documents_in(file: Path, *, as_imported: bool) -> Iterator[tuple[Document, int]]:
    """With how many bytes of the file were read by then."""
    name = str(file)
    with file.open("rb") as raw:
        if raw.read(len(SQLITE)) == SQLITE:
            yield from stored_in(file, as_imported=as_imported)
            return
        raw.seek(0)
        lower = name.lower()
        text: IO[bytes] = gzip.GzipFile(fileobj=raw) if lower.endswith(PACKED) else raw  # type: ignore[assignment]
        if not lower.endswith(LINES):
            yield Document(name.removesuffix(".gz"), text.read(LARGEST_FILE + 1)), raw.tell()
            return
        for number, line in lines_of(text):
            yield Document(name, line, number), raw.tell()


def lines_of(text: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Lines with something on them, by number. Of one that is too long there is enough to say so."""
    number = 0
    while line := text.readline(LARGEST_FILE + 1):
        number += 1
        kept = line
        while line and not line.endswith(b"\n"):
            line = text.readline(LARGEST_FILE)  # the rest of a line that is too long
        if number == 1:
            kept = kept.removeprefix(b"\xef\xbb\xbf")
        if kept.strip():
            yield number, kept


def stored_in(file: Path, *, as_imported: bool) -> Iterator[tuple[Document, int]]:
    from events.stores.sqlite_reading import order_texts, rows  # late: few comparisons have a store

    many, size = rows(file), file.stat().st_size
    for number, stored in enumerate(order_texts(file, as_imported=as_imported), 1):
        within = stored.id if stored.journal else ""
        yield (
            Document(f"{file}, order {stored.id}", stored.text.encode(), None, True, within),
            size * number // max(many, 1),
        )


def why_not(error: Exception) -> str:
    if isinstance(error, (EOFError, zlib.error)):
        return "it is packed, and its end is missing or damaged"
    return why(error)
