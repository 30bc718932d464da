"""Trees of frozen dataclasses as JSON and back: forms, schemas, settings, findings. Places are kept as offsets in the text
of the statement that they stand in, so that they hold when the statement moves.

Called by `session` and `packed`. Only classes of the listed modules are ever made, from exactly their fields; anything
else in what is read raises `Unreadable`, and what cannot be written raises `Unwritable`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib import import_module
from sys import intern
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from dsl.source import NOWHERE, Source, Span
from dsl.types import Type, named

MODULES = {
    "a": "dsl.ast",
    "c": "engine.config",
    "d": "dsl.diagnostics",
    "f": "engine.form",
    "l": "engine.check.advice.links",
    "n": "engine.connections",
    "s": "dsl.schema",
    "t": "engine.check.tests",
}
_LETTERS = {module: letter for letter, module in MODULES.items()}

Naming: TypeAlias = Callable[[Source], str]
"""A source's name: "" for the text at hand."""
Finding: TypeAlias = Callable[[str], tuple[Source, int]]
"""Back from the name: the source, and where in it the text begins."""
Placing: TypeAlias = Callable[[int, list[Any]], Span]
"""The span of what `_place` wrote, from its first number and the rest."""

SHARED = "sFieldRef"
MOST_SHARED = 4096
"""Fields, and short tuples and sets of texts, of which the same few stand in rule after rule: made once for all of them."""
SHORT = 4


DEFINED = "fNamed"
"""A definition where it is named: what it says is laid out once for all who do."""


class Unwritable(Exception):
    pass


class Unreadable(ValueError):
    pass


def dump(value: object, naming: Naming) -> str:
    return json.dumps(plain(value, naming), ensure_ascii=False, separators=(",", ":"), check_circular=False)


def load(text: str, finding: Finding) -> Any:
    """Raises Unreadable."""
    try:
        return made(json.loads(text), finding)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error


def made(value: Any, finding: Finding) -> Any:
    """Back from what `plain` gave. Raises Unreadable."""
    try:
        return _one(value, _placing(finding))
    except Unreadable:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise Unreadable from error


# -- there ------------------------------------------------------------------------------------------------------


def plain(value: Any, naming: Naming) -> Any:
    """As what JSON has. Raises Unwritable."""
    kind = type(value)
    if value is None or kind is str or kind is int or kind is bool:
        return value
    if kind is Span:
        return _place(value, naming)
    write = _WRITE.get(kind)
    if write is not None:
        return write(value, naming)
    tag, names = _fields(kind)
    if tag == DEFINED:
        return [
            tag, *[_body(_Body(getattr(value, n), naming)) if n == "body" else plain(getattr(value, n), naming) for n in names]
        ]  # fmt: skip
    return [tag, *[plain(getattr(value, name), naming) for name in names]]


class _Body:
    """What a definition says, by its identity: all that name it share it, and its places have the same names in all of them."""

    __slots__ = ("naming", "node")

    def __init__(self, node: object, naming: Naming) -> None:
        self.node = node
        self.naming: Naming | None = naming

    def __hash__(self) -> int:
        return id(self.node)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Body) and self.node is other.node


@lru_cache(16)
def _body(body: _Body) -> Any:
    naming, body.naming = body.naming, None  # it is kept, and holds all of a session
    assert naming is not None
    return plain(body.node, naming)


def _place(span: Span, naming: Naming) -> list[int | str]:
    if span is NOWHERE or not span.source.path:
        return [0]
    name = naming(span.source)
    return [span.start, span.end, name] if name else [span.start, span.end]


def _when(value: dt.datetime, naming: Naming) -> list[Any]:
    zone = value.tzinfo
    if isinstance(zone, ZoneInfo) and zone.key:
        return ["T", value.replace(tzinfo=None).isoformat(), zone.key]
    if zone is None:
        return ["T", value.isoformat()]
    raise Unwritable


_FIELDS: dict[type, tuple[str, tuple[str, ...]]] = {}


def _fields(kind: type) -> tuple[str, tuple[str, ...]]:
    known = _FIELDS.get(kind)
    if known is None:
        letter = _LETTERS.get(kind.__module__)
        if letter is None or not is_dataclass(kind):
            raise Unwritable(kind)
        known = _FIELDS[kind] = letter + kind.__name__, tuple(each.name for each in fields(kind))
    return known


_WRITE: dict[type, Callable[[Any, Naming], Any]] = {
    tuple: lambda value, naming: ["(", *[plain(each, naming) for each in value]],
    list: lambda value, naming: ["[", *[plain(each, naming) for each in value]],
    dict: lambda value, naming: ["{", *[plain(x, naming) for pair in value.items() for x in pair]],
    frozenset: lambda value, naming: ["<", *sorted((plain(each, naming) for each in value), key=repr)],
    Decimal: lambda value, naming: ["#", str(value)],
    Type: lambda value, naming: ["y", str(value)],
    dt.datetime: _when,
    dt.date: lambda value, naming: ["D", value.isoformat()],
    dt.time: lambda value, naming: ["h", value.isoformat()],
    dt.timedelta: lambda value, naming: ["w", value.days, value.seconds, value.microseconds],
}

# -- and back ---------------------------------------------------------------------------------------------------


def _placing(finding: Finding) -> Placing:
    """Nodes within each other begin at the same place: spans and offsets take up more room than all else."""
    known: dict[tuple[Any, ...], Span] = {}
    offsets: dict[int, int] = {}
    same = offsets.setdefault

    def place(start: int, rest: list[Any]) -> Span:
        key = start, *rest
        span = known.get(key)
        if span is None:
            source, begins = finding(rest[1] if len(rest) == 2 else "")
            first = begins + start
            span = known[key] = Span(source, same(first, first), begins + rest[0])
        return span

    return place


def _one(value: Any, place: Placing) -> Any:
    kind = type(value)
    if kind is str:
        return intern(value)  # the same few names again and again
    if kind is not list:
        if kind is dict or kind is float:
            raise Unreadable
        return value
    tag, *rest = value
    if type(tag) is int:
        return place(tag, rest) if rest else NOWHERE
    read = _READ.get(tag)
    if read is not None:
        return read(rest, place)
    made, names = _class(tag)
    return made(**dict(zip(names, _all(rest, place), strict=True)))


_EMPTY: dict[str, Any] = {"(": (), "<": frozenset()}


def _all(values: list[Any], place: Placing) -> list[Any]:
    """Each as by `_one`, with a call less for what is commonest."""
    found: list[Any] = []
    for each in values:
        kind = each.__class__
        if kind is str:
            found.append(intern(each))
        elif each is None:
            found.append(None)
        elif kind is not list:
            found.append(_one(each, place))
        elif each[0].__class__ is int:
            found.append(place(each[0], each[1:]) if len(each) > 1 else NOWHERE)
        elif len(each) == 1 and each[0] in _EMPTY:
            found.append(_EMPTY[each[0]])
        else:
            found.append(_one(each, place))
    return found


@cache
def _class(tag: str) -> tuple[Callable[..., Any], tuple[str, ...]]:
    module = import_module(MODULES[tag[0]])
    kind = getattr(module, tag[1:])
    if not isinstance(kind, type) or kind.__module__ != module.__name__ or not is_dataclass(kind):
        raise Unreadable
    names = tuple(each.name for each in fields(kind))
    return (lru_cache(MOST_SHARED)(kind) if tag == SHARED else kind), names


@lru_cache(MOST_SHARED)
def _same(texts: Any) -> Any:
    return texts


def _texts(made: tuple[Any, ...] | frozenset[Any]) -> Any:
    return _same(made) if len(made) <= SHORT and set(map(type, made)) == {str} else made


_type = cache(named)


def _time(rest: list[Any], place: Placing) -> dt.datetime:
    value = dt.datetime.fromisoformat(rest[0])
    return value.replace(tzinfo=ZoneInfo(rest[1])) if len(rest) > 1 else value


def _pairs(rest: list[Any], place: Placing) -> dict[Any, Any]:
    flat = _all(rest, place)
    return dict(zip(flat[::2], flat[1::2], strict=True))


_READ: dict[str, Callable[[list[Any], Placing], Any]] = {
    "(": lambda rest, place: _texts(tuple(_all(rest, place))),
    "[": _all,
    "{": _pairs,
    "<": lambda rest, place: _texts(frozenset(_all(rest, place))),
    "#": lambda rest, place: Decimal(rest[0]),
    "T": _time,
    "D": lambda rest, place: dt.date.fromisoformat(rest[0]),
    "h": lambda rest, place: dt.time.fromisoformat(rest[0]),
    "w": lambda rest, place: dt.timedelta(*rest),
    "y": lambda rest, place: _type(rest[0]),
}
