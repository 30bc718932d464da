"""What may be named where the cursor is: whether `item.` has a meaning there, and which `event.*` there are.

Called by `completion`, with the tokens of a statement up to the cursor. Whether what was written is right is the checker's
to say; here it is enough not to offer what it would refuse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dsl.expecting import Token
from dsl.schema import EventSpec, Schema
from engine.lsp.marks import marks

_OVER = {"ITEM": "item", "ITEMS": "item", "SHIPMENT": "shipment", "SHIPMENTS": "shipment"}
_AGGREGATES = ("SUM", "SMALLEST", "LARGEST")
_ENDS_A_VALUE = frozenset({
    "AND", "OR", "NOT", "IS", "EQUAL", "UNEQUAL", "LESS", "LESS_EQUAL", "MORE_THAN", "MORE_EQUAL", "CONTAINS", "COMMA",
    "WHEN", "WHERE", "TO", "BY",
})  # fmt: skip


@dataclass(frozen=True)
class Around:
    """roots: which of order, item, shipment, event and store may be named. events: those that the statement waits for."""

    roots: frozenset[str]
    events: tuple[EventSpec, ...]

    @property
    def event_fields(self) -> list[str]:
        """Of `event.*`, what all events of the rule have."""
        first, *rest = self.events or (None,)
        return (
            [name for name in first.fields if all(each and name in each.fields for each in rest)]
            if first
            else []
        )


def around(statement: str, before: Sequence[Token], schema: Schema) -> Around:
    kinds = [token.type for token in before]
    kind = kinds[0] if kinds else ""
    roots = {"order", "store"} if kind in ("RULE", "TEST", "DEFINE") else {"order", "store", "event"}
    waits = waited_for(statement, schema) if kind == "RULE" else ()
    found = Around(frozenset(), waits)
    if kind == "DEFINE":
        roots |= {"item", "shipment"}
    elif kind == "RULE" and found.event_fields:
        roots.add("event")
    roots |= _each(kinds) | _open(kinds) | _summed(kinds) | _split(kinds)
    return Around(frozenset(roots), waits)


def waited_for(statement: str, schema: Schema) -> tuple[EventSpec, ...]:
    """The events in the `on` of a rule, as far as they are known; a schedule has no fields and is an event without any."""
    found: list[EventSpec] = []
    for mark in marks(statement):
        if mark.role in ("event", "event id", "button"):
            spec = schema.event(mark.name)
            found.append(spec if spec is not None else EventSpec("", mark.name))
    return tuple(found)


def _each(kinds: Sequence[str]) -> set[str]:
    """`for each item`: what follows it is about the item."""
    return {
        _OVER[kinds[n + 1]] for n, kind in enumerate(kinds[:-1]) if kind == "EACH" and kinds[n + 1] in _OVER
    }


def _open(kinds: Sequence[str]) -> set[str]:
    """Within `any item where (`."""
    found: list[str] = []
    for n, kind in enumerate(kinds):
        if kind == "LPAR":
            over = _OVER.get(kinds[n - 2], "") if n > 1 and kinds[n - 1] == "WHERE" else ""
            found.append(over or (_aggregated(kinds[:n]) if n and kinds[n - 1] == "WHERE" else ""))
        elif kind == "RPAR" and found:
            found.pop()
    return {over for over in found if over}


def _aggregated(kinds: Sequence[str]) -> str:
    """`sum of item.price where (` is over items by what stands in it."""
    return "item" if any(kind in _AGGREGATES for kind in kinds[-12:]) else ""


def _summed(kinds: Sequence[str]) -> set[str]:
    """The value after `sum of`."""
    for n in range(len(kinds) - 1, 0, -1):
        if kinds[n] == "OF" and kinds[n - 1] in _AGGREGATES:
            return {"item", "shipment"}
        if kinds[n] in _ENDS_A_VALUE:
            break
    return set()


def _split(kinds: Sequence[str]) -> set[str]:
    return {"item"} if kinds[-2:] == ["SPLIT", "BY"] else set()
