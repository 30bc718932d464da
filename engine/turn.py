"""One event for one order: its rules from top to bottom, their actions on a working copy. Pure.

Called by `engine.decide` for each event of a chain. Which rules fire is the reader's business (`engine.matcher`); what an
action does is `actions.local`'s; here is only the order in which things happen.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from actions.perform import perform
from actions.work import DONE, NOTHING, Caused, Done, Task, World, not_done
from engine.decision import ActionRecord, Turn
from engine.facts import Facts
from engine.form import Act, Form, RuleForm
from engine.matcher import Match, Matcher, Reader, Subject
from engine.seen import Memory, Sight, Waiting
from events.effect import Effect
from events.event import Event
from events.order import PARTS, Item, Order


@dataclass(slots=True)
class Working:
    """A turn being taken."""

    form: Form
    event: Event
    before: Order
    order: Order
    world: World
    memory: dict[str, Collection[Sight | str]]
    waiting: Waiting = field(default_factory=Waiting)
    fired: list[str] = field(default_factory=list)
    shadow: list[str] = field(default_factory=list)
    actions: list[ActionRecord] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    caused: list[Caused] = field(default_factory=list)
    born: list[Order] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    moved_by: str | None = None
    stopped_by: str | None = None


class Taken(NamedTuple):
    """A finished turn, the events it caused (not yet made), and what to remember of it."""

    turn: Turn
    caused: tuple[Caused, ...]
    memory: Memory


def take_turn(
    reader: Reader, form: Form, event: Event, order: Order, world: World, memory: Memory, cause: int | None
) -> Taken:
    """world: its `now` is another's; each turn has the event's own time."""
    rules = reader.rules(event.id)
    if not rules:
        return Taken(Turn(event, order, order, cause), (), memory)
    matcher = reader.begin(Facts(order, event, world))
    match = matcher.next(0)
    if match is None:
        return Taken(Turn(event, order, order, cause, bound=rules), (), memory)
    here = World(world.store, event.at, world.inventory, world.connections)
    work = Working(form, event, order, order.copy_sharing(), here, dict(memory))
    matcher.onto(work.order)  # from here on the order changes
    while match is not None:
        rule = rules[match.position]
        if work.stopped_by is None or rule.setting:
            fire(work, matcher, rule, match)
        match = matcher.next(match.position + 1)
    return Taken(finished(work, rules, cause), tuple(work.caused), work.memory)


def finished(work: Working, rules: Sequence[RuleForm], cause: int | None) -> Turn:
    return Turn(
        event=work.event,
        before=work.before,
        after=work.order if work.fired else work.before,
        cause=cause,
        bound=rules,
        fired=tuple(work.fired),
        shadow=tuple(work.shadow),
        stopped_by=work.stopped_by,
        actions=tuple(work.actions),
        effects=tuple(work.effects),
        born=tuple(work.born),
        problems=tuple(work.problems),
    )


@lru_cache(maxsize=1024)
def parts_of(paths: frozenset[str]) -> tuple[str, ...]:
    """The parts of an order in which something changes where these canonical paths are written."""
    if "order" in paths:
        return PARTS
    tops = {
        f"{root}s" if root != "order" else rest.split(".")[0]
        for root, _, rest in (path.partition(".") for path in paths)
    }
    return tuple(name for name in PARTS if name in tops)


def fire(work: Working, matcher: Matcher, rule: RuleForm, match: Match) -> None:
    title, position = rule.title, match.position
    saw, before = Sight(rule, work.event, matcher, position), work.memory.get(title, ())
    if before and saw in {*before}:
        work.problems.append(
            f'loop stopped: rule "{title}" fired before in this chain, with everything it reads as it is now'
        )
        return
    if rule.mode == "shadow":
        rehearse(work, rule, match)
        return
    work.memory[title] = (*before, saw)
    work.waiting.add(position, saw)
    work.fired.append(title)
    moved = False
    for act in rule.acts:
        if act.writes:
            work.waiting.take(matcher.readers(act.writes))
            moved |= work.order.part_from(work.before, parts_of(act.writes))
    if moved and match.subjects:  # they are the other order's
        match = matcher.next(position) or match
    for number, act in enumerate(rule.acts):
        for subject in match.subjects if act.per_item else ONCE:
            do(work, matcher, rule, position, number, act, subject)


ONCE = (None,)


def do(
    work: Working, matcher: Matcher, rule: RuleForm, position: int, number: int, act: Act, subject: Subject
) -> None:
    values = NOTHING
    if rule.setting and act.verb == "move to folder" and work.moved_by is not None:
        done = not_done(f'rule "{work.moved_by}" moved the order')
    elif subject is not None and isinstance(subject, Item) and work.order.item(subject.id) is not subject:
        done = not_done("the item is no longer on the order")
    else:
        values = matcher.values(position, number, subject)
        task = Task(act.verb, rule.title, act.args, values, act.target, subject)
        done = perform(work.order, task, work.world)
    work.actions.append(ActionRecord(rule.title, act, target_of(subject), done, values))
    if done is not DONE:
        follow(work, rule, act, done)
    if act.writes:
        matcher.wrote(act.writes)
    if act.verb == "stop":
        work.stopped_by = rule.title


def follow(work: Working, rule: RuleForm, act: Act, done: Done) -> None:
    """What comes of an action beside the changed order."""
    work.problems += [f'rule "{rule.title}": {warning}' for warning in done.warnings]
    if done.outcome == "not done":
        return
    if act.verb == "move to folder" and not rule.setting:
        work.moved_by = rule.title
    work.effects += done.effects
    work.caused += done.caused
    work.born += done.born


def target_of(subject: Subject) -> str:
    if subject is None:
        return "order"
    return f"item {subject.id}" if isinstance(subject, Item) else f"shipment {subject.id}"


def rehearse(work: Working, rule: RuleForm, match: Match) -> None:
    """A rule in shadow: what it would have done, worked out on a copy that is thrown away. Nothing after it sees it."""
    from engine.reference import Reference

    work.shadow.append(rule.title)
    copy = work.order.copy_whole()
    facts = Facts(copy, work.event, work.world)
    matcher = Reference(work.form).begin(facts)
    ids = {subject.id for subject in match.subjects}
    listed = copy.items if rule.over == "item" else copy.shipments
    again = Match(match.position, [subject for subject in listed if subject.id in ids])
    for number, act in enumerate(rule.acts):
        for subject in again.subjects if act.per_item else ONCE:
            values = matcher.values(match.position, number, subject)
            task = Task(act.verb, rule.title, act.args, values, act.target, subject)
            would = perform(copy, task, work.world)
            reason = would.reason if would.outcome == "not done" else f"would be {would.outcome}"
            done = not_done(f"in shadow: {reason}")
            work.actions.append(ActionRecord(rule.title, act, target_of(subject), done, NOTHING))
