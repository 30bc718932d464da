"""Runs one test of a rules file: a sample order, what happens to it, and what is expected then.

A test runs the compiled program like every dry run; one that fails is decided once more by the evaluator that keeps what
it read, for its reasons. Names were resolved by `engine.check.tests`; whether an expectation holds is `expectations`'s,
whose reasons are told `concerned`'s, printing is the command's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from actions.local.slot import Unfit, retotal, slot_of
from actions.work import Task
from dsl.schema import fold
from dsl.source import Span
from dsl.values import plain, present
from engine.check.tests import Change, TestForm
from engine.compile.program import compile as compile_form
from engine.decide import Program
from engine.decision import Turn
from engine.dry_run import DryRun, Run, Told
from engine.explain import Watching
from engine.facts import Facts
from engine.matcher import Reader
from engine.opened import Opened
from engine.reference import Evaluator
from engine.samples import sample_orders
from engine.testing.concerned import Look, Reason, concerned
from engine.testing.expectations import Ended, unmet
from events.event import Event
from events.order import Order

USUAL_DAY = dt.datetime(2026, 1, 1, 9, 0)
"""When a test happens that does not say when, and whose order has no date; in the store's zone."""


@dataclass(frozen=True)
class Failure:
    """expected: as written. got: what was found instead, a line each. why: of the rules concerned, which conditions were
    looked at and what was read."""

    expected: str
    got: tuple[str, ...]
    span: Span
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Outcome:
    test: TestForm
    failures: tuple[Failure, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.failures


class Unwarned(DryRun):
    """Without the warnings of a dry run: no test can expect one, and each test would look through all rules for them."""

    def warned(self, turn: Turn) -> Turn:
        return turn


class CannotRun(Exception):
    """The test's own order is not to be had: a lower-case sentence."""


def selected(tests: Sequence[TestForm], pattern: str) -> list[TestForm]:
    """Those whose title has the pattern in it, without regard to case."""
    return [test for test in tests if fold(pattern) in fold(test.title)]


@dataclass
class Runner:
    """Runs tests of one ruleset. What they share is made once: the compiled rules, and each test's order."""

    opened: Opened
    orders: dict[str, Order | CannotRun] = field(default_factory=dict)

    @cached_property
    def program(self) -> Program:
        form = self.opened.checked.form
        return Program(form, compile_form(form), self.opened.world)

    def run(self, test: TestForm, reader: Reader | None = None) -> tuple[Outcome, Ended | None]:
        """What became of the test, and how it ended where it could be run. reader: decides instead of the compiled rules."""
        program = self.program if reader is None else replace(self.program, reader=reader)
        order = self.order(test)
        if isinstance(order, CannotRun):
            return Outcome(test, (Failure("", (str(order),), test.span),)), None
        ended = followed(self.opened, test, order, program)
        failed = [(each, got) for each in test.expectations if (got := unmet(each, ended)) is not None]
        if not failed:
            return Outcome(test), ended
        looks = explained(self.opened, test, order)
        failures = (Failure(each.text, got, each.span, concerned(each, looks)) for each, got in failed)
        return Outcome(test, tuple(failures)), ended

    def order(self, test: TestForm) -> Order | CannotRun:
        """The test's order before anything happens. Nobody changes it: deciding works on copies."""
        found = self.orders.get(test.title)
        if found is None:
            try:
                found = given(self.opened, test)
            except CannotRun as error:
                found = error
            self.orders[test.title] = found
        return found


def run_test(opened: Opened, test: TestForm) -> Outcome:
    return Runner(opened).run(test)[0]


def given(opened: Opened, test: TestForm) -> Order:
    """The sample, changed as the test says: items first, since their totals follow, then the order, then its tags.
    Raises CannotRun."""
    found = list(sample_orders(opened, [test.order]))
    if len(found) > 1:
        raise CannotRun(f"`{test.order}` holds {len(found):,} orders, and a test takes a file with one")
    (read,) = found
    if read.order is None:
        raise CannotRun(f"`{test.order}` cannot be read: {read.error}")
    order = read.order
    for kind in ("item", "field", "tag"):
        for change in test.changes:
            if change.kind == kind:
                apply(opened, test, order, change)
    return order


def apply(opened: Opened, test: TestForm, order: Order, change: Change) -> None:
    item = None
    if change.kind == "item":
        if not 1 <= change.item <= len(order.items):
            raise CannotRun(f"`{test.order}` has {len(order.items)} items, so there is no item {change.item}")
        item = order.items[change.item - 1]
    at = now(opened, test, order)
    world = replace(opened.world, now=at)
    facts = Facts(order, Event("", "", order.id, at), world, item)
    value = present(Evaluator(opened.checked.form, facts).value(change.value))
    if change.target is None:
        tag = plain(value) or ""
        if tag and all(fold(tag) != fold(each) for each in order.tags):
            order.tags.append(tag)
        return
    if change.target.path == "order.folder":
        value = opened.schema.folders.get(fold(str(value)), value)
    if change.target.path == "order.tags":
        raise CannotRun('tags are given one by one: `with tag "b2b"`')
    task = Task("set", test.title, target=change.target, subject=item)
    slot = slot_of(order, task)
    if value is None:
        if slot.read() is not None:
            slot.empty()
    else:
        ready = slot.fit(value, world)
        if isinstance(ready, Unfit):
            raise CannotRun(ready.reason)
        slot.write(ready)
    retotal(order, task, world)


def now(opened: Opened, test: TestForm, order: Order) -> dt.datetime:
    """What the test says, or when the order was placed, or a day in 2026: never the clock's."""
    if test.now is not None:
        return test.now
    placed = order.date_added
    return placed.astimezone(opened.zone) if placed is not None else USUAL_DAY.replace(tzinfo=opened.zone)


def followed(opened: Opened, test: TestForm, order: Order, program: Program) -> Ended:
    """Each `when` in a row: a chain of its own, on the orders as the one before left them."""
    at = now(opened, test, order)
    told = {each.connection: Told(each.reason, each.message) for each in test.answers}
    dry = Unwarned(opened, program, told)
    runs: list[Run] = []
    world = replace(opened.world, now=at)
    for happening in test.whens:
        current = runs[-1].orders[order.id] if runs else order
        facts = Facts(current, Event("", "", order.id, at), world)
        eye = Evaluator(opened.checked.form, facts)
        spec = opened.schema.events.get(happening.event_id)
        values = {
            name: listed(eye.value(node)) if spec and spec.fields[name].name == "list" else eye.value(node)
            for name, node in happening.values.items()
        }
        event = Event(happening.event_id, happening.label, order.id, at, values)
        runs.append(dry.run(event, current, runs[-1] if runs else None))
    return Ended(opened.checked.form, world, order, tuple(runs))


def listed(value: Any) -> Any:
    """`with items "1, 2"`: the members of a list, written like those of `--with`."""
    return [each.strip() for each in value.split(",") if each.strip()] if isinstance(value, str) else value


def explained(opened: Opened, test: TestForm, order: Order) -> list[Look]:
    """Why each rule fired or not, turn by turn."""
    watching = Watching(opened.checked.form)
    ended = followed(opened, test, order, Program(opened.checked.form, watching, opened.world))
    turns = [turn for run in ended.runs for turn in run.turns]
    return [
        Look(rule, trace, turn)
        for turn, traces in zip(turns, watching.traces(turns), strict=True)
        for rule, trace in zip(turn.bound, traces, strict=False)
    ]
