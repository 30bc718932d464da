"""One column's predicates as a table: a value to the bits of all clauses that it makes true.

A table finds the tests that a value meets through dictionaries, prefixes and sorted bounds, and remembers the answer
for values seen before; what is remembered is bounded. Called by `index` and `looks`. What a test means is `value_tests`':
here it is only found faster, and a value of a kind that no dictionary holds is simply put to each test.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from dsl.values import SHORT, fold, folded, present
from engine.compile.effects import NONE, Effect, Predicate, Ramp, effect, joined, mask
from engine.compile.value_tests import KINDS, Family, Test
from engine.compile.view import Reading, View

MOST_MEMBERS = 64
"""A longer list is asked as a set of its own instead of being spread over the table's dictionary."""

MOST_REMEMBERED = 4096

SHORT_LIST = 8
"""Members of a list that is remembered."""


class Memo(dict[Any, int]):
    """The bits of values seen before; to ask for another is to work them out. Asking is one call into C."""

    __slots__ = ("_table",)

    def __init__(self, table: Table) -> None:
        self._table = table

    def __missing__(self, value: Any) -> int:
        return self._table.first(value)


class Table:
    """A bit may be made false by one predicate of a table only: its other negations belong in a table beside it."""

    def __init__(self) -> None:
        self.predicates: dict[Test, Predicate] = {}

    def add(self, test: Test, bit: int, positive: bool) -> None:
        predicate = self.predicates.setdefault(test, Predicate(test))
        (predicate.on if positive else predicate.off).append(bit)

    def finish(self, memory: int) -> None:
        """After the last `add`. `memory` is how many bytes may be remembered."""
        predicates = self.predicates.values()
        self.unmet = mask(bit for each in predicates for bit in each.off)
        self.all = self.unmet | mask(bit for each in predicates for bit in each.on)
        self.most = max(16, min(MOST_REMEMBERED, memory // (self.all.bit_length() // 8 + 160)))
        self.memo = Memo(self)
        for each in predicates:
            each.finish(self.all.bit_length())
        self.build(list(predicates))

    def build(self, predicates: list[Predicate]) -> None:
        """Arrange the predicates so that those that a value meets are found quickly."""

    def bits(self, value: Any) -> int:
        """What a value makes true; None, a missing value, meets no test."""
        return self.unmet if value is None else self.asked(value)

    def look(self, read: Reading) -> Callable[[View], int]:
        """The bits of what `read` gives."""
        bits = self.bits
        return lambda view: bits(read(view))

    def first(self, value: Any) -> int:
        """The bits of a value that is not in the memo, as a field of a model has it: blank text is there, and is missing."""
        return self.bits(present(value))

    def asked(self, value: Any) -> int:
        """The slow way: every test is put to the value."""
        return self.settled(each for each in self.predicates.values() if each.test.met(value))

    def settled(self, met: Iterable[Predicate]) -> int:
        on, off = effect(met)
        return self.unmet & ~off | on if on or off else self.unmet

    def remember(self, key: Any, bits: int) -> int:
        if len(self.memo) >= self.most:
            self.memo.clear()
        self.memo[key] = bits
        return bits


class TextTable(Table):
    def build(self, predicates: list[Predicate]) -> None:
        self.equal: dict[str, list[Predicate]] = {}
        starts: dict[int, dict[str, list[Predicate]]] = {}
        ends: dict[int, dict[str, list[Predicate]]] = {}
        self.rest: list[Predicate] = []
        for each in predicates:
            operator, constants = each.test.operator, each.test.constants
            if operator == "is" and len(constants) <= MOST_MEMBERS:
                for text in constants:
                    self.equal.setdefault(text, []).append(each)
            elif operator in ("starts with", "ends with"):
                side = starts if operator == "starts with" else ends
                (part,) = constants
                side.setdefault(len(part), {}).setdefault(part, []).append(each)
            else:
                self.rest.append(each)
        self.starts, self.ends = list(starts.items()), list(ends.items())

    def bits(self, value: Any) -> int:
        if value.__class__ is str:
            return self.memo[value]
        return self.unmet if value is None else self.asked(value)

    def look(self, read: Reading) -> Callable[[View], int]:
        """As `bits`, with one call less."""
        memo, bits = self.memo, self.bits

        def looked(view: View) -> int:
            value = read(view)
            return memo[value] if value.__class__ is str else bits(value)

        return looked

    def first(self, value: Any) -> int:
        if value.__class__ is not str:
            return self.bits(value)
        text = fold(value)
        bits = self.settled(self.met(value, text)) if text else self.unmet
        return self.remember(value, bits) if len(value) <= SHORT else bits

    def met(self, value: str, text: str) -> list[Predicate]:
        met = [*self.equal.get(text, ())]
        for length, parts in self.starts:
            met += parts.get(text[:length], ())
        for length, parts in self.ends:
            met += parts.get(text[len(text) - length :] if length <= len(text) else "", ())
        if self.rest:
            met += [each for each in self.rest if each.test.met(value)]
        return met


class ListTable(Table):
    def build(self, predicates: list[Predicate]) -> None:
        self.members: dict[str, list[Predicate]] = {}
        for each in predicates:
            for text in each.test.constants:
                self.members.setdefault(text, []).append(each)
        self.effects: dict[str, Effect] = {}

    def bits(self, value: Any) -> int:
        if value.__class__ is not list or len(value) > SHORT_LIST:
            return self.unmet if value is None else self.found(value)
        key = tuple(value)
        try:
            found = self.memo.get(key)
        except TypeError:  # a member that no dictionary holds
            return self.asked(value)
        return self.first(key) if found is None else found

    def first(self, value: Any) -> int:
        bits = self.found(value)
        short = all(each.__class__ is str for each in value) and sum(map(len, value)) <= SHORT
        return self.remember(value, bits) if short else bits

    def found(self, value: Any) -> int:
        """Lists are seldom the same twice, their members nearly always."""
        met = NONE
        for each in value if isinstance(value, (list, tuple)) else (None,):
            if each.__class__ is not str:
                return self.asked(value)
            if (text := folded(each)) in self.members:
                met = joined(met, self.effects.get(text) or self.member(text))
        on, off = met
        return self.unmet & ~off | on

    def member(self, text: str) -> Effect:
        if len(self.effects) >= self.most:
            self.effects.clear()
        self.effects[text] = found = effect(self.members[text])
        return found


class OrderedTable(Table):
    """Amounts, days or durations. The constants cut the line into points and the gaps between them, numbered from 0;
    a bounded test is met on a stretch of these places: from one on (`up`), up to one (`down`, counted below zero), or between."""

    def __init__(self, family: Family) -> None:
        super().__init__()
        self.kind = KINDS[family]

    def build(self, predicates: list[Predicate]) -> None:
        self.places: dict[int, int] = {}
        self.rest = [each for each in predicates if len(each.test.constants) > MOST_MEMBERS]
        bounded = [each for each in predicates if len(each.test.constants) <= MOST_MEMBERS]
        self.points: Sequence[Any] = sorted({point for each in bounded for point in each.test.constants})
        at = {point: 2 * i + 1 for i, point in enumerate(self.points)}
        self.single: dict[int, list[Predicate]] = {}
        self.stretches: list[tuple[int, int, Predicate]] = []
        up: list[tuple[int, Predicate]] = []
        down: list[tuple[int, Predicate]] = []
        for each in bounded:
            places = [at[point] for point in each.test.constants]
            match each.test.operator:
                case "is":
                    for place in places:
                        self.single.setdefault(place, []).append(each)
                case "between":
                    self.stretches.append((places[0], places[1], each))
                case "less":
                    down.append((1 - places[0], each))
                case "at most":
                    down.append((-places[0], each))
                case "more":
                    up.append((places[0] + 1, each))
                case _:
                    up.append((places[0], each))
        self.up, self.down = Ramp(up), Ramp(down)

    def bits(self, value: Any) -> int:
        if value.__class__ is self.kind:
            return self.memo[value]
        return self.unmet if value is None else self.asked(value)

    def first(self, value: Any) -> int:
        if value.__class__ is int:
            value = Decimal(value)
        return self.found(value) if value.__class__ is self.kind else self.bits(value)

    def found(self, value: Any) -> int:
        at = bisect_left(self.points, value)
        place = 2 * at + 1 if at < len(self.points) and self.points[at] == value else 2 * at
        bits = None if self.rest else self.places.get(place)
        if bits is None:
            met = [each for first, last, each in self.stretches if first <= place <= last]
            met += self.single.get(place, ())
            met += [each for each in self.rest if each.test.met(value)]
            on, off = joined(effect(met), joined(self.up.at(place), self.down.at(-place)))
            bits = self.unmet & ~off | on
            if len(self.places) >= self.most:
                self.places.clear()
            self.places[place] = bits
        return self.remember(value, bits)


class StateTable(Table):
    """Only whether the value is there, and true."""

    def build(self, predicates: list[Predicate]) -> None:
        self.true, self.false, self.other = self.asked(True), self.asked(False), self.asked("")

    def bits(self, value: Any) -> int:
        if value is None:
            return self.unmet
        return self.true if value is True else self.false if value is False else self.other


def table_for(family: Family) -> Table:
    if family == "text":
        return TextTable()
    if family == "list":
        return ListTable()
    return StateTable() if family == "state" else OrderedTable(family)
