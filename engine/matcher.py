"""The seam between a turn and the two readers of rules: the reference evaluator and the compiled program.

A turn asks for the next rule that fires, does its actions, says what was written, and asks again. How the next rule is
found (every rule in turn, or an index) is the reader's own business; what is found must be the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from actions.work import Task
from dsl.schema import FieldRef
from engine.facts import Facts
from engine.form import RuleForm
from events.event import Event
from events.order import PARTS, Item, Order, Shipment

Subject: TypeAlias = Item | Shipment | None


class Match(NamedTuple):
    """A rule that fires: its position among the event's rules, and the matching items or shipments of a `for each`
    (empty for an order rule)."""

    position: int
    subjects: Sequence[Item | Shipment]


class Writing(NamedTuple):
    """parts: those of the order in which something is written (`events.order.PARTS`). readers: the rules that may read what is
    written, as bits by position."""

    parts: frozenset[str]
    readers: int


def written(rule: RuleForm) -> frozenset[str]:
    """The canonical paths of the order that the actions of a rule may change."""
    return frozenset[str]().union(*[act.writes for act in rule.acts])


def parts_of(paths: frozenset[str]) -> frozenset[str]:
    """The parts of an order in which something changes where these canonical paths are written."""
    if "order" in paths:
        return frozenset(PARTS)
    tops = {
        f"{root}s" if root != "order" else rest.split(".")[0]
        for root, _, rest in (path.partition(".") for path in paths)
    }
    return frozenset(tops.intersection(PARTS))


class Matcher(Protocol):
    """One turn's reader. The order it was begun with changes under it; `wrote` says what."""

    def next(self, position: int) -> Match | None:
        """The first rule at `position` or after it whose condition is met now."""

    def task(self, position: int, act: int, subject: Subject) -> Task:
        """What the act is to do now. Its values by name; None is missing.

        `split items` gives {"items": [ids]}, `split by` {"keys": {item id: text or None}} beside the act's others.
        """

    def saw(self, position: int) -> tuple[Sequence[FieldRef], Sequence[Any]]:
        """What of the order the rule at `position` reads, and what it finds now, as `engine.seen` keeps it. Nothing
        in it changes later."""

    def writing(self, position: int) -> Writing:
        """What the actions of the rule at `position` may change, all of them together."""

    def onto(self, order: Order) -> None:
        """From now on look at this copy of the order, which is as the other was."""

    def wrote(self, paths: frozenset[str], subject: Subject = None) -> None:
        """These canonical paths of the order may have changed (`order.folder`, `item.metadata`). subject: the one of the
        items or shipments that an action was done for."""


class Reader(Protocol):
    """A whole ruleset, ready to be asked."""

    def rules(self, event_id: str) -> Sequence[RuleForm]:
        """All rules bound to the event, in order, settings last."""

    def begin(self, facts: Facts) -> Matcher: ...


__all__ = ["Event", "Match", "Matcher", "Order", "Reader", "Subject"]
