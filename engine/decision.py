"""What deciding gives: turns, and the effects wanted. Plain data; printed by `engine/show/`, stored by a journal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

from actions.work import Done
from engine.form import Act, RuleForm
from engine.seen import Seen
from events.effect import Effect
from events.event import Event
from events.order import Order


class ActionRecord(NamedTuple):
    """What became of one action. `target` is `order` or `item <id>`, `values` what was worked out for it."""

    rule: str
    act: Act
    target: str
    done: Done
    values: Mapping[str, Any]

    @property
    def action(self) -> str:
        return self.act.verb

    @property
    def outcome(self) -> Literal["done", "planned", "not done"]:
        return self.done.outcome

    @property
    def reason(self) -> str | None:
        return self.done.reason

    @property
    def text(self) -> str:
        """The action as written."""
        return self.act.text

    @property
    def details(self) -> Mapping[str, Any]:
        """What it was given: folder, connection, tag, value, the target's path, ..."""
        target = self.act.target
        return {**self.act.args, **self.values, "target": target.path if target else None}


class Turn(NamedTuple):
    """One event for one order, decided.

    cause: position of the turn that caused it, in the decision's list. before and after share nothing that changes.
    bound: all rules bound to the event. fired: titles in order, settings too; shadow: rules in shadow mode whose
    condition was met.
    """

    event: Event
    before: Order
    after: Order
    cause: int | None = None
    fired: tuple[str, ...] = ()
    bound: Sequence[RuleForm] = ()
    shadow: tuple[str, ...] = ()
    stopped_by: str | None = None
    actions: tuple[ActionRecord, ...] = ()
    effects: tuple[Effect, ...] = ()
    caused: tuple[Event, ...] = ()
    born: tuple[Order, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def not_fired(self) -> tuple[str, ...]:
        """Titles of the other rules bound to the event, in order. Listed when it is asked for: there may be thousands."""
        fired = {*self.fired, *self.shadow}
        return tuple(rule.title for rule in self.bound if rule.title not in fired)


@dataclass(frozen=True)
class Chain:
    """What a chain remembers between its events, also across the answers to its effects.

    seen: for each order, what rules saw when they fired. events: how many so far.
    """

    seen: Mapping[str, Seen] = field(default_factory=dict)
    events: int = 0

    @classmethod
    def stored(cls, fired: Mapping[str, Mapping[str, Collection[str]]], events: int) -> Chain:
        """fired: as the property has it."""
        return cls({order: Seen(titles) for order, titles in fired.items()}, events)

    @cached_property
    def fired(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """For each order, for each rule title, what it saw when it fired: as the digests that are stored."""
        return {
            order: {title: seen.digests(title) for title in seen.titles} for order, seen in self.seen.items()
        }


class Decision(NamedTuple):
    """Everything that follows at once from one event: turns in order, the orders as they are afterwards (the parent and
    those born), and the chain to go on with when an effect is answered."""

    turns: tuple[Turn, ...]
    orders: Mapping[str, Order]
    chain: Chain
