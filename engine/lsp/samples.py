"""What the samples of a ruleset know that no catalogue does: the shop's own keys and tags.

Called by `completion`; `lens` takes the orders themselves. They are read when they are first asked for, and again when a
sample, or what they are read by, has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from dsl.schema import Schema
from engine.opened import Opened
from engine.samples import sample_orders
from events.importers import Imported
from events.order import Order

MOST = 500
"""Orders that are looked at."""


@dataclass(frozen=True)
class Seen:
    """keys: of each map, `order.checkout_data`, the most frequent first. tags: of all orders."""

    keys: dict[str, list[str]] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)


def orders(opened: Opened) -> list[Imported]:
    return list(islice(sample_orders(opened), MOST))


def seen(samples: Iterable[Imported], schema: Schema) -> Seen:
    maps = {name: spec.path for name, spec in schema.fields.items() if spec.kind == "map"}
    counts: dict[str, Counter[str]] = {path: Counter() for path in maps.values()}
    tags: Counter[str] = Counter()
    for order in [each.order for each in samples if each.order is not None]:
        tags.update(order.tags)
        for path, counter in counts.items():
            for keys in _keys(order, path):
                counter.update(keys)
    keys = {name: [key for key, _ in counts[path].most_common()] for name, path in maps.items()}
    return Seen(keys, [tag for tag, _ in tags.most_common()])


def _keys(order: Order, path: str) -> Iterable[Iterable[str]]:
    root, *steps = path.split(".")
    every: dict[str, list[Any]] = {"order": [order], "item": [*order.items], "shipment": [*order.shipments]}
    things = every.get(root, [])
    for thing in things:
        found: object = thing
        for step in steps:
            found = getattr(found, step, None)
        if isinstance(found, dict):
            yield [key for key in found if isinstance(key, str) and key.isprintable() and key.strip()]
