"""Which items of ours podOS speaks of: it knows them by its own ids, and by their variants.

Remembered when the order is quoted, because status and shortages are told about podOS's items.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actions.http import Answer, NoAnswer
from actions.integrations.podos.catalogue import Own, Shelf
from actions.integrations.podos.errors import CONFIRM, Words
from actions.integrations.podos.orders import title
from actions.integrations.podos.shapes import Complaint, Order, Shortage, complaint
from actions.preparing.prepared import Line
from actions.preparing.variants import bare_id
from actions.provider import Memory
from events.failure import Failure, FailureKind, by_precedence
from events.jsontext import Unreadable, dumps, loads
from events.outcome import Failed, Outcome


@dataclass(frozen=True)
class Items:
    memory: Memory
    project: str

    def remember(self, order: Order, lines: Sequence[Line], refs: Sequence[str]) -> None:
        """podOS was told no more of an item than its variant and quantity."""
        left = list(order.items)
        found: dict[str, str] = {}
        for line, ref in zip(lines, refs, strict=True):
            for item in left:
                if bare_id(item.variant_ref) == bare_id(ref) and item.quantity == line.quantity:
                    found[item.id] = line.item_id
                    left.remove(item)
                    break
        self.memory.remember(self._name(order), dumps(found))

    def of(self, order: Order) -> Mapping[str, str]:
        """Our ids by podOS's; as many as are known."""
        try:
            known = loads(self.memory.recall(self._name(order)) or "{}")
        except Unreadable:
            return {}
        return (
            {str(theirs): str(ours) for theirs, ours in known.items()} if isinstance(known, Mapping) else {}
        )

    def _name(self, order: Order) -> str:
        return f"podos {self.project} items of {order.id}"

    def short(
        self, errors: Sequence[Shortage], order: Order, lines: Sequence[Line], words: Words, shelf: Shelf
    ) -> tuple[Failure, ...]:
        """Items that podOS cannot supply. Whether a product is out of stock or gone is told by the catalogue."""
        ours, titles = self.of(order), {line.item_id: title(line) for line in lines}
        failures = []
        for each in errors:
            variant = bare_id(each.variant_ref)
            known = (item for item in order.items if bare_id(item.variant_ref) == variant)
            ids = tuple(ours[item.id] for item in known if item.id in ours)
            named = ", ".join(titles[i] for i in ids if i in titles) or each.product_title or each.variant_ref
            failures.append(_shortage(each, named, ids, words, shelf))
        return by_precedence(failures)


def _shortage(each: Shortage, named: str, ids: tuple[str, ...], words: Words, shelf: Shelf) -> Failure:
    if each.code == "PRODUCT_UNAVAILABLE":
        own = shelf.own(dt.timedelta())
        found = own.find(each.variant_ref) if isinstance(own, Own) else None
        if isinstance(own, Own) and (found is None or found[0].enabled is False):
            message = f"{named} is no longer in the catalog at {words.label}"
            return Failure(FailureKind.INVALID_SKU, message, ids, each.code)
        message = f"{named} cannot be had at {words.label} now"
        return Failure(FailureKind.OUT_OF_STOCK, message, ids, each.code)
    if each.code != "STOCK_UNAVAILABLE":
        failure = words.said(CONFIRM, Complaint(code=each.code, message=each.message))
        return Failure(failure.kind, f"{named}: {failure.message}", ids, each.code)
    wanted, there = each.requested_quantity, each.available_quantity
    counted = f": {wanted} wanted, {there} there" if wanted is not None and there is not None else ""
    message = f"{named} is out of stock at {words.label}{counted}"
    return Failure(FailureKind.OUT_OF_STOCK, message, ids, each.code)


def naming(
    outcome: Outcome, lines: Sequence[Line], refs: Sequence[str], answer: Answer | NoAnswer
) -> Outcome:
    """A refusal whose text names a variant is about the items that it was for, and about their SKU if about nothing else."""
    if not isinstance(outcome, Failed) or not isinstance(answer, Answer):
        return outcome
    text = complaint(answer).message
    ids = tuple(line.item_id for line, ref in zip(lines, refs, strict=True) if ref in text)
    if not ids:
        return outcome
    first = outcome.failures[0]
    kind = FailureKind.INVALID_SKU if first.kind is FailureKind.REJECTED else first.kind
    return Failed((Failure(kind, first.message, ids, first.provider_code),))
