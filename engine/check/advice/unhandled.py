"""Failure events that nobody handles (W505): an order that is refused would just stay where it is."""

from __future__ import annotations

from collections.abc import Sequence

from dsl.schema import EventSpec
from engine.check.advice.links import Link
from engine.check.scope import Scope


def advise(links: Sequence[Link], scope: Scope) -> None:
    first: dict[str, Link] = {}
    handled: set[str] = set()
    for link in links:
        if not link.ways.setting:
            handled.update(link.events)
            for connection in link.ways.submits:
                first.setdefault(connection, link)
    for connection, link in first.items():
        open_ones = [e for e in failures(connection, scope) if e.id not in handled]
        if open_ones:
            names = ", ".join(f'"{e.label}"' for e in open_ones)
            scope.report.add(
                "W505",
                f"no rule handles {names}: such an order stays where it is, and nobody is told",
                link.marks().submits[link.ways.submits.index(connection)],
                help=f'write a rule `on "{open_ones[0].label}"` that moves the order to a folder people look at',
            )


def failures(connection: str, scope: Scope) -> list[EventSpec]:
    return [e for e in scope.schema.events.values() if e.connection == connection and e.after == "rejected"]
