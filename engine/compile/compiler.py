"""Nodes of the form made into closures, each different node once.

`value` and `condition` are what every other room here calls for the parts of its nodes. Two nodes that mean the same
have one identity, so that a definition used by a thousand rules is compiled, indexed and remembered once.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import count
from typing import Any

from engine.compile.tables import Table
from engine.compile.unary import Sets, Unary, unary
from engine.compile.view import Met, Reading
from engine.form import Condition, Form, Node, Template, Value

LONG = 16
"""A longer tuple (a list of a thousand SKUs that many rules name) is identified once."""


class Compiler:
    """Shared by all threads: every memo is filled by single dictionary operations, and filling one twice does no harm."""

    def __init__(self, form: Form, values: Mapping[type, Any], conditions: Mapping[type, Any]) -> None:
        """`values` and `conditions` are the makers of closures by kind of node."""
        self.form = form
        self._of_value = values
        self._of_condition = conditions
        self._tables: dict[str, Table] = {}
        self._values: dict[int, Reading] = {}
        self._conditions: dict[int, Met] = {}
        self._unary: dict[int, Unary | None] = {}
        self._sets: Sets = {}
        self._identities: dict[Any, int] = {}
        self._known: dict[int, tuple[Any, int]] = {}
        self._count = count()

    def value(self, node: Value) -> Reading:
        identity = self.identity(node)
        found = self._values.get(identity)
        if found is None:
            found = self._values[identity] = self._of_value[type(node)](node, self)
        return found

    def condition(self, node: Condition) -> Met:
        identity = self.identity(node)
        found = self._conditions.get(identity)
        if found is None:
            found = self._conditions[identity] = self._of_condition[type(node)](node, self)
        return found

    def is_condition(self, node: Node) -> bool:
        return type(node) in self._of_condition

    def unary(self, node: Condition) -> Unary | None:
        """The condition as a test of one value, if it is one."""
        identity = self.identity(node)
        if identity not in self._unary:
            self._unary[identity] = unary(node, self._sets)
        return self._unary[identity]

    def table(self, name: str) -> Table:
        found = self._tables.get(name)
        if found is None:
            found = self._tables[name] = Table(self.form.tables[name])
        return found

    def identity(self, node: Node | tuple[Any, ...]) -> int:
        """The same number for nodes (or long tuples of them) that mean the same, wherever they stand.

        Not the dataclass's own equality: there `1` equals `1.0` and `true`, which print differently.
        """
        known = self._known.get(id(node))
        if known is not None:
            return known[1]
        key = self._key(node)
        number = self._identities.setdefault(key, next(self._count))
        self._known[id(node)] = node, number  # held, so that its id is not given to another
        return number

    def forget(self) -> None:
        """Which node has which identity, once an event is compiled: its nodes are hardly asked again, and there are many."""
        self._known.clear()

    def _key(self, part: Any) -> Any:
        if isinstance(part, tuple):
            return tuple([self._inner(each) for each in part])
        if isinstance(part, Template) and part.lenient:
            return (id(part),)  # it prints its own text where a part is missing
        return (type(part), *[self._inner(getattr(part, name)) for name in meant(part)])

    def _inner(self, part: Any) -> Any:
        if isinstance(part, Node) or (isinstance(part, tuple) and len(part) > LONG):
            return self.identity(part)
        if isinstance(part, tuple):
            return self._key(part)
        if isinstance(part, str | None):
            return part
        return type(part).__name__, str(part) if isinstance(part, Decimal) else repr(part)


def meant(node: Node) -> list[str]:
    """The fields that make a node's meaning: not its place, and not the type that only the checker reads."""
    return [name for name in node.__dataclass_fields__ if name not in ("span", "type")]
