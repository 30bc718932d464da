"""Where a name is defined, and where else it stands: tables, lists, definitions, rules and tests; and the names of
`ordinance.yaml`: folders, connections, buttons, the shop's own events.

Called by `server` for definitions, references and highlights, and by `rename`. Names are compared as the checker compares
them: those of tables, lists and definitions to the letter, all others without regard to capital letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from lsprotocol import types

from dsl.schema import fold
from dsl.source import Span
from engine.folder import FILE
from engine.lsp.live import Found, Live
from engine.lsp.marks import Mark
from engine.lsp.workspace import Place

Thing: TypeAlias = Literal[
    "rule", "test", "table", "list", "definition", "folder", "connection", "button", "event", "file", "tag", "field", "key"
]  # fmt: skip
CONFIGURED = frozenset({"folder", "connection", "button", "event"})
"""What `ordinance.yaml` names."""


@dataclass(frozen=True)
class Named:
    """What the cursor is on. start, end: of the name in the file, with quotes."""

    thing: Thing
    name: str
    path: str
    start: int
    end: int


@dataclass(frozen=True)
class Spot:
    """A place where a name stands."""

    path: str
    start: int
    end: int
    defines: bool = False


def named(place: Place) -> Named | None:
    """The thing whose name is under the cursor; None where there is none that could be elsewhere."""
    live = place.live
    if place.path == FILE:
        for thing, name, span in configured(live):
            if span.start <= place.offset <= span.end:
                return Named(thing, name, FILE, span.start, span.end)
        return None
    found = live.mark(place.path, place.offset)
    meant = thing_of(live, found.mark) if found is not None else None
    if found is None or meant is None:
        return None
    return Named(meant, identity(live, meant, found.mark.name), found.path, found.start, found.end)


def thing_of(live: Live, mark: Mark) -> Thing | None:
    match mark.role:
        case (
            "rule"
            | "test"
            | "table"
            | "list"
            | "definition"
            | "folder"
            | "connection"
            | "button"
            | "tag"
            | "key"
        ):
            return mark.role
        case "field":
            return "field"
        case "name":
            return next((thing for thing in _NAMED if live.has(thing, mark.name)), None)
        case "raised":
            return "event"
        case "event" | "event id":
            spec = live.schema.event(mark.name)
            if spec is not None and spec.id.startswith("shop."):
                return "event"
            return "connection" if spec is not None and spec.connection else None
        case "csv" | "letter" | "sample":
            return "file"
        case "value" | "literal":
            return "folder" if fold(mark.name) in live.schema.folders else None
        case _:
            return None


_NAMED: tuple[Literal["definition", "list", "table"], ...] = ("definition", "list", "table")


def identity(live: Live, thing: Thing, name: str) -> str:
    """The name by which a thing is known, however it was written here."""
    if thing == "connection":
        spec = live.schema.connection(name)
        if spec is None and (event := live.schema.event(name)) is not None and event.connection:
            return event.connection
        return spec.name if spec is not None else fold(name)
    if thing == "event":
        event = live.schema.event(name)
        return event.label if event is not None else name
    return name


def same(live: Live, wanted: Named, mark: Mark) -> bool:
    """Whether a mark names the same thing."""
    if mark.role in ("value", "literal") and wanted.thing != "folder":
        return False
    if wanted.thing in ("definition", "list", "table"):
        return mark.name == wanted.name and thing_of(live, mark) == wanted.thing
    if wanted.thing == "field":
        return mark.role == "field" and fold(mark.name) == fold(wanted.name)
    if wanted.thing == "connection" and mark.role in ("event", "event id"):
        return False
    thing = thing_of(live, mark)
    return thing == wanted.thing and fold(identity(live, thing, mark.name)) == fold(wanted.name)


def spots(live: Live, wanted: Named) -> Iterator[Spot]:
    """Everywhere in the ruleset, in the order of its files; first where it is defined."""
    yield from defined(live, wanted)
    word = wanted.name if wanted.thing not in ("connection", "event") else ""
    for each in live.everywhere(_longest(word) if wanted.thing == "field" else word):
        if not each.mark.defines and same(live, wanted, each.mark):
            yield Spot(each.path, each.start, each.end)


def defined(live: Live, wanted: Named) -> Iterator[Spot]:
    """Where it is defined; for a file, its beginning."""
    if wanted.thing in CONFIGURED:
        for thing, name, span in configured(live):
            if thing == wanted.thing and fold(name) == fold(wanted.name):
                yield Spot(FILE, span.start, span.end, defines=True)
    elif wanted.thing == "file":
        if wanted.name in live.files:
            yield Spot(wanted.name, 0, 0, defines=True)
    elif wanted.thing in ("rule", "test", "table", "list", "definition"):
        for each in live.everywhere(wanted.name):
            if each.mark.defines and each.mark.role == wanted.thing and _equal(wanted, each):
                yield Spot(each.path, each.start, each.end, defines=True)


def _equal(wanted: Named, found: Found) -> bool:
    if wanted.thing in ("rule", "test"):
        return fold(found.mark.name) == fold(wanted.name)
    return found.mark.name == wanted.name


def _longest(path: str) -> str:
    """Of a path the step that is the rarest word."""
    return max(path.split("."), key=len)


def configured(live: Live) -> Iterator[tuple[Thing, str, Span]]:
    """The names of `ordinance.yaml`, with their places."""
    config = live.ruleset.config
    yield from (("folder", one.name, one.span) for one in config.folders)
    yield from (("connection", one.name, one.span) for one in config.connections)
    yield from (("button", one.name, one.span) for one in config.buttons)
    yield from (("event", one.name, one.span) for one in config.events)


# -- as the protocol has it


def definition(place: Place) -> list[types.Location]:
    found = named(place)
    if found is None:
        return []
    where = [_location(place, spot) for spot in defined(place.live, found)]
    if found.thing == "table":
        where += _table_file(place, found)
    return where


def _table_file(place: Place, found: Named) -> list[types.Location]:
    """Of a table that is kept in a file, where the cursor is on its name already, the file."""
    for name, stretch in place.live.named("table"):
        on_it = stretch.start <= found.start < stretch.end
        if name == found.name and on_it:
            files = [mark.name for mark in stretch.marks if mark.role == "csv"]
            return [place.location(path, 0, 0) for path in files if path in place.live.files]
    return []


def references(place: Place, *, with_definition: bool) -> list[types.Location]:
    found = named(place)
    if found is None:
        return []
    every = spots(place.live, found)
    return [_location(place, spot) for spot in every if with_definition or not spot.defines]


def highlights(place: Place) -> list[types.DocumentHighlight]:
    found = named(place)
    if found is None:
        return []
    here = {(spot.start, spot.end): spot for spot in spots(place.live, found) if spot.path == place.path}
    here.setdefault((found.start, found.end), Spot(found.path, found.start, found.end))
    kinds = {True: types.DocumentHighlightKind.Write, False: types.DocumentHighlightKind.Read}
    return [
        types.DocumentHighlight(place.range(spot.start, spot.end), kinds[spot.defines])
        for spot in sorted(here.values(), key=lambda spot: spot.start)
    ]


def _location(place: Place, spot: Spot) -> types.Location:
    return place.location(spot.path, spot.start, spot.end)
