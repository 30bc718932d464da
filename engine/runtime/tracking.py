"""What comes back from printers: shipments, cancellations, orders on hold; asked for, since not every printer tells.

Called by the service now and then. Every order that stands at a printer is asked about, and for a while after it was shipped,
so that late parcels are seen (the overlap). Each thing is told once, whoever asks and however often.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field

from actions.preparing import answer
from dsl.schema import ConnectionSpec, fold
from engine.runtime.pauses import open_again, pause
from engine.runtime.runtime import Make, NoSuchOrder, Runtime
from events.event import Event
from events.order import Order, Shipment, Submission
from events.outcome import ProviderShipment, ProviderStatus, RetryAfter
from events.standing import SHIPPED, noted_under
from events.store import Conflict

EVERY = dt.timedelta(minutes=5)
GONE = ("cancelled", "rejected")


@dataclass(frozen=True)
class Told:
    """A printer says by itself that an order stands otherwise; it is asked, since anybody may post. order_id: its number."""

    connection: str
    order_id: str = ""
    reference: str = ""
    verified: bool = False


@dataclass
class Tracker:
    """One connection's. hinted: when unproved news made us ask last, by order."""

    runtime: Runtime
    connection: str
    hinted: dict[str, dt.datetime] = field(default_factory=dict)

    def poll(self) -> int:
        """Asks about every order that stands there; how many things were new. Raises StoreError."""
        return self.ask(self.standing)

    def hear(self, news: Sequence[Told]) -> int:
        """Asks before their turn about the orders that the printer told of. What nobody signed makes us ask once in a
        while only, so that a stranger cannot use up the rate that the printer allows."""
        return self.ask(lambda: self.meant(news))

    def meant(self, news: Sequence[Told]) -> list[str]:
        now = self.runtime.clock.now()
        proved = {text for each in news if each.verified for text in (each.order_id, each.reference) if text}
        others = {
            text for each in news if not each.verified for text in (each.order_id, each.reference) if text
        }
        known = self.called(proved | others)
        found = [known[each] for each in proved & known.keys()]
        self.hinted = {each: at for each, at in self.hinted.items() if now - at < EVERY}
        for each in others & known.keys():
            if known[each] not in self.hinted:
                self.hinted[known[each]] = now
                found.append(known[each])
        return list(dict.fromkeys(found))

    def called(self, names: Set[str]) -> dict[str, str]:
        """Those of the orders that stand there, by the printer's number or our reference."""
        found: dict[str, str] = {}
        for stored in self.runtime.store.orders(ids=self.standing()):
            stands = stored.order.submission(self.connection)
            if stands is None:
                continue
            for each in (stands.provider_order_id, f"{stored.order.id}.{stands.number}"):
                if each in names:
                    found[each] = stored.order.id
        return found

    def ask(self, which: Callable[[], Iterable[str]]) -> int:
        spec, live = self.runtime.connection(self.connection), self.runtime.live.get(self.connection)
        if spec is None or live is None or not live.provider.capabilities.status:
            return 0
        if not open_again(self.runtime, self.connection):
            return 0
        new = 0
        for order_id in which():
            stored = self.runtime.store.order(order_id)
            stands = stored.order.submission(self.connection) if stored else None
            if stands is None or not stands.provider_order_id:
                continue
            self.runtime.wait_for_turn(self.connection)
            found = live.provider.status(stands.provider_order_id)
            if isinstance(found, ProviderStatus):
                new += self.take(order_id, spec, stands, found)
            elif isinstance(found, RetryAfter) and found.pause:
                pause(self.runtime, self.connection, found)
                break
        return new

    def standing(self) -> Sequence[str]:
        return self.runtime.store.standing(self.connection, self.runtime.clock.now())

    def take(self, order_id: str, spec: ConnectionSpec, stands: Submission, status: ProviderStatus) -> int:
        new = 0
        for shipment in status.shipments:
            if shipment.tracking_number.strip() or status.state in SHIPPED:
                new += self.shipped(order_id, spec, shipment)
        if status.state in GONE:
            return new + self.gone(order_id, spec, stands, status)
        if status.state == "unknown":
            return new
        return new + self.noted(order_id, spec, status)

    def shipped(self, order_id: str, spec: ConnectionSpec, parcel: ProviderShipment) -> int:
        at = self.runtime.now()

        def make(order: Order) -> tuple[Order, Event] | None:
            if any(same_parcel(each, parcel, spec.name) for each in order.shipments):
                return None
            after = order.copy_whole()
            after.shipments.append(shipment_of(parcel, order_id, spec, at))
            values = {
                "tracking_number": parcel.tracking_number.strip() or None,
                "carrier": parcel.carrier.strip() or None,
                "connection": spec.name,
            }
            return after, Event("shipment.added", self.label("shipment.added"), order_id, at, values)

        key = f"shipment|{order_id}|{spec.name}|{parcel.id or parcel.tracking_number}"
        return self.tell(key, order_id, make)

    def gone(self, order_id: str, spec: ConnectionSpec, stands: Submission, status: ProviderStatus) -> int:
        """Canceled there, or refused after it had been taken: either way it will not be printed."""
        labels, at = self.runtime.ruleset.program.form.labels, self.runtime.now()
        message = status.message or "; ".join(status.reasons)

        def make(order: Order) -> tuple[Order, Event] | None:
            now = order.submission(spec.name)
            if now is None or now.number != stands.number or now.state != "accepted":
                return None
            return answer.cancelled(order, spec, stands.number, at, labels, message=message)

        return self.tell(f"{status.state}|{order_id}|{spec.name}|{stands.number}", order_id, make)

    def noted(self, order_id: str, spec: ConnectionSpec, status: ProviderStatus) -> int:
        """The state, and why the order is on hold, in its metadata; no rule waits for it, its history tells it."""
        stored = self.runtime.store.order(order_id)
        if stored is None:
            return 0
        why = "; ".join(status.reasons) or status.message
        said = status.state.replace("_", " ") + (f": {why}" if why and status.state == "on_hold" else "")
        at = self.runtime.now()

        def make(order: Order) -> tuple[Order, Event] | None:
            if order.order_metadata.get(noted_under(spec.name)) == said:
                return None
            after = order.copy_whole()
            after.order_metadata[noted_under(spec.name)] = said
            return after, Event(f"{spec.name}.status", said, order_id, at, {"connection": spec.name})

        # A state may come again; the order's version tells the second time from the first.
        return self.tell(f"status|{order_id}|{spec.name}|{said}|{stored.version}", order_id, make)

    def tell(self, key: str, order_id: str, make: Make) -> int:
        try:
            return int(self.runtime.happen(key, order_id, make) is not None)
        except (Conflict, NoSuchOrder) as later:
            self.runtime.say(f"order {order_id}: {later}")
            return 0

    def label(self, event_id: str) -> str:
        return self.runtime.ruleset.program.form.labels.get(event_id, event_id)


def same_parcel(there: Shipment, parcel: ProviderShipment, connection: str) -> bool:
    if parcel.id and there.id == f"{connection}-{parcel.id}":
        return True
    return bool(parcel.tracking_number.strip()) and fold(there.tracking_number) == fold(
        parcel.tracking_number
    )


def shipment_of(parcel: ProviderShipment, order_id: str, spec: ConnectionSpec, at: dt.datetime) -> Shipment:
    return Shipment(
        id=f"{spec.name}-{parcel.id or parcel.tracking_number.strip()}",
        order_id=order_id,
        tracking_number=parcel.tracking_number.strip(),
        carrier_code=parcel.carrier.strip(),
        shipment_method=parcel.method.strip(),
        tracking_url=parcel.tracking_url.strip(),
        source=spec.label,
        date_shipped=parcel.shipped_at,
        date_added=at,
    )
