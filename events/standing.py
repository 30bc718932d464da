"""At which printers an order stands, and until when each of them is asked about it.

Stores keep it beside the order, so that tracking need not read every order that there ever was; tracking asks the store.
All of it follows from the order itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from events.order import Order

OVERLAP = dt.timedelta(days=3)
"""How long after its last parcel a shipped order is still asked about, so that late parcels are seen."""

SHIPPED = ("shipped", "delivered")

ALWAYS = dt.datetime.max.replace(tzinfo=dt.UTC)


def asked_until(order: Order) -> Mapping[str, dt.datetime]:
    """By connection, for every printer that took the order; ALWAYS while it has not been shipped."""
    return {
        each.connection: _until(order, each.connection)
        for each in order.submissions
        if each.state == "accepted" and each.provider_order_id
    }


def noted_under(connection: str) -> str:
    """The metadata that tells how an order stands at a printer."""
    return f"{connection}_status"


def _until(order: Order, connection: str) -> dt.datetime:
    if order.order_metadata.get(noted_under(connection)) not in SHIPPED:
        return ALWAYS
    added = [each.date_added for each in order.shipments if each.date_added is not None]
    return max(added) + OVERLAP if added else ALWAYS
