"""The tally as rows to read, the same for all readable formats: a name, a number, and whether it is bad news."""

from __future__ import annotations

from dsl.schema import fold
from engine.opened import Opened
from engine.show.tally import Tally

Row = tuple[str, int, bool]

_EFFECTS = {
    "cancel": "cancellations",
    "email": "e-mails",
    "post": "posts",
    "run": "actions at an integration",
}


def sums(tally: Tally, opened: Opened) -> list[Row]:
    """Rows with a number, orders first, problems last."""

    def label(connection: str) -> str:
        known = opened.schema.connections.get(fold(connection))
        return known.told if known else connection

    rows: list[Row] = [("orders", tally.orders, False)]
    rows += [("new orders from splits", tally.born, False)]
    rows += [(f"submitted to {label(c)}", n, False) for c, n in sorted(tally.accepted.items())]
    rows += [(f"rejected by {label(c)}, as told", n, False) for c, n in sorted(tally.rejected.items())]
    rows += [(f"not submitted to {label(c)}", n, True) for c, n in sorted(tally.refused.items())]
    rows += [(_EFFECTS[kind], n, False) for kind, n in sorted(tally.effects.items())]
    config = [folder.name for folder in opened.ruleset.config.folders]
    place = {name: number for number, name in enumerate(config)}
    folders = sorted(tally.folders.items(), key=lambda each: (place.get(each[0], len(place)), each[0]))
    rows += [(f"moved to {name or 'no folder'}", n, False) for name, n in folders]
    rows += [("orders with warnings", tally.warned, False)]
    rows += [("orders with problems", tally.troubled, True)]
    rows += [("could not be read", tally.unreadable, True)]
    return [row for row in rows if row[1] or row[0] == "orders"]
