"""How many samples make each rule fire, found out by deciding.

Called by the editor's lens, for every state of a ruleset, and by the page that `ordinance doc` writes. A sample counts for a
rule where the rule fires after the order's import, in the whole chain of a dry run, or where the rule's own event happens
to the order as it is in the sample.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.dry_run import DryRun
from engine.opened import Opened
from events.event import Happening
from events.importers import Imported

IMPORTED = "order.imported"
MOST_DECISIONS = 20_000
"""Of more events and samples together, fewer samples are looked at."""


class Outdated(Exception):
    """The ruleset is another by now."""


@dataclass(frozen=True)
class Firing:
    """A sample that makes a rule fire. event: the label of what happened to it."""

    place: str
    order: str
    event: str


@dataclass(frozen=True)
class Fired:
    """samples: how many were looked at. by_rule: titles with what makes them fire; the rules of which none does are
    there, too. shadow: rules that are decided and never done."""

    samples: int
    by_rule: Mapping[str, Sequence[Firing]] = field(default_factory=dict)


def fired(opened: Opened, samples: Iterable[Imported], current: Callable[[], bool]) -> Fired:
    """current: whether anybody still wants to know. Raises Outdated."""
    form = opened.checked.form
    events = {event_id: [rule.title for rule in form.rules[event_id]] for event_id in form.rules}
    orders = [(each.place, each.order) for each in samples if each.order is not None]
    orders = orders[: max(1, MOST_DECISIONS // max(len(events), 1))]
    found: dict[str, list[Firing]] = {title: [] for titles in events.values() for title in titles}
    if not orders:
        return Fired(0, found)
    dry = DryRun(opened, opened.program())
    at = dt.datetime.now(opened.zone).replace(microsecond=0)
    for place, order in orders:
        seen: set[str] = set()
        for event_id in (IMPORTED, *[each for each in events if each != IMPORTED]):
            if not current():
                raise Outdated
            label = form.labels.get(event_id, event_id)
            event = Happening(event_id, label, at, {}).of(order.id)
            turns = (
                dry.run(event, order).turns if event_id == IMPORTED else dry.decide(event, order).turns[:1]
            )
            for title in [title for turn in turns for title in (*turn.fired, *turn.shadow)]:
                if title in found and title not in seen:
                    seen.add(title)
                    found[title].append(Firing(place, order.id, label))
    return Fired(len(orders), found)
