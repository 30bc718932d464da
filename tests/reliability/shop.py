"""The shop that is killed, delayed and repeated: the rules of the runtime's own tests, with its shirts printed by the podOS
sandbox through the real adapter.

Used by the kill sweep, the simulator and the bad days. What each order must come to is worked out by hand from the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.http import Client
from actions.integrations.podos.adapter import Podos
from actions.sandbox.podos.catalogue import READY_MADE
from actions.secret import Secret
from engine.opened import Opened
from engine.runtime.intake import Taken, take_in
from engine.runtime.limits import Rate
from engine.runtime.performers import Live
from engine.runtime.runtime import Runtime
from events.clock import Clock
from events.importers import Imported
from events.order import Order
from events.store import OutboxEntry, Store
from tests.engine.runtime.world import START, opened, order

KEY = "a-key-of-the-sandbox"
PROJECT = "acme"

__all__ = ["START", "opened"]


@dataclass(frozen=True)
class Given:
    """An order as the cart sends it. variants: what podOS knows each item by; a fault's word makes it happen."""

    order_id: str
    skus: tuple[str, ...] = ("TEE",)
    variants: tuple[str, ...] = (READY_MADE,)

    def order(self) -> Order:
        made = order(self.order_id, *self.skus)
        for item, variant in zip(made.items, self.variants, strict=True):
            item.metadata["podos_variant_id"] = variant
        return made


@dataclass
class Notes:
    """What the adapter remembers, in the store."""

    store: Store

    def recall(self, name: str) -> str | None:
        return self.store.note(f"podos {name}")

    def remember(self, name: str, value: str) -> None:
        self.store.set_note(f"podos {name}", value)


def live(ruleset: Opened, client: Client, store: Store, clock: Clock, rate: Rate | None = None) -> Live:
    spec = ruleset.schema.connection("podos")
    assert spec is not None
    adapter = Podos(spec, Secret(KEY), client, Notes(store), clock.now)
    return Live(adapter, "live", "key-1", rate or Rate(per_second=50, burst=50))


def take(runtime: Runtime, *given: Given) -> list[Taken]:
    """As `ordinance orders import` takes them in, several at once: as often as the cart sends them."""
    documents = [Imported(each.order(), None, (), "Shopify order", f"{each.order_id}.json") for each in given]
    return list(take_in(runtime, documents))


PRINTED = ("podos.before_submit", "podos.after_submit", "shipment.added")
REFUSED = ("podos.before_submit", "podos.not_submitted.invalid_sku")


@dataclass(frozen=True)
class Flow:
    """Orders that come in, and what becomes of each order that there is then: its events, in order, and its folder."""

    given: tuple[Given, ...]
    events: dict[str, tuple[str, ...]]
    folders: dict[str, str]
    mails: tuple[str, ...] = ()

    @property
    def accepted(self) -> dict[str, int]:
        """What podOS prints, by our reference, and how often."""
        return {f"{each}.1": 1 for each, events in self.events.items() if "podos.after_submit" in events}


FLOWS = {
    "printed": Flow(
        (Given("1001"),),
        {"1001": ("order.imported", *PRINTED)},
        {"1001": "Shipped"},
    ),
    "refused": Flow(
        (Given("1002", ("TEE-404",), ("sandbox.unknown-sku",)),),
        {"1002": ("order.imported", *REFUSED)},
        {"1002": "SKU problems"},
        ("First", "Second"),
    ),
    "split": Flow(
        (Given("1003", ("TEE", "MUG"), (READY_MADE, READY_MADE)),),
        {"1003": ("order.imported", *PRINTED), "1003-1": PRINTED},
        {"1003": "Shipped", "1003-1": "Shipped"},
    ),
    "together": Flow(
        (Given("1005"), Given("1006", ("TEE-404",), ("sandbox.unknown-sku",)), Given("1005"), Given("1007")),
        {
            "1005": ("order.imported", *PRINTED),
            "1006": ("order.imported", *REFUSED),
            "1007": ("order.imported", *PRINTED),
        },
        {"1005": "Shipped", "1006": "SKU problems", "1007": "Shipped"},
        ("First", "Second"),
    ),
    "answer lost": Flow(
        (Given("1004", ("TEE",), ("sandbox.reset-after",)),),
        {"1004": ("order.imported", *PRINTED)},
        {"1004": "Shipped"},
    ),
}
"""The reference flows of the kill sweep."""


def undone(store: Store) -> list[OutboxEntry]:
    """What somebody should have done. Behind an effect that a person has to look at, its lane waits for that person."""
    stuck = {each.new.lane for each in store.entries(states=["review"])}
    waiting = store.entries(states=["waiting", "working"])
    return [each for each in waiting if each.state == "working" or each.new.lane not in stuck]


def all_settled(store: Store) -> bool:
    """Nothing waits, and what podOS took has been shipped."""
    if undone(store):
        return False
    stands = [(each.order, each.order.submission("podos")) for each in store.orders()]
    return all(order.shipments for order, found in stands if found is not None and found.state == "accepted")


def wrongs(flow: Flow, store: Store, accepted: dict[str, int], mails: Sequence[tuple[str, str]]) -> list[str]:
    """What is not as it must be, however often the service was stopped. mails: key and subject, as they arrived."""
    seen: dict[str, Any] = {
        "podOS prints": dict(accepted),
        "orders": [each.order.id for each in store.orders()],
        "open": [each.id for each in store.entries() if each.state not in ("done", "failed")],
        # At least one of each, in order, and a repeat has the same key.
        "mails": tuple(dict.fromkeys(subject for _, subject in mails)),
        "mails in order": [subject for _, subject in mails],
        "mail keys": len({key for key, _ in mails}),
    }
    must: dict[str, Any] = {
        "podOS prints": flow.accepted,
        "orders": list(flow.events),
        "open": [],
        "mails": flow.mails,
        "mails in order": sorted(subject for _, subject in mails),
        "mail keys": len(flow.mails),
    }
    for order_id, events in flow.events.items():
        stored = store.order(order_id)
        shipped = 1 if "shipment.added" in events else 0
        must[order_id] = (events, flow.folders[order_id], shipped)
        seen[order_id] = (
            tuple(each.event_id for each in store.journal(order_id)),
            stored.order.folder if stored else "",
            len(stored.order.shipments) if stored else 0,
        )
    return [f"{what}: {seen[what]}, not {must[what]}" for what in must if seen[what] != must[what]]
