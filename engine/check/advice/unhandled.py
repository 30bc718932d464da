"""Failure events that nobody handles (W505): an order that is refused would just stay where it is."""

from __future__ import annotations

from collections.abc import Sequence

from dsl.schema import EventSpec
from dsl.source import Span
from engine.check.advice.links import Link
from engine.check.scope import Scope


def advise(links: Sequence[Link], scope: Scope) -> None:
    first: dict[str, Span] = {}
    handled: set[str] = set()
    for link in links:
        if not link.setting:
            handled.update(link.events)
            for connection, span in link.submits:
                first.setdefault(connection, span)
    for connection, span in first.items():
        open_ones = [e for e in failures(connection, scope) if e.id not in handled]
        if open_ones:
            names = ", ".join(f'"{e.label}"' for e in open_ones)
            scope.report.add(
                "W505",
                f"no rule handles {names}: such an order stays where it is, and nobody is told",
                span,
                help=f'write a rule `on "{open_ones[0].label}"` that moves the order to a folder people look at',
            )


def failures(connection: str, scope: Scope) -> list[EventSpec]:
    return [e for e in scope.schema.events.values() if e.connection == connection and e.after == "rejected"]
