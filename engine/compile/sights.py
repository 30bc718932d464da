"""What a rule reads of the order, taken down when it fires, for `engine.seen`. Called by `program` at every firing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any

from dsl.schema import FieldRef
from engine.compile.looks import kept_as
from engine.compile.reads import reading
from engine.compile.view import Over, Reading, View
from engine.form import RuleForm
from engine.seen import looked_at

UNCHANGING = (str, int, Decimal | None, dt.datetime | None)


class Sights:
    """`refs` are in the order in which `take` gives their values: plain fields first, which are found by one call."""

    def __init__(self, rule: RuleForm) -> None:
        refs = looked_at(rule)
        plain = [ref for ref in refs if ref.root == "order" and is_plain(ref)]
        others = [ref for ref in refs if ref not in plain]
        self.refs = (*plain, *others)
        # One more than is wanted: the getter of a single way gives no tuple.
        self._values = attrgetter("id", *[".".join(ref.steps) for ref in plain])
        self._others = [taken(ref) for ref in others]

    def take(self, view: View) -> Sequence[Any]:
        found = self._values(view.order)[1:] if len(self.refs) > len(self._others) else ()
        return (*found, *[each(view) for each in self._others]) if self._others else found


def is_plain(ref: FieldRef) -> bool:
    return ref.how == "field" and kept_as(ref.root, ref.steps) in UNCHANGING


def taken(ref: FieldRef) -> Reading:
    find = apart(reading(ref))
    if ref.root == "order":
        return find
    over: Over = "item" if ref.root == "item" else "shipment"
    if is_plain(ref):
        each = attrgetter("id", ".".join(ref.steps))
        return lambda view: [*map(each, view.subjects(over))]

    def of_each(view: View) -> list[tuple[str, Any]]:
        before, found = view.hold(over, None), []
        for subject in view.subjects(over):
            view.hold(over, subject)
            found.append((subject.id, find(view)))
        view.hold(over, before)
        return found

    return of_each


def apart(find: Reading) -> Reading:
    """A list or a map as it is now."""

    def take(view: View) -> Any:
        value = find(view)
        return value.copy() if value.__class__ in (list, dict) else value

    return take
