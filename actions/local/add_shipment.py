"""`add shipment tracking "..." carrier "..."`: a shipment as if it had come back, and the event that follows."""

from __future__ import annotations

import datetime as dt

from actions.local.add_note import AUTHOR
from actions.local.ids import added_shipments
from actions.local.wording import quoted
from actions.work import Caused, Done, Task, World, not_done
from dsl.schema import fold
from dsl.values import plain, present
from events.order import Order, Shipment


def add_shipment(order: Order, task: Task, world: World) -> Done:
    """values: tracking, carrier. A tracking number twice would be two e-mails to the customer."""
    tracking = plain(present(task.values.get("tracking")))
    if tracking is None:
        return not_done("the tracking number is missing")
    carrier = plain(present(task.values.get("carrier")))
    there = world.known(_trackings, order)
    if fold(tracking) in there:
        return not_done(f"the order already has a shipment with the tracking number {quoted(tracking)}")
    shipment = Shipment(
        id=world.known(added_shipments, order).new(),
        order_id=order.id,
        tracking_number=tracking.strip(),
        carrier_code="" if carrier is None else carrier.strip(),
        source=AUTHOR,
        date_added=world.now.astimezone(dt.UTC),
    )
    order.shipments.append(shipment)
    there.add(fold(tracking))
    values = {"tracking_number": shipment.tracking_number, "carrier": present(shipment.carrier_code)}
    warnings = () if shipment.carrier_code else ("the shipment has no carrier",)
    return Done("done", caused=(Caused("shipment.added", order.id, values),), warnings=warnings)


def _trackings(order: Order) -> set[str]:
    return {fold(each.tracking_number) for each in order.shipments}
