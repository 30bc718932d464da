"""What comes back from the printer, each thing once: parcels, cancellations, orders on hold."""

from __future__ import annotations

import datetime as dt

from events.failure import FailureKind
from events.order import Order
from events.outcome import ProviderShipment, ProviderState, ProviderStatus, RetryAfter
from tests.engine.runtime.world import World, failure, order

ONE = ProviderShipment("A", "1Z1", "UPS", "Ground", shipped_at=dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC))
TWO = ProviderShipment("B", "1Z2", "UPS")


def at_printer() -> World:
    world = World()
    world.take(order())
    world.work()
    return world


def says(
    world: World, state: ProviderState, *parcels: ProviderShipment, reasons: tuple[str, ...] = ()
) -> None:
    world.printer.statuses["P-1"] = ProviderStatus(state, "P-1", parcels, reasons)


def parcels(found: Order) -> list[str]:
    return [each.tracking_number for each in found.shipments]


def test_a_parcel_comes_back_once() -> None:
    world = at_printer()
    says(world, "shipped", ONE)
    tracker = world.tracker()
    tracker.poll()
    tracker.poll()
    world.tracker().poll()
    (parcel,) = world.order().shipments
    assert (parcel.tracking_number, parcel.carrier_code, parcel.source) == ("1Z1", "UPS", "podOS")
    assert world.events().count("shipment.added") == 1
    assert world.order().folder == "Shipped"
    assert "parcel 1Z1" in world.order().tags


def test_parts_of_an_order_come_one_after_the_other() -> None:
    world = at_printer()
    says(world, "partially_shipped", ONE)
    tracker = world.tracker()
    tracker.poll()
    says(world, "shipped", ONE, TWO)
    tracker.poll()
    assert parcels(world.order()) == ["1Z1", "1Z2"]
    assert world.events().count("shipment.added") == 2


def test_a_parcel_that_is_known_already_is_no_news() -> None:
    world = at_printer()
    says(world, "shipped", ONE, ProviderShipment("C", " 1z1 "))
    world.tracker().poll()
    assert parcels(world.order()) == ["1Z1"]


def test_a_parcel_without_a_number_waits_for_it() -> None:
    world = at_printer()
    says(world, "in_production", ProviderShipment("A", ""))
    tracker = world.tracker()
    tracker.poll()
    assert world.order().shipments == []
    says(world, "shipped", ONE)
    tracker.poll()
    assert parcels(world.order()) == ["1Z1"]


def test_an_order_that_the_printer_cancels_is_told_once() -> None:
    world = at_printer()
    says(world, "cancelled", reasons=("artwork refused",))
    tracker = world.tracker()
    tracker.poll()
    tracker.poll()
    assert world.state() == "cancelled"
    assert world.events().count("podos.after_cancel") == 1
    assert world.order().folder == "Canceled"
    submission = world.order().submission("podos")
    assert submission is not None
    assert submission.message == "artwork refused"


def test_an_order_on_hold_says_why_each_time() -> None:
    world = at_printer()
    tracker = world.tracker()
    for state in ("on_hold", "on_hold", "in_production", "on_hold"):
        says(world, state, reasons=("artwork is being looked at",))  # type: ignore[arg-type]
        tracker.poll()
    assert world.order().order_metadata["podos_status"] == "on hold: artwork is being looked at"
    told = [line.what for line in world.store.history("1001") if line.who == "podOS"]
    assert told[3:] == [
        "on hold: artwork is being looked at",
        "in production",
        "on hold: artwork is being looked at",
    ]
    assert "podos.status" not in world.events()


def test_a_shipped_order_is_asked_about_a_while_longer() -> None:
    world = at_printer()
    says(world, "shipped", ONE)
    tracker = world.tracker()
    tracker.poll()
    world.clock.advance(dt.timedelta(days=2))
    says(world, "shipped", ONE, TWO)
    tracker.poll()
    assert parcels(world.order()) == ["1Z1", "1Z2"]
    world.clock.advance(dt.timedelta(days=4))
    assert tracker.standing() == []


def test_an_order_accepted_later_is_found() -> None:
    world = at_printer()
    tracker = world.tracker()
    tracker.poll()
    world.take(order("1002"))
    world.work()
    world.clock.advance(dt.timedelta(minutes=16))
    assert tracker.standing() == ["1001", "1002"]


def test_refused_credentials_pause_tracking_too() -> None:
    world = at_printer()
    world.take(order("1002"))
    world.work()
    asked: list[str] = []

    class Closed:
        def get(self, number: str) -> RetryAfter:
            asked.append(number)
            return RetryAfter(failure(FailureKind.AUTH_FAILED), pause=True)

    world.printer.statuses = Closed()  # type: ignore[assignment]
    tracker = world.tracker()
    tracker.poll()
    tracker.poll()
    assert asked == ["P-1"]
