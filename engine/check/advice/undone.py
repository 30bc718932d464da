"""A rule that undoes what the rule before it did (W514), so that nobody ever sees the first.

Looked at are two rules that follow each other on one event, the second without a condition or with the same one: a tag
that is added and taken off, a field that is written twice, a move after a move.
"""

from __future__ import annotations

from collections.abc import Sequence

from dsl.diagnostics import Note
from engine.check.advice.links import Did, Link
from engine.check.scope import Scope

UNDOES = {"add tag": ("remove tag",), "remove tag": ("add tag",), "set": ("set", "clear"), "clear": ("set",)}


def advise(links: Sequence[Link], scope: Scope) -> None:
    before: dict[str, Link] = {}
    told: set[str] = set()
    for link in links:
        ways = link.ways
        for event in ways.events if not ways.setting else ():
            earlier = before.get(event)
            before[event] = link
            if earlier is None or link.title in told or not after(earlier, link):
                continue
            pair = next(((a, b) for a in earlier.ways.did for b in ways.did if undoes(a, b)), None)
            if pair is not None:
                told.add(link.title)
                first, second = pair
                scope.report.add(
                    "W514",
                    f"this undoes what the rule before it does, `{earlier.title}`",
                    link.marks().did[ways.did.index(second)],
                    help="give one of the two a condition that the other has not, or take one away",
                    notes=[Note("undone is this", earlier.marks().did[earlier.ways.did.index(first)])],
                )


def after(earlier: Link, link: Link) -> bool:
    """Whether the second fires wherever the first did."""
    return not earlier.ways.stops and (link.asks == "" or link.asks == earlier.asks)


def undoes(first: Did, second: Did) -> bool:
    if first.verb == second.verb == "move to folder":
        return first.about != second.about
    return second.verb in UNDOES.get(first.verb, ()) and first.about == second.about
