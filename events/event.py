"""Something that happened to one order: what rules are bound to. Plain data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Event:
    """`id` as the catalogue has it (`order.imported`, `podos.accepted`, `schedule.<canonical>`, `button.<name>`).

    at: the event's own time, aware; `now` and `today` in rules, so that a replay decides the same.
    values: the event's fields, as its catalogue entry declares them (`message`, `from`, `to`).
    """

    id: str
    label: str
    order_id: str
    at: dt.datetime
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Happening:
    """An event that is not yet of an order: what somebody wants to happen to several."""

    id: str
    label: str
    at: dt.datetime
    values: Mapping[str, Any] = field(default_factory=dict)

    def of(self, order_id: str) -> Event:
        return Event(self.id, self.label, order_id, self.at, self.values)
