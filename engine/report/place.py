"""Where a finding is, and text that can be shown as it is: what all formats have in common."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from dsl.source import Span

_PLAIN = re.compile(r"[ -~]*")
_JOINERS = "\u200c\u200d"
"""Scripts and emoji are written with them, and they hide nothing."""


@dataclass(frozen=True)
class Place:
    """Lines and columns count from 1, columns in characters; the end is exclusive. `path` is "" for a finding that
    stands in no file."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


def place(span: Span, folder: str) -> Place:
    path = span.source.path
    if path and folder not in ("", "."):
        path = f"{folder.rstrip('/')}/{path}"
    return Place(path, *span.source.place(span.start), *span.source.place(max(span.start, span.end)))


def visible(text: str) -> str:
    """Text in which nothing acts on a terminal or hides from a reader: control characters, escapes, marks that turn the
    writing direction, separators of lines. They are shown as the language writes them: `\\u{1B}`."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(map(_visible, text))


def _visible(char: str) -> str:
    if char in _JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return char
    if char == "\n":
        return "\\n"
    return f"\\u{{{ord(char):X}}}"
