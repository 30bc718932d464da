"""Explaining is deciding again: the same events with the reference evaluator, which keeps what it read.

Called by `why`, by the readable dry run and by failing tests. The decision is the same to the byte, or it is our bug.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.decision import Turn
from engine.facts import Facts
from engine.form import Form, RuleForm
from engine.matcher import Subject
from engine.reference import ReferenceMatcher
from engine.trace import RuleTrace
from events.changes import Since
from events.order import Order


class WatchingMatcher(ReferenceMatcher):
    """One turn's reader that also keeps what each action changed: it is told after every one of them."""

    def __init__(self, form: Form, facts: Facts) -> None:
        super().__init__(form, facts)
        self.changed: list[Mapping[str, Any]] = []
        self._since: Since | None = None

    def onto(self, order: Order) -> None:
        super().onto(order)
        self._since = Since(order)

    def wrote(self, paths: frozenset[str], subject: Subject = None) -> None:
        if self._since is not None:
            self.changed.append(self._since.wrote(paths, subject))

    def changed_by_rule(self, turn: Turn) -> dict[str, list[Mapping[str, Any]]]:
        """For each rule, one entry for every record of the turn. What writes nothing (an e-mail, `stop`) is not told of, and
        rules in shadow change nothing."""
        rest = iter(self.changed)
        found: dict[str, list[Mapping[str, Any]]] = {}
        for record in turn.actions:
            idle = not record.act.writes or record.rule in turn.shadow
            found.setdefault(record.rule, []).append({} if idle else next(rest, {}))
        return found


@dataclass
class Watching:
    """A reader of the form, one matcher for each turn, in the order in which they were taken."""

    form: Form
    matchers: list[WatchingMatcher] = field(default_factory=list)

    def rules(self, event_id: str) -> Sequence[RuleForm]:
        return self.form.rules.get(event_id, ())

    def begin(self, facts: Facts) -> WatchingMatcher:
        matcher = WatchingMatcher(self.form, facts)
        self.matchers.append(matcher)
        return matcher

    def traces(self, turns: Sequence[Turn]) -> list[tuple[RuleTrace, ...]]:
        """For each turn, why each of its rules fired or not, in order; turns without rules have none, and neither has
        the one that a chain was ended with.

        turns: of everything that was decided with this reader, in order.
        """
        rest = deque(self.matchers)
        return [
            self.of_turn(turn, rest.popleft()) if rest and rest[0].facts.event is turn.event else ()
            for turn in turns
        ]

    def of_turn(self, turn: Turn, matcher: WatchingMatcher) -> tuple[RuleTrace, ...]:
        changed = matcher.changed_by_rule(turn)
        traces = (
            outcome(matcher.traces.get(n, RuleTrace(rule.title, "after stop")), turn)
            for n, rule in enumerate(matcher.rules)
        )
        return tuple(replace(trace, changed=tuple(changed.get(trace.title, ()))) for trace in traces)


def outcome(trace: RuleTrace, turn: Turn) -> RuleTrace:
    """A rule whose condition was met may be in shadow, after a `stop`, or stopped as a loop."""
    if trace.why != "fired" or trace.title in turn.fired:
        return trace
    if trace.title in turn.shadow:
        return replace(trace, why="shadow")
    looped = any(f'rule "{trace.title}" fired before' in problem for problem in turn.problems)
    return replace(trace, why="loop" if looped else "after stop")
