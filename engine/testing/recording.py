"""Writes a test from what the rules do to an order: what is given, what happens, and what came of it, right or wrong.

Called by `ordinance test --record`, for a person to read and keep. The test is run before it is handed out: what the
language cannot say of the outcome, or what a test would not find again, is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from dsl import ast, printer
from dsl.parser import parse
from dsl.schema import fold
from dsl.source import Source
from engine import form as f
from engine.cache.session import Session
from engine.decision import ActionRecord, Turn
from engine.dry_run import Told
from engine.opened import Opened, catalogues
from engine.show.words import listed
from engine.testing.expectations import Ended
from engine.testing.running import CannotRun, Outcome, Runner
from events.event import Happening
from events.order import Item

MOST_IDLE = 6
"""Rules that did not fire and are named; of more, none is."""

WRITES = ("set", "clear", "increase", "decrease")


@dataclass(frozen=True)
class Recorded:
    """idle: how many rules did not fire and are not named."""

    title: str
    text: str
    idle: int = 0


@dataclass(frozen=True)
class Asked:
    """order: path of the sample in the ruleset. at: where a time was said. file: the rules file that is to hold the test."""

    order: str
    event: Happening
    at: dt.datetime | None
    answers: Mapping[str, Told]
    file: str


class Recording:
    def __init__(self, opened: Opened, asked: Asked) -> None:
        self.opened = opened
        self.asked = asked
        self.session = Session(opened.folder)
        self.session.settled()
        source = opened.ruleset.sources.get(asked.file)
        self.before = source.text if source is not None else ""

    def recorded(self) -> Recorded:
        """Raises CannotRun where the order is not to be had."""
        given = tuple(self.given())
        _, ended = self.tried("what happens", (*given, ast.ExpectOrders(1)))
        assert ended is not None
        title = self.title(ended)
        wanted = [ast.ExpectOrders(len(ended.orders)), *self.expectations(ended)]
        if len(wanted) > 1 and len(ended.orders) == 1:
            wanted = wanted[1:]
        outcome, _ = self.tried(title, (*given, *wanted))
        if not outcome.passed:
            wanted = [each for each in wanted if self.tried(title, (*given, each))[0].passed]
        idle = len(self.idle(ended))
        return Recorded(title, written(title, (*given, *wanted)), idle if idle > MOST_IDLE else 0)

    def tried(self, title: str, steps: tuple[ast.Step, ...]) -> tuple[Outcome, Ended | None]:
        """The test as it would stand in its file, checked and run."""
        self.session.edit(self.asked.file, f"{self.before}\n{written(title, steps)}\n")
        found = self.session.settled()
        opened = Opened(
            self.opened.folder, found.ruleset, found.schema, found.checked, catalogues(found.ruleset)
        )
        test = next((each for each in found.checked.tests if each.title == title), None)
        if test is None or found.checked.errors:
            what = (
                found.checked.errors[0].message if found.checked.errors else "it cannot be written as a test"
            )
            raise CannotRun(what)
        runner = Runner(opened)
        order = runner.order(test)
        if isinstance(order, CannotRun):
            raise order
        return runner.run(test)

    # -- what is given

    def given(self) -> Iterator[ast.Step]:
        asked = self.asked
        yield ast.GivenOrder(ast.Text(asked.order))
        if asked.at is not None:
            yield ast.GivenNow(ast.Time(asked.at.replace(tzinfo=None)))
        for name, told in asked.answers.items():
            connection = self.opened.schema.connections[fold(name)]
            spec = self.opened.schema.refusal(connection, told.reason) if told.reason else None
            reason = ast.Text(spec.reason_name) if spec is not None else None
            message = ast.Text(told.message) if reason is not None and told.message else None
            yield ast.GivenAnswer(ast.Text(connection.label), reason, message)
        details = tuple(
            ast.Detail(name, value)
            for name, found in asked.event.values.items()
            if (value := literal(found)) is not None
        )
        yield ast.When(self.event(), details)

    def event(self) -> ast.EventRef:
        event = self.asked.event
        if event.id in self.opened.schema.buttons.values():
            return ast.Button(event.label)
        if not event.id.startswith("schedule."):
            return ast.EventLabel(event.label)
        read = parse(Source("", f'test "x"\n  when {event.label} happens\n')).file.statements[0]
        assert isinstance(read, ast.Test)
        assert isinstance(read.steps[0], ast.When)
        return read.steps[0].event

    # -- what came of it

    def title(self, ended: Ended) -> str:
        """`1-tee, Order is Imported: goes to podOS and ends in In production`."""
        sent = [f"goes to {self.label(each)}" for each in self.submitted(ended)]
        parts = [f"becomes {len(ended.orders)} orders"] if len(ended.orders) > 1 else []
        folder = ended.orders[0].folder
        moved = f"ends in {folder}" if fold(folder) != fold(ended.given.folder) else f"stays in {folder}"
        said = listed([*parts, *sent, moved])
        stem = PurePosixPath(self.asked.order).stem
        title = f"{stem}, {self.asked.event.label}: {said}".replace("{", "(").replace("}", ")")
        taken = {fold(test.title) for test in self.opened.checked.tests}
        numbered = (title if number == 1 else f"{title} ({number})" for number in range(1, len(taken) + 2))
        return next(each for each in numbered if fold(each) not in taken)

    def expectations(self, ended: Ended) -> Iterator[ast.Step]:
        for title in self.fired(ended):
            yield ast.ExpectRule(ast.Text(title), True)
        idle = self.idle(ended)
        for title in idle if len(idle) <= MOST_IDLE else ():
            yield ast.ExpectRule(ast.Text(title), False)
        for at, order in enumerate(ended.orders, start=1):
            path = ast.Path("order", (ast.Field("folder"),), at if at > 1 else None)
            yield expect(path, order.folder)
        before, after = ({fold(tag): tag for tag in each.tags} for each in (ended.given, ended.orders[0]))
        for name, tag in {**before, **after}.items():
            if (name in before) != (name in after):
                yield ast.ExpectCondition(ast.HasTag(ast.Text(tag), negated=name in before))
        yield from self.sent(ended)
        yield from self.values(ended)

    def fired(self, ended: Ended) -> list[str]:
        written = {rule.title for turn in ended.turns for rule in turn.bound if not rule.setting}
        return list(dict.fromkeys(t for turn in ended.turns for t in turn.fired if t in written))

    def idle(self, ended: Ended) -> list[str]:
        """Rules that were waiting for what happened and did not fire."""
        fired = {*self.fired(ended)}
        bound = (
            rule for turn in ended.turns for rule in turn.bound if not rule.setting and rule.mode == "live"
        )
        return list(dict.fromkeys(rule.title for rule in bound if rule.title not in fired))

    def submitted(self, ended: Ended) -> list[str]:
        return list(
            dict.fromkeys(e.connection or "" for t in ended.turns for e in t.effects if e.kind == "submit")
        )

    def sent(self, ended: Ended) -> Iterator[ast.Step]:
        done: dict[tuple[str, str, str], None] = {}
        for record in (record for turn in ended.turns for record in happened(turn)):
            if record.action in ("submit", "resubmit", "cancel", "run"):
                name, action = (str(record.details.get(each)) for each in ("connection", "action"))
                done.setdefault((record.action, name, action))
        for verb, name, action in done:
            said = name if verb == "run" else self.label(name)
            yield ast.ExpectAction(named(verb, ast.Text(said), action), True)
        names = dict.fromkeys(c.name for c in self.opened.schema.connections.values() if c.can_submit)
        for name in names:
            if fold(name) not in {fold(each) for each in self.submitted(ended)}:
                yield ast.ExpectAction(ast.Submit(ast.Text(self.label(name))), False)

    def label(self, connection: str) -> str:
        found = self.opened.schema.connections.get(fold(connection))
        return found.label if found is not None else connection

    def values(self, ended: Ended) -> Iterator[ast.Step]:
        """What was written, as it stands in the end; and the notes."""
        told: set[str] = set()
        for turn in ended.turns:
            for record in happened(turn):
                step = self.note(record) if record.action == "add note" else self.value(turn, record, ended)
                if step is not None and (said := printer.write(step)) not in told:
                    told.add(said)
                    yield step

    def note(self, record: ActionRecord) -> ast.Step | None:
        text = record.details.get("text")
        return ast.ExpectAction(ast.AddNote(ast.Text(text)), True) if isinstance(text, str) else None

    def value(self, turn: Turn, record: ActionRecord, ended: Ended) -> ast.Step | None:
        act = next(
            (
                act
                for rule in turn.bound
                if rule.title == record.rule
                for act in rule.acts
                if act.text == record.text
            ),
            None,
        )
        path = self.target(record)
        if act is None or act.target is None or path is None or turn.event.order_id != ended.given.id:
            return None
        order = ended.orders[0]
        read = f.Read(act.target.root, act.target.steps, act.target.how, act.target.type)
        if act.target.root == "order":
            return expect(path, ended.eye(order).value(read))
        item = order.item(record.target.removeprefix("item "))
        if not isinstance(item, Item) or not item.id.strip():
            return None
        is_it = ast.Comparison("is", ast.Path("item", (ast.Field("id"),)), (ast.Text(item.id),))
        has = condition(path, ended.eye(order, item).value(read))
        return (
            None if has is None else ast.ExpectCondition(ast.Quantified("any", "item", ast.And((is_it, has))))
        )

    def target(self, record: ActionRecord) -> ast.Path | None:
        """The field as the rule's author writes it."""
        if record.action not in WRITES:
            return None
        for file in self.opened.ruleset.files:
            for rule in file.statements:
                if isinstance(rule, ast.Rule) and rule.title == record.rule:
                    for action in rule.do:
                        if isinstance(action, (ast.Set, ast.Clear, ast.Increase, ast.Decrease)) and (
                            " ".join(action.span.text.split()) == record.text
                        ):
                            return action.target
        return None


def named(verb: str, connection: ast.Text, action: str) -> ast.Action:
    match verb:
        case "submit":
            return ast.Submit(connection)
        case "resubmit":
            return ast.Resubmit(connection)
        case "cancel":
            return ast.Cancel(connection)
        case _:
            return ast.Run(connection, action)


def happened(turn: Turn) -> Iterable[ActionRecord]:
    return (record for record in turn.actions if record.outcome != "not done")


def written(title: str, steps: tuple[ast.Step, ...]) -> str:
    return printer.write(ast.Test(title, steps))


def expect(path: ast.Path, value: Any) -> ast.Step:
    return ast.ExpectCondition(condition(path, value) or ast.Comparison("is present", path))


def condition(path: ast.Path, value: Any) -> ast.Expr | None:
    if value is None:
        return ast.Comparison("is missing", path)
    found = literal(value)
    return None if found is None else ast.Comparison("is", path, (found,))


def literal(value: Any) -> ast.Literal_ | None:
    """A value as it is written; None for what has no such form."""
    match value:
        case bool():
            return ast.Truth(value)
        case str():
            return ast.Text(value)
        case Decimal():
            return ast.Number(value)
        case dt.datetime():
            return ast.Time(value.replace(tzinfo=None, microsecond=0))
        case dt.date():
            return ast.Date(value)
        case list() if all(isinstance(each, str) for each in value):
            return ast.Text(", ".join(value))
        case _:
            return None
