"""One order under both versions, as far as it is told: whether it comes out alike, and if not, in what.

Made by `comparing`, counted by `summary`, printed by `formats`. Plain data that travels between processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from engine.diff.differences import Difference
from events.order import Order


@dataclass(frozen=True)
class Sent:
    """A submission that was accepted in the simulation on one side and not on the other, or went elsewhere: to which
    connection before and after; None is not at all."""

    before: str | None
    after: str | None


@dataclass(frozen=True)
class Changed:
    """An order that comes out differently. place: in the reader's files. total, currency: as it came; None where it says
    none. folders: where it ended before and after, where that differs. read: the order as either version reads it."""

    place: str
    order: str
    differences: tuple[Difference, ...]
    total: Decimal | None = None
    currency: str = ""
    folders: tuple[str, str] | None = None
    sent: Sequence[Sent] = ()
    read: tuple[Order, Order] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Unread:
    """What neither version could read. error: a lower-case sentence."""

    place: str
    error: str
