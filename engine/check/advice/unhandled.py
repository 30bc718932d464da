"""Failure events that nobody handles (W505): an order that is refused would just stay where it is."""

from __future__ import annotations

from dsl.schema import EventSpec
from engine import form as f
from engine.check.advice.rules import written_rules
from engine.check.scope import Scope


def advise(form: f.Form, scope: Scope) -> None:
    first: dict[str, f.Act] = {}
    for rule in written_rules(form):
        for act in rule.acts:
            if act.verb in ("submit", "resubmit"):
                first.setdefault(act.args["connection"], act)
    for connection, act in first.items():
        open_ones = [e for e in failures(connection, scope) if not handled(form, e)]
        if open_ones:
            names = ", ".join(f'"{e.label}"' for e in open_ones)
            scope.report.add(
                "W505",
                f"no rule handles {names}: such an order stays where it is, and nobody is told",
                act.span,
                help=f'write a rule `on "{open_ones[0].label}"` that moves the order to a folder people look at',
            )


def failures(connection: str, scope: Scope) -> list[EventSpec]:
    return [e for e in scope.schema.events.values() if e.connection == connection and e.after == "rejected"]


def handled(form: f.Form, event: EventSpec) -> bool:
    return any(not rule.setting for rule in form.rules.get(event.id, ()))
