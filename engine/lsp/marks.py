"""What each token of a statement names: an event, a field, a folder, a list. By the words around it alone, nothing is looked up.

Called by everything that answers about the name under the cursor, or looks for a name in all files. Works on what could be
read of a statement; whether a name exists is for others to know.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from actions import catalogue
from dsl import texts, words
from dsl.expecting import Token
from engine.lsp.walk import walk

Role: TypeAlias = Literal[
    "rule", "test", "table", "list", "definition", "name", "column", "output",
    "event", "event id", "button", "raised", "field", "key", "function", "argument", "detail",
    "folder", "tag", "connection", "run", "reason", "csv", "letter", "sample",
    "plain", "literal", "value", "pattern", "action",
]  # fmt: skip
"""`name` is a definition or a list where it is used; `run` an action of an integration; `value` a text in which `{...}` is
replaced; `plain` and `literal` texts that name nothing; `action` the verb."""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a path: `order`, `.shipping`, `["Gift"]`."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """name: what is named; of a text what it says, of a path all of it with points. defines: whether it is named here for
    the first time, not used. start, end: with quotes. steps: of a path."""

    role: Role
    name: str
    start: int
    end: int
    defines: bool = False
    steps: tuple[Step, ...] = ()

    def moved(self, by: int) -> Mark:
        steps = tuple([Step(each.name, each.start + by, each.end + by) for each in self.steps])
        return Mark(self.role, self.name, self.start + by, self.end + by, self.defines, steps)


@lru_cache(maxsize=20_000)
def marks(text: str) -> tuple[Mark, ...]:
    """Of one statement, in order."""
    return tuple(_Marking(text, walk(text).tokens).all())


def said(raw: str) -> str:
    """What a text in quotes says; what it would be replaced by stays in its braces."""
    pieces, _ = texts.read(raw, template=False) if len(raw) > 1 else ([], [])
    return "".join(piece for piece in pieces if isinstance(piece, str))


def text_role(before: Sequence[Token]) -> Role:
    """What a text means that stands after these tokens of a statement."""
    marking = _Marking("", before)
    for at in range(len(before)):
        marking.follow(at)
    return marking.text_role(len(before))


_CLAUSES = frozenset({"RULE", "BECAUSE", "OWNER", "MODE", "ON", "WHEN", "FOR", "DO", "GIVEN", "EXPECT"})
_AFTER: dict[str, Role] = {
    "TEST": "test", "BECAUSE": "plain", "OWNER": "plain", "BUTTON": "button", "FOLDER": "folder", "TAG": "tag",
    "RUN": "connection", "GIVEN": "connection", "RAISE": "raised", "LSQB": "key", "MESSAGE": "plain",
}  # fmt: skip
_DEFINING: dict[str, Role] = {"TABLE": "table", "LIST": "list", "DEFINE": "definition"}


class _Marking:
    """Goes over the tokens once, minding in which clause it is."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.statement = tokens[0].type if tokens else ""
        self.clause = ""
        self.listing = False
        """Within the folders of a schedule."""

    def kind(self, at: int) -> str:
        return self.tokens[at].type if 0 <= at < len(self.tokens) else ""

    def all(self) -> Iterator[Mark]:
        at = 0
        while at < len(self.tokens):
            self.follow(at)
            at = yield from self.at(at)

    def follow(self, at: int) -> None:
        kind = self.kind(at)
        if (
            kind in _CLAUSES
            and not (kind == "FOR" and self.kind(at + 1) == "ORDERS")
            and not (kind in ("BECAUSE", "RULE") and self.statement == "TEST")
        ):
            self.clause = kind
        self.listing = kind == "IN" or (self.listing and kind in ("LPAR", "COMMA", "TEXT"))

    def at(self, at: int) -> Generator[Mark, None, int]:
        """What the token names, and with which token to go on."""
        token = self.tokens[at]
        kind, before = token.type, self.kind(at - 1)
        if kind == "TEXT":
            yield from self.a_text(at)
        elif kind == "PATTERN":
            yield Mark("pattern", token.text, token.start, token.end)
        elif kind == "WORD":
            yield from self.a_word(at)
        elif kind == "CONNECTION" or (kind == "ORDER" and before in ("ON", "OR", "WHEN")):
            if before in ("TO", "AT", "RUN", "GIVEN"):
                yield Mark("connection", token.text, token.start, token.end)
            elif self.kind(at + 1) == "FIELD":
                last = at + 1
                while self.kind(last + 1) == "FIELD":
                    last += 1
                end = self.tokens[last].end
                yield Mark("event id", "".join(t.text for t in self.tokens[at : last + 1]), token.start, end)
                return last + 1
        elif kind == "FIELD" and self.kind(at - 2) == "RUN":
            name = self.tokens[at - 1].text
            name = said(name) if name.startswith('"') else name
            yield Mark("run", name + token.text, token.start, token.end)
        elif kind == "FIELD" and before == "RPAR":
            yield Mark("output", token.text[1:], token.start + 1, token.end)
        elif kind in ("NAME", "NUMBER_WORD") and self.kind(at + 1) == "LPAR":
            yield Mark("function", token.text, token.start, token.end)
        elif kind == "NAME" or (kind == "ORDER" and before == "WITH"):
            return (yield from self.a_path(at))
        elif (self.clause == "DO" or before in ("EXPECT", "NO")) and token.text in words.verbs():
            yield from self.verb(at)
        return at + 1

    def a_text(self, at: int) -> Iterator[Mark]:
        token = self.tokens[at]
        role = self.text_role(at)
        defines = (role == "rule" and self.statement == "RULE") or role == "test"
        yield Mark(role, said(token.text), token.start, token.end, defines)
        if role == "value" and "{" in token.text:
            for piece in texts.read(token.text, template=True)[0]:
                if isinstance(piece, texts.Part):
                    for mark in part_marks(token.text[piece.start : piece.end]):
                        yield mark.moved(token.start + piece.start)

    def text_role(self, at: int) -> Role:
        before, earlier = self.kind(at - 1), self.kind(at - 2)
        if before == "RULE":
            return "rule"
        if before == "OF" and earlier == "BECAUSE":
            return "reason"
        if before == "ORDER" and earlier == "GIVEN":
            return "sample"
        if before == "FROM":
            return "letter" if earlier == "BODY" else "csv"
        if (before == "TO" and earlier in ("SUBMIT", "RESUBMIT")) or (before == "AT" and earlier == "CANCEL"):
            return "connection"
        if self.listing:
            return "folder"
        if before in _AFTER:
            return _AFTER[before]
        if self.statement in ("TABLE", "LIST"):
            return "literal"
        if (self.clause == "ON" and before in ("ON", "OR")) or (
            self.statement == "TEST" and before == "WHEN"
        ):
            return "event"
        if self.statement == "TEST" and self.clause in ("GIVEN", "WHEN"):
            return "literal"
        return "value"

    def a_word(self, at: int) -> Iterator[Mark]:
        token, before = self.tokens[at], self.kind(at - 1)
        if before in _DEFINING:
            yield Mark(_DEFINING[before], token.text, token.start, token.end, defines=True)
        elif before == "LOOKUP":
            yield Mark("table", token.text, token.start, token.end)
        elif before == "WITH":
            yield Mark("detail", token.text, token.start, token.end)
        elif before == "INT":  # with item 1 sku "..."
            yield Mark(
                "field", f"item.{token.text}", token.start, token.end, steps=(
                    Step("item", token.start, token.start), Step(token.text, token.start, token.end)
                ),
            )  # fmt: skip
        elif self.statement == "TABLE":
            yield Mark("column", token.text, token.start, token.end, defines=True)
        else:
            yield Mark("argument", token.text, token.start, token.end)

    def a_path(self, at: int) -> Generator[Mark, None, int]:
        """A field with all its steps; without one, a definition or a list."""
        root = self.tokens[at]
        last = at + 1 if self.kind(at + 1) == "INT" else at
        steps = [Step(root.text, root.start, root.end)]
        keys: list[Mark] = []
        while True:
            token = self.tokens[last + 1] if last + 1 < len(self.tokens) else None
            if token is not None and token.type == "FIELD":
                steps.append(Step(token.text[1:], token.start + 1, token.end))
                last += 1
            elif token is not None and token.type == "LSQB" and self.kind(last + 3) == "RSQB":
                inside = self.tokens[last + 2]
                if inside.type == "TEXT":
                    steps.append(Step(said(inside.text), inside.start, inside.end))
                    keys.append(Mark("key", said(inside.text), inside.start, inside.end))
                last += 3
            else:
                break
        name = ".".join(step.name for step in steps)
        if len(steps) == 1:
            yield Mark("name", name, root.start, root.end)
        else:
            yield Mark("field", name, root.start, self.tokens[last].end, steps=tuple(steps))
            yield from keys
        return last + 1

    def verb(self, at: int) -> Iterator[Mark]:
        """`move to folder`, `add tag`: as many words as the catalogue's name of it has."""
        said_here: list[str] = []
        for token in self.tokens[at : at + 3]:
            said_here.append(token.text)
            if (name := " ".join(said_here)) in _actions():
                yield Mark("action", name, self.tokens[at].start, token.end)
                return


def part_marks(text: str) -> Iterator[Mark]:
    """Of what stands between the braces of a text."""
    tokens = walk(text, "part").tokens
    yield from _Marking(text, tokens).all()


@lru_cache(maxsize=1)
def _actions() -> frozenset[str]:
    """The core's verbs as the catalogue names them."""
    return frozenset(entry.id for entry in catalogue.verbs().actions)
