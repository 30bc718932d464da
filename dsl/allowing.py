"""`# allow W512: seasonal, until 2027-01-31`: comments that silence a finding where it stands.

Called by `dsl.parser` with a file's comments. Whether the code exists and the date has passed is the checker's.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from dsl import ast
from dsl.diagnostics import Diagnostic
from dsl.source import Source

_MEANT = re.compile(r"#\s*allow\s*:?\s+[EWew][0-9]", re.IGNORECASE)
_ALLOW = re.compile(
    r"#\s*allow (?P<code>[EW][0-9]{3}): (?P<reason>.*?)(?:, until (?P<until>[0-9]{4}-[0-9]{2}-[0-9]{2}))?\s*"
)
_HELP = "write `# allow W512: the reason, until 2027-01-31`; the reason is a must, the date is not"


def read(source: Source, comments: Sequence[ast.Comment]) -> tuple[tuple[ast.Allow, ...], list[Diagnostic]]:
    allows: list[ast.Allow] = []
    wrong: list[Diagnostic] = []
    for comment, covered in zip(comments, _covered(source, comments), strict=True):
        if not _MEANT.match(comment.text):
            continue
        m = _ALLOW.fullmatch(comment.text)
        if m is None or not m["reason"].strip() or re.search(r"\buntil\b", m["reason"]):
            wrong.append(Diagnostic("E129", "found an `allow` that cannot be read", comment.span, _HELP))
            continue
        try:
            until = dt.date.fromisoformat(m["until"]) if m["until"] else None
        except ValueError:
            wrong.append(Diagnostic("E129", f"`{m['until']}` is not in the calendar", comment.span, _HELP))
            continue
        allows.append(ast.Allow(m["code"], m["reason"].strip(), until, covered, span=comment.span))
    return tuple(allows), wrong


def _covered(source: Source, comments: Sequence[ast.Comment]) -> list[int]:
    """For each comment the line it stands on; where it stands alone, the next line that is more than a comment."""
    covered: list[int] = []
    next_alone, below = -1, -1
    for comment in reversed(comments):
        line, column = source.place(comment.span.start)
        if source.line(line)[: column - 1].strip(" \t\ufeff"):
            covered.append(line)
            continue
        below = below if next_alone == line + 1 else line + 1
        next_alone = line
        covered.append(below)
    return covered[::-1]
