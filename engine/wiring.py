"""The one place where the schema of all that rules may name is put together, from the catalogues and a ruleset's own names.

Called by whoever loads a ruleset, and by the catalogue command. Whether a setting or a folder is right was settled before
(`engine/config.py`); what rules say of them, the checker settles after.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from actions import catalogue
from actions.catalogue import Integration
from actions.entries import FieldEntry, FieldSection
from dsl.schema import EventSpec, FieldSpec, FunctionSpec, Schema, StoreSpec, fold
from dsl.types import named
from engine.joined import Connected, Connection, Joined, action_spec, event_spec

T = TypeVar("T")

RESERVED = frozenset(
    {"order", "item", "shipment", "event", "store", "shop", "button", "schedule", "email", "pdf"}
)
"""No connection may be called so: ids of other events begin with these, or a reader would take it for a field."""


def integrations() -> Mapping[str, Integration]:
    """All that ship, by id."""
    return catalogue.integrations()


def schema(
    connections: Iterable[Connected] = (),
    folders: Iterable[str] = (),
    buttons: Iterable[str] = (),
    shop_events: Iterable[str] = (),
    store: StoreSpec | None = None,
    private: Iterable[Integration] = (),
) -> Schema:
    """All that the rules of one ruleset may name. A connection that uses no known integration is left out.

    Where two events have one label, a connection's label is another's name, or two folders differ in case only, the first
    keeps it; the catalogue's events come before the shop's own.
    """
    known = {**integrations(), **{one.id: one for one in private}}
    named_folders = _first((folder, folder) for folder in folders)
    joined = [
        Joined(c, known[c.uses], catalogue.pattern(), named_folders) for c in connections if c.uses in known
    ]
    used = {one.integration.id: one.integration for one in joined}

    general = catalogue.general()
    events = [event_spec(entry, general.event_fields) for entry in general.events]
    events += [event for one in joined for event in one.events()]
    taken = {event.id for event in events}
    events += _own("shop", shop_events, "one of the shop's own events", taken)
    pressed = _own("button", buttons, "somebody pressed this button", taken)
    events += pressed

    verbs = [action_spec(entry) for entry in catalogue.verbs().actions]
    actions = [*verbs, *(action for one in joined for action in one.actions())]
    specs = [one.spec() for one in joined]
    functions = [FunctionSpec(**dict(entry)) for entry in catalogue.functions().functions]
    return Schema(
        fields=_fields(used.values()),
        events={event.id: event for event in events},
        events_by_label=_first(
            [*((e.label, e) for e in events), *((label, e) for e in events for label in e.was)]
        ),
        functions={function.name: function for function in functions},
        actions={action.id: action for action in actions},
        connections=_first([*((s.name, s) for s in specs), *((s.label, s) for s in specs)]),
        folders=named_folders,
        buttons=_first((event.label, event.id) for event in pressed),
        store=store or StoreSpec(),
    )


@lru_cache(maxsize=1)
def everything() -> Schema:
    """As if a shop were connected to all that ships, each under its own name: for the catalogue, and to say of an unknown
    name which integration has it."""
    return schema([Connection(name, name) for name in integrations()])


def _first(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    found: dict[str, T] = {}
    for name, value in pairs:
        found.setdefault(fold(name), value)
    return found


def _own(root: str, labels: Iterable[str], doc: str, taken: set[str]) -> list[EventSpec]:
    """`Back in stock` has the id `shop.back_in_stock`; labels that come to the same id are numbered."""
    found = []
    for label in dict.fromkeys(labels):
        base = f"{root}.{re.sub(r'[^a-z0-9]+', '_', fold(label)).strip('_') or 'event'}"
        new_id, number = base, 1
        while new_id in taken:
            number += 1
            new_id = f"{base}_{number}"
        taken.add(new_id)
        found.append(EventSpec(new_id, label, doc=doc, source="ordinance.yaml"))
    return found


def _fields(used: Iterable[Integration]) -> dict[str, FieldSpec]:
    found: dict[str, FieldSpec] = {}
    for section in catalogue.general().fields:
        found.update(_section(section, None))
    for integration in used:
        for section in integration.fields:
            found.update(_section(section, integration.id))
    return found


def _section(section: FieldSection, integration: str | None) -> Iterable[tuple[str, FieldSpec]]:
    for root, words in section.under.items():
        for entry in section.fields:
            spec = _field(root, words, entry, integration)
            for name in (entry.name, *entry.aliases):
                yield f"{root}.{name}", spec


def _field(root: str, words: str, entry: FieldEntry, integration: str | None) -> FieldSpec:
    return FieldSpec(
        path=f"{root}.{entry.stored or entry.name}",
        type=named(entry.type),
        kind=entry.kind,
        writable=entry.writable,
        doc=entry.doc.replace("{of}", words),
        source=entry.source,
        integration=integration,
        instead=entry.instead,
    )
