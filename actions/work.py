"""What an action is given and what it answers. Shared by every action in `actions/local/` and by the turn that calls it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeVar

from actions.round import Round, Rows
from dsl.schema import ConnectionSpec, FieldRef, StoreSpec
from events.effect import Effect
from events.inventory import Inventory
from events.order import Item, Order, Shipment

Known = TypeVar("Known")


@dataclass(slots=True)
class World:
    """What an action may read beside the order. Nothing in it changes; like a task it is not frozen, because one is made for
    every turn in which a rule fires.

    now: the event's own time, aware. connections: keyed by `fold(name)` and `fold(label)`. round: where the action is done
    for each of several items.
    """

    store: StoreSpec
    now: dt.datetime
    inventory: Inventory = field(default_factory=dict)
    connections: Mapping[str, ConnectionSpec] = field(default_factory=dict)
    round: Round | None = None

    _kept_now: dt.datetime | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def kept_now(self) -> dt.datetime:
        """`now` as an order keeps a time: in UTC, to the second."""
        if self._kept_now is None:
            self._kept_now = self.now.astimezone(dt.UTC).replace(microsecond=0)
        return self._kept_now

    def going_round(self, rows: Rows) -> World:
        """For an action that is done for several of these items (shipments) of the order."""
        return World(self.store, self.now, self.inventory, self.connections, Round(rows))

    def known(self, find: Callable[[Order], Known], order: Order) -> Known:
        """What `find` tells of the order; in a round it is found out once, and whoever changes the order changes that too."""
        return find(order) if self.round is None else self.round.known(find, order)


NOTHING: Mapping[str, Any] = {}


@dataclass(slots=True)
class Task:
    """One action to be done once: on the order, or on one item or shipment of it. Nothing in it changes; to make it
    frozen would take four times as long, and one is made for most actions.

    args: plain settings known beforehand, by name. values: worked out just now; None is missing.
    target: for set, clear, increase, decrease.
    """

    verb: str
    rule: str
    args: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    target: FieldRef | None = None
    subject: Item | Shipment | None = None


@dataclass(frozen=True)
class Caused:
    """An event that an action causes, to be handled after the present one."""

    event_id: str
    order_id: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Done(NamedTuple):
    """What became of a task. `planned`: an effect was written down. `not done` always has a reason, a lower-case
    sentence in the merchant's words."""

    outcome: Literal["done", "planned", "not done"]
    reason: str | None = None
    caused: tuple[Caused, ...] = ()
    effects: tuple[Effect, ...] = ()
    born: tuple[Order, ...] = ()
    warnings: tuple[str, ...] = ()


DONE = Done("done")
"""And nothing follows from it."""


def not_done(reason: str) -> Done:
    return Done("not done", reason)
