"""Statements that follow each other in a file, some sixty at a time, and what is asked of all statements of a ruleset: of a
block that an edit does not touch nothing else is made.

Called by `session` and `keeping`. Where a block ends its text alone tells (`dividing`), so that an edit changes the blocks
around it and leaves all others what they were; they are known by a digest of their text. What an earlier run found
out about a block is made piece by piece, as it is asked for, and written back as it was read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from dsl import ast
from dsl.source import Source
from engine.cache import codec, facts
from engine.cache.facts import Facts, Verdicts
from engine.cache.forms import BETWEEN, Forming, Texts
from engine.cache.statement import Home, Piece, Statement, digest, kept, name_of, nowhere, read, written
from engine.check.advice.links import Marks


@dataclass(frozen=True)
class Lines:
    """A block as it is kept. about: its facts and verdicts. forming: which forms are of which event. Then its statements, and
    their forms."""

    about: bytes
    forming: bytes
    statements: bytes
    forms: bytes

    @property
    def counts(self) -> tuple[int, int]:
        """Of statements, and of their forms."""
        between = BETWEEN.encode()
        return self.statements.count(between) + 1, self.forms.count(between) + 1

    @cached_property
    def records(self) -> list[bytes]:
        """Of each statement what `statement.written` gave."""
        return self.statements.split(BETWEEN.encode())

    @cached_property
    def texts(self) -> Texts:
        """Of each statement its forms, as JSON, "" where it has none."""
        return Texts(self.forms)


class Block:
    """length, name: of its text, and a digest of it. lines: as it is kept, while that holds."""

    def __init__(self, length: int, name: str, said: Facts, forming: Forming | None = None) -> None:
        self.length, self.name, self.facts = length, name, said
        self.home = Home()
        self.lines: Lines | None = None
        self._there: codec.Finding = nowhere
        self._made: dict[int, Statement] = {}
        self._verdicts: Verdicts | None = None
        self._forming = forming
        self._texts: list[str] | None = None

    @classmethod
    def of(cls, statements: Sequence[Statement]) -> Block:
        whole = "".join([one.piece.text for one in statements])
        block = cls(len(whole), digest(whole), facts.facts_of(statements))
        for number, one in enumerate(statements):
            one.piece.home, one.piece.offset = block.home, block.facts.starts[number]
            block._made[number] = one
        return block

    @classmethod
    def of_before(cls, lines: Lines, there: codec.Finding) -> Block:
        """As an earlier run wrote it. there: finds a place in another text. Raises codec.Unreadable."""
        try:
            length, name, said, found = json.loads(lines.about)
            block = cls(length, name, facts.read_facts(said), Forming.read(lines.forming))
        except (ValueError, TypeError, RecursionError) as error:
            raise codec.Unreadable from error
        count = len(block.facts.starts)
        if type(length) is not int or type(name) is not str or lines.counts != (count, count):
            raise codec.Unreadable
        block._verdicts = None if found is None else facts.read_verdicts(found, block._marks)
        block.lines, block._there = lines, there
        return block

    def stand(self, source: Source, begins: int) -> None:
        """In this file now, from there on."""
        before = self.home.source
        self.home.source, self.home.begins = source, begins
        if before is not None and before.path != source.path:
            for one in self._made.values():
                one.piece.rename(source.path)

    def stands(self, text: str, begins: int) -> bool:
        """Whether a text has its text there."""
        there, home = text[begins : begins + self.length], self.home
        if home.source is None:
            return digest(there) == self.name
        return there == home.source.text[home.begins : home.begins + self.length]

    # -- its statements

    @property
    def statements(self) -> list[Statement]:
        return [self.statement(number) for number in range(len(self.facts.starts))]

    @property
    def made(self) -> Iterable[Statement]:
        """Those that were asked for."""
        return self._made.values()

    @property
    def noted(self) -> Iterator[Statement]:
        """Those that others can name, that name files, in which something is wrong with the text or allowed."""
        return map(self.statement, self.facts.noted)

    def statement(self, number: int) -> Statement:
        one = self._made.get(number)
        if one is None:
            source, starts = self.home.source, self.facts.starts
            if source is None:
                raise LookupError("a block that stands nowhere has no texts")
            begins, end = starts[number], starts[number + 1] if number + 1 < len(starts) else self.length
            base = self.home.begins
            one = self._make(number, source.path, source.text[base + begins : base + end])
        return one

    def _make(self, number: int, path: str, text: str) -> Statement:
        """From what is kept; where that makes no sense, from its text."""
        piece = Piece(path, text, self.home, self.facts.starts[number])
        lines = self.lines
        try:
            if lines is None:
                raise codec.Unreadable
            one = kept(piece, lines.records[number], lambda: lines.texts[number], self._there)
        except (codec.Unreadable, LookupError):
            one = read(piece)
        self._made[number] = one
        return one

    def pooled(self) -> Iterator[tuple[str, Callable[[str, str], Statement]]]:
        """Of each statement the digest of its text, and what gives it for a file's path and this text."""
        for number in range(len(self.facts.starts)):
            one = self._made.get(number)
            if one is not None:
                yield digest(one.piece.text), partial(_moved, one)
            elif self.lines is not None:
                yield name_of(self.lines.records[number]), partial(self._make, number)

    # -- what judging found out

    @property
    def verdicts(self) -> Verdicts | None:
        """None while one of its statements has not been judged."""
        if self._verdicts is None and not any(one.unjudged for one in self.statements):
            self._verdicts = facts.verdicts_of(self.statements)
        return self._verdicts

    def judged_anew(self) -> None:
        """What was said of all its statements may be different now."""
        self._verdicts = self._forming = self._texts = self.lines = None

    def forget(self) -> None:
        """Nothing that was found out by judging holds any more."""
        for one in self.statements:
            one.verdict = None
        self.judged_anew()

    @property
    def forming(self) -> Forming:
        if self._forming is None:
            self._forming = Forming.of(
                (number, start, one.judged.events, isinstance(one.outline, ast.Test))
                for number, (one, start) in enumerate(zip(self.statements, self.facts.starts, strict=True))
                if one.judged is not None and one.judged.forms()
            )
        return self._forming

    @property
    def forms(self) -> Sequence[str]:
        """Of each statement its forms, as JSON; they stay what they are when the block is judged anew."""
        if self.lines is not None:
            return self.lines.texts
        if self._texts is None:
            self._texts = [one.judged.forms() if one.judged is not None else "" for one in self.statements]
        return self._texts

    # -- between runs

    def written(self, naming: Callable[[Statement], codec.Naming]) -> Lines:
        """As it is kept. naming: of each statement. Raises codec.Unwritable."""
        if self.lines is not None:
            return self.lines
        said, found = self.facts, self.verdicts
        about = [
            self.length,
            self.name,
            facts.plain_facts(said),
            None if found is None else facts.plain_verdicts(found),
        ]
        return Lines(
            _json(about),
            _json([self.forming.events, self.forming.tests]),
            _bytes(BETWEEN.join([written(one, naming(one)) for one in self.statements])),
            _bytes(BETWEEN.join(self.forms)),
        )

    def _marks(self, number: int) -> Marks:
        """Raises codec.Unreadable."""
        judged = self.statement(number).judged
        if judged is None or judged.link is None:
            raise codec.Unreadable
        return judged.link.marks()


def _moved(one: Statement, path: str, text: str) -> Statement:
    one.piece.rename(path)
    return one


def _json(value: object) -> bytes:
    return _bytes(json.dumps(value, ensure_ascii=False, separators=(",", ":"), check_circular=False))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
