"""Orders under both versions: read, decided, and told in what they come out differently.

Called by `spreading`, in whichever process. Orders are decided without a trace; only those that come out differently are
decided again, to name the rules. What cannot differ is decided once (`alike`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest

from engine.diff.alike import Alike
from engine.diff.changed import Changed, Sent, Unread
from engine.diff.differences import Difference, differences, differing_fields
from engine.diff.documents import Document
from engine.diff.summary import Summary
from engine.diff.version import Deciding, Version
from engine.dry_run import Run, Told
from engine.samples import orders_in
from events.event import Happening
from events.importers import Imported
from events.order import Order
from events.stores import encode


@dataclass(frozen=True)
class Comparison:
    """happening: what the orders are given; told: what connections answer. full: how many orders are to be shown in full.
    once: whether what cannot differ is decided once; without it the answer is the same, and later."""

    before: Version
    after: Version
    happening: Happening
    told: Mapping[str, Told]
    full: int = 0
    once: bool = True

    def summary(self, documents: Iterable[Document]) -> Summary:
        found = Summary(self.full)
        for document in documents:
            for old, new in self.read(document):
                found.add(self.compared(old, new))
        return found

    def read(self, document: Document) -> Iterator[tuple[Imported, Imported]]:
        """Each order as either version reads it."""
        if document.stored:
            order = stored(document)
            yield order, order
            return
        before, after = (each.opened.ruleset.config for each in (self.before, self.after))
        new = orders_in(document.data, document.name, after, line=document.line)
        if self.read_alike:
            yield from ((order, order) for order in new)
        else:
            old = orders_in(document.data, document.name, before, line=document.line)
            yield from zip(old, new, strict=True)

    @cached_property
    def read_alike(self) -> bool:
        """Whether both versions read orders alike: what is unsaid in them follows the store and the first folder."""
        before, after = (each.opened.ruleset.config for each in (self.before, self.after))
        return (before.store, before.folders) == (after.store, after.folders)

    @cached_property
    def alike(self) -> Alike:
        return Alike.of(self.before.opened, self.after.opened)

    @cached_property
    def deciding(self) -> tuple[Deciding, Deciding]:
        return self.before.deciding(self.told), self.after.deciding(self.told)

    def compared(self, old: Imported, new: Imported) -> Changed | Unread | None:
        """None where the order comes out alike. An order that only one version can read is one difference."""
        if old.order is None or new.order is None:
            if old.order is None and new.order is None:
                return Unread(new.place, new.error or "this is no order")
            only = Difference("order", new.place, "reading it", old.error, new.error)
            return self.changed(new.place, old.order or new.order, (only,))
        event = self.happening.of(new.order.id)
        older, newer = self.deciding
        was = older.run(event, old.order)
        if self.once and old is new and self.alike.run(was):
            return None
        now = newer.run(event, new.order)
        if self.alike.surroundings and old is new and same(was, now):
            return None
        fields = differing_fields(was, now)
        found = tuple(
            differences(older.noted(event, old.order, fields), newer.noted(event, new.order, fields))
        )
        if not found:
            return None
        ended = (was.orders[old.order.id].folder, now.orders[new.order.id].folder)
        return replace(
            self.changed(new.place, new.order, found),
            folders=ended if ended[0] != ended[1] else None,
            sent=tuple(sent(was, now)),
            read=(old.order, new.order),
        )

    def changed(self, place: str, order: Order | None, found: tuple[Difference, ...]) -> Changed:
        if order is None:
            return Changed(place, "", found)
        currency = order.currency.strip().upper() or self.after.opened.schema.store.currency
        return Changed(place, order.id, found, order.order_total, currency)


def stored(document: Document) -> Imported:
    try:
        data = encode.read(document.data.decode())
        return Imported(
            encode.order_of(data[document.within] if document.within else data), None, (), "", document.name
        )
    except (ValueError, LookupError, TypeError):
        return Imported(None, "the store holds no order here that can be read", (), "", document.name)


def same(was: Run, now: Run) -> bool:
    """Whether two runs are the same in all that is compared. Not so may still be alike."""
    return (
        was.performed == now.performed
        and [(turn.event, turn.fired) for turn in was.turns]
        == [(turn.event, turn.fired) for turn in now.turns]
        and was.orders == now.orders
    )


def sent(was: Run, now: Run) -> Iterator[Sent]:
    """One that goes elsewhere is told as one. Of an order that is sent to several, by their names."""
    old, new = accepted(was), accepted(now)
    gone, came = (old - new).elements(), (new - old).elements()
    for before, after in zip_longest(sorted(gone), sorted(came)):
        yield Sent(before, after)


def accepted(run: Run) -> Counter[str]:
    return Counter(
        each.effect.connection or ""
        for some in run.performed.values()
        for each in some
        if each.effect.kind == "submit" and each.outcome == "accepted"
    )
