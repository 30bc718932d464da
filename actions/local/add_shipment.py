"""`add shipment tracking "..." carrier "..."`: a shipment as if it had come back, and the event that follows."""

from __future__ import annotations

import datetime as dt

from actions.local.add_note import AUTHOR
from actions.local.ids import new_id
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
    if any(fold(each.tracking_number) == fold(tracking) for each in order.shipments):
        return not_done(f"the order already has a shipment with the tracking number {quoted(tracking)}")
    shipment = Shipment(
        id=new_id("added", [each.id for each in order.shipments]),
        order_id=order.id,
        tracking_number=tracking.strip(),
        carrier_code="" if carrier is None else carrier.strip(),
        source=AUTHOR,
        date_added=world.now.astimezone(dt.UTC),
    )
    order.shipments.append(shipment)
    values = {"tracking_number": shipment.tracking_number, "carrier": present(shipment.carrier_code)}
    warnings = () if shipment.carrier_code else ("the shipment has no carrier",)
    return Done("done", caused=(Caused("shipment.added", order.id, values),), warnings=warnings)
