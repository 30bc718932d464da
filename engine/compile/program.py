"""A ruleset compiled: the reader of rules that a turn asks in service. Immutable to its callers, shared by all threads.

Called by `engine.decide` through the seam of `engine.matcher`. It writes no trace: a decision is explained by deciding
again with the reference evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from actions.work import Task
from dsl.schema import FieldRef
from dsl.values import plain
from engine.compile.compiler import Compiler
from engine.compile.conditions import CONDITIONS
from engine.compile.effects import mask
from engine.compile.index import MOST_PATHS, Index
from engine.compile.paths import concerned, paths_of
from engine.compile.sights import Sights
from engine.compile.values import VALUES
from engine.compile.view import Reading, View
from engine.facts import Facts
from engine.form import Act, Const, Form, RuleForm
from engine.matcher import Match, Subject, Writing, parts_of
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
        self._readers: dict[frozenset[str], int] = {}

    def readers(self, paths: frozenset[str]) -> int:
        """The rules that may read one of these paths, as bits."""
        found = self._readers.get(paths)
        if found is None:
            found = 0
            for path, readers in self._reading.items():
                if any(concerned((path,), written) for written in paths):
                    found |= readers
            if len(self._readers) >= MOST_PATHS:
                self._readers.clear()
            self._readers[paths] = found
        return found

    def written(self, rule: CompiledRule) -> Writing:
        writes = frozenset[str]().union(*[act.writes for act in rule.form.acts])
        rule.writing = Writing(parts_of(rule.form), self.readers(writes))
        return rule.writing


class CompiledRule:
    """`certain`: the match, where being a candidate is already firing. `writing`: filled by the event, once it is asked for."""

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
    def acts(self) -> list[Callable[[View, Subject], Task]]:
        return [compiled_act(act, self.form.title, self._compiler) for act in self.form.acts]


OF_ITEMS = ("split items", "split by")
"""Their values are about each item."""


def compiled_act(act: Act, title: str, compiler: Compiler) -> Callable[[View, Subject], Task]:
    """What gives its task. Most acts have literals only and are about the order: theirs is the same every time."""
    verb, args, target = act.verb, act.args, act.target
    if act.verb not in OF_ITEMS and all(isinstance(node, Const) for node in act.values.values()):
        known = {name: node.value for name, node in act.values.items() if isinstance(node, Const)}
        of_order = Task(verb, title, args, known, target)
        return lambda view, subject: (
            of_order if subject is None else Task(verb, title, args, known, target, subject)
        )
    values = values_of(act, compiler)
    return lambda view, subject: Task(verb, title, args, values(view), target, subject)


def values_of(act: Act, compiler: Compiler) -> Callable[[View], Mapping[str, Any]]:
    by_item = act.verb == "split by" and "key" in act.values
    nodes = {name: node for name, node in act.values.items() if not (by_item and name == "key")}
    values = {name: compiler.value(node) for name, node in nodes.items()}
    where = None if act.where is None else compiler.condition(act.where)
    worked_out = together(values)

    if act.verb == "split items":

        def taken(view: View) -> dict[str, Any]:
            return worked_out(view) | {"items": [item.id for item in view.matching("item", where)]}

        return taken
    if by_item:
        key = compiler.value(act.values["key"])

        def keyed(view: View) -> dict[str, Any]:
            keys: dict[str, str | None] = {}
            before = view.hold("item", None)
            for item in view.order.items:
                view.hold("item", item)
                keys[item.id] = plain(key(view))
            view.hold("item", before)
            return worked_out(view) | {"keys": keys}

        return keyed
    return worked_out


def together(values: Mapping[str, Reading]) -> Callable[[View], dict[str, Any]]:
    """All values of an act. Most acts have one."""
    if len(values) == 1:
        ((name, value),) = values.items()
        return lambda view: {name: value(view)}
    return lambda view: {name: value(view) for name, value in values.items()}


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
        return rule.writing or self._event.written(rule)

    def onto(self, order: Order) -> None:
        self._view.order = order

    def wrote(self, paths: frozenset[str]) -> None:
        """Before the first look nothing is held."""
        if self._candidates is not None:
            self._stale |= self._index.stale(paths)
