"""A small shop and the world around it: a printer that counts what it prints, mail, a clock that stands still.

The printer is naive on purpose: whoever sends an order twice gets it printed twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from actions.provider import Capabilities, NotFound, Submitting
from engine.folder import MemoryFolder
from engine.opened import Opened, open_ruleset
from engine.runtime.checkpoints import Checkpoint, watched
from engine.runtime.performers import Live
from engine.runtime.runtime import Runtime
from engine.runtime.tracking import Tracker
from engine.runtime.worker import Worker
from events.clock import FakeClock
from events.event import Event
from events.failure import Failure, FailureKind
from events.order import Order
from events.outcome import Done, Failed, Outcome, ProviderStatus, Unknown
from events.store import OutboxEntry, Store
from events.stores.memory import MemoryStore

START = dt.datetime(2026, 3, 2, 14, 0, tzinfo=dt.UTC)

CONFIG = """
language: 1
store: {name: Acme Tees, currency: USD, weight_unit: lb, timezone: America/New_York}
folders: [New, Mugs, SKU problems, Trouble, In production, Shipped, Canceled]
connections:
  podos:
    project: acme
    token: ${PODOS_TOKEN}
    default_mail_class: Standard
    after_import_move_to: In production
    after_shipment_move_to: Shipped
    if_canceled_move_to: Canceled
  printavo:
events: [Reprint, Give up, Mug time]
"""

RULES = """
rule "Mugs are made elsewhere"
  because "the workshop makes them"
  on "Order is Imported"
  do split items where (item.code starts with "MUG") into new order in folder "Mugs"

rule "Print at podOS"
  because "everything that is paid is printed"
  on "Order is Imported" or "Order is Split"
  do submit to podOS

rule "The last word"
  on "Before Order Submitted to podOS"
  for each item where item.metadata["checked"] is missing
  do set item.metadata["checked"] to "yes"

rule "Park unknown SKUs"
  because "a person has to mend the SKU"
  on "Order Not Submitted to podOS Because of Invalid SKU"
  do move to folder "SKU problems"
     add note "podOS said: {event.message}"
     send email to "desk@example.com" subject "First" body "Order {order.id}"
     send email to "desk@example.com" subject "Second" body "Order {order.id}"

rule "Look at trouble"
  on "Order Not Submitted to podOS Because of General Error"
  do move to folder "Trouble"
     add tag "{event.kind}"

rule "Reprint"
  on "Reprint"
  do resubmit to podOS

rule "Give up"
  on "Give up"
  do cancel at podOS

rule "Thank for parcels"
  on "Shipment is Added"
  do add tag "parcel {event.tracking_number}"
"""


@lru_cache
def opened(rules: str = RULES, config: str = CONFIG) -> Opened:
    found = open_ruleset(MemoryFolder({"ordinance.yaml": config.encode(), "shop.rules": rules.encode()}))
    assert not found.checked.errors, [each.message for each in found.checked.errors]
    return found


def order(order_id: str = "1001", *skus: str) -> Order:
    items = [
        {"id": str(n), "code": sku, "name": sku, "quantity": 1, "price": "10.00", "metadata": {"podos_variant_id": f"V-{sku}"}}
        for n, sku in enumerate(skus or ("TEE",), 1)
    ]  # fmt: skip
    total = str(10 * len(items))
    return Order.model_validate(
        {
            "id": order_id, "source_name": "Shopify", "source_id": f"S{order_id}", "email": "ann@example.com",
            "currency": "USD", "product_total": total, "order_total": total, "quantity_total": len(items),
            "shipping_method": "Standard",
            "shipping": {"first_name": "Ann", "last_name": "Example", "address1": "1 Main St", "city": "Troy",
                         "state": "NY", "postal_code": "12180", "country": "US"},
            "order_items": items,
        }
    )  # fmt: skip


@dataclass
class Printer:
    """The printer's own side, which outlives our crashes. printed: references, one for each order that it prints.

    script: what it answers for a SKU instead of taking it, one after the other; afterwards it takes the order.
    """

    drafts: dict[str, str] = field(default_factory=dict)
    printed: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    sent: list[Submitting] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    canceled: list[str] = field(default_factory=list)
    statuses: dict[str, ProviderStatus] = field(default_factory=dict)
    script: dict[str, list[Outcome | str]] = field(default_factory=dict)
    check_says: Outcome = field(default_factory=Done)
    reconcile_says: list[Outcome | NotFound] = field(default_factory=list)
    cancel_says: list[Outcome] = field(default_factory=list)
    named: Callable[[int, Submitting], str] = lambda n, work: f"P-{n}"


@dataclass
class PrinterClient:
    """The adapter: two phases, the number saved between them, as podOS has it."""

    printer: Printer
    checkpoint: Checkpoint = lambda name: None
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(two_phase=True, cancel=True, status=True)
    )

    def check(self) -> Outcome:
        return self.printer.check_says

    def submit(self, work: Submitting) -> Outcome:
        printer = self.printer
        printer.sent.append(work)
        said = next(
            (printer.script[x.code].pop(0) for x in work.prepared.items if printer.script.get(x.code)), None
        )
        if said is not None and not isinstance(said, str):
            return said
        if any(line.code == "TEE-404" for line in work.prepared.items):
            return Failed((Failure(FailureKind.INVALID_SKU, "TEE-404 is not known"),))
        number = work.saved.get("order_id")
        if number is None:
            number = printer.named(len(printer.drafts) + 1, work)
            printer.drafts[number] = work.reference
            self.checkpoint("printer has a draft")
            work.save({"order_id": number})
        if said == "lost before it arrived":
            return Unknown(Failure(FailureKind.UNKNOWN_OUTCOME, "no answer in 30 seconds"))
        printer.printed.append(work.reference)
        printer.numbers[work.reference] = number
        self.checkpoint("printer prints")
        if said == "lost after it was taken":
            return Unknown(Failure(FailureKind.UNKNOWN_OUTCOME, "no answer in 30 seconds"))
        return Done(number)

    def reconcile(self, work: Submitting, since: dt.datetime) -> Done | NotFound | Outcome:
        self.printer.asked.append(work.reference)
        if self.printer.reconcile_says:
            return self.printer.reconcile_says.pop(0)
        number = self.printer.numbers.get(work.reference)
        return NotFound() if number is None else Done(number)

    def status(self, provider_order_id: str) -> ProviderStatus | Outcome:
        return self.printer.statuses.get(provider_order_id) or ProviderStatus("accepted", provider_order_id)

    def cancel(self, provider_order_id: str) -> Outcome:
        if self.printer.cancel_says:
            return self.printer.cancel_says.pop(0)
        self.printer.canceled.append(provider_order_id)
        self.checkpoint("printer cancels")
        return Done(provider_order_id)


@dataclass
class Mail:
    sent: list[tuple[str, str]] = field(default_factory=list)
    says: list[Outcome] = field(default_factory=list)
    checkpoint: Checkpoint = lambda name: None

    def send(self, key: str, to: str, subject: str, body: str) -> Outcome:
        if self.says:
            return self.says.pop(0)
        self.sent.append((key, subject))
        return Done()


@dataclass
class World:
    """What outlives a crash, and a service on top of it that does not."""

    ruleset: Opened = field(default_factory=opened)
    store: Store = field(default_factory=MemoryStore)
    clock: FakeClock = field(default_factory=lambda: FakeClock(START))
    printer: Printer = field(default_factory=Printer)
    mail: Mail = field(default_factory=Mail)
    said: list[str] = field(default_factory=list)
    mode: str = "live"
    credentials: str = "key-1"
    starts: Counter[str] = field(default_factory=Counter)

    def runtime(
        self, checkpoint: Checkpoint | None = None, live: Mapping[str, Live] | None = None
    ) -> Runtime:
        point = checkpoint or (lambda name: None)
        store = watched(self.store, "store", checkpoint) if checkpoint else self.store
        client: Any = PrinterClient(self.printer, point)
        provider = watched(client, "podos", checkpoint) if checkpoint else client
        connections = {"podos": Live(provider, self.mode, self.credentials)} if live is None else live
        return Runtime(self.ruleset, store, self.clock, connections, self.said.append)

    def worker(self, runtime: Runtime | None = None, checkpoint: Checkpoint | None = None) -> Worker:
        self.starts["worker"] += 1
        mail: Any = watched(self.mail, "mail", checkpoint) if checkpoint else self.mail
        return Worker(runtime or self.runtime(), f"worker-{self.starts['worker']}", mailer=mail)

    def take(self, *orders: Order) -> None:
        runtime = self.runtime()
        for each in orders:
            runtime.handle(f"import {each.id}", imported(each.id), each)

    def happens(self, label: str, order_id: str = "1001") -> None:
        spec = self.ruleset.schema.event(label)
        assert spec is not None, label
        event = Event(spec.id, spec.label, order_id, self.clock.now())
        self.runtime().handle(f"{label} {order_id} {self.clock.now()}", event)

    def work(self, worker: Worker | None = None) -> int:
        """Everything that is due now; how much it was."""
        worker = worker or self.worker()
        count = 0
        while worker.work_once():
            count += 1
            assert count < 500, "it never ends"
        return count

    def settle(self) -> None:
        """Until nothing waits, however long that takes."""
        worker = self.worker()
        for _ in range(60):
            self.work(worker)
            if not self.store.entries(states=["waiting", "working"]):
                return
            self.clock.advance(dt.timedelta(minutes=11))
        raise AssertionError("something waits for ever")

    def order(self, order_id: str = "1001") -> Order:
        stored = self.store.order(order_id)
        assert stored is not None
        return stored.order

    def entry(self, number: int = 1) -> OutboxEntry:
        found = self.store.entry(number)
        assert found is not None
        return found

    def state(self, order_id: str = "1001") -> str:
        submission = self.order(order_id).submission("podos")
        return submission.state if submission else "none"

    def events(self, order_id: str = "1001") -> list[str]:
        return [each.event_id for each in self.store.journal(order_id)]

    def tracker(self) -> Tracker:
        return Tracker(self.runtime(), "podos")


def imported(order_id: str) -> Event:
    return Event("order.imported", "Order is Imported", order_id, START)


def failure(
    kind: FailureKind = FailureKind.UNAVAILABLE, message: str = "podOS is down for a while"
) -> Failure:
    return Failure(kind, message)
