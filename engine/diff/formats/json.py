"""A comparison for programs: one object, as `docs/schemas/diff.schema.json` has it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, TextIO

from engine.diff.changed import Changed
from engine.diff.formats.result import Result
from engine.diff.summary import Group, Pair, most_first
from events.jsontext import dumps

SCHEMA = "ordinance.diff/2"


def json(result: Result, out: TextIO, _color: bool) -> None:
    found = result.summary
    plain: dict[str, Any] = {
        "schema": SCHEMA,
        "before": result.before,
        "after": result.after,
        "event": result.event,
        "at": result.comparison.happening.at,
        "written": [asdict(change) for change in result.written],
        "tried": found.tried,
        "different": group(found.different),
        "rules": pairs(found.rules),
        "folders": pairs(found.folders),
        "submissions": pairs(found.sent),
        "effects": [
            {"effect": name, "no_longer": gone, "now": came}
            for name, (gone, came) in sorted(found.effects.items())
        ],
        "unreadable": {
            "orders": found.unreadable,
            "named": [{"place": each.place, "error": each.error} for each in found.unread],
        },
        "orders": [order(each) for each in result.shown],
    }
    out.write(dumps(plain, indent=2) + "\n")


def group(of: Group) -> dict[str, Any]:
    return {"orders": of.orders, "money": dict(sorted(of.money.items())), "without_total": of.unpriced}


def pairs(groups: dict[Pair, Group]) -> list[dict[str, Any]]:
    return [{"before": pair[0], "after": pair[1], **group(each)} for pair, each in most_first(groups)]


def order(of: Changed) -> dict[str, Any]:
    return {"order": of.order, "place": of.place, "differences": [asdict(each) for each in of.differences]}
