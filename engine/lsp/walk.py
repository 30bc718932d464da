"""A statement token by token, as the grammar's own tables read it, also while it is being written.

Called by `marks` (what each token names) and `completion` (what may stand at the cursor). Where a token cannot stand, the
walk goes on at the next line that begins with a word which can, so that one slip hides nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from dsl import words
from dsl.expecting import Token
from dsl.lalr import END
from dsl.parser import tables

MOST_TOKENS = 100_000


def walk_on(walked: Walk, piece: str) -> Walk | None:
    """As if the piece were written there, after a blank; None where it cannot be read."""
    reading = tables()
    states, tokens, at = list(walked.states), list(walked.tokens), 0
    while True:
        found = reading.token(states, piece, at)
        if found is None:
            return None
        kind, begin, at = found
        if kind == END:
            return Walk(tuple(tokens), walked.gaps, tuple(states))
        if not reading.take(states, kind):
            return None
        tokens.append(Token(kind, piece[begin:at], begin, at))


_WORD = re.compile(r"\s*(?P<word>[a-z]+)(?![A-Za-z0-9_])")
_BEGINNING = re.compile(r"^[ \t]*(?P<word>[a-z]+|\|)(?![A-Za-z0-9_])", re.MULTILINE)


@dataclass(frozen=True)
class Walk:
    """tokens: those that were read, in order. gaps: the places in `tokens` before which something was left out.
    accepts: the kinds of tokens that can follow; `$END` among them where the text may end."""

    tokens: tuple[Token, ...]
    gaps: frozenset[int]
    states: tuple[int, ...]

    @property
    def accepts(self) -> frozenset[str]:
        return tables().accepts(list(self.states))

    @property
    def whole(self) -> bool:
        return not self.gaps

    def after(self, *kinds: str) -> Walk | None:
        """As if these stood there as well; None where they cannot."""
        states = list(self.states)
        if all(tables().take(states, kind) for kind in kinds):
            return Walk(self.tokens, self.gaps, tuple(states))
        return None


def walk(text: str, start: str = "statement") -> Walk:
    """start: `statement`, or `part` for what stands between the braces of a text."""
    reading = tables()
    states = reading.begin(start)
    tokens: list[Token] = []
    gaps: set[int] = set()
    at = 0
    while len(tokens) < MOST_TOKENS:
        found = reading.token(states, text, at)
        if found is not None and found[0] == END:
            break
        if found is not None and not _begins_a_clause(text, *found) and reading.take(states, found[0]):
            kind, begin, at = found
            tokens.append(Token(kind, text[begin:at], begin, at))
            continue
        gaps.add(len(tokens))
        again = _again(text, at if found is None else found[1], states)
        if again is None:
            break
        at = again
    return Walk(tuple(tokens), frozenset(gaps), tuple(states))


def _begins_a_clause(text: str, kind: str, start: int, end: int) -> bool:
    """`when` on a line of its own is no name, though a name could stand there."""
    if kind not in ("CONNECTION", "WORD") or text[start:end] not in _CLAUSES:
        return False
    return not text[text.rfind("\n", 0, start) + 1 : start].strip()


_CLAUSES = frozenset({"because", "owner", "mode", "on", "when", "for", "do", "given", "expect", "otherwise"})
_LEFT_OUT: tuple[tuple[str, ...], ...] = (
    (), ("TEXT",), ("ON", "TEXT"), ("TEXT", "ON", "TEXT"), ("WORD",), ("LPAR", "WORD", "RPAR", "ARROW", "WORD"),
)  # fmt: skip
"""What people have not written yet, before what follows it: a title, an `on`, the columns of a table."""


def _again(text: str, at: int, states: list[int]) -> int | None:
    """Where reading can go on: with a word that can stand in what was begun before, here or at the beginning of a line.
    Leaves the states as they are there."""
    here = _WORD.match(text, at)
    for word in (*([here] if here else []), *_BEGINNING.finditer(text, at)):
        if word.start("word") < at:
            continue
        for kind in _kinds().get(word["word"], ()):
            if (found := _before(kind, states)) is not None:
                states[:] = found
                return word.start("word")
    return None


def _before(kind: str, states: list[int]) -> list[int] | None:
    """States in which a token of that kind can stand: as much as possible of what was begun, as little as possible left
    out."""
    reading = tables()
    for left_out in _LEFT_OUT:
        for depth in range(len(states), 0, -1):
            tried = states[:depth]
            if all(reading.take(tried, each) for each in left_out) and reading.take(list(tried), kind):
                return tried
    return None


@cache
def _kinds() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"|": ["VBAR"]}
    for kind, word in words.keywords().items():
        found.setdefault(word, []).append(kind)
    return found
