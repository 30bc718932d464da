"""What a rule saw when it fired: a second firing in a chain on the same sight is a loop (section 7.4).

Noted by the turn at every firing. The values are taken (`Matcher.saw`) only before something is written that the rule
reads, or when they are asked for: until then they stand in the order. Only where the same rule comes up again in the chain,
or the chain is stored, is a sight's digest worked out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from dsl.schema import FieldRef
from dsl.values import present
from engine.form import RuleForm
from engine.matcher import Matcher
from events.event import Event

COUNTS = frozenset({"attempt", "provider_order_id"})
"""Event values that are another each time by themselves: a rule that sends again what fails again would never be seen
to go round. They count for a rule that reads them."""

Taken: TypeAlias = tuple[Sequence[FieldRef], Sequence[Any]]
"""Fields of the order and their values; of an item's or a shipment's field, for each of them its id and value."""


class Noticed:
    """What the rules of one turn saw. fired: the titles of those that fired, in order, with their positions.

    INVARIANT: nothing is written before `fires` is told whose sight that may change.
    """

    __slots__ = ("_digests", "_event", "_matcher", "_rules", "_taken", "_waiting", "fired")

    def __init__(self, event: Event, rules: Sequence[RuleForm], matcher: Matcher) -> None:
        self._event = event
        self._rules = rules
        self._matcher = matcher
        self._waiting = 0  # the positions of those whose sight still stands in the order, as bits
        self._taken: dict[int, Taken] = {}
        self._digests: dict[str, str] = {}
        self.fired: dict[str, int] = {}

    def fires(self, title: str, position: int, readers: int) -> None:
        """The rule fires now, and is about to write what these rules read, by position as bits."""
        self.fired[title] = position
        waiting = self._waiting | 1 << position
        concerned = waiting & readers
        self._waiting = waiting ^ concerned
        while concerned:
            reader = concerned.bit_length() - 1
            concerned ^= 1 << reader
            self._taken[reader] = self._matcher.saw(reader)

    def sight(self, position: int) -> str:
        """The digest of what the rule at `position` would see now."""
        return digest(self._rules[position], self._event, self._matcher.saw(position))

    def digest(self, title: str) -> str:
        """Of what the rule saw when it fired."""
        found = self._digests.get(title)
        if found is None:
            position = self.fired[title]
            taken = self._taken.get(position) or self._matcher.saw(position)
            found = self._digests[title] = digest(self._rules[position], self._event, taken)
        return found


class Seen:
    """What the rules of a chain saw of one order: as it was stored, by title, and in the turns since."""

    __slots__ = ("_stored", "_turns")

    def __init__(self, stored: Mapping[str, Collection[str]], turns: tuple[Noticed, ...] = ()) -> None:
        self._stored = stored
        self._turns = turns

    def then(self, turn: Noticed) -> Seen:
        return Seen(self._stored, (*self._turns, turn))

    @property
    def titles(self) -> Collection[str]:
        """Of the rules that fired."""
        return {*self._stored}.union(*[turn.fired for turn in self._turns]) if self._turns else self._stored

    def digests(self, title: str) -> frozenset[str]:
        """Of all that the rule saw."""
        since = [turn.digest(title) for turn in self._turns if title in turn.fired]
        return frozenset([*self._stored.get(title, ()), *since])


UNSEEN = Seen({})


def digest(rule: RuleForm, event: Event, taken: Taken) -> str:
    """What is compared and stored of a sight."""
    asked = {ref.steps[0] for ref in rule.reads if ref.root == "event"}
    values = event.values.items()
    happened = sorted((name, repr(value)) for name, value in values if name in asked or name not in COUNTS)
    sight = [event.id, happened, sorted(map(shown, *taken))]
    return hashlib.sha256(repr(sight).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def looked_at(rule: RuleForm) -> tuple[FieldRef, ...]:
    """What of the order a rule reads: the rest does not change in a turn."""
    return tuple(ref for ref in rule.reads if ref.root in ("order", "item", "shipment"))


def shown(ref: FieldRef, value: Any) -> tuple[str, str, str]:
    if ref.root == "order":
        return ref.path, ref.how, plainly(value)
    return ref.path, ref.how, repr([(subject, plainly(each)) for subject, each in value])


def plainly(value: Any) -> str:
    """A value as it stands in a model, and as a rule reads it, alike."""
    whole = value.__class__ is int
    return repr(Decimal(value) if whole else present(value))
