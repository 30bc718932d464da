"""Compact JSON text, fast: an order is written with every decision, and once more before it.

Called by `encode`, which says what is written. Values are written by their class; a model by a function made from its fields,
in which their names stand as they are in the text. Fields that are blank are left out, which takes a third off: read
again, they are blank. What is rare (a subclass, a tuple, a float) is left to simplejson.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring_ascii as text_of
from typing import Any

import simplejson
from pydantic.fields import FieldInfo

from events.order import Model

Write = Callable[[Any], str]


def plain(value: Any) -> Any:
    """What JSON has no form for, as data that it has: a model under Order Desk's names, a date as text."""
    if isinstance(value, Model):
        held = value.__dict__
        data = {field.alias or name: held[name] for name, field in type(value).model_fields.items()}
        return data | (value.__pydantic_extra__ or {})
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot be stored")


class _Writers(dict[type, Write]):
    """How a value is written, by its class: made when the first of its class comes."""

    def __missing__(self, kind: type) -> Write:
        self[kind] = made = _model(kind) if issubclass(kind, Model) else _RARE.encode
        return made


def _model(kind: type[Model]) -> Write:
    """A function in whose source only our own names and those of the model's fields stand."""
    source = f"""
def made(model):
    held = model.__dict__
    text = f'''{"".join(_member(name, field) for name, field in kind.model_fields.items())}'''
    if others := model.__pydantic_extra__:
        text += f",{{entries(others)[1:-1]}}"
    return f"{{{{{{text[1:]}}}}}}"
"""
    names: dict[str, Any] = {"write": WRITERS, "entries": _entries}
    exec(source, names)
    made: Write = names["made"]
    return made


def _member(name: str, field: FieldInfo) -> str:
    """A comma and the member, as a piece of an f-string; nothing where reading nothing gives the same."""
    default = field.get_default(call_default_factory=True)
    label, value = text_of(field.alias or name), f'(value := held["{name}"])'
    if default is None:
        there = f"{value} is not None"
    elif default == "":
        there = f'{value} != ""'
    elif default in ([], {}):
        there = value
    else:
        return f",{label}:{{write[{value}.__class__](value)}}"
    return f"{{f',{label}:{{write[value.__class__](value)}}' if {there} else \"\"}}"


def _entries(value: dict[str, Any]) -> str:
    return "{" + ",".join([f"{text_of(k)}:{WRITERS[v.__class__](v)}" for k, v in value.items()]) + "}"


def _list(value: list[Any]) -> str:
    return "[" + ",".join([WRITERS[each.__class__](each) for each in value]) + "]"


def _time(value: dt.datetime) -> str:
    return _utc(value) if value.tzinfo is dt.UTC else f'"{value.isoformat()}"'


@lru_cache(maxsize=1024)
def _utc(value: dt.datetime) -> str:
    """Everything that one event does has the event's time. Kept for one zone only, because the same moment is equal in all."""
    return f'"{value.isoformat()}"'


# Without a look-out for circles and named tuples, which nothing here has and which would take half the time.
_RARE = simplejson.JSONEncoder(
    use_decimal=True, check_circular=False, namedtuple_as_object=False, separators=(",", ":"), default=plain
)

WRITERS = _Writers(
    {
        str: text_of,
        int: int.__repr__,
        bool: lambda value: "true" if value else "false",
        type(None): lambda value: "null",
        Decimal: str,
        dict: _entries,
        list: _list,
        dt.datetime: _time,
    }
)


def compact(value: Any) -> str:
    """Letters outside ASCII are escaped; decimals are numbers with the digits they have. Raises TypeError."""
    return WRITERS[value.__class__](value)
