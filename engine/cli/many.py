"""Options that take several values after one another, as a shell's `*.json` gives them: `--orders a.json b.json`.

click takes one value for each mention of an option; the arguments are rewritten so before it reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from engine.folder import FILE

Belongs = Callable[[str], bool]


def an_orders_path(word: str) -> bool:
    """A ruleset's folder is the command's own argument, also behind `--orders`."""
    return not (Path(word) / FILE).is_file()


def an_assignment(word: str) -> bool:
    return "=" in word


MANY: Mapping[str, Belongs] = {
    "--orders": an_orders_path,
    "--with": an_assignment,
    "--answer": an_assignment,
    "--product": bool,
}


def spread(words: Sequence[str]) -> list[str]:
    """`--orders a b` as `--orders a --orders b`; the first word after an option is always its value."""
    spelled: list[str] = []
    option: str | None = None
    first = False
    for at, word in enumerate(words):
        if word == "--":
            return [*spelled, *words[at:]]
        if option is not None and not first and not word.startswith("-") and MANY[option](word):
            spelled += [option, word]
            continue
        if first:
            first = False
            spelled.append(word)
            continue
        option = word if word in MANY else None
        first = option is not None
        spelled.append(word)
    return spelled


class Many(click.Command):
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, spread(args))
