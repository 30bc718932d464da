"""Reads the folder of a ruleset: every file of it once, and the mistakes of all its files together.

Called by whoever opens a ruleset. Never raises for what the files say; a folder that is not there is a FolderError.
Whether the rules mean something is the checker's to say, orders are read by `events.importers`.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from actions.catalogue import Integration
from dsl import ast
from dsl.diagnostics import Report
from dsl.nearest import choices_help
from dsl.source import Source, Span
from engine.config import UNREADABLE, Config, read_config
from engine.folder import FILE, Folder, Outside, TooLarge
from engine.named_files import csv_tables, email_files, order_files
from engine.ruleset import INVENTORY, Ruleset, digest_of
from events.inventory import Inventory, read_inventory

if TYPE_CHECKING:
    from dsl.parser import Parsed

MOST_LINES = 20
"""Of an inventory so many wrong lines are shown: a column too few makes a thousand of them."""


def load(
    folder: Folder, integrations: Mapping[str, Integration], read: Callable[[Source], Parsed] | None = None
) -> Ruleset:
    """Reads the folder once, and reports the mistakes of all its files together. Raises FolderError.

    read: what reads a rules file, where it is not the parser alone.
    """
    return _Loading(folder, integrations, read).ruleset()


class _Loading:
    def __init__(
        self, folder: Folder, integrations: Mapping[str, Integration], read: Callable[[Source], Parsed] | None
    ) -> None:
        self.read = read
        self.folder = folder
        self.integrations = integrations
        self.report = Report()
        self.paths = [path for path in _own(folder.paths()) if self.named(path)]
        self.sources: dict[str, Source] = {}
        self.hashes: dict[str, bytes] = {}
        self.unread: set[str] = set()
        self.broken: set[str] = set()
        """Printers of the shop's own whose file is wrong."""

    def ruleset(self) -> Ruleset:
        private = tuple(
            path for path in self.paths if path.startswith("integrations/") and _ends(path, ".yaml", ".yml")
        )
        self.printers(private)
        config = self.config()
        files = tuple(self.rules(config))
        tables = {
            table.name: read for table in reversed(list(csv_tables(files))) if (read := self.table(table))
        }
        inventory = self.inventory()
        emails = {file.value: self.email(file) for file in email_files(files)}
        self.catalogues(config)
        samples = tuple(
            path for path in self.paths if path.startswith("samples/") and _ends(path, ".json", ".jsonl")
        )
        for file in order_files(files):
            self.expect(file.value, file.span, "sample", list(samples))
        return Ruleset(
            config=config,
            sources=self.sources,
            files=files,
            tables=tables,
            inventory=inventory,
            emails=emails,
            samples=samples,
            private=private,
            unread=frozenset(self.unread),
            diagnostics=tuple(self.report.sorted()),
            digest=digest_of(self.hashes),
        )

    def named(self, path: str) -> bool:
        """Whether a file's name is text at all; a disk may hold other names, which no report could print."""
        shown = path.encode("utf-8", "backslashreplace").decode("utf-8")
        if shown != path and _ends(path, ".rules"):
            self.report.add(
                "E180", "the name of this file is not UTF-8 text", _start(shown), help="rename it"
            )
        return shown == path

    def config(self) -> Config:
        if FILE not in self.paths:
            other = next((path for path in self.paths if path.lower() in ("ordinance.yml", FILE)), None)
            self.report.add(
                "E181",
                f"this folder has no `{FILE}`",
                _start(FILE),
                help=f"rename `{other}` to `{FILE}`" if other else "`ordinance new DIR` begins a ruleset",
            )
            return UNREADABLE
        source = self.source(FILE)
        if source is None:
            return UNREADABLE
        config, self.sources[FILE], found = read_config(source, self.integrations)
        # A printer whose own file is wrong is not called unknown as well.
        self.report.extend(each for each in found if each.code != "E281" or each.span.text not in self.broken)
        return config

    def printers(self, paths: Sequence[str]) -> None:
        """The shop's own, beside those that ship."""
        if not paths:
            return
        from engine.private import read_printer  # late: few rulesets have one

        own: dict[str, Integration] = {}
        for path in paths:
            source = self.source(path)
            if source is None:
                continue
            read = read_printer(path, source.text)
            self.sources[path] = read.source
            self.report.extend(read.found)
            if read.name in own or read.name in self.broken:
                self.report.add(
                    "E391",
                    f"two files describe the printer `{read.name}`",
                    _start(path),
                    help="keep one of them",
                )
            elif read.integration is None:
                self.broken.add(read.name)
            else:
                own[read.name] = read.integration
        self.integrations = {**self.integrations, **own}

    def rules(self, config: Config) -> Iterator[ast.File]:
        # Late: the grammar is only built where there are rules to read.
        from dsl.parser import parse

        for path in self.rules_files(config):
            source = self.source(path)
            if source is not None:
                parsed = self.read(source) if self.read is not None else parse(source)
                self.report.extend(parsed.diagnostics)
                self.unread |= parsed.unread
                yield parsed.file

    def rules_files(self, config: Config) -> list[str]:
        """In path order, or as `rules:` has them."""
        there = [path for path in self.paths if _ends(path, ".rules")]
        if not there and FILE in self.sources:
            near = next((path for path in self.paths if _ends(path, ".rule", ".rules.txt")), None)
            self.report.add(
                "W584",
                "this ruleset has no rules: none of its files ends in `.rules`",
                _start(FILE),
                help=f"rename `{near}`" if near else "write rules into a file such as `shop.rules`",
            )
        if config.rules is None or "rules" in config.unread:
            return there
        wanted = [one.name for one in config.rules if self.expect(one.name, one.span, "rules file", there)]
        for path in there:
            if path not in wanted:
                self.report.add(
                    "W580",
                    f"`rules:` in {FILE} does not name this file, so its rules never run",
                    _start(path),
                    help=f"add `{path}` to `rules:`, or leave `rules:` out to have all files in path order",
                )
        return wanted

    def table(self, table: ast.Table) -> ast.Table | None:
        from dsl.csvtable import read_table

        if table.file is None or not self.expect(
            table.file.value, table.file.span, "table", self.ending(".csv")
        ):
            return None
        source = self.source(table.file.value)
        if source is None:
            return None
        read, found = read_table(table.name, source)
        self.report.extend(found)
        return read

    def inventory(self) -> Inventory:
        source = self.source(INVENTORY) if INVENTORY in self.paths else None
        if source is None:
            return {}
        inventory, problems = read_inventory(source.text)
        for problem in problems[:MOST_LINES]:
            self.report.add("E389", problem.message, _line(source, problem.line))
        if len(problems) > MOST_LINES:
            more = f"{len(problems) - MOST_LINES:,} more lines of this file are wrong"
            self.report.add("E389", more, _line(source, problems[MOST_LINES].line))
        return inventory

    def email(self, file: ast.Text) -> str:
        known = self.expect(file.value, file.span, "file", [p for p in self.paths if p.startswith("emails/")])
        source = self.source(file.value) if known else None
        return source.text if source else ""

    def catalogues(self, config: Config) -> None:
        """Files that connections name."""
        for connection in config.connections:
            for setting in self.integrations[connection.uses].settings:
                path = connection.settings.get(setting.name)
                if (
                    setting.type == "path"
                    and isinstance(path, str)
                    and self.expect(path, connection.spans[setting.name], "file", self.ending(".csv"))
                ):
                    self.source(path)

    def ending(self, suffix: str) -> list[str]:
        return [path for path in self.paths if _ends(path, suffix)]

    def expect(self, path: str, span: Span, noun: str, near: list[str]) -> bool:
        """Whether a file that somebody names is there. `near`: the files it may have been meant for."""
        if path in self.paths and (noun != "rules file" or path in near):
            return True
        from engine.check.naming import near_names  # late: whose files are there needs none of the checker

        say, fixes = choices_help(noun, path, near), near_names(span, path, near)
        if "\\" in path:
            say = "write the path with `/` between its parts"
        elif posixpath.isabs(path) or ".." in path.split("/"):
            say = f"only files of the ruleset's own folder are read, by their path from the folder of {FILE}"
        self.report.add("E284", f"this ruleset has no {noun} `{path}`", span, help=say, fixes=fixes)
        return False

    def source(self, path: str) -> Source | None:
        """A file's text, or None and a finding."""
        if path in self.hashes:
            return self.sources.get(path)
        self.hashes[path] = b""
        try:
            data = self.folder.read(path)
        except TooLarge as error:
            self.report.add("E184", str(error), _start(path), help="split it into several files")
            return None
        except (
            OSError,
            Outside,
        ) as error:  # listed a moment ago, so it has changed since, or it is not ours to read
            reason = getattr(error, "strerror", None) or "it is not there any more"
            self.report.add("E180", f"this file cannot be read: {reason.lower()}", _start(path))
            return None
        self.hashes[path] = hashlib.sha256(data).digest()
        source = decoded(path, data, self.report)
        if source is not None:
            self.sources[path] = source
        return source


def decoded(path: str, data: bytes, report: Report) -> Source | None:
    """The text of a file of ours, which is UTF-8; or None and a finding."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    save = "in Excel, save it as `CSV UTF-8`" if _ends(path, ".csv") else "save it as UTF-8 in your editor"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        report.add("E180", "this file is UTF-16 text, and UTF-8 is expected", _start(path), help=save)
        return None
    try:
        return Source(path, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        shown = Source(path, data.decode("utf-8", "replace"))
        at = len(data[: error.start].decode("utf-8"))
        report.add(
            "E180",
            f"this file is not UTF-8 text: the byte {data[error.start]:#04x} stands here",
            Span(shown, at, at + 1),
            help=save,
        )
        return None


def _own(paths: list[str]) -> list[str]:
    """Without the folders below that are rulesets of their own."""
    others = tuple(path.removesuffix(FILE) for path in paths if path.endswith(f"/{FILE}"))
    return [path for path in paths if not path.startswith(others)] if others else paths


def _ends(path: str, *suffixes: str) -> bool:
    return path.endswith(suffixes)


def _line(source: Source, number: int) -> Span:
    number = min(max(number, 1), len(source.line_starts))
    start = source.line_starts[number - 1]
    return Span(source, start, start + len(source.line(number)))


def _start(path: str) -> Span:
    return Span(Source(path, ""), 0, 0)
