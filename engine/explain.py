"""Explaining is deciding again: the same events with the reference evaluator, which keeps what it read.

Called by `why`, by the readable dry run and by failing tests. The decision is the same to the byte, or it is our bug.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.facts import Facts
from engine.form import Form, RuleForm
from engine.reference import ReferenceMatcher
from engine.trace import RuleTrace, Step


@dataclass
class Watching:
    """A reader of the form, one matcher for each turn, in the order in which they were taken."""

    form: Form
    matchers: list[ReferenceMatcher] = field(default_factory=list)

    def rules(self, event_id: str) -> Sequence[RuleForm]:
        return self.form.rules.get(event_id, ())

    def begin(self, facts: Facts) -> ReferenceMatcher:
        matcher = ReferenceMatcher(self.form, facts)
        self.matchers.append(matcher)
        return matcher

    def traces(self, turn: int) -> tuple[RuleTrace, ...]:
        """Why each rule of a turn fired or not, in order. Turns without rules have none and are not counted."""
        matcher = self.matchers[turn]
        return tuple(
            matcher.traces.get(n, RuleTrace(rule.title, "after stop")) for n, rule in enumerate(matcher.rules)
        )


def why_not(step: Step) -> list[Step]:
    """The conditions that would have to change for one that is not met: the smallest ones, not those that hold them."""
    if step.met:
        return []
    match step.kind:
        case "and":
            return [each for one in step.steps for each in why_not(one)]
        case "or":
            return [each for one in step.steps for each in why_not(one)] or [step]
        case "define":
            return why_not(step.steps[0])
        case _:
            return [step]
