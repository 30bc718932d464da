"""The words of the language that can stand at a place, each with the words that must follow it: `move to folder`.

Called by `completion`. Both come from the grammar's tables alone, so that what is offered can be read.
"""

from __future__ import annotations

from collections.abc import Iterator

from dsl import words
from engine.lsp.walk import Walk

MOST_CHOICES = 5
LONGEST = 5
_CLAUSES = frozenset(
    words.ACTIONS | {"ON", "WHEN", "DO", "BECAUSE", "OWNER", "MODE", "GIVEN", "EXPECT", "OTHERWISE"}
)
"""Where one of these could follow, a phrase is complete."""


def phrases(walk: Walk) -> Iterator[tuple[str, ...]]:
    """Kinds of tokens, the first of which can stand where the walk ends; in no order."""
    for kind in walk.accepts:
        if kind in words.keywords() and (after := walk.after(kind)) is not None:
            yield from _longer((kind,), after)


def _longer(phrase: tuple[str, ...], walk: Walk) -> Iterator[tuple[str, ...]]:
    follows = walk.accepts
    forced = [kind for kind in follows if kind in words.keywords() or kind == "LPAR"]
    if (
        len(phrase) == LONGEST
        or len(forced) != len(follows)
        or len(follows) > MOST_CHOICES
        or follows & _CLAUSES
    ):
        yield phrase
        return
    for kind in forced:
        after = walk.after(kind)
        if after is None or kind == "LPAR":
            yield (*phrase, kind)
        else:
            yield from _longer((*phrase, kind), after)


def written(phrase: tuple[str, ...]) -> str:
    said = " ".join(words.keywords().get(kind, words.SIGNS.get(kind, "")) for kind in phrase)
    return said.removesuffix(" (") + (
        "(" if phrase == ("NUMBER_WORD", "LPAR") else " (" if said.endswith(" (") else ""
    )
