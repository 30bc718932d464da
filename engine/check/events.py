"""The `on` of a rule: which events it is bound to, and what of `event.*` it may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dsl import ast, texts, types
from dsl.diagnostics import Fix
from dsl.nearest import choices_help, nearest
from dsl.schema import EventSpec, fold
from dsl.source import Span
from dsl.types import Type
from engine import form as f
from engine.check.naming import near_names, near_quoted
from engine.check.scope import Scope

DAYS = ("day", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Bound:
    """One event a rule is bound to. `only`: for a schedule, the folders it looks at, as a condition."""

    id: str
    label: str
    fields: Mapping[str, Type] = field(default_factory=dict)
    only: f.Condition | None = None
    spec: EventSpec | None = None


def bind(ref: ast.EventRef, scope: Scope) -> Bound | None:
    match ref:
        case ast.EventLabel(label):
            return known(label, scope.schema.events_by_label.get(fold(label)), ref, scope)
        case ast.EventId(event_id):
            return known(event_id, scope.schema.events.get(event_id), ref, scope)
        case ast.Schedule():
            return schedule(ref, scope)
        case ast.Button(name):
            return button(ref, name, scope)


def known(name: str, spec: EventSpec | None, ref: ast.EventRef, scope: Scope) -> Bound | None:
    if spec is None and isinstance(ref, ast.EventLabel) and name in scope.schema.events:
        fix = Fix.write(ref.span, name)
        scope.error(
            "E202", f"no event has the label `{name}`", ref, "an event's id stands without quotes", (fix,)
        )
        return None
    if spec is None:
        labels = (
            [e.label for e in scope.schema.events.values()]
            if isinstance(ref, ast.EventLabel)
            else list(scope.schema.events)
        )
        hint = choices_help("event", name, labels) if nearest(name, labels) else connection_help(name, scope)
        scope.error("E202", f"unknown event `{name}`", ref, hint, near_names(ref.span, name, labels))
        return None
    if isinstance(ref, ast.EventLabel):
        as_written(ref, name, spec.label, scope)
    return Bound(spec.id, spec.label, spec.fields, spec=spec)


def as_written(node: ast.Node, said: str, name: str, scope: Scope) -> None:
    """Names are found without regard to capitals and by what they were before, and read better as they are."""
    if fold(said) != fold(name):
        found = f"`{said}` is called `{name}` now"
        scope.report.add(
            "W519", found, node.span, help=f"write `{name}`", fixes=[Fix.write(node.span, texts.plain(name))]
        )
    elif said != name and " ".join(said.split()) != name:
        at = node.span.start + node.span.text.find('"')
        span = Span(node.span.source, at, node.span.end)
        fix = Fix.write(span, texts.plain(name))
        found = f"`{said}` is written `{name}` where it is named"
        scope.report.add("W518", found, span, help=f"write `{name}`", fixes=[fix])


def connection_help(name: str, scope: Scope) -> str:
    """An integration's events exist only where it is connected: the most common reason for an unknown event."""
    from engine.wiring import everything

    spec = everything().event(name)
    if spec is not None and spec.integration is not None:
        return (
            f"add `{spec.integration}:` under `connections:` in ordinance.yaml: only then there is this event"
        )
    return (
        "`ordinance catalog events` lists all events; the shop's own stand under `events:` in ordinance.yaml"
    )


def canonical(ref: ast.Schedule) -> str:
    """`every 2 hours`, `every monday at 09:00`: one schedule, one event."""
    if ref.interval is not None:
        amount = format(ref.interval.amount.normalize(), "f")
        unit = ref.interval.unit
        return f"every {unit}" if amount == "1" else f"every {amount} {unit}s"
    at = "" if ref.at is None else f" at {ref.at:%H:%M}"
    return f"every {ref.day}{at}"


def schedule(ref: ast.Schedule, scope: Scope) -> Bound:
    label = canonical(ref)
    if ref.interval is not None and ref.interval.delta.total_seconds() < 60:
        scope.error("E316", f"`{label}` is too often, expected a minute or more", ref)
    folders = [folder(each, scope) for each in ref.folders]
    only: f.Condition | None = None
    if folders:
        read = f.Read("order", ("folder",), "field", types.TEXT, span=ref.span)
        members: tuple[f.Value, ...] = tuple(f.Const(name, span=ref.span) for name in folders)
        only = f.Among("text", read, members, span=ref.span)
    return Bound(f"schedule.{label}", label, only=only)


def folder(node: ast.Text, scope: Scope) -> str:
    """The folder as ordinance.yaml writes it."""
    found = scope.schema.folders.get(fold(node.value))
    if found is None:
        names = list(scope.schema.folders.values())
        hint = choices_help("folder", node.value, names) or "folders stand under `folders:` in ordinance.yaml"
        fixes = near_names(node.span, node.value, names)
        scope.error("E203", f"unknown folder `{node.value}`", node, hint, fixes)
        return node.value
    as_written(node, node.value, found, scope)
    return found


def button(ref: ast.Button, name: str, scope: Scope) -> Bound | None:
    event_id = scope.schema.buttons.get(fold(name))
    if event_id is None:
        labels = [e.label for e in scope.schema.events.values() if e.id in set(scope.schema.buttons.values())]
        hint = choices_help("button", name, labels) or "buttons stand under `buttons:` in ordinance.yaml"
        scope.error("E212", f"unknown button `{name}`", ref, hint, near_quoted(ref.span, name, labels))
        return None
    spec = scope.schema.events.get(event_id)
    if spec is not None:
        as_written(ref, name, spec.label, scope)
    return Bound(event_id, spec.label if spec else name, spec.fields if spec else {}, spec=spec)


def shared_fields(bound: list[Bound]) -> Mapping[str, Type]:
    """The `event.*` fields that all events of a rule declare, with the same type."""
    if not bound:
        return {}
    first, *rest = bound
    return {n: t for n, t in first.fields.items() if all(b.fields.get(n) == t for b in rest)}
