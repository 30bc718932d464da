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
from engine.compile.columns import Memo, StateTable, Table, TextTable
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

FEW_KEYS = 4
"""Of an item's map, asked one by one before its shape is."""


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


Shape: TypeAlias = tuple[int, list[tuple[str, Memo]], list[tuple[str, StateTable]]]
"""Of a map's keys: what the entries that are missing make true, and under which keys the others are: those whose text
matters, and those of which it is only asked whether they are there."""


class Entries:
    """The entries of one map. Its keys tell which are there, however they are spelled; what they tell is remembered."""

    def __init__(self, steps: tuple[str, ...], columns: Sequence[Asked]) -> None:
        self.map = attrgetter(".".join(steps))
        keys = [column.node.steps[-1] for column in columns]  # type: ignore[attr-defined]
        self.columns = [(key, folded(key), column.table) for key, column in zip(keys, columns, strict=True)]
        self.shapes: dict[tuple[str, ...], Shape] = {}

    def look(self, view: View) -> int:
        return self.bits(self.map(view.order))

    def bits(self, entries: dict[str, Any]) -> int:
        found, texts, states = self.shapes.get(tuple(entries)) or self._shape(tuple(entries))
        for key, memo in texts:
            value = entries[key]
            found |= memo[value if value.__class__ is str else entry_text(value)]
        for key, table in states:
            value = entries[key]
            found |= (
                table.other if value.__class__ is str and value.strip() else table.bits(entry_text(value))
            )
        return found

    def _shape(self, keys: tuple[str, ...]) -> Shape:
        missing = 0
        texts: list[tuple[str, Memo]] = []
        states: list[tuple[str, StateTable]] = []
        spelled: dict[str, str] = {}
        for each in keys:
            spelled.setdefault(folded(each), each)
        exact = frozenset(keys)
        for key, wanted, table in self.columns:
            found = key if key in exact else spelled.get(wanted)
            if found is None:
                missing |= table.unmet
            elif isinstance(table, StateTable):
                states.append((found, table))
            else:
                texts.append((found, table.memo))
        if sum(map(len, keys)) <= MOST_LETTERS:
            if len(self.shapes) >= MOST_SHAPES:
                self.shapes.clear()
            self.shapes[keys] = missing, texts, states
        return missing, texts, states


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
    names: dict[str, Any] = {}
    source = ["def look(view):", *indented(walked(over, columns, names)), "    return found"]
    return made(source, names)  # type: ignore[no-any-return]


def walked(over: Over, columns: Sequence[Asked], names: dict[str, Any]) -> list[str]:
    """Lines after which `found` is what any item (shipment) of the view's order makes true."""
    fields, maps, others = sorted_out(columns, over)
    lines = [f"found |= {named(names, column.table.memo)}[subject.{way}]" for way, column in fields]
    for steps, each in maps.items():
        lines += entered(f"subject.{'.'.join(steps)}", Entries(steps, each), names)
    lines += [f"found |= {named(names, column.table.look(column.read))}(view)" for column in others]
    walk = ["found = 0", f"for subject in view.order.{over}s:", *indented(lines)]
    if not others:
        return walk
    walk.insert(2, f"    view.{over} = subject")
    return [f"before = view.{over}", *walk, f"view.{over} = before"]


def entered(entries: str, shaped: Entries, names: dict[str, Any]) -> list[str]:
    """Lines that add to `found` what a map's entries make true. A few that are all there as texts, each under its own
    spelling, are asked at once; of all others their shape tells."""
    slow = f"found |= {named(names, shaped.bits)}({entries})"
    keys = dict.fromkeys(key for key, _, _ in shaped.columns)
    if len(keys) > FEW_KEYS or not all(isinstance(table, TextTable) for _, _, table in shaped.columns):
        return [slow]
    values = {key: f"value{i}" for i, key in enumerate(keys)}
    known = " | ".join(f"{named(names, table.memo)}[{values[key]}]" for key, _, table in shaped.columns)
    return [
        f"get = {entries}.get",
        *[f"{value} = get({named(names, key)})" for key, value in values.items()],
        f"if {' and '.join(f'{value}.__class__ is str' for value in values.values())}:",
        f"    found |= {known}",
        f"else: {slow}",
    ]


def together(
    fields: Sequence[tuple[str, Asked]],
    looks: Sequence[Look],
    walks: Sequence[tuple[Over, Sequence[Asked]]],
    asks_nothing: int,
    all_hold: str,
) -> Callable[[View], tuple[int, tuple[int, ...]]]:
    """All looks of an event at once: `all_hold`, an expression of what was `found` by all of them; and what each of them
    gave: the fields, the looks, the walks."""
    names: dict[str, Any] = {"asks_nothing": asks_nothing}
    given = [f"{named(names, column.table.memo)}[order.{way}]" for way, column in fields]
    given += [f"{named(names, look)}(view)" for look in looks]
    lines = [f"held{i} = {each}" for i, each in enumerate(given)]
    for over, columns in walks:
        lines += [*walked(over, columns, names), f"held{len(given)} = found"]
        given.append("found")
    held = [f"held{i}" for i in range(len(given))]
    lines.append(f"found = {' | '.join(['asks_nothing', *held])}")
    lines.append(f"return {all_hold}, ({', '.join([*held, ''])})")
    source = ["def look(view):", "    order = view.order", *indented(lines)]
    return made(source, names)  # type: ignore[no-any-return]


def indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def named(names: dict[str, Any], value: Any) -> str:
    """A name of its own for what a source speaks of."""
    name = f"known{len(names)}"
    names[name] = value
    return name


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
