"""Reading a field: attributes, entries of maps, print fields. The names are resolved; here is only how they are found.

Called by `values`. An attribute that is absent is missing, never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any

from dsl.schema import FieldRef
from dsl.values import folded, plain, present
from engine.compile.view import Reading, View
from events.jsontext import dumps
from events.order import Item

ROOTS: dict[str, Callable[[View], Any]] = {
    "order": attrgetter("order"),
    "item": attrgetter("item"),
    "shipment": attrgetter("shipment"),
    "store": attrgetter("store"),
}


def reading(ref: FieldRef) -> Reading:
    if ref.how == "print":
        return print_field(ref.steps[0])
    if ref.how == "entry":
        container, key, wanted = walk(ref.root, ref.steps[:-1]), ref.steps[-1], folded(ref.steps[-1])
        return lambda view: entry(container(view), key, wanted)
    if ref.root == "order":  # by far the most read: one call for the whole way
        way = attrgetter(".".join((ref.root, *ref.steps)))

        def of_order(view: View) -> Any:
            try:
                value = way(view)
            except AttributeError:
                return None
            return Decimal(value) if value.__class__ is int else present(value)

        return of_order
    find = walk(ref.root, ref.steps)

    def field(view: View) -> Any:
        value = find(view)
        return Decimal(value) if value.__class__ is int else present(value)

    return field


def walk(root: str, steps: tuple[str, ...]) -> Reading:
    """To what the steps lead to, or None where one of them is absent."""
    if root == "event":
        if not steps:
            return lambda view: view.event.values
        name, rest = steps[0], attributes(steps[1:])
        return lambda view: rest(view.event.values.get(name))
    if root not in ROOTS:
        return lambda view: None
    start, rest = ROOTS[root], attributes(steps)
    return lambda view: rest(start(view))


def attributes(steps: tuple[str, ...]) -> Callable[[Any], Any]:
    return guarded(attrgetter(".".join(steps))) if steps else lambda value: value


def guarded(way: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def find(start: Any) -> Any:
        try:
            return way(start)
        except AttributeError:
            return None

    return find


def entry(entries: Any, key: str, wanted: str) -> Any:
    """The exact key first, else the first that folds to `wanted`; its value as text, or None."""
    if not entries or not isinstance(entries, (dict, Mapping)):
        return None
    if key in entries:
        return entry_text(entries[key])
    for each in entries:
        if folded(each) == wanted:
            return entry_text(entries[each])
    return None


def entry_text(value: Any) -> Any:
    """Entries are text from outside, whatever their JSON was."""
    if value.__class__ is str or value is None:
        return present(value)
    if isinstance(value, (list, dict, tuple)):
        return dumps(value) if value else None
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return plain(Decimal(value))
    return present(plain(value))


def print_field(name: str) -> Reading:
    """Item metadata, the variation, then the inventory item's two; `print_url` and `print_url_1` stand in for each other."""
    stem, _, number = name.rpartition("_")
    if not number.isdigit() or not stem:
        names = [name, f"{name}_1"]
    elif number == "1":
        names = [name, stem]
    else:
        names = [name]
    keys = [(each, folded(each)) for each in names]

    def find(view: View) -> Any:
        item = view.item
        if item is None:
            return None
        places = print_places(item, view)
        for entries in places:
            for key, wanted in keys:
                value = entry(entries, key, wanted)
                if value is not None:
                    return value
        return None

    return find


def print_places(item: Item, view: View) -> tuple[Mapping[str, Any], ...]:
    stock = view.world.inventory.get(folded(item.code))
    if stock is None:
        return item.metadata, item.variation_list
    return item.metadata, item.variation_list, stock.metadata, stock.variation_list
