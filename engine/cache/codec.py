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
from functools import cache
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


class Unwritable(Exception):
    pass


class Unreadable(Exception):
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
        return _one(value, finding)
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
    return [tag, *[plain(getattr(value, name), naming) for name in names]]


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


def _one(value: Any, finding: Finding) -> Any:
    kind = type(value)
    if kind is str:
        return intern(value)  # the same few names again and again
    if kind is not list:
        if kind is dict or kind is float:
            raise Unreadable
        return value
    tag, *rest = value
    if type(tag) is int:
        if not rest:
            return NOWHERE
        source, begins = finding(rest[1] if len(rest) == 2 else "")
        return Span(source, begins + tag, begins + rest[0])
    read = _READ.get(tag)
    if read is not None:
        return read(rest, finding)
    made, names = _class(tag)
    return made(**{name: _one(each, finding) for name, each in zip(names, rest, strict=True)})


@cache
def _class(tag: str) -> tuple[type, tuple[str, ...]]:
    module = import_module(MODULES[tag[0]])
    kind = getattr(module, tag[1:])
    if not isinstance(kind, type) or kind.__module__ != module.__name__ or not is_dataclass(kind):
        raise Unreadable
    return kind, tuple(each.name for each in fields(kind))


_type = cache(named)


def _time(rest: list[Any], finding: Finding) -> dt.datetime:
    value = dt.datetime.fromisoformat(rest[0])
    return value.replace(tzinfo=ZoneInfo(rest[1])) if len(rest) > 1 else value


def _pairs(rest: list[Any], finding: Finding) -> dict[Any, Any]:
    flat = [_one(each, finding) for each in rest]
    return dict(zip(flat[::2], flat[1::2], strict=True))


_READ: dict[str, Callable[[list[Any], Finding], Any]] = {
    "(": lambda rest, finding: tuple([_one(each, finding) for each in rest]),
    "[": lambda rest, finding: [_one(each, finding) for each in rest],
    "{": _pairs,
    "<": lambda rest, finding: frozenset([_one(each, finding) for each in rest]),
    "#": lambda rest, finding: Decimal(rest[0]),
    "T": _time,
    "D": lambda rest, finding: dt.date.fromisoformat(rest[0]),
    "h": lambda rest, finding: dt.time.fromisoformat(rest[0]),
    "w": lambda rest, finding: dt.timedelta(*rest),
    "y": lambda rest, finding: _type(rest[0]),
}
