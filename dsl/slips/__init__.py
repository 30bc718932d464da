"""What people type by mistake: for a statement that cannot be read, what to say of it and what was meant.

Called by `dsl.parser` with the place where reading stopped. Each function of `clauses`, `conditions` and `literals` knows
one family of slips; the first that recognises its own speaks, and where none does, `found ..., expected ...` does
(`dsl.expecting`). Slips that can be seen without the grammar are found in `dsl.chunks`, those that are good grammar in
`dsl.expressions`.
"""

from __future__ import annotations

from collections.abc import Callable

from dsl import words
from dsl.chunks import Slip
from dsl.expecting import Place, ended, unexpected
from dsl.slips import clauses, conditions, literals


def explain(place: Place) -> Slip:
    """The slip at the place where reading stopped; its offsets are those of the place's text."""
    if place.found is None:
        return ended(place)
    for look in _LOOKS:
        if slip := look(place):
            return slip
    return unexpected(place)


def outside(word: str, start: int) -> Slip:
    """Text before a file's first statement."""
    fix = "a file consists of statements; each begins on a line of its own; a comment begins with `#`"
    if word.lower() in words.CLAUSES:
        fix = f'`{word.lower()}` belongs to a rule, which begins with its title: `rule "..."`'
    choices = words.either([f"`{s}`" for s in words.STATEMENTS])
    return Slip("E127", start, start + len(word), f"found `{word}`, expected {choices}", fix)


def part(text: str, start: int) -> Slip:
    """What stands between the braces of a text and cannot be read. Its place is that of `start`."""
    said = text.strip()[:60]
    message = f"found `{{{said}}}` in a text, expected a field or a definition"
    fix = "only a field such as `{order.email}` or a definition is replaced; a brace itself is `{{` or `}}`"
    if "\\" in said:
        fix = 'quotes within braces need no backslash: `{item.variation["Design"]}`'
    return Slip("E108", start, start + len(text), message, fix)


_LOOKS: tuple[Callable[[Place], Slip | None], ...] = (
    clauses.statement, literals.capitals, clauses.clause, clauses.cell, conditions.phrase, clauses.verb, literals.unit,
    literals.number, conditions.several, conditions.bracket, clauses.separator, conditions.chain, literals.quotes,
    literals.unknown, clauses.glue,
)  # fmt: skip
"""The order matters: the first that recognises its own speaks."""
