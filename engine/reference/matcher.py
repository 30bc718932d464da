"""What a turn asks: every rule in turn, on the order as it is now, with the reason kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

from actions.work import Task
from dsl.schema import FieldRef
from engine import form as f
from engine.facts import Facts
from engine.matcher import Match, Subject, Writing, parts_of, written
from engine.reference.conditions import Evaluator, called
from engine.seen import looked_at
from engine.trace import RuleTrace, Step
from events.order import Item, Order, Shipment


@dataclass
class ReferenceMatcher:
    """Looks at every rule in turn, on the order as it is now."""

    form: f.Form
    facts: Facts
    traces: dict[int, RuleTrace] = field(default_factory=dict)

    @property
    def rules(self) -> Sequence[f.RuleForm]:
        return self.form.rules.get(self.facts.event.id, ())

    def next(self, position: int) -> Match | None:
        for at in range(position, len(self.rules)):
            rule = self.rules[at]
            trace, subjects = self.examine(rule)
            self.traces[at] = trace
            if trace.why == "fired":
                return Match(at, subjects)
        return None

    def eye(self, rule: f.RuleForm) -> Evaluator:
        """What looks at the rule's conditions and values."""
        return Evaluator(self.form, self.facts)

    def examine(self, rule: f.RuleForm) -> tuple[RuleTrace, list[Item | Shipment]]:
        eye = self.eye(rule)
        when = eye.step(rule.when) if rule.when is not None else None
        if when is not None and not when.met:
            return RuleTrace(rule.title, "not met", when), []
        if rule.over is None:
            return RuleTrace(rule.title, "fired", when), []
        subjects = list(eye.subjects(rule.over))
        if rule.where is None:
            where: tuple[Step, ...] = ()
            chosen = subjects
        else:
            where = tuple(replace(eye.about(s).step(rule.where), subject=called(s)) for s in subjects)
            chosen = [s for s, step in zip(subjects, where, strict=True) if step.met]
        return RuleTrace(rule.title, "fired" if chosen else "no item matched", when, where), chosen

    def task(self, position: int, act: int, subject: Subject) -> Task:
        rule = self.rules[position]
        one = rule.acts[act]
        values = self.values(one, self.eye(rule).about(subject))
        return Task(one.verb, rule.title, one.args, values, one.target, subject)

    def values(self, one: f.Act, eye: Evaluator) -> Mapping[str, Any]:
        if one.verb == "split items" and one.where is not None:
            taken = [i.id for i in self.facts.order.items if eye.about(i).step(one.where).met]
            return {"items": taken}
        if one.verb == "split by":
            keys = {i.id: eye.about(i).value(one.values["key"]) for i in self.facts.order.items}
            return {"keys": {k: None if x is None else eye.shown(x) for k, x in keys.items()}}
        return {name: eye.value(node) for name, node in one.values.items()}

    def saw(self, position: int) -> tuple[Sequence[FieldRef], Sequence[Any]]:
        eye = Evaluator(self.form, self.facts)
        refs = looked_at(self.rules[position])
        return refs, [
            copy(eye.find(ref)[0])
            if ref.root == "order"
            else [(each.id, copy(eye.about(each).find(ref)[0])) for each in eye.subjects(ref.root)]
            for ref in refs
        ]

    def writing(self, position: int) -> Writing:
        """Any rule may read it."""
        return Writing(parts_of(written(self.rules[position])), -1)

    def onto(self, order: Order) -> None:
        self.facts = self.facts._replace(order=order)

    def wrote(self, paths: frozenset[str], subject: Subject = None) -> None:
        """Nothing is remembered, so nothing can be stale."""


@dataclass(frozen=True)
class Reference:
    """A form read as it stands."""

    form: f.Form

    def rules(self, event_id: str) -> Sequence[f.RuleForm]:
        return self.form.rules.get(event_id, ())

    def begin(self, facts: Facts) -> ReferenceMatcher:
        return ReferenceMatcher(self.form, facts)
