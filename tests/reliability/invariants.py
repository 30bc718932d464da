"""What must be so at the end of every day, whatever happened in it. Each is a function that says what is not.

Called by the simulator, with all trouble over. podOS's own books are the sandbox's; ours are the store's.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from actions.sandbox.podos.site import Podos
from engine.dry_run import DryRun, Told
from engine.opened import Opened
from engine.runtime import journal
from engine.runtime.tasks import reference
from engine.show.lines import decision_lines
from events.event import Event
from events.jsontext import dumps, loads
from events.order import Order
from events.store import OutboxEntry, Store
from events.stores import encode
from tests.reliability.shop import undone

if TYPE_CHECKING:
    from tests.reliability.simulator import Message

Line = dict[str, Any]


def wrongs(
    store: Store, site: Podos, ruleset: Opened, mails: Sequence[tuple[str, str]], messages: Sequence[Message]
) -> list[str]:
    return [
        *lost(store, messages),
        *twice(site),
        *books_differ(store, site),
        *order_differs(store),
        *out_of_order(store),
        *answers(store),
        *mail(store, mails),
        *not_decided_again(store, ruleset),
        *not_as_a_dry_run(store, ruleset, messages),
    ]


def lost(store: Store, messages: Sequence[Message]) -> Iterator[str]:
    for message in messages:
        if store.order(message.given.order_id) is None:
            yield f"order {message.given.order_id} is lost"
        elif message.event and not store.knows(message.key):
            yield f"{message.key} is lost"
        elif message.tag and message.tag not in ordered(store, message.given.order_id).tags:
            yield f"{message.key} was overwritten"
    for entry in undone(store):
        yield f"{entry.new.key} is {entry.state} at the end"


def ordered(store: Store, order_id: str) -> Order:
    stored = store.order(order_id)
    return stored.order if stored is not None else Order()


def twice(site: Podos) -> Iterator[str]:
    """Nothing is printed twice, as podOS counts."""
    for submission, count in site.state()["accepted"].items():
        if count != 1:
            yield f"podOS was made to print {submission} {count} times"


def books_differ(store: Store, site: Podos) -> Iterator[str]:
    """What we say of a submission is what podOS has of it. Of what waits for a person nobody says anything; what was called
    off never came there."""
    dropped = {
        reference(e.new.effect.order_id, e.new.effect.number)
        for e in store.entries(states=["dropped"])
        if e.new.effect.kind == "submit"
    }
    accepted = site.state()["accepted"]
    canceled = {each["merchantReference"] for each in site.state()["orders"] if each["status"] == "refunded"}
    for entry in store.entries():
        effect = entry.new.effect
        if effect.connection is None or entry.state == "review":
            continue
        called = reference(effect.order_id, effect.number)
        if effect.kind == "cancel" and called in dropped:
            if called in accepted:
                yield f"{called} was called off, and podOS prints it"
            continue
        there = called in (accepted if effect.kind == "submit" else canceled)
        if there != (entry.state == "done"):
            yield f"{entry.new.key} is {entry.state}, and podOS has {'done it' if there else 'not done it'}"
    known = {reference(e.new.effect.order_id, e.new.effect.number) for e in store.entries()}
    yield from (f"podOS prints {each}, which nobody wanted" for each in accepted.keys() - known)


def order_differs(store: Store) -> Iterator[str]:
    """The order's own record of its last submission is the outbox's."""
    last: dict[str, OutboxEntry] = {}
    for entry in store.entries():
        if entry.new.effect.kind == "submit":
            last[entry.new.effect.order_id] = entry
    states = {"done": ("accepted", "cancelled"), "failed": ("failed",), "review": ("scheduled",)}
    for order_id, entry in last.items():
        stands = ordered(store, order_id).submission("podos")
        if stands is None or stands.number != entry.new.effect.number:
            yield f"order {order_id} knows nothing of {entry.new.key}"
        elif stands.state not in states.get(entry.state, (stands.state,)):
            yield f"order {order_id} says {stands.state}, and {entry.new.key} is {entry.state}"


def out_of_order(store: Store) -> Iterator[str]:
    """An effect begins when the one before it, of the same order at the same place, has ended."""
    lanes: defaultdict[str, list[OutboxEntry]] = defaultdict(list)
    for entry in store.entries():
        lanes[entry.new.lane].append(entry)
    for entries in lanes.values():
        tried = [entry for entry in entries if entry.attempts]
        for earlier, later in pairwise(tried):
            ended = earlier.attempts[-1].ended
            if ended is None or later.attempts[0].began.replace(microsecond=0) < ended.replace(microsecond=0):
                yield f"{later.new.key} overtook {earlier.new.key}"


def answers(store: Store) -> Iterator[str]:
    """A submission is answered by exactly one event, after exactly one Before; a shipment is told once."""
    for stored in store.orders():
        order = stored.order
        told = Counter(_submission_events(store, order.id))
        for entry in store.entries(order_id=order.id):
            if entry.new.effect.kind != "submit" or entry.state == "review":
                continue
            number = entry.new.effect.number
            expected = int(entry.state in ("done", "failed"))
            if (
                told["answer", number] != expected
                or told["before", number] < expected
                or told["before", number] > 1
            ):
                yield f"{entry.new.key}, {entry.state}, had {dict(told)}"
        parcels = [each.id for each in order.shipments]
        added = [each for each in store.journal(order.id) if each.event_id == "shipment.added"]
        if len(set(parcels)) != len(parcels) or len(added) != len(parcels):
            yield f"order {order.id} has the parcels {parcels} and was told of {len(added)}"


def _submission_events(store: Store, order_id: str) -> Iterator[tuple[str, int]]:
    for entry in store.journal(order_id):
        values = encode.read_event(entry.event).values
        if entry.event_id == "podos.before_submit":
            yield "before", int(values["attempt"])
        elif entry.event_id == "podos.after_submit" or entry.event_id.startswith("podos.not_submitted."):
            yield "answer", int(values["attempt"])


def mail(store: Store, mails: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Each at least once, and none before the one that was asked for earlier has gone."""
    arrived = list(dict.fromkeys(key for key, _ in mails))
    asked = [each for each in store.entries() if each.new.effect.kind == "email"]
    for entry in asked:
        if entry.state == "done" and entry.new.key not in arrived:
            yield f"{entry.new.key} was never sent"
    for order_id in {each.new.effect.order_id for each in asked}:
        mine = [e.new.key for e in asked if e.new.effect.order_id == order_id and e.new.key in arrived]
        if mine != [key for key in arrived if key in mine]:
            yield f"the mails about order {order_id} overtook each other"


def not_decided_again(store: Store, ruleset: Opened) -> Iterator[str]:
    """Every decision is decided again from the journal, to the byte."""
    revision = journal.revision(ruleset)
    for stored in store.orders():
        for entry in store.journal(stored.order.id):
            if journal.written(journal.redecide(store, entry, revision)) != entry.lines:
                yield f"order {stored.order.id}, {entry.event_id}: decided otherwise from the journal"


def not_as_a_dry_run(store: Store, ruleset: Opened, messages: Sequence[Message]) -> Iterator[str]:
    """Where podOS took all of an order, and nobody else meddled with it, live has decided as a dry run does."""
    meddled = {each.given.order_id for each in messages if each.event}
    for message in messages:
        order = message.given.order()
        first = next(iter(store.journal(order.id)), None)
        if order.id in meddled or first is None:
            continue
        chain = journal.chain_entries(store, order.id, first.id)
        submitted = [e for e in store.entries() if e.new.chain == first.id and e.new.effect.kind == "submit"]
        if any(entry.state != "done" for entry in submitted):
            continue
        live = by_order(decision_lines(journal.chain_run(store, chain), 0), numbers(store, submitted))
        dry = by_order(dry_lines(store, ruleset, first.event, first.orders, order.id), {})
        if live != dry:
            yield f"order {order.id}: live decided {dumps(live)}, a dry run decides {dumps(dry)}"


def dry_lines(store: Store, ruleset: Opened, event: str, orders: str, order_id: str) -> list[Line]:
    happened: Event = encode.read_event(event)
    order = Order.model_validate(encode.read(orders)[order_id])
    happened = replace(happened, at=happened.at.astimezone(ruleset.zone))
    dry = DryRun(ruleset, ruleset.program(), {"podos": Told(message=TAKEN)})
    return decision_lines(dry.run(happened, order), 0)


TAKEN = "podOS has it as [number]"


def numbers(store: Store, submitted: Sequence[OutboxEntry]) -> Mapping[str, str]:
    """podOS's own numbers, and what a dry run has in their place."""
    found = {}
    for entry in submitted:
        stands = ordered(store, entry.new.effect.order_id).submission("podos")
        if stands is not None:
            found[stands.provider_order_id] = f"dry-run-podos-{stands.number}"
    return found


def by_order(lines: Sequence[Line], provider: Mapping[str, str]) -> dict[str, list[Line]]:
    """Each order's own lines: those of two orders of a chain may come in either order, and so be numbered otherwise."""
    found: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        text = dumps({key: value for key, value in line.items() if key not in ("seq", "cause", "events")})
        for number, name in provider.items():
            text = text.replace(number, name)
        found[line["order"]].append(loads(re.sub(r"podOS has it as [^\";]+", TAKEN, text).encode()))
    return dict(sorted(found.items()))
