"""A ruleset compiled: the reader of rules that a turn asks in service. Immutable to its callers, shared by all threads.

Called by `engine.decide` through the seam of `engine.matcher`. It writes no trace: a decision is explained by deciding
again with the reference evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from dsl.values import plain
from engine.compile.compiler import Compiler
from engine.compile.conditions import CONDITIONS
from engine.compile.values import VALUES
from engine.compile.view import View
from engine.facts import Facts
from engine.form import Act, Form, RuleForm
from engine.matcher import Match, Subject
from events.order import Item


def compile(form: Form) -> Program:  # noqa: A001  the stage's one word
    """Quick: closures are made when an event first needs them."""
    return Program(form)


class Program:
    def __init__(self, form: Form) -> None:
        self.form = form
        self._compiler = Compiler(form, VALUES, CONDITIONS)
        self._events: dict[str, list[CompiledRule]] = {}

    def rules(self, event_id: str) -> Sequence[RuleForm]:
        return self.form.rules.get(event_id, ())

    def begin(self, facts: Facts) -> Turn:
        event_id = facts.event.id
        rules = self._events.get(event_id)
        if rules is None:
            rules = [CompiledRule(rule, self._compiler) for rule in self.rules(event_id)]
            self._events[event_id] = rules
        return Turn(rules, View(facts))


class CompiledRule:
    def __init__(self, form: RuleForm, compiler: Compiler) -> None:
        self.form = form
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
    def acts(self) -> list[Callable[[View], Mapping[str, Any]]]:
        return [compiled_act(act, self._compiler) for act in self.form.acts]


def compiled_act(act: Act, compiler: Compiler) -> Callable[[View], Mapping[str, Any]]:
    by_item = act.verb == "split by" and "key" in act.values
    values = {
        name: compiler.value(node) for name, node in act.values.items() if not (by_item and name == "key")
    }
    where = None if act.where is None else compiler.condition(act.where)

    def worked_out(view: View) -> dict[str, Any]:
        return {name: value(view) for name, value in values.items()}

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


class Turn:
    """One turn's matcher."""

    def __init__(self, rules: list[CompiledRule], view: View) -> None:
        self._rules = rules
        self._view = view

    def next(self, position: int) -> Match | None:
        for at in range(position, len(self._rules)):
            subjects = self._rules[at].fires(self._view)
            if subjects is not None:
                return Match(at, subjects)
        return None

    def values(self, position: int, act: int, subject: Subject) -> Mapping[str, Any]:
        view = self._view
        before = view.item, view.shipment
        if subject is not None:
            view.hold("item" if isinstance(subject, Item) else "shipment", subject)
        found = self._rules[position].acts[act](view)
        view.item, view.shipment = before
        return found

    def wrote(self, paths: frozenset[str]) -> None:
        """Nothing is remembered between two questions."""
