"""What is different between an order before and after: the `changes` of a decision, by path.

Called when a decision is printed or compared, and by whoever watches actions being done. Paths are those of the pinned JSON: `folder`, `shipping.country`,
`checkout_data["Gift note"]`, `items[17].metadata.print_url`. Values are plain data for `events.jsontext.dumps`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, TypeAlias

from dsl.values import present
from events.jsontext import dumps
from events.order import Item, Model, Order, Shipment, as_json, copied

_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEYED = {"items": "id", "shipments": "id", "submissions": "connection"}
_GROWING = ("tags", "notes")


Changes: TypeAlias = dict[str, dict[str, Any]]


def changes(before: Order, after: Order) -> Changes:
    """`{path: {"from": ..., "to": ...}}` in the order of the fields; what is missing is null.

    Items and shipments are told by id: `items[17]` alone is one that came or went. A blank that became null, or
    `10.0` that became `10`, is no change.
    """
    found: Changes = {}
    _fields("", before, after, found)
    return found


class Since:
    """What each action changed, one after the other. Only what it may have written is compared: an order of 10,000 items
    would else be compared, and copied, ten thousand times."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._before = order.copy_whole()
        self._rows: dict[str, dict[str, Model]] = {}

    def wrote(self, paths: Collection[str], subject: Item | Shipment | None = None) -> Changes:
        """What the action changed that may write these canonical paths. subject: where it is done for each of many items, this
        one: nothing else of the items (shipments) is changed then, but for it to go, or new ones to come at the end. Of
        a list that grew then, the new members are told alone.
        """
        names = {_top(path) for path in paths}
        found: Changes = {}
        for name in type(self._order).model_fields:
            if name in names or "" in names:
                self._compare(name, subject, found)
        return found

    def _compare(self, name: str, subject: Item | Shipment | None, found: Changes) -> None:
        before, now = getattr(self._before, name), getattr(self._order, name)
        if subject is not None and isinstance(now, list):
            if name in ("items", "shipments"):
                if self._one(name, subject, now, found):
                    return
                before = [*self._known(name).values()]
            elif name in _GROWING and len(now) >= len(before):
                came = now[len(before) :]
                _value(name, [], came, found)
                before += copied(came)
                return
        elif name in self._rows:
            before = [*self._rows.pop(name).values()]
        _field("", name, before, now, found)
        setattr(self._before, name, copied(now) if isinstance(now, (list, dict, Model)) else now)
        self._rows.pop(name, None)

    def _one(self, name: str, subject: Item | Shipment, now: list[Any], found: Changes) -> bool:
        """Whether the one that an action was done for, and those that came, tell all that changed of the rows."""
        rows = self._known(name)
        if len(now) < len(rows):
            gone = rows.pop(subject.id, None)
            if gone is None or len(now) != len(rows):
                return False
            found[f"{name}[{subject.id}]"] = {"from": _plain(gone), "to": None}
            return True
        for row in now[len(rows) :]:
            found[f"{name}[{row.id}]"] = {"from": None, "to": _plain(row)}
            rows[row.id] = row.copy_whole()
        known = rows.get(subject.id)
        if type(known) is type(subject):
            _fields(f"{name}[{subject.id}]", known, subject, found)
            rows[subject.id] = subject.copy_whole()
        return len(now) == len(rows)

    def _known(self, name: str) -> dict[str, Model]:
        """The rows as they were told last, by id."""
        if name not in self._rows:
            self._rows[name] = {row.id: row for row in getattr(self._before, name)}
        return self._rows[name]


def _top(path: str) -> str:
    """The field of the order that a canonical path is within; blank for all of them."""
    root, _, rest = path.partition(".")
    return rest.partition(".")[0] if root == "order" else f"{root}s"


def _fields(path: str, before: Model, after: Model, found: Changes) -> None:
    for name in type(before).model_fields:
        left, right = getattr(before, name), getattr(after, name)
        if left is not right:
            _field(path, name, left, right, found)
    _value(path, before.__pydantic_extra__ or {}, after.__pydantic_extra__ or {}, found)


def _field(path: str, name: str, left: Any, right: Any, found: Changes) -> None:
    at = _step(path, name)
    if name in _KEYED and not path:
        _rows(at, _KEYED[name], left, right, found)
    else:
        _value(at, left, right, found)


def _value(path: str, left: Any, right: Any, found: Changes) -> None:
    if isinstance(left, Model) and isinstance(right, Model):
        _fields(path, left, right, found)
    elif isinstance(left, dict) and isinstance(right, dict):
        for key in (*left, *(k for k in right if k not in left)):
            _value(_step(path, key), left.get(key), right.get(key), found)
    elif not _same(left, right):
        found[path] = {"from": _plain(left), "to": _plain(right)}


def _rows(path: str, key: str, left: list[Model], right: list[Model], found: Changes) -> None:
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
