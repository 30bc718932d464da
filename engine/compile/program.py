"""A ruleset compiled: the reader of rules that a turn asks in service. Immutable to its callers, shared by all threads.

Called by `engine.decide` through the seam of `engine.matcher`. It writes no trace: a decision is explained by deciding
again with the reference evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, reduce
from operator import or_
from typing import Any

from actions.work import Task
from dsl.schema import FieldRef
from engine.compile.acts import Tasks, compiled_act
from engine.compile.compiler import Compiler
from engine.compile.conditions import CONDITIONS
from engine.compile.effects import mask
from engine.compile.index import Index
from engine.compile.paths import concerned, paths_of
from engine.compile.sights import Sights
from engine.compile.values import VALUES
from engine.compile.view import View
from engine.facts import Facts
from engine.form import Form, RuleForm
from engine.matcher import Match, Subject, Writing, parts_of, written
from engine.seen import looked_at
from events.order import Item, Order

MEMORY = 64 * 1024 * 1024
"""Bytes that a program may remember of values seen, over all events and columns."""


def compile(form: Form) -> Program:  # noqa: A001  the stage's one word
    """Quick: closures are made when an event first needs them."""
    return Program(form)


class Program:
    def __init__(self, form: Form) -> None:
        self.form = form
        self._compiler = Compiler(form, VALUES, CONDITIONS)
        self._events: dict[str, CompiledEvent] = {}

    def rules(self, event_id: str) -> Sequence[RuleForm]:
        return self.form.rules.get(event_id, ())

    def begin(self, facts: Facts) -> Turn:
        return Turn(self._events.get(facts.event.id) or self._compiled(facts.event.id), View(facts))

    def met(self, facts: Facts) -> list[int]:
        """Positions of all rules whose condition is met by the order as it stands, nothing being done."""
        event, view = self._events.get(facts.event.id) or self._compiled(facts.event.id), View(facts)
        positions = event.index.looks.positions(view)
        if event.index.all_exact:
            return positions
        rules = event.rules
        return [at for at in positions if rules[at].certain is not None or rules[at].fires(view) is not None]

    def _compiled(self, event_id: str) -> CompiledEvent:
        rules = self.rules(event_id)
        event = CompiledEvent(rules, self._compiler, MEMORY // max(1, len(self.form.rules)))
        if rules:
            self._events[event_id] = event
        return event


class CompiledEvent:
    def __init__(self, rules: Sequence[RuleForm], compiler: Compiler, memory: int) -> None:
        self.index = Index(rules, compiler, memory)
        self.rules = [
            CompiledRule(rule, compiler, Match(at, ()) if self.index.exact[at] else None)
            for at, rule in enumerate(rules)
        ]
        compiler.forget()
        reading: dict[str, list[int]] = {}
        for position, rule in enumerate(rules):
            for path in frozenset[str]().union(*map(paths_of, looked_at(rule))):
                reading.setdefault(path, []).append(position)
        self._reading = {path: mask(positions) for path, positions in reading.items()}
        self._writing: dict[frozenset[str], Writing] = {}

    def writing(self, rule: RuleForm) -> Writing:
        """What its actions write. Many rules write the same."""
        paths = written(rule)
        found = self._writing.get(paths)
        if found is None:
            readers = [
                bits
                for path, bits in self._reading.items()
                if any(concerned((path,), each) for each in paths)
            ]
            found = self._writing[paths] = Writing(parts_of(paths), reduce(or_, readers, 0))
        return found


class CompiledRule:
    """`certain`: the match, where being a candidate is already firing. `writing`: of the event, once it was asked for."""

    def __init__(self, form: RuleForm, compiler: Compiler, certain: Match | None) -> None:
        self.form = form
        self.certain = certain
        self.writing: Writing | None = None
        self._compiler = compiler

    @cached_property
    def fires(self) -> Callable[[View], Sequence[Any] | None]:
        """Its subjects where the rule fires now (none for an order rule), else None."""
        form = self.form
        when = None if form.when is None else self._compiler.condition(form.when)
        if form.over is None:
            return lambda view: () if when is None or when(view) else None
        over, where = form.over, None if form.where is None else self._compiler.condition(form.where)

        def matching(view: View) -> Sequence[Any] | None:
            if when is not None and not when(view):
                return None
            return view.matching(over, where) or None

        return matching

    @cached_property
    def sights(self) -> Sights:
        return Sights(self.form)

    @cached_property
    def acts(self) -> list[Task | Tasks]:
        return [compiled_act(act, self.form.title, self._compiler) for act in self.form.acts]


class Turn:
    """One turn's matcher: the candidates, and what each look gave, from which they follow."""

    __slots__ = ("_candidates", "_event", "_held", "_index", "_rules", "_stale", "_view")

    def __init__(self, event: CompiledEvent, view: View) -> None:
        self._event = event
        self._rules = event.rules
        self._index = event.index
        self._view = view
        self._held: Sequence[int] = ()
        self._stale: set[int] = set()
        self._candidates: int | None = None

    def next(self, position: int) -> Match | None:
        candidates = self._candidates
        if candidates is None or self._stale:
            candidates = self._look()
        rest = candidates >> position
        while rest:
            skipped = (rest & -rest).bit_length()
            position += skipped
            rule = self._rules[position - 1]
            if rule.certain is not None:
                return rule.certain
            subjects = rule.fires(self._view)
            if subjects is not None:
                return Match(position - 1, subjects)
            rest >>= skipped
        return None

    def _look(self) -> int:
        """Everything the first time; then what a write concerned, and the candidates only where that gave something else."""
        looks, view, candidates = self._index.looks, self._view, self._candidates
        if candidates is None:
            self._candidates, self._held = candidates, _ = looks.first(view)
            return candidates
        held, changed = list(self._held), False
        for i in self._stale:
            bits = looks.again(i, view)
            if bits != held[i]:
                held[i], changed = bits, True
        self._stale.clear()
        if changed:
            self._held, self._candidates = held, candidates = held, looks.candidates(held)
        return candidates

    def task(self, position: int, act: int, subject: Subject) -> Task:
        made, view = self._rules[position].acts[act], self._view
        if isinstance(made, Task):
            return made
        if subject is None:
            return made(view, None)
        before = view.item, view.shipment
        view.hold("item" if isinstance(subject, Item) else "shipment", subject)
        found = made(view, subject)
        view.item, view.shipment = before
        return found

    def saw(self, position: int) -> tuple[Sequence[FieldRef], Sequence[Any]]:
        sights = self._rules[position].sights
        return sights.refs, sights.take(self._view)

    def writing(self, position: int) -> Writing:
        rule = self._rules[position]
        if rule.writing is None:
            rule.writing = self._event.writing(rule.form)
        return rule.writing

    def onto(self, order: Order) -> None:
        self._view.order = order

    def wrote(self, paths: frozenset[str], subject: Subject = None) -> None:
        """Before the first look nothing is held."""
        if self._candidates is not None:
            self._stale |= self._index.stale(paths)
