"""One event for one order: its rules from top to bottom, their actions on a working copy. Pure.

Called by `engine.decide` for each event of a chain. Which rules fire is the reader's business (`engine.matcher`); what an
action does is `actions.local`'s; here is only the order in which things happen.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from actions.perform import perform
from actions.round import Rows
from actions.work import DONE, NOTHING, Caused, Done, World, not_done
from engine.decision import ActionRecord, Turn
from engine.facts import Facts
from engine.form import Act, Form, RuleForm
from engine.matcher import Match, Matcher, Reader, Subject
from engine.seen import Noticed, Seen
from events.effect import Effect
from events.event import Event
from events.order import Item, Order


@dataclass(slots=True)
class Working:
    """A turn being taken. own: the parts of the order that it does not share any more with the one before. earlier: titles of
    the rules that fired before in the chain."""

    form: Form
    event: Event
    rules: Sequence[RuleForm]
    matcher: Matcher
    before: Order
    order: Order
    world: World
    seen: Seen
    earlier: Collection[str]
    noticed: Noticed
    own: frozenset[str] = frozenset()
    actions: list[ActionRecord] = field(default_factory=list)
    shadow: tuple[str, ...] = ()
    effects: list[Effect] = field(default_factory=list)
    caused: list[Caused] = field(default_factory=list)
    born: list[Order] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    moved_by: str | None = None
    stopped_by: str | None = None


class Taken(NamedTuple):
    """A finished turn, the events it caused (not yet made), and what has been seen by then."""

    turn: Turn
    caused: tuple[Caused, ...]
    seen: Seen


def take_turn(
    reader: Reader, form: Form, event: Event, order: Order, world: World, seen: Seen, cause: int | None
) -> Taken:
    """world: its `now` is another's; each turn has the event's own time."""
    rules = reader.rules(event.id)
    if not rules:
        return Taken(Turn(event, order, order, cause), (), seen)
    matcher = reader.begin(Facts(order, event, world))
    match = matcher.next(0)
    if match is None:
        return Taken(Turn(event, order, order, cause, (), rules), (), seen)
    here = World(world.store, event.at, world.inventory, world.connections)
    noticed, copy = Noticed(event, rules, matcher), order.copy_sharing()
    work = Working(form, event, rules, matcher, order, copy, here, seen, seen.titles, noticed)
    matcher.onto(copy)  # from here on the order changes
    while match is not None:
        rule, position = rules[match.position], match.position
        if work.stopped_by is None or rule.setting:
            fire(work, rule, match)
        match = matcher.next(position + 1)
    return Taken(finished(work, cause), tuple(work.caused), seen.then(noticed))


def finished(work: Working, cause: int | None) -> Turn:
    fired = tuple(work.noticed.fired)
    return Turn(
        work.event,
        work.before,
        work.order if fired else work.before,
        cause,
        fired,
        work.rules,
        work.shadow,
        work.stopped_by,
        tuple(work.actions),
        tuple(work.effects),
        (),
        tuple(work.born),
        tuple(work.problems),
    )


def fire(work: Working, rule: RuleForm, match: Match) -> None:
    title, position, matcher = rule.title, match.position, work.matcher
    if title in work.earlier and work.noticed.sight(position) in work.seen.digests(title):
        work.problems.append(
            f'loop stopped: rule "{title}" fired before in this chain, with everything it reads as it is now'
        )
        return
    if rule.mode == "shadow":
        rehearse(work, rule, match)
        return
    parts, readers = matcher.writing(position)
    work.noticed.fires(title, position, readers)
    if not parts <= work.own:
        work.own |= parts
        if work.order.part_from(work.before, parts) and match.subjects:  # they are the other order's
            match = matcher.next(position) or match
    for number, act in enumerate(rule.acts):
        world = work.world.going_round(rows_of(work.order, rule)) if act.per_item else work.world
        for subject in match.subjects if act.per_item else ONCE:
            do(work, rule, position, number, act, subject, world)


ONCE = (None,)


def rows_of(order: Order, rule: RuleForm) -> Rows:
    """What a rule `for each` is about."""
    return order.items if rule.over == "item" else order.shipments


def do(
    work: Working, rule: RuleForm, position: int, number: int, act: Act, subject: Subject, world: World
) -> None:
    """world: of the round that the subject is in."""
    values = NOTHING
    if rule.setting and act.verb == "move to folder" and work.moved_by is not None:
        done = not_done(f'rule "{work.moved_by}" moved the order')
    elif subject is not None and world.round is not None and not world.round.has(subject):
        done = not_done("the item is no longer on the order")
    else:
        task = work.matcher.task(position, number, subject)
        values, done = task.values, perform(work.order, task, world)
    target = "order" if subject is None else target_of(subject)
    work.actions.append(ActionRecord(rule.title, act, target, done, values))
    if done is not DONE:
        follow(work, rule, act, done)
    if act.writes:
        work.matcher.wrote(act.writes, subject)
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

    work.shadow += (rule.title,)
    copy = work.order.copy_whole()
    facts = Facts(copy, work.event, work.world)
    matcher = Reference(work.form).begin(facts)
    ids = {subject.id for subject in match.subjects}
    subjects = [subject for subject in rows_of(copy, rule) if subject.id in ids]
    for number, act in enumerate(rule.acts):
        world = work.world.going_round(rows_of(copy, rule)) if act.per_item else work.world
        for subject in subjects if act.per_item else ONCE:
            would = perform(copy, matcher.task(match.position, number, subject), world)
            reason = would.reason if would.outcome == "not done" else f"would be {would.outcome}"
            done = not_done(f"in shadow: {reason}")
            work.actions.append(ActionRecord(rule.title, act, target_of(subject), done, NOTHING))
