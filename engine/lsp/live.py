"""One ruleset while it is edited: a session that follows the open documents, and where each name stands in its files.

Made by `workspace`, read by every capability. How it follows the documents is `following`'s. A document outside any ruleset
is a ruleset of its own here, of which only the syntax counts.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from dsl import ast, chunks
from dsl.diagnostics import Diagnostic
from dsl.letters import parse_letter
from dsl.schema import Schema, fold
from dsl.source import Source
from engine.lsp.catalogue import Catalogue
from engine.lsp.following import Following
from engine.lsp.marks import Mark, Role, marks
from engine.lsp.samples import Seen, orders, seen
from engine.lsp.walk import walk
from engine.opened import Opened, catalogues
from engine.ruleset import Ruleset
from events.importers import Imported

_ROLES: dict[type[ast.Node], Role] = {ast.Define: "definition", ast.ListOf: "list", ast.Table: "table"}


@dataclass(frozen=True)
class Stretch:
    """A statement's place in its file, and its text."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """With their places in the statement."""
        return marks(self.text)

    @property
    def shown(self) -> str:
        """Without the comments and blanks behind it."""
        tokens = walk(self.text).tokens
        return self.text[: tokens[-1].end] if tokens else self.text.strip()


@dataclass(frozen=True)
class Found:
    """A name in a file. start, end: in the file, with quotes."""

    path: str
    mark: Mark
    start: int
    end: int


class Live(Following):
    """What a ruleset is at present. Raises FolderError wherever its folder is gone."""

    def __init__(self, root: Path | None, today: Callable[[], dt.date] = dt.date.today) -> None:
        super().__init__(root, today)
        self._catalogue: Catalogue | None = None
        self._names: tuple[int, set[tuple[Role, str]]] | None = None
        self._samples: tuple[object, list[Imported]] | None = None
        self._seen: tuple[list[Imported], Seen] | None = None

    def _changed(self) -> None:
        super()._changed()
        for name in ("opened", "tags"):
            self.__dict__.pop(name, None)

    @cached_property
    def opened(self) -> Opened:
        """Ready to decide with, where nothing is wrong. Raises FolderError."""
        now = self.settled
        folder = self._session.recorded.folder
        return Opened(folder, now.ruleset, now.schema, now.checked, catalogues(now.ruleset))

    @property
    def schema(self) -> Schema:
        return self.settled.schema

    @property
    def ruleset(self) -> Ruleset:
        return self.settled.ruleset

    @property
    def findings(self) -> Sequence[Diagnostic]:
        if self.root is not None:
            return self.settled.checked.findings
        return [each for each in self.ruleset.diagnostics if each.code < "E18"]

    def source(self, path: str) -> Source | None:
        """A file's text as it is now, where the ruleset reads it."""
        return self.ruleset.sources.get(path)

    def text(self, path: str) -> str:
        source = self.source(path)
        return source.text if source is not None else ""

    @property
    def catalogue(self) -> Catalogue:
        """Of all that its rules may name."""
        if self._catalogue is None or self._catalogue.schema is not self.schema:
            self._catalogue = Catalogue(self.schema)
        return self._catalogue

    @property
    def samples(self) -> list[Imported]:
        """Their orders, as many as are looked at. Read again where one of them, or what they are read by, is another."""
        read_by = self.reading, self.ruleset.config, self.ruleset.samples
        if self._samples is None or self._samples[0] != read_by:
            self._samples = read_by, orders(self.opened)
        return self._samples[1]

    @property
    def seen(self) -> Seen:
        """What the samples know."""
        every = self.samples
        if self._seen is None or self._seen[0] is not every:
            self._seen = every, seen(every, self.schema)
        return self._seen[1]

    @cached_property
    def tags(self) -> list[str]:
        """Of all rules and tests, those used most first."""
        found = Counter(each.mark.name for each in self.everywhere("tag ") if each.mark.role == "tag")
        return [tag for tag, _ in found.most_common()]

    # -- where names stand

    @property
    def paths(self) -> list[str]:
        """Of rules files, in the order in which they run."""
        files = self.ruleset.files
        return list(self._session.files) or [file.path for file in files]

    def stretches(self, path: str) -> list[Stretch]:
        """The statements of a rules file, in order."""
        _ = self.settled
        file = self._session.files.get(path)
        if file is not None:
            text = file.source.text
            return [Stretch(a, text[a:b]) for a, b in pairwise([*file.starts, len(text)])]
        source = self.source(path)
        if source is None:
            return []
        starts = [chunk.start for chunk in chunks.cut(source.text).chunks]
        return [Stretch(a, source.text[a:b]) for a, b in pairwise([*starts, len(source.text)]) if a < b]

    def stretch(self, path: str, offset: int) -> Stretch | None:
        """The statement that an offset lies in; at the end of the file the last."""
        _ = self.settled
        file = self._session.files.get(path)
        if file is not None:
            number = bisect_right(file.starts, offset) - 1
            if number < 0:
                return None
            start, after = file.starts[number], file.starts[number + 1 : number + 2]
            return Stretch(start, file.source.text[start : after[0] if after else None])
        return next((each for each in reversed(self.stretches(path)) if each.start <= offset), None)

    def marks_at(self, path: str, offset: int) -> list[Found]:
        """The names at an offset, their ends included, the smallest first."""
        if path.endswith(".rules"):
            stretch = self.stretch(path, offset)
            found = [_found(path, stretch.start, mark) for mark in stretch.marks] if stretch else []
        else:
            found = list(self._in_letter(path))
        at = [each for each in found if each.start <= offset <= each.end]
        return sorted(at, key=lambda each: (each.end - each.start, -each.start))

    def mark(self, path: str, offset: int) -> Found | None:
        return next(iter(self.marks_at(path, offset)), None)

    def everywhere(self, word: str) -> Iterator[Found]:
        """All names in all files that may be `word`; statements without it are not looked into."""
        wanted = (
            word.casefold() if word.isascii() and word.isprintable() and not set(word) & set('"\\{}') else ""
        )
        for path in self.paths:
            for each in self.stretches(path):
                if wanted in each.text.casefold():
                    yield from (_found(path, each.start, mark) for mark in each.marks)
        for path in self.ruleset.emails:
            yield from self._in_letter(path)

    def named(self, role: Role) -> Iterator[tuple[str, Stretch]]:
        """The tables, lists or definitions, each with its statement; the first of two with one name."""
        _ = self.settled
        if self._session.files:
            for one in self._session.named():
                if one.outline is not None and _ROLES.get(type(one.outline)) == role:
                    yield one.name, Stretch(one.piece.base, one.piece.text)
            return
        known: set[str] = set()
        for path in self.paths:
            for stretch in self.stretches(path):
                for mark in stretch.marks[:1]:
                    if mark.role == role and mark.defines and mark.name not in known:
                        known.add(mark.name)
                        yield mark.name, stretch

    def has(self, role: Role, name: str) -> bool:
        """Whether there is a table, list or definition of that name."""
        if self._names is None or self._names[0] != self.revision:
            every: tuple[Role, ...] = ("definition", "list", "table")
            self._names = self.revision, {(each, one) for each in every for one, _ in self.named(each)}
        return (role, name) in self._names[1]

    def titles(self, role: Role) -> Iterator[tuple[str, str]]:
        """Of all rules or tests, with the file."""
        for path in self.paths:
            for stretch in self.stretches(path):
                if (
                    stretch.text[:4].lower() == role
                    and (found := stretch.marks[:1])
                    and found[0].role == role
                ):
                    yield found[0].name, path

    def _in_letter(self, path: str) -> Iterator[Found]:
        """Definitions and fields in the text of an e-mail."""
        source = self.source(path)
        if source is None or path not in self.ruleset.emails:
            return
        letter, _ = parse_letter(source)
        for part in letter.parts if isinstance(letter, ast.Template) else ():
            if isinstance(part, ast.Name):
                span = part.span
                yield Found(path, Mark("name", part.name, span.start, span.end), span.start, span.end)


def _found(path: str, start: int, mark: Mark) -> Found:
    return Found(path, mark, start + mark.start, start + mark.end)


def same_name(a: str, b: str) -> bool:
    """As titles, folders, labels and connections are told apart: capital letters make no difference."""
    return fold(a) == fold(b)
