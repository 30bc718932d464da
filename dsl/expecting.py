"""Where the reading of a statement stopped, and the plain answer to it: what was found, what could have stood there.

Built by `dsl.parser`, read by `dsl.slips`, which knows better answers for the slips that people make.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dsl import words
from dsl.chunks import Slip
from dsl.nearest import nearest


@dataclass(frozen=True)
class Token:
    type: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Place:
    """`found` is None where the text ends. `accepts` are the grammar's tokens that could stand at `at`; `before` all
    tokens before it."""

    kind: str
    text: str
    found: str | None
    at: int
    accepts: frozenset[str]
    before: tuple[Token, ...]

    @property
    def word(self) -> str:
        return self.found or ""

    @property
    def end(self) -> int:
        return self.at + len(self.word)

    @property
    def last(self) -> Token:
        return self.before[-1] if self.before else Token("", "", self.at, self.at)

    @property
    def clauses(self) -> list[str]:
        """The clauses of a rule that have begun, in their order."""
        return [_CLAUSES[token.type] for token in self.before if token.type in _CLAUSES]

    def slip(self, code: str, message: str, fix: str | None = None, meant: str | None = None) -> Slip:
        return Slip(code, self.at, self.end, message, fix, meant)


_CLAUSES = {"EACH": "for each", **{clause.upper(): clause for clause in words.CLAUSES}}
_FOUND = re.compile(r'"(?:[^"\\\n]|\\.)*"|\.?[A-Za-z_][A-Za-z0-9_]*|[0-9]+(?:\.[0-9]+)?|->|[<>!]=|\S')


def found_at(text: str, at: int) -> str | None:
    """The word at a place, as a person would name it."""
    m = _FOUND.match(text, at)
    return m[0] if m else None


def near(p: Place) -> str | None:
    """A word that could stand there and is nearly what was written."""
    if not p.word[:1].isalpha() or (len(p.word) < 4 and p.word in words.keywords().values()):
        return None
    accepted = [words.keywords()[t] for t in p.accepts if t in words.keywords()]
    best = nearest(p.word, accepted, 1)
    return best[0] if best else None


_PHRASES = {"starts": "starts with", "ends": "ends with", "has": "has tag"}


def unexpected(p: Place) -> Slip:
    said = " ".join(p.word.split())
    message = f"found `{said if len(said) <= 60 else said[:57] + '...'}`{_after(p)}"
    similar = near(p)
    fix = f"a similar word exists: `{_PHRASES.get(similar, similar)}`" if similar else _example(p)
    sure = similar if len(p.word) > 3 else None  # among short words another one is soon similar
    return p.slip("E101", f"{message}, expected {words.either(words.expected(p.accepts))}", fix, sure)


def ended(p: Place) -> Slip:
    at = p.last.end
    if p.kind == "rule" and "DO" in p.accepts:
        return Slip(
            "E121",
            at,
            at,
            "this rule ends without `do`",
            'say what the rule does, such as `do add tag "rush"`',
        )
    if p.kind == "table" and "OTHERWISE" in p.accepts:
        fix = 'the last line says what holds for all the rest: `otherwise "Standard"` or `otherwise nothing`'
        return Slip("E102", at, at, "this table ends without `otherwise`", fix)
    if "RPAR" in p.accepts:
        return Slip("E135", at, at, f"this {p.kind} ends within parentheses", "close them with `)`")
    choices = words.either(words.expected(p.accepts))
    return Slip("E102", at, at, f"this {p.kind} ends{_after(p)}, expected {choices}", _example(p))


def _after(p: Place) -> str:
    said = " ".join(p.last.text.split())
    return f" after `{said if len(said) <= 60 else said[:57] + '...'}`" if said else ""


_EXAMPLES = {
    "FOR": 'say for which orders, such as `every 2 hours for orders in "Backorder"`',
    "SUBJECT": "an e-mail is `send email to ... subject ... body ...`",
    "BODY": 'an e-mail is `send email to ... subject ... body ...`, or `body from "emails/late.txt"`',
    "HAPPENS": 'an event in a test is `when "Order is Imported" happens`',
    "CLOCK": "hours have two digits, such as `09:00`",
    "ITEM": "say `item` or `shipment`, in the singular",
}


def _example(p: Place) -> str | None:
    if len(p.accepts) > 3 and not (p.word == "body" and "SUBJECT" in p.accepts):
        return None
    return next((fix for token, fix in _EXAMPLES.items() if token in p.accepts), None)
