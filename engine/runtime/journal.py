"""What the journal keeps of a decision, so that the same bytes can be decided again when the ruleset's folder is gone.

The runtime writes it; `why`, `history` and the tests read it. A revision's files are kept by digest, each once; the journal
entry names their list. Deciding again is deciding: the same `decide`, from what was written down and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib import metadata
from typing import Any
from zoneinfo import ZoneInfo

from engine.decide import Program
from engine.decision import Chain, Decision
from engine.dry_run import Performed, Run
from engine.folder import MemoryFolder
from engine.opened import Opened, open_ruleset
from engine.runtime.performers import prepared_of
from engine.show.lines import decision_lines
from events.effect import Effect
from events.event import Event
from events.jsontext import dumps
from events.order import Order
from events.store import JournalEntry, Store
from events.stores import encode


class NotKept(Exception):
    """The journal lacks what deciding again needs: a lower-case sentence."""


@dataclass(frozen=True)
class Revision:
    """A ruleset as it decides now, and what the journal keeps of it."""

    opened: Opened
    program: Program

    @property
    def digest(self) -> str:
        return self.opened.ruleset.digest

    @cached_property
    def blobs(self) -> Mapping[str, bytes]:
        """Every text that was read, by digest, and the list of them."""
        texts = {path: source.text.encode() for path, source in self.opened.ruleset.sources.items()}
        listing = dumps({path: digest(data) for path, data in sorted(texts.items())}).encode()
        return {**{digest(data): data for data in texts.values()}, digest(listing): listing}

    @cached_property
    def files(self) -> str:
        """The digest of the list."""
        return list(self.blobs)[-1]


def revision(opened: Opened) -> Revision:
    return Revision(opened, opened.program())


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@lru_cache
def product_version() -> str:
    try:
        return metadata.version("ordinance")
    except metadata.PackageNotFoundError:
        return "unknown"


@dataclass(frozen=True)
class Context:
    """What stands beside an entry's event, order and chain. answers: the key of the effect that the event answers.

    files: digest of the list of the ruleset's files; ruleset: the digest that people see.
    """

    chain: str
    ruleset: str
    files: str
    product: str
    answers: str = ""

    @classmethod
    def read(cls, entry: JournalEntry) -> Context:
        return cls(**encode.read(entry.context))


def decision_id(key: str) -> str:
    """Of the event's key, which is committed once: the same event has the same id, in every process."""
    return digest(key.encode())[:16]


def effect_key(effect: Effect, decision: str, position: int) -> str:
    """Its idempotency key. A submission is known by its number, whoever asked for it; what else a decision wants by its
    place in it."""
    if effect.kind == "submit":
        return f"submit|{effect.order_id}|{effect.connection}|{effect.number}"
    return f"{effect.kind}|{effect.order_id}|{decision}|{position}"


def effects_of(decision: Decision, key: str) -> Iterator[tuple[int, Effect, str]]:
    """Every effect with the turn that wants it and its own key. key: the decision's id."""
    every = [(turn, effect) for turn, each in enumerate(decision.turns) for effect in each.effects]
    for position, (turn, effect) in enumerate(every):
        yield turn, effect, effect_key(effect, key, position)


def written(decision: Decision) -> str:
    """The decision as JSON, a line for each turn, as a dry run prints it."""
    run = Run()
    run.add(decision, None)
    return "".join(dumps(line) + "\n" for line in decision_lines(run, 0))


def entry_of(
    key: str, event: Event, order: Order, chain: Chain, decision: Decision, context: Context
) -> JournalEntry:
    return JournalEntry(
        id=decision_id(key),
        order_id=order.id,
        event_id=event.id,
        at=event.at,
        event=encode.event_text(event),
        orders=encode.written({order.id: order}),
        chain=chain_text(chain),
        context=dumps(vars(context)),
        lines=written(decision),
    )


def reopened(store: Store, files: str) -> Revision:
    """The ruleset as it was, from the store alone. Raises NotKept."""
    listing = store.blob(files)
    if listing is None:
        raise NotKept("the ruleset that decided this is not in the store any more")
    found = {path: store.blob(each) for path, each in encode.read(listing.decode()).items()}
    lost = sorted(path for path, data in found.items() if data is None)
    if lost:
        raise NotKept(f"the store has lost {', '.join(lost)} of the ruleset that decided this")
    return revision(open_ruleset(MemoryFolder({path: data for path, data in found.items() if data})))


def redecide(store: Store, entry: JournalEntry, ruleset: Revision | None = None) -> Decision:
    """The decision once more, from the journal alone. `ruleset`: where the caller has reopened it already."""
    ruleset = ruleset or reopened(store, Context.read(entry).files)
    event = in_zone(encode.read_event(entry.event), ruleset.opened.zone)
    order = Order.model_validate(encode.read(entry.orders)[entry.order_id])
    return ruleset.program.decide(event, order, read_chain(entry.chain))


def in_zone(event: Event, zone: ZoneInfo) -> Event:
    """Rules count days from `now` by the store's calendar, and print it so."""
    return replace(event, at=event.at.astimezone(zone))


def chain_text(chain: Chain) -> str:
    fired = {
        order: {title: sorted(seen) for title, seen in sorted(titles.items())}
        for order, titles in sorted(chain.fired.items())
    }
    return dumps({"events": chain.events, "fired": fired})


def read_chain(text: str) -> Chain:
    data = encode.read(text)
    fired = {
        order: {title: frozenset(seen) for title, seen in titles.items()}
        for order, titles in data["fired"].items()
    }
    return Chain.stored(fired, int(data["events"]))


def chain_entries(store: Store, order_id: str, chain: str) -> Sequence[JournalEntry]:
    """All decisions of a chain in the order in which they were made, those of orders born in it too."""
    found: dict[str, JournalEntry] = {}
    orders, seen = [order_id], {order_id}
    while orders:
        for entry in store.journal(orders.pop()):
            if Context.read(entry).chain != chain:
                continue
            found[entry.id] = entry
            born = {each for line in lines_of(entry) for each in line["new_orders"]} - seen
            orders += born
            seen |= born
    return sorted(found.values(), key=lambda entry: read_chain(entry.chain).events)


def lines_of(entry: JournalEntry) -> list[dict[str, Any]]:
    return [encode.read(line) for line in entry.lines.splitlines()]


def chain_run(store: Store, entries: Sequence[JournalEntry]) -> Run:
    """A chain as a dry run would have it: each decision below the effect that it answers, and what was sent with it."""
    run = Run()
    planned: dict[str, tuple[int, Effect]] = {}
    revisions: dict[str, Revision] = {}
    for entry in entries:
        context = Context.read(entry)
        if context.files not in revisions:
            revisions[context.files] = reopened(store, context.files)
        ruleset = revisions[context.files]
        decision = redecide(store, entry, ruleset)
        cause, effect = planned.get(context.answers, (None, None))
        if cause is not None and effect is not None:
            done = performed(ruleset.opened, effect, decision)
            if done is not None:
                run.performed.setdefault(cause, []).append(done)
        offset = len(run.turns)
        run.add(decision, cause)
        for turn, each, key in effects_of(decision, entry.id):
            planned[key] = (offset + turn, each)
    return run


def performed(opened: Opened, effect: Effect, answer: Decision) -> Performed | None:
    """What became of an effect, from its answer; nothing where that is no answer yet (`Before ...`)."""
    event, order = answer.turns[0].event, answer.turns[0].before
    if event.id.endswith(".before_submit"):
        return None
    prepared = prepared_of(opened, order, effect.connection or "") if effect.kind == "submit" else None
    return Performed(effect, event.label, prepared)
