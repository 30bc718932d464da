"""An event's columns looked up in an order: all plain fields by one call, a map's entries by the keys it has, items one by one.

Made by `index` of the columns' tables; each look gives the bits that the order's values make true. What a value's bits
are is `columns`'. A look that is not of these shapes is a closure over the column's own reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

from engine import form as f
from engine.compile.columns import Memo, Table
from engine.compile.reads import entry, entry_text
from engine.compile.value_tests import Family
from engine.compile.view import Over, Reading, View, folded
from events.order import Item, Model, Order, Shipment

Look: TypeAlias = Callable[[View], int]

MODELS: dict[str, type[Model]] = {"order": Order, "item": Item, "shipment": Shipment}
PLAIN: dict[Family, tuple[Any, ...]] = {
    "text": (str,),
    "amount": (int, Decimal | None),
    "state": (str, int, Decimal | None),
}
"""What a field of a model may hold, for its table to be asked with the value as it stands."""

MOST_SHAPES = 512
MOST_LETTERS = 1024
"""In the keys of a map whose shape is remembered."""


class Asked(NamedTuple):
    """A column: its value's node, how that is read and which paths it reads, its table."""

    node: f.Node
    read: Reading
    reads: frozenset[str]
    table: Table
    family: Family


def plain_field(column: Asked, root: str) -> str | None:
    """Where the field stands below `root`, if a table can be asked with what is there."""
    node = column.node
    if not isinstance(node, f.Read) or node.how != "field" or node.root != root:
        return None
    kind: Any = MODELS[root]
    for step in node.steps:
        known = kind.model_fields.get(step) if isinstance(kind, type) and issubclass(kind, Model) else None
        if known is None:
            return None
        kind = known.annotation
    return ".".join(node.steps) if kind in PLAIN.get(column.family, ()) else None


def map_entry(column: Asked, root: str) -> tuple[str, ...] | None:
    """The map below `root` that the column's entry is in."""
    node = column.node
    if not isinstance(node, f.Read) or node.how != "entry" or node.root != root:
        return None
    return node.steps[:-1] if column.family in ("text", "state") else None


class Fields:
    """Plain fields of a model, found by one call."""

    def __init__(self, columns: Sequence[tuple[str, Asked]]) -> None:
        self.memos = [column.table.memo for _, column in columns]
        # One more than there are memos: the getter of a single way gives no tuple.
        self.values = attrgetter(*[way for way, _ in columns], "id")

    def each(self, model: Any) -> list[int]:
        return [memo[value] for memo, value in zip(self.memos, self.values(model))]  # noqa: B905


Shape: TypeAlias = tuple[int, list[tuple[str, Memo]]]
"""Of a map's keys: what the entries that are missing make true, and under which keys the others are."""


class Entries:
    """The entries of one map. Its keys tell which are there, however they are spelled; what they tell is remembered."""

    def __init__(self, steps: tuple[str, ...], columns: Sequence[Asked]) -> None:
        self.map = attrgetter(".".join(steps))
        self._columns = [(column.node.steps[-1], column.table) for column in columns]  # type: ignore[attr-defined]
        self.shapes: dict[tuple[str, ...], Shape] = {}

    def look(self, view: View) -> int:
        return self.bits(self.map(view.order))

    def bits(self, entries: Any) -> int:
        if entries.__class__ is not dict:
            return self._one_by_one(entries)
        found, there = self.shapes.get(tuple(entries)) or self._shape(tuple(entries))
        for key, memo in there:
            value = entries[key]
            found |= memo[value if value.__class__ is str else entry_text(value)]
        return found

    def _shape(self, keys: tuple[str, ...]) -> Shape:
        missing, there = 0, []
        spelled: dict[str, str] = {}
        for each in keys:
            spelled.setdefault(folded(each), each)
        for key, table in self._columns:
            found = key if key in keys else spelled.get(folded(key))
            if found is None:
                missing |= table.unmet
            else:
                there.append((found, table.memo))
        if sum(map(len, keys)) <= MOST_LETTERS:
            if len(self.shapes) >= MOST_SHAPES:
                self.shapes.clear()
            self.shapes[keys] = missing, there
        return missing, there

    def _one_by_one(self, entries: Mapping[str, Any] | None) -> int:
        found = 0
        for key, table in self._columns:
            found |= table.bits(entry(entries, key, folded(key)))
        return found


class Subjects:
    """Columns about any item (shipment): one walk over the items for all of them."""

    def __init__(self, over: Over, columns: Sequence[Asked]) -> None:
        fields, maps, others = sorted_out(columns, over)
        self._over = over
        self._fields = Fields(fields)
        self._maps = [Entries(steps, each) for steps, each in maps.items()]
        self._others = [column.table.look(column.read) for column in others]

    def look(self, view: View) -> int:
        found = 0
        subjects = view.subjects(self._over)
        values, memos, maps = self._fields.values, self._fields.memos, self._maps
        for subject in subjects:
            for memo, value in zip(memos, values(subject)):  # noqa: B905  one value more than there are memos
                found |= memo[value]
            for each in maps:
                found |= each.bits(each.map(subject))
        if self._others:
            before = view.hold(self._over, None)
            for subject in subjects:
                view.hold(self._over, subject)
                for look in self._others:
                    found |= look(view)
            view.hold(self._over, before)
        return found


def sorted_out(
    columns: Sequence[Asked], root: str
) -> tuple[list[tuple[str, Asked]], dict[tuple[str, ...], list[Asked]], list[Asked]]:
    """Plain fields with their way, entries by their map, and what is neither."""
    fields: list[tuple[str, Asked]] = []
    maps: dict[tuple[str, ...], list[Asked]] = {}
    others = []
    for column in columns:
        way, steps = plain_field(column, root), map_entry(column, root)
        if way is not None:
            fields.append((way, column))
        elif steps is not None:
            maps.setdefault(steps, []).append(column)
        else:
            others.append(column)
    return fields, maps, others


def of_every(over: Over, column: Asked) -> Look:
    """A column about every item (shipment)."""
    bits, start = column.table.look(column.read), column.table.all

    def look(view: View) -> int:
        found = start
        before = view.hold(over, None)
        for subject in view.subjects(over):
            view.hold(over, subject)
            found &= bits(view)
        view.hold(over, before)
        return found

    return look
