"""The Pygments lexer: rules in colour in Sphinx, MkDocs, at the terminal, and in the pages that Ordinance writes.

Pygments finds it by the entry point `ordinance` (pyproject.toml): `pygmentize -l ordinance`, or a fence of that name.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from pygments.lexer import RegexLexer, bygroups
from pygments.token import (
    Comment,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
    Whitespace,
    _TokenType,
)

from dsl.colours.kinds import ADVICE, ESCAPE, NAME, Kind, flat

TOKENS: dict[Kind, _TokenType] = {
    "comment": Comment.Single,
    "advice": Comment.Special,
    "statement": Keyword.Declaration,
    "title": Name.Function,
    "clause": Keyword,
    "action": Name.Builtin,
    "logic": Operator.Word,
    "comparison": Operator.Word,
    "quantifier": Operator.Word,
    "constant": Keyword.Constant,
    "subject": Name.Variable.Global,
    "field": Name.Attribute,
    "word": Keyword.Pseudo,
    "moment": Literal.Date,
    "amount": Number,
    "number": Number,
    "sign": Operator,
    "text": String.Double,
    "escape": String.Escape,
    "pattern": String.Regex,
    "part": String.Interpol,
    "bracket": Punctuation,
    "name": Name,
}

_VALUES = [(pattern, TOKENS[kind]) for kind, pattern in flat()]
_QUOTED = r'"(?:[^"\\\n]|\\.)*"'


def _each(*tokens: _TokenType) -> Any:
    """One for each group of the expression."""
    return bygroups(*tokens)  # type: ignore[no-untyped-call]


class OrdinanceLexer(RegexLexer):
    name = "Ordinance"
    aliases: ClassVar[list[str]] = ["ordinance"]
    filenames: ClassVar[list[str]] = ["*.rules"]
    flags = re.MULTILINE
    tokens: ClassVar[dict[str, Any]] = {
        "root": [
            (r"\s+", Whitespace),
            (rf"({ADVICE})([^\n]*)", _each(TOKENS["advice"], TOKENS["comment"])),
            (r"#[^\n]*", TOKENS["comment"]),
            (rf"\b(rule|test)([ \t]+)({_QUOTED})", _each(TOKENS["statement"], Whitespace, TOKENS["title"])),
            (rf"\b(table|list|define)([ \t]+)({NAME})", _each(TOKENS["statement"], Whitespace, TOKENS["title"])),
            (rf"\b(match(?:es)?)([ \t]+)({_QUOTED})", _each(TOKENS["comparison"], Whitespace, TOKENS["pattern"])),
            (r'"""', TOKENS["text"], "long-text"),
            (r'"', TOKENS["text"], "text"),
            *_VALUES,
            (r".", Text),
        ],
        "text": [
            (r'"', TOKENS["text"], "#pop"),
            (r"\n", Whitespace, "#pop"),
            (ESCAPE, TOKENS["escape"]),
            (r"\{", TOKENS["part"], "part"),
            (r'[^"\\{\n]+', TOKENS["text"]),
            (r"\\", TOKENS["text"]),
        ],
        "long-text": [
            (r'"""', TOKENS["text"], "#pop"),
            (ESCAPE, TOKENS["escape"]),
            (r"\{", TOKENS["part"], "part"),
            (r'[^"\\{]+|["\\]', TOKENS["text"]),
        ],
        "part": [
            (r"\}", TOKENS["part"], "#pop"),
            (r"(?=\n)", Text, "#pop"),
            (r"[ \t]+", Whitespace),
            (_QUOTED, TOKENS["text"]),
            *_VALUES,
            (r".", Text),
        ],
    }  # fmt: skip
