"""The words of the language as its readers and writers need them: how a token is called in a message, which words are
taken, what an operator's words mean.

Called by the parser's other modules and by the printer. The words themselves stand in `grammar.lark` and only there;
this reads them from it without loading lark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from dsl import ast

STATEMENTS = ("rule", "table", "list", "define", "test")
DAYS = frozenset({"day", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
CLAUSES = ("because", "owner", "mode", "on", "when", "for each", "do")

OPERATORS: dict[str, tuple[ast.Operator, bool]] = {
    "is": ("is", False),
    "is not": ("is", True),
    "=": ("is", False),
    "!=": ("is", True),
    "<": ("<", False),
    "<=": ("<=", False),
    ">": (">", False),
    ">=": (">=", False),
    "is missing": ("is missing", False),
    "is not missing": ("is missing", True),
    "is present": ("is present", False),
    "is not present": ("is present", True),
    "is exactly": ("is exactly", False),
    "is not exactly": ("is exactly", True),
    "is one of": ("is one of", False),
    "is not one of": ("is one of", True),
    "is between": ("is between", False),
    "is not between": ("is between", True),
    "is before": ("is before", False),
    "is not before": ("is before", True),
    "is after": ("is after", False),
    "is not after": ("is after", True),
    "is older than": ("is older than", False),
    "is not older than": ("is older than", True),
    "is newer than": ("is newer than", False),
    "is not newer than": ("is newer than", True),
    "contains": ("contains", False),
    "does not contain": ("contains", True),
    "starts with": ("starts with", False),
    "does not start with": ("starts with", True),
    "ends with": ("ends with", False),
    "does not end with": ("ends with", True),
    "matches": ("matches", False),
    "does not match": ("matches", True),
}
"""What is written, and the operator it is with or without its negation. The printer reads it backwards; `is` and
`is not` come before their signs so that they are what is printed."""

WHOLE = {
    "TEXT": "a text in quotes",
    "PATTERN": "a pattern in quotes",
    "NAME": "a name",
    "WORD": "a name",
    "CONNECTION": "the name of a connection",
    "FIELD": "a field",
    "INT": "a whole number",
    "NUMBER": "a number",
    "MONEY": "an amount of money",
    "WEIGHT": "a weight",
    "DURATION": "a time such as `3 days`",
    "DATE": "a date",
    "TIME": "a date and time",
    "CLOCK": "a time of day such as `09:00`",
    "DAY": "`day` or a day of the week",
    "$END": "the end",
}

SIGNS = {
    "ARROW": "->", "EQUAL": "=", "UNEQUAL": "!=", "LESS": "<", "LESS_EQUAL": "<=", "MORE_THAN": ">", "MORE_EQUAL": ">=",
    "LPAR": "(", "RPAR": ")", "LSQB": "[", "RSQB": "]", "COMMA": ",", "VBAR": "|", "COLON": ":",
    "PLUS": "+", "MINUS": "-", "STAR": "*", "SLASH": "/",
}  # fmt: skip

_VALUE = frozenset({"TEXT", "NUMBER", "NAME", "LPAR", "NOW"})
_VALUE_ALL = _VALUE | {
    "MONEY", "WEIGHT", "DURATION", "DATE", "TIME", "TRUE", "FALSE", "MINUS", "TODAY", "LOOKUP", "NUMBER_WORD",
    "SUM", "SMALLEST", "LARGEST",
}  # fmt: skip
_CONDITION = frozenset({"NOT", "ANY", "EVERY"})
_CONDITION_ALL = _CONDITION | {"NO"}
_LITERAL = frozenset({"TEXT", "NUMBER", "MONEY", "DATE", "TRUE"})
_LITERAL_ALL = _LITERAL | {"WEIGHT", "DURATION", "TIME", "FALSE", "MINUS"}
_COMPARING = frozenset({"IS", "EQUAL", "CONTAINS"})
_COMPARING_ALL = _COMPARING | {
    "UNEQUAL", "LESS", "LESS_EQUAL", "MORE_THAN", "MORE_EQUAL", "STARTS", "ENDS", "MATCHES", "DOES", "HAS",
}  # fmt: skip
_CALCULATING = frozenset({"PLUS", "MINUS", "STAR", "SLASH"})
ACTION = frozenset({"MOVE", "ADD", "SET", "SUBMIT"})
ACTIONS = ACTION | {
    "REMOVE", "CLEAR", "INCREASE", "DECREASE", "APPLY", "SPLIT", "RESUBMIT", "CANCEL", "SEND", "POST", "RAISE", "STOP",
    "RUN",
}  # fmt: skip
_STEP = frozenset({"FIELD", "LSQB"})


@cache
def grammar() -> str:
    return files("dsl").joinpath("grammar.lark").read_text(encoding="utf-8")


@cache
def _terminals() -> dict[str, str]:
    line = re.compile(r"^([A-Z_]+)(?:\.-?[0-9]+)?: /(.+)/(s?)$", re.MULTILINE)
    return {m[1]: f"(?s:{m[2]})" if m[3] else m[2] for m in line.finditer(grammar())}


def terminal(name: str) -> str:
    """The regular expression of one of the grammar's tokens."""
    return _terminals()[name]


@cache
def keywords() -> dict[str, str]:
    """The keyword of each token that is one: `NUMBER_WORD` is `number`."""
    keyword = re.compile(r"([a-z]+)\(\?!\[A-Za-z0-9_\]\)")
    return {name: m[1] for name, pattern in _terminals().items() if (m := keyword.fullmatch(pattern))}


@cache
def _free() -> re.Pattern[str]:
    return re.compile(terminal("NAME"))


@cache
def verbs() -> frozenset[str]:
    """The words that actions begin with."""
    return frozenset(keywords()[token] for token in ACTIONS)


def taken(word: str) -> bool:
    """Whether the language needs the word itself where a definition's or a list's name could stand."""
    return _free().fullmatch(word) is None


@cache
def _connection() -> re.Pattern[str]:
    return re.compile(terminal("CONNECTION"))


def is_connection(name: str) -> bool:
    """Whether a connection's name can be written without quotes."""
    return _connection().fullmatch(name) is not None


def expected(tokens: Iterable[str]) -> list[str]:
    """What could have stood there, in readable words, at most eight; all that begin a value are `a value`."""
    left = set(tokens)
    if len(left) > 1:
        left.discard("$END")
    if left <= _STEP:
        return ["a field such as `.country`"]
    said: list[str] = []

    def group(marks: frozenset[str], whole: frozenset[str], *words: str) -> None:
        if marks <= left:
            said.extend(words)
            left.difference_update(whole)

    group(_VALUE | _CONDITION, _VALUE_ALL | _CONDITION_ALL, "a condition or a value")
    group(_VALUE, _VALUE_ALL, "a value")
    group(_LITERAL, _LITERAL_ALL, "a value")
    group(_COMPARING, _COMPARING_ALL, "a comparison such as `is`")
    group(_CALCULATING, _CALCULATING, "a sign such as `+`")
    group(ACTION, ACTIONS, "an action such as `add tag`")
    group(_STEP, _STEP)
    loop = "for each" if "DO" in left else "for orders in"
    words = sorted(f"`{loop if t == 'FOR' else keywords()[t]}`" for t in left if t in keywords())
    signs = sorted(f"`{SIGNS[t]}`" for t in left if t in SIGNS)
    kinds = sorted({WHOLE[t] for t in left if t in WHOLE})
    said = [*kinds, *said, *words, *signs]
    return said if len(said) <= 8 else [*said[:7], "..."]


def either(choices: list[str]) -> str:
    """`a, b or c`"""
    if len(choices) < 2:
        return "".join(choices)
    if choices[-1] == "...":
        return ", ".join(choices)
    return f"{', '.join(choices[:-1])} or {choices[-1]}"
