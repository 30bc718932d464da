"""One statement of a rules file, read by itself and known by its text: what stands before and after it does not matter.

Called by `session`. Everything here holds places in the statement's own text (`Piece`), so that it is still right when an
edit above moves the statement; where it stands now, the piece says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from dsl import ast
from dsl.diagnostics import Diagnostic, Edit, Fix, Note
from dsl.parser import parse
from dsl.source import Source, Span
from engine.cache import codec
from engine.cache.judging import Judged


class Piece(Source):
    """A statement's text as a source. home: the file that it stands in at present, where it begins there."""

    home: Source | None
    begins: int
    __setattr__ = object.__setattr__

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, text)
        self.home, self.begins = None, 0

    @property
    def base(self) -> int:
        return self.begins

    def place(self, offset: int) -> tuple[int, int]:
        return super().place(offset) if self.home is None else self.home.place(self.begins + offset)

    def line(self, number: int) -> str:
        return super().line(number) if self.home is None else self.home.line(number)


def placed(finding: Diagnostic) -> Diagnostic:
    """With its places in the file, as it is now."""
    notes = tuple([Note(note.message, in_file(note.span)) for note in finding.notes])
    fixes = tuple([_placed(fix) for fix in finding.fixes])
    return Diagnostic(finding.code, finding.message, in_file(finding.span), finding.help, notes, fixes)


def _placed(fix: Fix) -> Fix:
    return replace(fix, edits=tuple([Edit(in_file(edit.span), edit.text) for edit in fix.edits]))


def in_file(span: Span) -> Span:
    source = span.source
    if isinstance(source, Piece) and source.home is not None:
        return Span(source.home, source.base + span.start, source.base + span.end)
    return span


@dataclass(eq=False, slots=True)
class Statement:
    """syntax: what is wrong with its text alone. outline: as much of the tree as the ruleset as a whole looks at; all of it
    for what rules name (definitions, lists, tables). tree: all of it, until it has been judged. judged: for rules and
    tests. None of these where it could not be read; then `unread` has its title or name. line: what an earlier run wrote of
    all this, while that holds."""

    piece: Piece
    syntax: tuple[Diagnostic, ...] = ()
    unread: frozenset[str] = frozenset()
    allows: tuple[ast.Allow, ...] = ()
    outline: ast.Statement | None = None
    tree: ast.Statement | None = None
    judged: Judged | None = None
    kept: Kept | None = None
    line: str = ""

    @property
    def files(self) -> bool:
        """Whether it names files, so that the ruleset as a whole depends on it."""
        match self.outline:
            case ast.Rule(do=named) | ast.Test(steps=named):
                return bool(named)
            case _:
                return False

    @property
    def name(self) -> str:
        """Of a definition, list or table."""
        return (
            ""
            if self.outline is None or isinstance(self.outline, (ast.Rule, ast.Test))
            else self.outline.name
        )

    @property
    def file(self) -> str | None:
        """Where a table's rows are, when not in the statement."""
        return self.outline.file.value if isinstance(self.outline, ast.Table) and self.outline.file else None

    @property
    def named(self) -> bool:
        """Whether other statements can name it."""
        return isinstance(self.outline, (ast.Define, ast.ListOf, ast.Table))

    @property
    def whole(self) -> ast.Statement | None:
        """The tree; read again where it was dropped."""
        if self.tree is None and self.outline is not None:
            self.tree = self.outline if self.named else next(iter(parse(self.piece).file.statements), None)
        return self.tree

    def thaw(self, there: codec.Finding) -> None:
        """Makes the judgement of an earlier run, where it may still hold. there: finds a place in another text."""
        kept, self.kept = self.kept, None
        if kept is not None and kept.judgement is not None:
            with suppress(codec.Unreadable, LookupError):
                parts = codec.made(kept.judgement, lambda name: there(name) if name else (self.piece, 0))
                self.judged = Judged.of(parts, kept.forms)

    def allowed(self) -> Iterator[ast.Allow]:
        """Its `# allow` comments, with the lines of the file."""
        if self.allows:
            above = self.piece.place(0)[0] - 1
            for allow in self.allows:
                yield replace(allow, line=allow.line + above, span=in_file(allow.span))


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement of an earlier run, as JSON that is made into what it was when its text is met again. line: the text of
    this JSON, to be written again."""

    line: str
    facts: Any
    judgement: Any
    forms: str

    def of(self, path: str, text: str) -> Statement:
        """Raises codec.Unreadable."""
        piece = Piece(path, text)
        syntax, unread, allows, outline = codec.made(self.facts, lambda name: (piece, 0))
        return Statement(piece, syntax, unread, allows, outline, kept=self, line=self.line)


def written(one: Statement, naming: codec.Naming) -> str:
    """What `Kept` is made from: a digest of the text, facts and judgement. Raises codec.Unwritable."""
    judged = one.judged
    judgement = None if judged is None else codec.plain(judged.parts, naming)
    facts = codec.plain((one.syntax, one.unread, one.allows, one.outline), naming)
    line = [digest(one.piece.text), facts, judgement]
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"), check_circular=False)


def read(path: str, text: str) -> Statement:
    piece = Piece(path, text)
    parsed = parse(piece)
    tree = next(iter(parsed.file.statements), None)
    return Statement(
        piece,
        parsed.diagnostics,
        parsed.unread,
        parsed.file.allows,
        None if tree is None else outline(tree),
        tree,
    )


def outline(tree: ast.Statement) -> ast.Statement:
    """A rule or a test without all but its title and the files that it names."""
    match tree:
        case ast.Rule():
            letters = tuple(a for a in tree.do if isinstance(a, ast.SendEmail) and a.file is not None)
            return replace(tree, on=(), do=letters, because=None, owner=None, when=None, where=None)
        case ast.Test():
            steps = tuple(
                replace(step, changes=()) if isinstance(step, ast.GivenOrder) else step
                for step in tree.steps
                if isinstance(step, ast.GivenOrder)
                or (isinstance(step, ast.ExpectAction) and isinstance(step.action, ast.SendEmail))
            )
            return replace(tree, steps=steps)
        case _:
            return tree


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
