"""Reads the text of rules into the tree, with every syntax error of a file in one run. Never raises for any text.

`parse` is what the rest of the house calls. A file is cut into statements (`dsl.chunks`), each is read by lark with the
grammar in `grammar.lark` and built by `dsl.build`; where one cannot be read, `dsl.slips` says what was meant, and the
statement is read again in its mended form, so that the next mistake is found as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

from dsl import allowing, ast, chunks, grammar, slips
from dsl.build import Builder
from dsl.chunks import Chunk, Slip, on_one_line
from dsl.depth import DEEPEST, TooDeep, brackets_too_deep, too_deep
from dsl.diagnostics import Diagnostic, Fix
from dsl.expecting import Place, Token, found_at
from dsl.lalr import Tables, making
from dsl.mending import Mended
from dsl.source import Source, Span

LARGEST_FILE = 10_000_000
LARGEST_STATEMENT = 500_000
MOST_VALUES = 20_000
MOST_MISTAKES = 200
_MOST_MENDINGS = 20


@dataclass(frozen=True)
class Parsed:
    """What could be read, and what could not.

    unread: the titles and names of statements that have a syntax error, so that the checker need not call them unknown.
    """

    file: ast.File
    diagnostics: tuple[Diagnostic, ...]
    unread: frozenset[str] = frozenset()


def parse(source: Source) -> Parsed:
    """The tree of a rules file and its syntax errors, sorted by place."""
    text = source.text
    if len(text) > LARGEST_FILE:
        found = Diagnostic(
            "E125",
            f"this file has {len(text):,} characters, expected at most {LARGEST_FILE:,}",
            Span(source, 0, 0),
            "put big tables into CSV files, and the rules into several files",
        )
        return Parsed(ast.File(source.path, ()), (found,))
    cut = chunks.cut(text)
    with _one_at_a_time:
        reader = _Reader(source, cut.text)
        for slip in cut.slips:
            reader.report(slip)
        for chunk in cut.chunks:
            reader.read(chunk)
    comments = tuple([ast.Comment(text[a:b], span=Span(source, a, b)) for a, b in cut.comments])
    allows, wrong = allowing.read(source, comments)
    diagnostics = sorted((*reader.found, *wrong), key=lambda d: d.order)
    return Parsed(
        ast.File(source.path, tuple(reader.statements), comments, allows),
        tuple(diagnostics),
        frozenset(reader.unread),
    )


_one_at_a_time = Lock()
"""lark calls one builder, which knows one statement."""


class _Reader:
    def __init__(self, source: Source, text: str) -> None:
        self.source = source
        self.text = text
        self.statements: list[ast.Statement] = []
        self.found: list[Diagnostic] = []
        self.unread: set[str] = set()

    def report(self, slip: Slip) -> None:
        span = Span(self.source, slip.start, slip.end)
        fix = slip.help and on_one_line(slip.help)
        fixes = tuple(
            Fix.write(span, text, _title(meant), safe=slip.other is None)
            for meant in (slip.meant, slip.other)
            if meant is not None and (text := self._fitted(slip, meant)) != span.text
        )
        self.found.append(Diagnostic(slip.code, on_one_line(slip.message), span, fix, (), fixes))

    def _fitted(self, slip: Slip, meant: str) -> str:
        """Without the blanks that are there already."""
        text = self.source.text
        meant = meant.lstrip(" ") if text[slip.start - 1 : slip.start].isspace() else meant
        return meant.rstrip(" ") if text[slip.end : slip.end + 1].isspace() else meant

    def read(self, chunk: Chunk) -> None:
        if len(self.found) >= MOST_MISTAKES:
            self._enough(chunk)
            return
        text = self.text[chunk.start : chunk.end]
        if not chunk.kind:
            self._before_the_first(chunk, text)
            return
        if len(text) > LARGEST_STATEMENT or sum(map(text.count, ",|.{")) > MOST_VALUES:
            self._refuse(chunk, _large(chunk))
            return
        if (deep := brackets_too_deep(text)) is not None:
            self._refuse(chunk, _deep(chunk.start + deep, chunk.start + deep + 1))
            return
        for slip in chunk.slips[:_MOST_MENDINGS]:
            self.report(slip)
        if len(chunk.slips) > _MOST_MENDINGS or any(slip.meant is None for slip in chunk.slips):
            self._unread(text)
            return
        edits = tuple([(s.start - chunk.start, s.end - chunk.start, s.meant or "") for s in chunk.slips])
        self._parse(chunk, Mended(text, chunk.start, edits))

    def _parse(self, chunk: Chunk, mended: Mended) -> None:
        """Reads, mends what is wrong, reads again; as often as a person makes mistakes in one statement."""
        builder = _builder()
        mended_until = -1
        for attempt in range(_MOST_MENDINGS):
            builder.begin(self.source, mended)
            try:
                statement: Any = _tables().read(mended.text, "statement")
            except TooDeep as chain:
                self.report(_long(chain.span))
                self._unread(mended.text)
                return
            if statement is not None:
                self._keep(statement, builder)
                return
            slip = slips.explain(_place(chunk.kind, mended.text))
            better = None
            if slip.meant is not None and attempt < _MOST_MENDINGS - 1:
                better = mended.mend(slip.start, slip.end, slip.meant)
            start, end = mended.place(slip.start), mended.place(slip.end)
            if (
                start <= mended_until
            ):  # what was taken for the meaning does not fit: it has been said that it is wrong
                better = None
            else:
                meant = slip.meant if better is not None else None
                self.report(Slip(slip.code, start, end, slip.message, slip.help, meant, slip.other))
            mended_until = max(mended_until, end)
            if better is None:
                self.found.extend(builder.found)
                self._unread(mended.text)
                return
            mended = better

    def _keep(self, statement: ast.Statement, builder: Builder) -> None:
        self.found.extend(builder.found)
        if builder.nested > DEEPEST and (deep := too_deep(statement)) is not None:
            self.report(_deep(deep.start, deep.end))
            self._unread(self.text[statement.span.start : statement.span.end])
            return
        self.statements.append(statement)

    def _before_the_first(self, chunk: Chunk, text: str) -> None:
        first = _SOMETHING.match(text)
        if first is None:
            for slip in chunk.slips[:_MOST_MENDINGS]:
                self.report(slip)
            return
        start = chunk.start + first.start("it")
        self._refuse(chunk, slips.outside(first["it"], start))

    def _refuse(self, chunk: Chunk, slip: Slip) -> None:
        self.report(slip)
        self._unread(self.text[chunk.start : min(chunk.end, chunk.start + 400)])

    def _unread(self, text: str) -> None:
        if head := _HEAD.match(text):
            self.unread.add(head[1] if head[1] is not None else head[2])

    def _enough(self, chunk: Chunk) -> None:
        if self.found[-1].code != "E126":
            message = f"this file has more than {MOST_MISTAKES} mistakes; the rest of it was not read"
            self.report(Slip("E126", chunk.start, chunk.start, message, "mend those above, then check again"))
        self._unread(self.text[chunk.start : min(chunk.end, chunk.start + 400)])


def _title(meant: str) -> str:
    return f"write `{' '.join(meant.split())}`" if meant.strip() else "leave it out"


_SOMETHING = re.compile(r"(?>(?:[\s\ufeff]|#[^\n]*+|//[^\n]*+)*)(?P<it>[A-Za-z_][A-Za-z0-9_]*|\S)")
_HEAD = re.compile(r'[a-z]+\s+(?:"([^"\n]*)"|([A-Za-z_][A-Za-z0-9_]*))', re.IGNORECASE)


def _large(chunk: Chunk) -> Slip:
    message = f"this {chunk.kind} has more than {LARGEST_STATEMENT:,} characters or {MOST_VALUES:,} values"
    fix = 'put what is large into a table of its own: `table artwork from "tables/artwork.csv"`'
    return Slip("E125", chunk.start, chunk.start + len(chunk.kind), message, fix)


def _long(chain: Span) -> Slip:
    message = f"found more than {DEEPEST} values or conditions in one chain"
    return Slip("E124", chain.start, chain.end, message, _NAME_A_PART)


def _deep(start: int, end: int) -> Slip:
    return Slip("E124", start, end, f"this is nested more than {DEEPEST} deep", _NAME_A_PART)


_NAME_A_PART = "give a part of it a name with `define`"


def _place(kind: str, text: str) -> Place:
    """Where reading stopped, and all that could have stood there."""
    tables = _tables()
    read, states, at = tables.stop(text, "statement")
    tokens = [Token(name, text[start:end], start, end) for name, start, end in read]
    ended = at == len(text)
    if not ended and tokens and tokens[-1].text == "-" and tokens[-1].end == at and text[at] == ">":
        at = tokens.pop().start  # an arrow, of which the grammar could take half
    return Place(kind, text, None if ended else found_at(text, at), at, tables.accepts(states), tuple(tokens))


# -- the tables, built late ----------------------------------------------------------------------------------


@cache
def _builder() -> Builder:
    builder = Builder()

    def read_part(text: str, start: int) -> ast.Expr | None:
        """What stands between the braces of a text. Its places are those of the statement's text."""
        outer = builder.mended
        builder.mended = _Shifted(outer, start)
        try:
            part: ast.Expr | None = _tables().read(text, "part")
        finally:
            builder.mended = outer
        if part is None:
            slip = slips.part(text, start)
            span = Span(builder.source, outer.place(slip.start), outer.place(slip.end))
            builder.wrong(slip.code, slip.message, span, slip.help)
        return part

    builder.read_part = read_part
    return builder


class _Shifted(Mended):
    """A stretch of a mended text as a text of its own."""

    __slots__ = ()

    def __init__(self, outer: Mended, start: int) -> None:
        super().__init__("", 0)
        self.place = lambda at: outer.place(start + at)


@cache
def _tables() -> Tables:
    return Tables(grammar.build(), making(_builder()))


def tables() -> Tables:
    """The grammar's tables, for whoever walks through a text that is being written. Nothing is built while walking."""
    return _tables()
