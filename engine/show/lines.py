"""The JSON of a dry run: one object a line for each order and event, as `docs/schemas/decision.schema.json` has it.

Other programs read it, so its keys and their order are pinned. Called by `dry-run --format json` and by tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TextIO

from actions.preparing.prepared import Prepared
from engine.decision import Turn
from engine.dry_run import Performed, Run
from engine.opened import Opened
from engine.show import problems
from engine.show.format import Options
from engine.show.shown import Shown
from engine.show.tally import Tally
from events.changes import changes
from events.effect import Effect
from events.jsontext import dumps

SCHEMA = "ordinance.decision/1"


def decision_lines(run: Run, first_seq: int, warnings: Sequence[str] = ()) -> list[dict[str, Any]]:
    """One line for each turn of a chain, numbered from `first_seq`. warnings: of importing the order, on its first line."""
    lines = [_line(run, position, first_seq) for position in range(len(run.turns))]
    if lines:
        lines[0]["problems"][:0] = warnings
    return lines


def error_line(seq: int, name: str, sentence: str) -> dict[str, Any]:
    """An order that could not be read. `name`: where it stands in the files."""
    return {"schema": SCHEMA, "seq": seq, "order": name, "error": sentence}


class Json:
    def __init__(self, out: TextIO, opened: Opened, options: Options) -> None:
        self.out = out
        self.seq = 0

    def start(self) -> None:
        """Nothing stands before the first line."""

    def order(self, shown: Shown) -> None:
        if shown.run is None:
            lines = [error_line(self.seq, shown.name, shown.error or "")]
        else:
            lines = decision_lines(shown.run, self.seq, shown.warnings)
        self.seq += len(lines)
        self.out.writelines(dumps(line) + "\n" for line in lines)

    def end(self, tally: Tally) -> None:
        """Sums are for people; a program makes its own."""


def _line(run: Run, position: int, first_seq: int) -> dict[str, Any]:
    turn = run.turns[position]
    return {
        "schema": SCHEMA,
        "seq": first_seq + position,
        "cause": None if turn.cause is None else first_seq + turn.cause,
        "order": turn.event.order_id,
        "event": turn.event.label,
        "event_id": turn.event.id,
        "fired": list(turn.fired),
        "not_fired": list(turn.not_fired),
        "shadow": list(turn.shadow),
        "stopped_by": turn.stopped_by,
        "actions": [
            {
                "rule": record.rule,
                "action": record.action,
                "target": record.target,
                "outcome": record.outcome,
                "reason": record.reason,
            }
            for record in turn.actions
        ],
        "changes": changes(turn.before, turn.after),
        "effects": [_effect(effect, turn, run.performed.get(position, ())) for effect in turn.effects],
        "events": [each.event.label for each in run.turns if each.cause == position],
        "new_orders": [order.id for order in turn.born],
        "problems": problems.of_turn(run, position),
    }


def _effect(effect: Effect, turn: Turn, performed: Sequence[Performed]) -> dict[str, Any]:
    match effect.kind:
        case "submit":
            return _submission(effect, turn, next((p for p in performed if p.effect is effect), None))
        case "cancel":
            return {"kind": "cancel", "connection": effect.connection}
        case "email":
            return {"kind": "email", "to": effect.values["to"], "subject": effect.values["subject"]}
        case "post":
            return {"kind": "post", "url": effect.values["url"]}
        case "run":
            return {"kind": "run", "connection": effect.connection, "action": effect.values["action"]}


def _submission(effect: Effect, turn: Turn, performed: Performed | None) -> dict[str, Any]:
    """What is sent; of what could not be sent, the items that would have been."""
    prepared = None if performed is None else performed.prepared
    shipping = None
    items: list[str] = []
    if isinstance(prepared, Prepared):
        items = [line.item_id for line in prepared.items]
        shipping = {"value": prepared.shipping_class.value, "from": prepared.shipping_class.came_from}
    elif prepared is not None:
        wanted = {*(line.item_id for line in prepared.lines), *prepared.items}
        places = {item.id.strip() or str(n): n for n, item in enumerate(turn.after.items)}
        items = sorted(wanted, key=lambda each: (places.get(each, len(places)), each))
    return {
        "kind": "submit",
        "connection": effect.connection,
        "items": items,
        "skipped": dict(prepared.skipped) if prepared is not None else {},
        "shipping_class": shipping,
    }
