"""How deep a statement may be nested, so that nobody who walks a tree runs out of stack.

Called by `dsl.parser` before it reads a statement (brackets) and after; chains such as `1 + 1 + 1 ...` are counted as they
are built.
"""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache

from dsl import ast, words
from dsl.source import Span

DEEPEST = 64


class TooDeep(Exception):
    """Raised while a statement is built and caught by its reader: a chain that goes on for ever ends there."""

    def __init__(self, span: Span) -> None:
        self.span = span


@cache
def _brackets() -> re.Pattern[str]:
    return re.compile(rf"{words.terminal('TEXT')}|#[^\n]*+|(?P<open>[(\[])|(?P<close>[)\]])")


def brackets_too_deep(text: str) -> int | None:
    """Where a bracket opens that is one too many."""
    if text.count("(") + text.count("[") <= DEEPEST:
        return None
    deep = 0
    for mark in _brackets().finditer(text):
        if mark.lastgroup == "open":
            deep += 1
            if deep > DEEPEST:
                return mark.start()
        elif mark.lastgroup == "close":
            deep = max(0, deep - 1)
    return None


def too_deep(statement: ast.Node) -> Span | None:
    """The place of a node that is nested too deep, found without recursion."""
    waiting: list[tuple[ast.Node, int, ast.Node]] = [(statement, 0, statement)]
    while waiting:
        node, deep, outermost = waiting.pop()
        if deep > DEEPEST:
            return outermost.span
        for name in _names(type(node).__name__):
            value = getattr(node, name)
            for child in value if isinstance(value, tuple) else (value,):
                if isinstance(child, ast.Node):
                    waiting.append((child, deep + 1, child if deep == 0 else outermost))
    return None


@cache
def _names(kind: str) -> tuple[str, ...]:
    return tuple(
        f.name for f in fields(getattr(ast, kind)) if f.name not in ("span", "title_span", "name_span")
    )
