"""Which word, literal and sign of the language is of which kind, and what a kind is called where colours are chosen.

Called by the TextMate grammar and the Pygments lexer beside it. The words are the grammar's own; a word that is not put
into a kind here is a `word`, so that a new one is coloured from the day that it is in the grammar.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, get_args

from dsl import words

Kind = Literal[
    "comment", "advice", "statement", "title", "clause", "action", "logic", "comparison", "quantifier", "constant", "subject",
    "field", "word", "moment", "amount", "number", "sign", "text", "escape", "pattern", "part", "bracket", "name",
]  # fmt: skip

SCOPES: dict[Kind, str] = {
    "comment": "comment.line.number-sign",
    "advice": "comment.line.number-sign.allow keyword.other.allow",
    "statement": "keyword.control.statement",
    "title": "string.quoted.double entity.name.function",
    "clause": "keyword.control.clause",
    "action": "support.function.action",
    "logic": "keyword.operator.logical",
    "comparison": "keyword.operator.comparison",
    "quantifier": "keyword.operator.quantifier",
    "constant": "constant.language",
    "subject": "variable.language",
    "field": "variable.other.member",
    "word": "keyword.other",
    "moment": "constant.numeric.moment",
    "amount": "constant.numeric.amount",
    "number": "constant.numeric",
    "sign": "keyword.operator.sign",
    "text": "string.quoted.double",
    "escape": "constant.character.escape",
    "pattern": "string.regexp",
    "part": "punctuation.section.embedded",
    "bracket": "punctuation",
    "name": "variable.other",
}
"""In TextMate's names, which themes of editors know; each ends in the language's own."""

_CLAUSES = {
    "because", "owner", "mode", "on", "when", "where", "for", "each", "do", "otherwise", "given", "expect",
}  # fmt: skip
_LOGIC = {"and", "or", "not"}
_QUANTIFIERS = {"any", "every", "no", "number", "sum", "smallest", "largest", "lookup"}
_CONSTANTS = {"true", "false", "missing", "present", "nothing", "now", "today", "live", "shadow", "off"}
_SUBJECTS = {"order", "item", "shipment", "event"}
_ALSO = words.DAYS | {"event"}
"""Words that the grammar does not have as keywords, and readers take for some."""


@cache
def kinds_of_words() -> dict[str, Kind]:
    """Every keyword, and its kind."""
    comparing = {word for operator in words.OPERATORS for word in operator.split() if word.isalpha()}
    groups: tuple[tuple[Kind, set[str] | frozenset[str]], ...] = (
        ("statement", frozenset(words.STATEMENTS)),
        ("action", words.verbs()),
        ("logic", _LOGIC),
        ("constant", _CONSTANTS),
        ("quantifier", _QUANTIFIERS),
        ("subject", _SUBJECTS),
        ("clause", _CLAUSES),
        ("comparison", comparing | {"has", "have"}),
    )
    return {
        word: next((kind for kind, group in groups if word in group), "word")
        for word in sorted({*words.keywords().values(), *_ALSO})
    }


def words_of(kind: Kind) -> list[str]:
    return [word for word, its in kinds_of_words().items() if its == kind]


KINDS_OF_WORDS: tuple[Kind, ...] = (
    "statement", "clause", "action", "logic", "comparison", "quantifier", "constant", "subject", "word",
)  # fmt: skip

NAME = r"[A-Za-z_][A-Za-z0-9_]*"
CONNECTION = rf"{NAME}(?:-[A-Za-z0-9_]+)+"
ADVICE = r"#[ \t]*allow\b"
ESCAPE = r"\\."
SIGN = r"->|!=|<=|>=|[=<>+*/-]"
BRACKET = r"[()\[\],|:]"


def literals() -> tuple[tuple[Kind, str], ...]:
    """As the grammar has them, the longest first."""
    return (
        ("moment", rf"{words.terminal('TIME')}|{words.terminal('DATE')}|{words.terminal('CLOCK')}"),
        (
            "amount",
            rf"{words.terminal('MONEY')}|{words.terminal('WEIGHT')}|{words.terminal('DURATION')}",
        ),
        ("number", rf"\b{words.terminal('NUMBER')}"),
    )


def flat() -> tuple[tuple[Kind, str], ...]:
    """Kind and regular expression of everything that is neither text nor comment, in the order in which it is looked for.
    The expressions mean the same to Python and to Oniguruma."""
    keywords = tuple(
        (kind, rf"\b(?:{'|'.join(words_of(kind))})\b(?!-[A-Za-z0-9_])") for kind in KINDS_OF_WORDS
    )
    return (
        ("field", rf"\.{NAME}"),
        *literals(),
        ("name", rf"\b{CONNECTION}"),
        *keywords,
        ("name", rf"\b{NAME}"),
        ("sign", SIGN),
        ("bracket", BRACKET),
    )


assert SCOPES.keys() == set(get_args(Kind))
