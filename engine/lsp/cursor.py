"""Where the cursor is in a statement: in a comment, in a text, in braces, or at a word; and the tokens before it.

Called by `completion`. By the text before the cursor alone, as what follows is not written yet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dsl import words
from engine.lsp.walk import Walk, walk

_UNIT = re.compile(
    rf"""(?P<comment>\#[^\n]*)
    |(?P<pattern>(?<![A-Za-z0-9_.])match(?:es)?[ \t\r\n]+{words.terminal("PATTERN")})
    |(?P<text>{words.terminal("TEXT")})
    |(?P<long>\"\"\"[\s\S]*)
    |(?P<open>"[^\n]*)
    |[^"\#m]+|[\s\S]""",
    re.VERBOSE,
)
_WORD = re.compile(r"\.?[A-Za-z_][A-Za-z0-9_-]*\Z|\.\Z")
_KEY_IN_BRACES = re.compile(r'\{(?P<path>[A-Za-z_][A-Za-z0-9_.]*)\[\"(?P<typed>[^"\\\n{}\]]*)\Z')
_BRACE = re.compile(r"(?<!\{)(?:\{\{)*\{(?P<part>(?:[A-Za-z_][A-Za-z0-9_.]*)?)\Z")


@dataclass(frozen=True)
class Cursor:
    """kind: `word` also where no letter of it is there yet. typed: what is there of the word, text, key or comment; of a
    text without its quote. start: where that begins in the statement. walk: over what stands before it; within braces,
    over what stands before the text. opening: where the text's quote is."""

    kind: Literal["word", "text", "part", "key in part", "comment"]
    typed: str
    start: int
    walk: Walk
    opening: int = 0
    path: str = ""


def cursor(before: str) -> Cursor:
    """before: a statement up to the cursor."""
    opening: int | None = None
    for unit in _UNIT.finditer(before):
        if unit.lastgroup == "comment" and unit.end() == len(before):
            return Cursor("comment", unit[0], unit.start(), walk(before[: unit.start()]))
        if unit.lastgroup in ("open", "long"):
            opening = unit.start()
    if key := _KEY_IN_BRACES.search(before):
        quote = before.rfind('"', 0, key.start())
        if quote >= 0 and "\n" not in before[quote : key.start()]:
            return Cursor(
                "key in part", key["typed"], key.start("typed"), walk(before[:quote]), quote, key["path"]
            )
    if opening is not None:
        said = walk(before[:opening])
        inside = opening + (3 if before.startswith('"""', opening) else 1)
        if part := _BRACE.search(before, inside):
            return Cursor("part", part["part"], part.start("part"), said, opening)
        return Cursor("text", before[inside:], inside, said, opening)
    word = _WORD.search(before)
    start = word.start() if word else len(before)
    return Cursor("word", before[start:], start, walk(before[:start]))
