"""What a rule saw when it fired: a second firing in a chain on the same sight is a loop (section 7.4).

Taken by the turn at every firing, from the values that the reader gives (`Matcher.saw`). Only where the same rule comes up
again in the chain, or the chain is stored, is its digest worked out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from dsl.schema import FieldRef
from dsl.values import present
from engine.form import RuleForm
from events.event import Event

COUNTS = frozenset({"attempt", "provider_order_id"})
"""Event values that are another each time by themselves: a rule that sends again what fails again would never be seen
to go round. They count for a rule that reads them."""


class Sight:
    """`values`: of each of `refs`, as the reader found it; of an item's or a shipment's field, for each of them its id
    and value. The text of a sight is its digest, which is all that is stored."""

    __slots__ = ("_digest", "_event", "_refs", "_rule", "_values")

    def __init__(self, rule: RuleForm, event: Event, refs: Sequence[FieldRef], values: Sequence[Any]) -> None:
        self._rule = rule
        self._event = event
        self._refs = refs
        self._values = values
        self._digest = ""

    def __str__(self) -> str:
        if not self._digest:
            sight = [self._event.id, self._happened(), sorted(map(shown, self._refs, self._values))]
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
