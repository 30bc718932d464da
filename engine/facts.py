"""What a condition may look at: the order as it is now, the event, and what does not change during a turn."""

from __future__ import annotations

from typing import NamedTuple

from actions.work import World
from events.event import Event
from events.order import Item, Order, Shipment


class Facts(NamedTuple):
    """`item` and `shipment` are set where a condition or value is about one of them."""

    order: Order
    event: Event
    world: World
    item: Item | None = None
    shipment: Shipment | None = None
