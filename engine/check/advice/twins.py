"""Rules that say the same (W513): copied, and then forgotten or changed in one place only."""

from __future__ import annotations

from collections.abc import Sequence

from dsl.diagnostics import Note
from engine.check.advice.links import Link
from engine.check.scope import Scope


def advise(links: Sequence[Link], scope: Scope) -> None:
    first: dict[str, Link] = {}
    for link in links:
        if link.says:
            other = first.setdefault(link.says, link)
            if other is not link:
                scope.report.add(
                    "W513",
                    f"this rule says the same as `{other.title}`",
                    link.marks().title,
                    help="keep one of the two",
                    notes=[Note("the other is here", other.marks().title)],
                )
