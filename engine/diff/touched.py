"""Which rule changed what of an order: told by a reader of rules that looks over the shoulder of another one.

Called for orders that come out differently, to name the rules that made it so. It keeps no reasons, so it is much
quicker than the trace of `engine.explain`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from actions.work import Task
from dsl.schema import FieldRef
from engine.compile.paths import concerned
from engine.decision import Turn
from engine.facts import Facts
from engine.form import RuleForm
from engine.matcher import Match, Matcher, Reader, Subject, Writing
from events.changes import Since
from events.event import Event
from events.order import Order

Changes: TypeAlias = Mapping[str, Mapping[str, Any]]


class Touch(NamedTuple):
    """A rule, and what one of its actions changed, as `events.changes` tells it."""

    rule: str
    changes: Changes


class NotingMatcher:
    """A turn's matcher that keeps what each write changed."""

    def __init__(self, matcher: Matcher, facts: Facts, fields: Collection[str]) -> None:
        self.event: Event = facts.event
        self._fields = fields
        self.changed: list[Changes] = []
        self._matcher = matcher
        self._since: Since | None = None

    def next(self, position: int) -> Match | None:
        return self._matcher.next(position)

    def task(self, position: int, act: int, subject: Subject) -> Task:
        return self._matcher.task(position, act, subject)

    def saw(self, position: int) -> tuple[Sequence[FieldRef], Sequence[Any]]:
        return self._matcher.saw(position)

    def writing(self, position: int) -> Writing:
        return self._matcher.writing(position)

    def onto(self, order: Order) -> None:
        self._since = Since(order)
        self._matcher.onto(order)

    def wrote(self, paths: frozenset[str], subject: Subject = None) -> None:
        asked = any(concerned(self._fields, path) for path in paths)
        self.changed.append(self._since.wrote(paths, subject) if asked and self._since is not None else {})
        self._matcher.wrote(paths, subject)


@dataclass
class Noting:
    """Reads as `reader` does. fields: canonical paths (`order.tags`, `item`); a write that concerns none of them is not looked
    into, which would cost more than deciding. One matcher for each turn, in the order in which they were taken."""

    reader: Reader
    fields: Collection[str] = ()
    matchers: list[NotingMatcher] = field(default_factory=list)

    def rules(self, event_id: str) -> Sequence[RuleForm]:
        return self.reader.rules(event_id)

    def begin(self, facts: Facts) -> NotingMatcher:
        matcher = NotingMatcher(self.reader.begin(facts), facts, self.fields)
        self.matchers.append(matcher)
        return matcher

    def touches(self, turn: Turn) -> list[Touch]:
        """In the order in which they were done. A turn tells of each write once, after the action that may write."""
        matcher = next((each for each in self.matchers if each.event is turn.event), None)
        if matcher is None:
            return []
        writers = (
            record.rule for record in turn.actions if record.act.writes and record.rule not in turn.shadow
        )
        return [Touch(*each) for each in zip(writers, matcher.changed, strict=True)]
