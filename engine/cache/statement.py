"""One statement of a rules file, read by itself and known by its text: what stands before and after it does not matter.

Called by `session`. Everything here holds places in the statement's own text (`Piece`), so that it is still right when an
edit above moves the statement; where it stands now, the piece says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from dsl import ast
from dsl.diagnostics import Diagnostic, Edit, Fix, Note
from dsl.parser import parse
from dsl.source import Source, Span
from engine.cache import codec
from engine.cache.judging import Judged


@dataclass(eq=False, slots=True)
class Home:
    """Where a stretch of a rules file stands at present: the file, once there is one, and where it begins there."""

    source: Source | None = None
    begins: int = 0


class Piece(Source):
    """A statement's text as a source. home: of the block that it belongs to; offset: where in that block it begins."""

    home: Home
    offset: int
    __setattr__ = object.__setattr__

    def __init__(self, path: str, text: str, home: Home | None = None, offset: int = 0) -> None:
        super().__init__(path, text)
        self.home, self.offset = home or Home(), offset

    def rename(self, path: str) -> None:
        """It stands in another file."""
        object.__setattr__(self, "path", path)

    @property
    def base(self) -> int:
        return self.home.begins + self.offset

    def place(self, offset: int) -> tuple[int, int]:
        file = self.home.source
        return super().place(offset) if file is None else file.place(self.base + offset)

    def line(self, number: int) -> str:
        file = self.home.source
        return super().line(number) if file is None else file.line(number)


def placed(finding: Diagnostic) -> Diagnostic:
    """With its places in the file, as it is now."""
    notes = tuple([Note(note.message, in_file(note.span)) for note in finding.notes])
    fixes = tuple([_placed(fix) for fix in finding.fixes])
    return Diagnostic(finding.code, finding.message, in_file(finding.span), finding.help, notes, fixes)


def _placed(fix: Fix) -> Fix:
    return replace(fix, edits=tuple([Edit(in_file(edit.span), edit.text) for edit in fix.edits]))


def in_file(span: Span) -> Span:
    source = span.source
    if isinstance(source, Piece) and source.home.source is not None:
        return Span(source.home.source, source.base + span.start, source.base + span.end)
    return span


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of an earlier run, as JSON; made into what it was where it is asked for. there: finds a place in another text."""

    parts: Any
    forms: Callable[[], str]
    there: codec.Finding

    def made(self, piece: Piece) -> Judged | None:
        with suppress(codec.Unreadable, LookupError):
            find = self.there
            return Judged.of(
                codec.made(self.parts, lambda name: find(name) if name else (piece, 0)), self.forms
            )
        return None


@dataclass(eq=False, slots=True)
class Statement:
    """syntax: what is wrong with its text alone. outline: as much of the tree as the ruleset as a whole looks at; all of it
    for what rules name (definitions, lists, tables). tree: all of it, until it has been judged. None of these where it could
    not be read; then `unread` has its title or name. verdict: of rules and tests, once they have been judged."""

    piece: Piece
    syntax: tuple[Diagnostic, ...] = ()
    unread: frozenset[str] = frozenset()
    allows: tuple[ast.Allow, ...] = ()
    outline: ast.Statement | None = None
    tree: ast.Statement | None = None
    verdict: Judged | Judgement | None = None

    @property
    def judged(self) -> Judged | None:
        if isinstance(self.verdict, Judgement):
            self.verdict = self.verdict.made(self.piece)
        return self.verdict

    @property
    def unjudged(self) -> bool:
        """Whether it is a rule or a test of which nothing has been found out."""
        return self.outline is not None and not self.named and self.judged is None

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

    def allowed(self) -> Iterator[ast.Allow]:
        """Its `# allow` comments, with the lines of the file."""
        if self.allows:
            above = self.piece.place(0)[0] - 1
            for allow in self.allows:
                yield replace(allow, line=allow.line + above, span=in_file(allow.span))


def kept(piece: Piece, record: bytes, forms: Callable[[], str], there: codec.Finding) -> Statement:
    """A statement of an earlier run, from what `written` gave. Raises codec.Unreadable."""
    try:
        _, facts, parts = json.loads(record)
    except (TypeError, ValueError, RecursionError) as error:
        raise codec.Unreadable from error
    made = codec.made(facts, lambda name: (piece, 0))
    if not isinstance(made, tuple) or len(made) != 4:
        raise codec.Unreadable
    syntax, unread, allows, outline = made
    verdict = None if parts is None else Judgement(parts, forms, there)
    return Statement(piece, syntax, unread, allows, outline, verdict=verdict)


def name_of(record: bytes) -> str:
    """The digest of the text of a statement that is kept."""
    return record[2 : record.find(b'"', 2)].decode("utf-8", "replace")


def written(one: Statement, naming: codec.Naming) -> str:
    """As JSON: a digest of the text, facts and judgement. Raises codec.Unwritable."""
    judged = one.judged
    judgement = None if judged is None else codec.plain(judged.parts, naming)
    facts = codec.plain((one.syntax, one.unread, one.allows, one.outline), naming)
    line = [digest(one.piece.text), facts, judgement]
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"), check_circular=False)


def read(piece: Piece) -> Statement:
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


def nowhere(name: str) -> tuple[Source, int]:
    """Finds no place: for what has none in another text."""
    raise LookupError(name)


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
