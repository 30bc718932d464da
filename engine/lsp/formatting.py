"""The canonical layout of a rules file, as edits of the lines that differ.

Called by `server`. The layout is `dsl.formatting`'s, as `ordinance fmt` has it; a file that has mistakes is left alone.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from lsprotocol import types

from dsl.formatting import Changed, format  # noqa: A004  the architecture's own word
from dsl.source import Source
from engine.lsp.text import Text
from engine.lsp.workspace import Place

MOST_LINES = 20_000
"""Of a longer file all is replaced: comparing takes longer."""


def formatting(place: Place) -> list[types.TextEdit]:
    if not place.path.endswith(".rules"):
        return []
    try:
        text = format(Source(place.path, place.text.text)).text
    except Changed:
        return []  # our mistake; the file stays as it is
    return [] if text is None else edits(place.text, text)


def edits(old: Text, new: str) -> list[types.TextEdit]:
    """From one text to another, whole lines at a time."""
    before, after = old.text.splitlines(keepends=True), new.splitlines(keepends=True)
    if len(before) > MOST_LINES or len("".join(before)) != len(old.text):
        return [types.TextEdit(old.range(0, len(old.text)), new)] if old.text != new else []
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [
        types.TextEdit(old.range(starts[a], starts[b]), "".join(after[c:d]))
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]
