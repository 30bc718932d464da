"""The TextMate grammar: what VS Code, Sublime Text, Zed and GitHub colour rules by.

Called by `engine.docs`, which writes it to `editors/vscode/syntaxes/`; a test holds what is written against this.
"""

from __future__ import annotations

import json
from typing import Any

from dsl.colours.kinds import ADVICE, ESCAPE, NAME, SCOPES, Kind, flat

SCOPE = "source.ordinance"


def grammar() -> str:
    """The JSON of the grammar."""
    return json.dumps(_grammar(), indent=2, ensure_ascii=False) + "\n"


def _grammar() -> dict[str, Any]:
    return {
        "$comment": "Written by `make docs` from dsl/colours. Change that, not this.",
        "name": "Ordinance",
        "scopeName": SCOPE,
        "fileTypes": ["rules"],
        "patterns": [
            {"include": "#comment"},
            {"include": "#titled"},
            {"include": "#named"},
            {"include": "#pattern"},
            {"include": "#long-text"},
            {"include": "#text"},
            {"include": "#value"},
        ],
        "repository": {
            "comment": {
                "patterns": [
                    {"name": scope("comment"), "match": rf"({ADVICE})[^\n]*", "captures": {"1": named("advice")}},
                    {"name": scope("comment"), "match": r"#[^\n]*"},
                ]
            },
            "titled": {
                "match": r'\b(rule|test)[ \t]+("(?:[^"\\\n]|\\.)*")',
                "captures": {"1": named("statement"), "2": named("title")},
            },
            "named": {
                "match": rf"\b(table|list|define)[ \t]+({NAME})",
                "captures": {"1": named("statement"), "2": named("title")},
            },
            "pattern": {
                "match": r'\b(match(?:es)?)[ \t]+("(?:[^"\\\n]|\\.)*")',
                "captures": {"1": named("comparison"), "2": named("pattern")},
            },
            "long-text": _text('"""'),
            "text": _text('"'),
            "part": {
                "begin": r"\{",
                "end": r"\}|(?=\n)",
                "captures": {"0": named("part")},
                "patterns": [{"include": "#key"}, {"include": "#value"}],
            },
            "key": {"name": scope("text"), "match": r'"(?:[^"\\\n]|\\.)*"'},
            "value": {"patterns": [{"name": scope(kind), "match": pattern} for kind, pattern in flat()]},
        },
    }  # fmt: skip


def scope(kind: Kind) -> str:
    return " ".join(f"{name}.ordinance" for name in SCOPES[kind].split())


def named(kind: Kind) -> dict[str, str]:
    return {"name": scope(kind)}


def _text(quotes: str) -> dict[str, Any]:
    """A text of one line ends with its line, so that a quote that is missing spoils no more than that."""
    return {
        "name": scope("text"),
        "begin": quotes,
        "end": quotes if len(quotes) > 1 else rf"{quotes}|(?=\n)",
        "patterns": [{"name": scope("escape"), "match": ESCAPE}, {"include": "#part"}],
    }
