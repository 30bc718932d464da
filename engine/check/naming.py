"""Fixes for names that nothing has: the nearest that something has, written as the author would have to write it.

Called beside `choices_help`, wherever an unknown name is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dsl import texts, words
from dsl.diagnostics import Fix
from dsl.nearest import near_fixes
from dsl.source import Span


def near_names(span: Span, name: str, choices: Iterable[str]) -> tuple[Fix, ...]:
    """Where the name is all that stands there, in quotes or without."""
    if span.text.startswith('"'):
        return near_fixes(span, name, choices, texts.plain)
    if span.text == name:
        return near_fixes(span, name, choices, _bare)
    return ()


def near_parts(span: Span, name: str, choices: Iterable[str], *, after: str = "") -> tuple[Fix, ...]:
    """Where it is a part of what stands there: the first that is it, behind what stands before it."""
    found = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])").search(
        span.text, span.text.find(after) + len(after)
    )
    if found is None:
        return ()
    start = span.start + found.start()
    return near_fixes(Span(span.source, start, start + len(name)), name, choices)


def near_quoted(span: Span, name: str, choices: Iterable[str]) -> tuple[Fix, ...]:
    """Where a word stands before it: `button "Approve artwork"`."""
    at = span.text.find('"')
    return near_names(Span(span.source, span.start + at, span.end), name, choices) if at >= 0 else ()


def _bare(name: str) -> str:
    return name if words.is_connection(name) or "." in name else texts.plain(name)
