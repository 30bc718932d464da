"""What is different between an order before and after: the `changes` of a decision, by path.

Called when a decision is printed or compared. Paths are those of the pinned JSON: `folder`, `shipping.country`,
`checkout_data["Gift note"]`, `items[17].metadata.print_url`. Values are plain data for `events.jsontext.dumps`.
"""

from __future__ import annotations

import re
from typing import Any

from dsl.values import present
from events.jsontext import dumps
from events.order import Model, Order, as_json

_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEYED = {"items": "id", "shipments": "id", "submissions": "connection"}


def changes(before: Order, after: Order) -> dict[str, dict[str, Any]]:
    """`{path: {"from": ..., "to": ...}}` in the order of the fields; what is missing is null.

    Items and shipments are told by id: `items[17]` alone is one that came or went. A blank that became null, or
    `10.0` that became `10`, is no change.
    """
    found: dict[str, dict[str, Any]] = {}
    _fields("", before, after, found)
    return found


def _fields(path: str, before: Model, after: Model, found: dict[str, dict[str, Any]]) -> None:
    for name in type(before).model_fields:
        left, right = getattr(before, name), getattr(after, name)
        if left is right:
            continue
        at = _step(path, name)
        if name in _KEYED and not path:
            _rows(at, _KEYED[name], left, right, found)
        else:
            _value(at, left, right, found)
    _value(path, before.__pydantic_extra__ or {}, after.__pydantic_extra__ or {}, found)


def _value(path: str, left: Any, right: Any, found: dict[str, dict[str, Any]]) -> None:
    if isinstance(left, Model) and isinstance(right, Model):
        _fields(path, left, right, found)
    elif isinstance(left, dict) and isinstance(right, dict):
        for key in (*left, *(k for k in right if k not in left)):
            _value(_step(path, key), left.get(key), right.get(key), found)
    elif not _same(left, right):
        found[path] = {"from": _plain(left), "to": _plain(right)}


def _rows(
    path: str, key: str, left: list[Model], right: list[Model], found: dict[str, dict[str, Any]]
) -> None:
    old = {getattr(row, key): row for row in left}
    new = {getattr(row, key): row for row in right}
    if len(old) != len(left) or len(new) != len(right):
        _value(path, left, right, found)
        return
    for name, row in old.items():
        if name not in new:
            found[f"{path}[{name}]"] = {"from": _plain(row), "to": None}
        elif row is not new[name]:
            _fields(f"{path}[{name}]", row, new[name], found)
    for name, row in new.items():
        if name not in old:
            found[f"{path}[{name}]"] = {"from": None, "to": _plain(row)}
    stayed = [name for name in old if name in new]
    moved = [name for name in new if name in old]
    if stayed != moved:
        found[path] = {"from": stayed, "to": moved}


def _step(path: str, name: str) -> str:
    if _SIMPLE.fullmatch(name):
        return f"{path}.{name}" if path else name
    return f"{path}[{dumps(name)}]"


def _same(left: Any, right: Any) -> bool:
    """Python takes True for 1; an order's reader does not."""
    left, right = present(left), present(right)
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _plain(value: Any) -> Any:
    value = present(value)
    if isinstance(value, Model):
        return as_json(value)
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value
