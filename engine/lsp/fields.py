"""The fields that may be named at the cursor, and the entries that the samples have in maps.

Called by `completion`; which roots have a meaning there is `scope`'s to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lsprotocol.types import CompletionItemKind as Kind

from dsl import texts
from dsl.schema import FieldSpec
from engine.lsp import catalogue, offers
from engine.lsp.live import Live
from engine.lsp.offers import Offer
from engine.lsp.scope import Around

MOST_KEYS = 50
"""Of one map, among everything else."""


def whole(live: Live, scope: Around, *, writable: bool) -> Iterator[Offer]:
    """All fields that have a meaning here, by their whole names, and the keys that the samples have in maps."""
    for name, spec in live.catalogue.fields(""):
        if spec.root not in scope.roots or (writable and not spec.writable):
            continue
        yield field(live, name, spec, name)
        if spec.kind == "map":
            for key in live.seen.keys.get(name, ())[:MOST_KEYS]:
                text = f"{name}[{texts.plain(key)}]"
                yield Offer(text, Kind.Property, "seen in samples", rank=2)
    if "event" in scope.roots and not writable:
        for offer in of_events(scope):
            yield replace(offer, name=f"event.{offer.name}")


def field(live: Live, name: str, spec: FieldSpec, shown: str) -> Offer:
    row = live.catalogue.row("field", name)
    alias = spec.kind != "entry" and spec.path != name
    snippet = f'{shown}["$1"]' if spec.kind == "map" else ""
    doc = catalogue.told(row) if row is not None else ""
    return Offer(shown, Kind.Field, str(spec.type), doc, snippet=snippet, rank=2 if alias else 1)


def of_events(scope: Around) -> Iterator[Offer]:
    for name in scope.event_fields:
        spec = scope.events[0]
        yield Offer(name, Kind.Field, str(spec.fields[name]), spec.field_docs.get(name, ""))


def below(live: Live, scope: Around, path: str, *, writable: bool) -> Iterator[Offer]:
    """What can follow `order.shipping.`, without that; an entry that is no word in its brackets."""
    if path == "event":
        yield from of_events(scope)
        return
    for name, spec in live.catalogue.fields(path):
        if not writable or spec.writable:
            yield field(live, name, spec, name.removeprefix(f"{path}."))
    for offer in offers.keys(live, path):
        if offer.name.isidentifier() and offer.name.isascii():
            yield replace(offer, quoted=False)
        else:
            yield replace(offer, text=f"[{texts.plain(offer.name)}]")
