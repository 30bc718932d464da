"""Orders, events, effects and attempts as JSON text, and back: what was written is what is read, to the last digit.

Every store that keeps text calls it. An order is written in Order Desk's shape, and read as leniently as any order, so
that a file that a person edited is read too. Values without a declared type keep theirs by a tag: `{"$number": "5.00"}`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import simplejson

from events.effect import Effect
from events.event import Event
from events.order import Order
from events.store import Attempt
from events.stores.jsonwriter import compact, plain


def order_text(order: Order, indent: int | None = None) -> str:
    return written(order, indent)


def read_order(text: str) -> Order:
    """Raises ValueError where it is no order."""
    return order_of(read(text))


def order_of(data: Any) -> Order:
    return Order.model_validate(data)


def event_text(event: Event) -> str:
    return written(
        {
            "id": event.id,
            "label": event.label,
            "order_id": event.order_id,
            "at": event.at,
            "values": tagged(event.values),
        }
    )


def read_event(text: str) -> Event:
    data = members(text)
    return Event(data["id"], data["label"], data["order_id"], time(data["at"]), untagged(data["values"]))


def effect_data(effect: Effect) -> dict[str, Any]:
    return {
        "kind": effect.kind,
        "order_id": effect.order_id,
        "rule": effect.rule,
        "connection": effect.connection,
        "number": effect.number,
        "values": tagged(effect.values),
    }


def effect_text(effect: Effect) -> str:
    return written(effect_data(effect))


def effect_of(data: Mapping[str, Any]) -> Effect:
    return Effect(**{**data, "values": untagged(data["values"])})


def read_effect(text: str) -> Effect:
    return effect_of(members(text))


def attempt_of(data: Mapping[str, Any]) -> Attempt:
    ended = data["ended"]
    return Attempt(
        data["number"], time(data["began"]), None if ended is None else time(ended), data["outcome"]
    )


def time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def tagged(value: Any) -> Any:
    """Plain JSON data from which `untagged` makes an equal value of the same types."""
    if value is None or value.__class__ in (str, bool, int):
        return value
    if isinstance(value, Mapping):
        data = {key: tagged(v) for key, v in value.items()}
        return {"$map": data} if len(data) == 1 and next(iter(data)).startswith("$") else data
    if isinstance(value, (list, tuple)):
        return [tagged(v) for v in value]
    if isinstance(value, Decimal):
        return {"$number": str(value)}
    if isinstance(value, dt.datetime):
        return {"$time": value.isoformat()}
    if isinstance(value, dt.date):
        return {"$day": value.isoformat()}
    raise TypeError(f"a {type(value).__name__} cannot be stored")


def untagged(data: Any) -> Any:
    if isinstance(data, list):
        return [untagged(v) for v in data]
    if not isinstance(data, dict):
        return data
    if len(data) == 1:
        ((tag, inner),) = data.items()
        if tag == "$number":
            return Decimal(inner)
        if tag == "$time":
            return time(inner)
        if tag == "$day":
            return dt.date.fromisoformat(inner)
        if tag == "$map":
            data = inner
    return {key: untagged(v) for key, v in data.items()}


def written(value: Any, indent: int | None = None) -> str:
    """JSON text: letters outside ASCII escaped, but for people (`indent`) as they are. Decimals are numbers with the
    digits they have; orders and their parts have Order Desk's names."""
    return whole(_PRETTY.encode(value)) if indent else compact(value)


def read(text: str) -> Any:
    """What we wrote ourselves, so without the guards of `events.jsontext`, which are for documents from outside."""
    return _READER.decode(text)


def members(text: str) -> dict[str, Any]:
    data = read(text)
    if not isinstance(data, dict):
        raise ValueError("is no JSON object")
    return data


def whole(text: str) -> str:
    """Half a character (a lone surrogate, from a provider's broken answer) cannot be stored as UTF-8: its escape is."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


_READER = simplejson.JSONDecoder(parse_float=Decimal)
_PRETTY = simplejson.JSONEncoder(
    use_decimal=True, separators=(",", ": "), indent="  ", ensure_ascii=False, default=plain
)
