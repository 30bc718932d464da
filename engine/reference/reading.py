"""Reading fields: attributes, entries of maps, print fields; and where each value came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dsl import values as v
from dsl.schema import FieldRef, fold
from engine import form as f
from engine.facts import Facts
from engine.matcher import Subject
from engine.trace import Reading
from events import jsontext
from events.order import Item, Shipment


@dataclass
class Reader:
    """One form and one set of facts. `readings` collects what values were read."""

    form: f.Form
    facts: Facts
    readings: list[Reading] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.form.store.timezone)

    @property
    def currency(self) -> str:
        return self.facts.order.currency or self.form.store.currency

    def subjects(self, over: str) -> Sequence[Item | Shipment]:
        return self.facts.order.items if over == "item" else self.facts.order.shipments

    def facts_about(self, subject: Subject) -> Facts:
        """The same facts, looking at one item or shipment."""
        item = subject if isinstance(subject, Item) else None
        shipment = subject if isinstance(subject, Shipment) else None
        return self.facts._replace(item=item, shipment=shipment)

    def noted(self, value: Any, problem: str) -> Any:
        """Marks the last reading where what was read could not be used."""
        if value is None and self.readings:
            self.readings[-1] = replace(self.readings[-1], note=problem)
        return value

    def read(self, ref: FieldRef) -> Any:
        value, origin = self.find(ref)
        value = v.present(value)
        self.readings.append(Reading(self.shown_path(ref), value, origin if value is not None else "missing"))
        return value

    def shown_path(self, ref: FieldRef) -> str:
        if ref.how == "entry":
            return ".".join((ref.root, *ref.steps[:-1])) + f'["{ref.steps[-1]}"]'
        return ref.path

    def find(self, ref: FieldRef) -> tuple[Any, str]:
        """The value as it stands, and where it came from."""
        facts = self.facts
        if ref.root == "event":
            return plain_number(facts.event.values.get(ref.steps[0])), "event"
        if ref.root == "store":
            return getattr(self.form.store, ref.steps[0]), "store"
        at: Any = {"order": facts.order, "item": facts.item, "shipment": facts.shipment}[ref.root]
        if at is None:
            return None, ref.root
        if ref.how == "print":
            return self.find_print(at, ref.steps[0])
        if ref.how == "entry":
            for step in ref.steps[:-1]:
                at = getattr(at, step)
            return entry(at, ref.steps[-1]), ref.root
        for step in ref.steps:
            at = getattr(at, step)
        return plain_number(at), ref.root

    def find_print(self, item: Item, name: str) -> tuple[Any, str]:
        names = [name]
        if name.endswith("_1"):
            names.append(name.removesuffix("_1"))
        elif not name.rsplit("_", 1)[-1].isdigit():
            names.append(f"{name}_1")
        stock = self.facts.world.inventory.get(fold(item.code))
        places: list[tuple[Mapping[str, Any], str]] = [
            (item.metadata, "item metadata"),
            (item.variation_list, "variation"),
        ]
        if stock is not None:
            places += [(stock.metadata, "inventory"), (stock.variation_list, "inventory variation")]
        for place, origin in places:
            for each in names:
                if (value := v.present(entry(place, each))) is not None:
                    return value, origin
        return None, "item"


def plain_number(value: Any) -> Any:
    """Whole numbers of the models as the language's exact decimals."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def entry(entries: Mapping[str, Any], key: str) -> str | None:
    """A map's entry as text: the exact key first, then without regard to case."""
    if key in entries:
        return entry_text(entries[key])
    wanted = fold(key)
    for name, value in entries.items():
        if fold(name) == wanted:
            return entry_text(value)
    return None


def entry_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (list, dict)):
        return jsontext.dumps(value) if value else None
    return v.plain(Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value)
