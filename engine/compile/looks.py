"""An event's columns looked up in an order: plain fields where they stand, a map's entries by the keys it has, items one by one.

Made by `index` of the columns' tables; each look gives the bits that the order's values make true. What a value's bits
are is `columns`'. Written as source and compiled, because a closure for each column takes twice as long; whatever is no
plain field or entry is a closure over the column's own reading all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

from dsl.values import folded
from engine import form as f
from engine.compile.columns import Memo, Table
from engine.compile.reads import entry_text
from engine.compile.value_tests import Family
from engine.compile.view import Over, Reading, View
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
    return ".".join(node.steps) if kept_as(root, node.steps) in PLAIN.get(column.family, ()) else None


def map_entry(column: Asked, root: str) -> tuple[str, ...] | None:
    """The map below `root` that the column's entry is in."""
    node = column.node
    if not isinstance(node, f.Read) or node.how != "entry" or node.root != root:
        return None
    a_map = kept_as(root, node.steps[:-1]) == dict[str, Any] and column.family in ("text", "state")
    return node.steps[:-1] if a_map else None


def kept_as(root: str, steps: Sequence[str]) -> Any:
    """What the models keep there, or None where they know no such field."""
    kind: Any = MODELS[root]
    for step in steps:
        known = kind.model_fields.get(step) if isinstance(kind, type) and issubclass(kind, Model) else None
        if known is None:
            return None
        kind = known.annotation
    return kind


Shape: TypeAlias = tuple[int, list[tuple[str, Memo]]]
"""Of a map's keys: what the entries that are missing make true, and under which keys the others are."""


class Entries:
    """The entries of one map. Its keys tell which are there, however they are spelled; what they tell is remembered."""

    def __init__(self, steps: tuple[str, ...], columns: Sequence[Asked]) -> None:
        self.map = attrgetter(".".join(steps))
        keys = [column.node.steps[-1] for column in columns]  # type: ignore[attr-defined]
        self._columns = [(key, folded(key), column.table) for key, column in zip(keys, columns, strict=True)]
        self.shapes: dict[tuple[str, ...], Shape] = {}

    def look(self, view: View) -> int:
        return self.bits(self.map(view.order))

    def bits(self, entries: dict[str, Any]) -> int:
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
        exact = frozenset(keys)
        for key, wanted, table in self._columns:
            found = key if key in exact else spelled.get(wanted)
            if found is None:
                missing |= table.unmet
            else:
                there.append((found, table.memo))
        if sum(map(len, keys)) <= MOST_LETTERS:
            if len(self.shapes) >= MOST_SHAPES:
                self.shapes.clear()
            self.shapes[keys] = missing, there
        return missing, there


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


def of_any(over: Over, columns: Sequence[Asked]) -> Look:
    """Columns about any item (shipment): one walk over the items for all of them."""
    fields, maps, others = sorted_out(columns, over)
    names: dict[str, Any] = {}
    lines = []
    for i, (way, column) in enumerate(fields):
        names[f"memo{i}"] = column.table.memo
        lines.append(f"found |= memo{i}[subject.{way}]")
    for i, (steps, each) in enumerate(maps.items()):
        names[f"bits{i}"] = Entries(steps, each).bits
        lines.append(f"found |= bits{i}(subject.{'.'.join(steps)})")
    for i, column in enumerate(others):
        names[f"look{i}"] = column.table.look(column.read)
        lines.append(f"found |= look{i}(view)")
    if others:
        lines.insert(0, f"view.{over} = subject")
    source = [
        "def look(view):",
        "    found = 0",
        f"    before = view.{over}",
        f"    for subject in view.order.{over}s:",
        *[f"        {line}" for line in lines],
        f"    view.{over} = before",
        "    return found",
    ]
    return made(source, names)  # type: ignore[no-any-return]


def together(fields: Sequence[tuple[str, Asked]], others: Sequence[Look]) -> Callable[[View], list[int]]:
    """Each field's bits, then what each look gives."""
    names: dict[str, Any] = {f"memo{i}": column.table.memo for i, (_, column) in enumerate(fields)}
    names |= {f"look{i}": look for i, look in enumerate(others)}
    found = [f"memo{i}[order.{way}]" for i, (way, _) in enumerate(fields)]
    found += [f"look{i}(view)" for i in range(len(others))]
    source = ["def look(view):", "    order = view.order", f"    return [{', '.join(found)}]"]
    return made(source, names)  # type: ignore[no-any-return]


def made(source: Sequence[str], names: dict[str, Any]) -> Any:
    """The function `look` of a source in which only our own names and those of the models' fields stand."""
    exec("\n".join(source), names)
    return names["look"]


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
