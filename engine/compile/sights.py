"""What a rule reads of the order, taken down when it fires, for `engine.seen`. Called by `program` at every firing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
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
        plain = [ref for ref in refs if is_plain(ref)]
        others = [ref for ref in refs if not is_plain(ref)]
        self.refs = (*plain, *others)
        # One more than is wanted: the getter of a single way gives no tuple.
        self._values = attrgetter("id", *[".".join(ref.steps) for ref in plain])
        self._others = [taken(ref) for ref in others]

    def take(self, view: View) -> Sequence[Any]:
        if not self._others:
            return self._values(view.order)[1:] if self.refs else ()
        first = self._values(view.order)[1:] if len(self.refs) > len(self._others) else ()
        return (*first, *[each(view) for each in self._others])


def is_plain(ref: FieldRef) -> bool:
    return ref.root == "order" and ref.how == "field" and kept_as("order", ref.steps) in UNCHANGING


def taken(ref: FieldRef) -> Reading:
    find = reading(ref)
    return (
        each_one(find, "item" if ref.root == "item" else "shipment") if ref.root != "order" else apart(find)
    )


def apart(find: Reading) -> Reading:
    """A list or a map as it is now."""

    def take(view: View) -> Any:
        value = find(view)
        return value.copy() if value.__class__ in (list, dict) else value

    return take


def each_one(find: Reading, over: Over) -> Callable[[View], Any]:
    one = apart(find)

    def take(view: View) -> list[tuple[str, Any]]:
        before, found = view.hold(over, None), []
        for subject in view.subjects(over):
            view.hold(over, subject)
            found.append((subject.id, one(view)))
        view.hold(over, before)
        return found

    return take
