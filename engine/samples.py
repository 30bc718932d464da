"""Orders for a ruleset to try its rules on: its samples, or files that somebody names; and what is wrong with samples.

Called by the commands that decide, and by `check`. Reading an order's JSON is `events.importers`'.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from dsl.diagnostics import Diagnostic, Report
from dsl.source import Source, Span
from engine.cache import packed
from engine.config import Config
from engine.folder import FILE, DiskFolder, Folder, FolderError, TooLarge
from engine.opened import Opened
from events.importers import Imported, each_order
from events.jsontext import LARGEST_FILE
from events.redact import real_looking_emails

MOST_TOLD = 5
"""Of one file, so many addresses are shown."""


class UnreadableFile(Exception):
    """A file or folder that the disk does not give: a lower-case sentence."""


def sample_orders(opened: Opened, paths: Iterable[str] | None = None) -> Iterator[Imported]:
    """The orders of the ruleset's own samples, or of some of them. One that cannot be read says so in its place."""
    for path in opened.ruleset.samples if paths is None else paths:
        try:
            data = opened.folder.read(path)
        except (OSError, TooLarge, FolderError) as error:
            yield Imported(None, f"this file cannot be read: {why(error)}", (), "", path)
        else:
            yield from orders_in(data, path, opened.ruleset.config)


def orders_at(path: Path, config: Config, *, landing: bool = True) -> Iterator[Imported]:
    """The orders of a file, or of all JSON files below a folder. Raises UnreadableFile.

    landing: whether an order without a folder is put into the first.
    """
    for file in files_at(path):
        yield from orders_in(bytes_of(file), str(file), config, landing=landing)


def files_at(path: Path) -> list[Path]:
    """The file itself; of a folder all files that may hold orders."""
    if not path.is_dir():
        return [path]
    try:
        found = [each for each in DiskFolder(path).paths() if each.endswith((".json", ".jsonl"))]
    except (OSError, FolderError) as error:
        raise UnreadableFile(f"`{path}` cannot be read: {why(error)}") from None
    if not found:
        raise UnreadableFile(f"the folder `{path}` holds no .json and no .jsonl file")
    return [path / each for each in found]


def expect(path: Path) -> None:
    """Raises UnreadableFile, before anything is done with other files. A pipe can be opened only once."""
    try:
        if not path.is_fifo():
            path.open("rb").close()
    except FileNotFoundError:
        raise UnreadableFile(f"there is no file `{path}`") from None
    except OSError as error:
        raise UnreadableFile(f"`{path}` cannot be read: {why(error)}") from None


def bytes_of(path: Path) -> bytes:
    """At most as much as is ever read of one file of orders. Raises UnreadableFile."""
    expect(path)
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UnreadableFile(f"`{path}` cannot be read: {why(error)}") from None


def orders_in(
    data: bytes, name: str, config: Config, *, landing: bool = True, line: int | None = None
) -> Iterator[Imported]:
    """New orders land in the first folder. line: `data` is that line of the file alone."""
    first = config.folders[0].name if landing and config.folders else ""
    for read in each_order(data, name=name, store=config.store, folders=config.folders_by_id, line=line):
        if read.order is not None and not read.order.folder.strip():
            read.order.folder = first
        yield read


def why(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


def sample_findings(opened: Opened) -> list[Diagnostic]:
    """What `check` says of a ruleset's samples: files that hold no order, folder ids without a name, and e-mail addresses
    that may be real people's, since samples live in git."""
    report = Report()
    for path in opened.ruleset.samples:
        source = Source(path, text_of(opened.folder, path))
        for read in sample_orders(opened, [path]):
            if read.error is not None:
                report.add("W585", f"this sample cannot be read: {read.error}", line(source, read.place))
            for warning in read.warnings:
                if warning.startswith("folder_id "):
                    about, _, way_out = warning.partition("; ")
                    report.add("W510", about, found_at(source, '"folder_id"', read.place), help=way_out)
        for address in real_looking_emails(source.text)[:MOST_TOLD]:
            report.add(
                "W509",
                f"`{address}` may be a real person's e-mail address",
                found_at(source, address, ""),
                help="`ordinance import --redact` writes the order with made-up personal data",
            )
    return report.sorted()


def checked_with_samples(opened: Opened) -> list[Diagnostic]:
    """All findings of a ruleset, those of its samples as well."""
    about = packed.about_samples(opened.folder)
    if about is None:
        about = sample_findings(opened)
        from engine.cache import keeping  # the parser and the checker, which deciding does without

        keeping.keep_samples(opened.folder, [FILE, *opened.ruleset.samples], about)
    return Report([*opened.checked.findings, *about]).sorted()


def text_of(folder: Folder, path: str) -> str:
    """Only to show places in it."""
    try:
        return folder.read(path).decode("utf-8", "replace")
    except (OSError, TooLarge, FolderError):
        return ""


def line(source: Source, place: str) -> Span:
    """The line that a place such as `a.jsonl, line 7` names, or the beginning."""
    number = place.rpartition(", line ")[2]
    if not number.isdecimal() or not 1 <= int(number) <= len(source.line_starts):
        return Span(source, 0, 0)
    start = source.line_starts[int(number) - 1]
    return Span(source, start, start + len(source.line(int(number))))


def found_at(source: Source, text: str, place: str) -> Span:
    start = source.text.find(text, line(source, place).start)
    return Span(source, start, start + len(text)) if start >= 0 else Span(source, 0, 0)
