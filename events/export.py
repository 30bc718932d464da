"""Our own JSON of an order: Order Desk's order object with `folder`, `tags` and `currency` beside it.

Called by `ordinance import`, by whatever posts or stores an order, and by redaction. Importing what this gives yields
the same order. Text is left to `events.jsontext.dumps`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from events.order import Model, Order

_OURS = ("mail_class", "submissions", "parent_id", "splits")
_NOT_TEXT = ("folder_id", "email_count")


def export_order(order: Order) -> dict[str, Any]:
    """Plain data in Order Desk's types: blank text for what is missing, times as `YYYY-MM-DD HH:MM:SS` in UTC."""
    data = _members(order)
    for name in _OURS:
        if not data[name]:
            del data[name]
    for name in _NOT_TEXT:
        if getattr(order, name) is None:
            del data[name]
    return data


def _members(model: Model) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        data[field.alias or name] = _day(value) if name == "date_shipped" else _value(value)
    extra = model.__pydantic_extra__ or {}
    data.update({key: value for key, value in extra.items() if key not in data})
    return data


def _value(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, Model):
        return _members(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, list):
        return [_value(v) for v in value]
    return value


def _day(value: dt.datetime | None) -> str:
    return "" if value is None else value.astimezone(dt.UTC).strftime("%Y-%m-%d")
