"""What a rule saw when it fired: a second firing in a chain on the same sight is a loop (section 7.4).

Noted by the turn at every firing. The values are taken (`Matcher.saw`) only before something is written that the rule
reads, or when they are asked for: until then they stand in the order. Only where the same rule comes up again in the chain,
or the chain is stored, is the digest worked out.
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


class Sight:
    """The text of a sight is its digest, which is all that is stored. INVARIANT: whoever writes something that the rule at
    `position` reads calls `take` before."""

    __slots__ = ("_digest", "_event", "_matcher", "_position", "_rule", "_taken")

    def __init__(self, rule: RuleForm, event: Event, matcher: Matcher, position: int) -> None:
        self._rule = rule
        self._event = event
        self._matcher = matcher
        self._position = position
        self._taken: tuple[Sequence[FieldRef], Sequence[Any]] | None = None
        self._digest = ""

    def take(self) -> tuple[Sequence[FieldRef], Sequence[Any]]:
        """The fields and the values; of an item's or a shipment's field, for each of them its id and value."""
        if self._taken is None:
            self._taken = self._matcher.saw(self._position)
        return self._taken

    def __str__(self) -> str:
        if not self._digest:
            sight = [self._event.id, self._happened(), sorted(map(shown, *self.take()))]
            self._digest = hashlib.sha256(repr(sight).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self._digest

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (Sight, str)) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def _happened(self) -> list[tuple[str, str]]:
        asked = {ref.steps[0] for ref in self._rule.reads if ref.root == "event"}
        values = self._event.values.items()
        return sorted((name, repr(value)) for name, value in values if name in asked or name not in COUNTS)


class Waiting:
    """The sights of a turn whose values still stand in the order."""

    __slots__ = ("_at", "_bits")

    def __init__(self) -> None:
        self._at: dict[int, Sight] = {}
        self._bits = 0

    def add(self, position: int, sight: Sight) -> None:
        self._at[position] = sight
        self._bits |= 1 << position

    def take(self, readers: int) -> None:
        """Those of these rules, by position as bits: what they read is about to be written."""
        concerned = self._bits & readers
        self._bits ^= concerned
        while concerned:
            position = concerned.bit_length() - 1
            concerned ^= 1 << position
            self._at[position].take()


Memory: TypeAlias = Mapping[str, Collection[Sight | str]]
"""For one order: what each rule saw when it fired, by title; a sight, or the digest of one from the store."""


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
