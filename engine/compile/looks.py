"""What an event's columns ask of an order, in the parts that are looked up again together after a write: a plain field, a
map's entries, the items, a column's own reading.

Made by `index` of the columns' tables. How the parts are looked up, all at once, is `generated`'s (Python written as
source) and the optional core's (`core`, in C). What a value's bits are is `columns`'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple, Protocol, TypeAlias

from dsl.values import folded
from engine import form as f
from engine.compile.columns import Memo, StateTable, Table, TextTable
from engine.compile.reads import entry_text
from engine.compile.value_tests import Family
from engine.compile.view import Over, Reading, View
from events.border import Words
from events.order import Item, Model, Order, Shipment

Look: TypeAlias = Callable[[View], int]

MODELS: dict[str, type[Model]] = {"order": Order, "item": Item, "shipment": Shipment}
PLAIN: dict[Family, tuple[Any, ...]] = {
    "text": (str,),
    "amount": (int, Decimal | None),
    "state": (str, int, Decimal | None),
    "list": (list[Words],),
}
"""What a field of a model may hold, for its table to be asked with the value as it stands (a list: as a tuple)."""

MOST_SHAPES = 512
MOST_LETTERS = 1024
"""In the keys of a map whose shape is remembered."""

FEW_KEYS = 4
"""Of a map, asked one by one before its shape is."""


class Asked(NamedTuple):
    """A column: its value's node, how that is read and which paths it reads, its table."""

    node: f.Node
    read: Reading
    reads: frozenset[str]
    table: Table
    family: Family

    @property
    def look(self) -> Look:
        return self.table.look(self.read)


@dataclass(frozen=True)
class Field:
    """Where it stands below its root, to be asked of the column's table as it is."""

    way: str
    column: Asked

    @property
    def reads(self) -> frozenset[str]:
        return self.column.reads


@dataclass(frozen=True)
class Closure:
    """What is neither a field nor an entry, or is asked of every item."""

    look: Look
    reads: frozenset[str]


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


Shape: TypeAlias = tuple[int, tuple[tuple[str, Memo], ...], tuple[tuple[str, int, StateTable], ...]]
"""Of a map's keys: what the entries that are missing make true, and under which keys the others are: those whose text
matters; and those of which it is only asked whether they are there, with what a text makes true that is not blank."""


class Entries:
    """The entries of one map. Its keys tell which are there, however they are spelled; what they tell is remembered."""

    def __init__(self, steps: tuple[str, ...], columns: Sequence[Asked]) -> None:
        self.way = ".".join(steps)
        self.map = attrgetter(self.way)
        self.reads = frozenset[str]().union(*[column.reads for column in columns])
        keys = [column.node.steps[-1] for column in columns]  # type: ignore[attr-defined]
        self.keys = [(key, folded(key), column.table) for key, column in zip(keys, columns, strict=True)]
        texts = [(key, table.memo) for key, _, table in self.keys if isinstance(table, TextTable)]
        few = len(texts) == len(self.keys) and len({key for key, _ in texts}) <= FEW_KEYS
        self.few = tuple(texts) if few else ()
        """Keys and memos, where they are few and only texts are asked for."""
        self.shapes: dict[tuple[str, ...], Shape] = {}

    def look(self, view: View) -> int:
        return self.bits(self.map(view.order))

    def bits(self, entries: dict[str, Any]) -> int:
        found, texts, states = self.shapes.get(tuple(entries)) or self._shape(tuple(entries))
        for key, memo in texts:
            value = entries[key]
            found |= memo[value if value.__class__ is str else entry_text(value)]
        for key, there, table in states:
            value = entries[key]
            found |= there if value.__class__ is str and value.strip() else table.bits(entry_text(value))
        return found

    def _shape(self, keys: tuple[str, ...]) -> Shape:
        missing = 0
        texts: list[tuple[str, Memo]] = []
        states: list[tuple[str, int, StateTable]] = []
        spelled: dict[str, str] = {}
        for each in keys:
            spelled.setdefault(folded(each), each)
        exact = frozenset(keys)
        for key, wanted, table in self.keys:
            found = key if key in exact else spelled.get(wanted)
            if found is None:
                missing |= table.unmet
            elif isinstance(table, StateTable):
                states.append((found, table.other, table))
            else:
                texts.append((found, table.memo))
        shape = missing, tuple(texts), tuple(states)
        if sum(map(len, keys)) <= MOST_LETTERS:
            if len(self.shapes) >= MOST_SHAPES:
                self.shapes.clear()
            self.shapes[keys] = shape
        return shape


@dataclass(frozen=True)
class Walk:
    """What any item (shipment) of the order makes true; the parts are below it."""

    over: Over
    parts: Sequence[Part]

    @property
    def reads(self) -> frozenset[str]:
        return frozenset({f"order.{self.over}s"}).union(*[part.reads for part in self.parts])

    @property
    def in_hand(self) -> bool:
        """Whether a closure asks the view which one it is."""
        return any(isinstance(part, Closure) for part in self.parts)


Part: TypeAlias = Field | Entries | Closure | Walk


class Looks(Protocol):
    """All parts of an event, to be looked up. Bit `layer * size + position` is a clause of the rule at `position`; a rule
    is a candidate where those of all layers are set."""

    def first(self, view: View) -> tuple[int, Sequence[int]]:
        """The candidates as bits; what each part gave, by its number."""

    def positions(self, view: View) -> list[int]:
        """The candidates."""

    def again(self, part: int, view: View) -> int:
        """What that part gives now."""

    def candidates(self, held: Iterable[int]) -> int:
        """The candidates as bits, each part having given that."""


def parts_of(columns: Sequence[Asked], root: str) -> list[Part]:
    """Plain fields, what is read by closures, entries by their map."""
    fields: list[Part] = []
    closures: list[Part] = []
    maps: dict[tuple[str, ...], list[Asked]] = {}
    for column in columns:
        way, steps = plain_field(column, root), map_entry(column, root)
        if way is not None:
            fields.append(Field(way, column))
        elif steps is not None:
            maps.setdefault(steps, []).append(column)
        else:
            closures.append(Closure(column.look, column.reads))
    return [*fields, *closures, *[Entries(steps, each) for steps, each in maps.items()]]


def of_every(over: Over, column: Asked) -> Closure:
    """A column about every item (shipment)."""
    bits, start = column.look, column.table.all

    def look(view: View) -> int:
        found = start
        before = view.hold(over, None)
        for subject in view.subjects(over):
            view.hold(over, subject)
            found &= bits(view)
        view.hold(over, before)
        return found

    return Closure(look, column.reads | {f"order.{over}s"})
