"""What a test saw of the rules: which conditions were met and not met, which rules fired, which rows of tables matched.

A test is decided by the reference evaluator, whose every look is noted with its place; what is looked at after a `stop`
is not noted, since nothing follows from it. Called by `spread`; `covered` holds what was seen against what there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from dsl.source import Span
from engine import form as f
from engine.decision import Turn
from engine.explain import outcome
from engine.facts import Facts
from engine.reference import Evaluator, ReferenceMatcher
from engine.trace import RuleTrace, Step

Place: TypeAlias = tuple[str, int, int]
"""A file's path, and from where to where in its text."""

Sight: TypeAlias = tuple[str, Any]
"""`("met", place)`, `("not met", place)`, `("missing", place)` of a condition as it stands without its `not`;
`("event", id)`, `("looked", title)`, `("fired", title)`; `("row", (table, position))`, of `otherwise` None."""


def place_of(span: Span) -> Place:
    base = span.source.base
    return span.source.path, base + span.start, base + span.end


def is_missing(step: Step) -> bool:
    """A comparison that is not met because there was nothing to compare."""
    return step.kind == "test" and not step.met and any(r.value is None for r in step.readings)


@dataclass
class Eye(Evaluator):
    """An evaluator that notes what it looks at."""

    seen: set[Sight] = field(default_factory=set)

    def step(self, node: f.Condition) -> Step:
        found = super().step(node)
        if not isinstance(node, (f.And, f.Or, f.Not)):
            place = place_of(node.span)
            self.seen.add(("met" if found.met else "not met", place))
            if is_missing(found):
                self.seen.add(("missing", place))
        return found

    def row(self, table: f.TableForm, args: list[Any]) -> int | None:
        at = super().row(table, args)
        self.seen.add(("row", (written_name(table.name), at)))
        return at


def written_name(key: str) -> str:
    """A table has another key for each way its columns are compared."""
    return key.partition(":")[0]


@dataclass
class CoveringMatcher(ReferenceMatcher):
    """seen: for each rule by title, what was looked at for it."""

    seen: dict[str, set[Sight]] = field(default_factory=dict)

    def eye(self, rule: f.RuleForm) -> Evaluator:
        return Eye(self.form, self.facts, seen=self.seen.setdefault(rule.title, set()))

    def effective(self, turn: Turn) -> set[Sight]:
        found: set[Sight] = {("event", turn.event.id)}
        stopped = False
        for at, rule in enumerate(self.rules):
            if rule.title in self.seen and (rule.setting or not stopped):
                found |= self.seen[rule.title]
                found.add(("looked", rule.title))
                trace = outcome(self.traces.get(at, RuleTrace(rule.title, "after stop")), turn)
                if trace.why in ("fired", "shadow"):
                    found.add(("fired", rule.title))
            stopped = stopped or rule.title == turn.stopped_by
        return found


@dataclass
class Covering:
    """A reader of the form that notes what it looks at, turn by turn."""

    form: f.Form
    matchers: list[CoveringMatcher] = field(default_factory=list)

    def rules(self, event_id: str) -> Sequence[f.RuleForm]:
        return self.form.rules.get(event_id, ())

    def begin(self, facts: Facts) -> CoveringMatcher:
        matcher = CoveringMatcher(self.form, facts)
        self.matchers.append(matcher)
        return matcher

    def seen(self, turns: Sequence[Turn]) -> frozenset[Sight]:
        """turns: of everything that was decided with this reader."""
        of = {id(matcher.facts.event): matcher for matcher in self.matchers}
        found: set[Sight] = {("event", turn.event.id) for turn in turns}
        for turn in turns:
            if (matcher := of.get(id(turn.event))) is not None:
                found |= matcher.effective(turn)
        return frozenset(found)
