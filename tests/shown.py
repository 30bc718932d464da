"""What was decided, as the expected sections of a case show it: a line a thing, in the order in which it came about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from actions.preparing.prepared import Prepared, Refused
from engine.decision import Turn
from engine.dry_run import Performed
from events.changes import changes
from events.effect import Effect
from events.jsontext import dumps


def sections(turns: Sequence[Turn]) -> dict[str, str]:
    """Every expected section but `diagnostics`. The first turn is the case's own event; the others followed from it."""
    return {
        "fired": _lines(title + _of(turn, turns) for turn in turns for title in turn.fired),
        "changes": _lines(_changes(turns)),
        "effects": _lines(_effect(effect, turns) for turn in turns for effect in turn.effects),
        "events": _lines(map(_event, turns[1:], [turns[0].event.order_id] * len(turns))),
        "problems": _lines(problem for turn in turns for problem in turn.problems),
        "not done": _lines(
            f"{record.text or record.action}{_target(record.target)}: {record.reason}"
            for turn in turns
            for record in turn.actions
            if record.outcome == "not done"
        ),
    }


def prepared(effects: Iterable[Sequence[Performed]]) -> str:
    """The section `prepared`: what each submission would send and leave, by which shipping class, or why it cannot go."""
    return _lines(
        f"{one.effect.connection}{line}"
        for group in effects
        for one in group
        if one.prepared is not None
        for line in _prepared(one.prepared)
    )


def _prepared(found: Prepared | Refused) -> Iterator[str]:
    if isinstance(found, Refused):
        yield f" refuses: {found.message}"
    else:
        for line in found.items:
            fields = (f"{name} {value} ({line.origins[name]})" for name, value in line.fields.items())
            prints = (f"print {each.number} {each.url} {each.location}".rstrip() for each in line.prints)
            yield f" item {line.item_id}: {', '.join([f'{line.quantity} x {line.code}', *fields, *prints])}"
        yield f" shipping class: {found.shipping_class.value} ({found.shipping_class.came_from})"
        for name in ("gift_message", "picklist_message"):
            if getattr(found, name):
                yield f" {name.replace('_', ' ')}: {getattr(found, name)}"
    for item, why in found.skipped.items():
        yield f" leaves item {item}: {why}"
    for warning in found.warnings:
        yield f" warns: {warning}"


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line.replace(chr(10), ' ')}\n" for line in lines)


def _of(turn: Turn, turns: Sequence[Turn]) -> str:
    """Which turn it was, where it was not the first."""
    if turn is turns[0]:
        return ""
    other = turn.event.order_id
    return f" [{turn.event.label}{f', {other}' if other != turns[0].event.order_id else ''}]"


def _target(target: str) -> str:
    return "" if target == "order" else f" ({target})"


def _changes(turns: Sequence[Turn]) -> Iterator[str]:
    first: dict[str, Any] = {}
    last: dict[str, Any] = {}
    for turn in turns:
        first.setdefault(turn.event.order_id, turn.before)
        last[turn.event.order_id] = turn.after
        for child in turn.born:
            yield f"{child.id} is born: {_values(_birth(child))}"
            first[child.id] = last[child.id] = child
    for order_id, before in first.items():
        whose = "" if order_id == turns[0].event.order_id else f"{order_id} "
        for path, change in changes(before, last[order_id]).items():
            yield f"{whose}{path}: {dumps(change['from'])} -> {dumps(change['to'])}"


def _birth(order: Any) -> dict[str, Any]:
    return {
        "folder": order.folder,
        "items": [item.id for item in order.items],
        "order_total": order.order_total,
    }


def _values(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {dumps(value)}" for name, value in values.items())


def _effect(effect: Effect, turns: Sequence[Turn]) -> str:
    verb = {"submit": "submit to", "cancel": "cancel at"}.get(effect.kind, effect.kind)
    what = f"{verb} {effect.connection}" if effect.connection else verb
    values = f" {_values(effect.values)}" if effect.values else ""
    whose = "" if effect.order_id == turns[0].event.order_id else f" [{effect.order_id}]"
    return f"{what}{values}{whose}"


def _event(turn: Turn, first: str) -> str:
    event = turn.event
    values = f": {_values(event.values)}" if event.values else ""
    whose = "" if event.order_id == first else f" [{event.order_id}]"
    return f"{event.label}{whose}{values}"
