"""An action's task: what it is to do, with its values worked out when its rule fires.

Called by `program` for each act of a rule that fires for the first time. What the task then does is `actions.local`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from actions.work import Task
from dsl.values import plain
from engine.compile.compiler import Compiler
from engine.compile.view import Reading, View
from engine.form import Act, Const
from engine.matcher import Subject

Tasks: TypeAlias = Callable[[View, Subject], Task]
"""What an act is to do now, to this subject, which is in hand."""

OF_ITEMS = ("split items", "split by")
"""Their values are about each item."""


def compiled_act(act: Act, title: str, compiler: Compiler) -> Task | Tasks:
    """The task itself where it is the same every time: most acts have literals only, and are about the order."""
    verb, args, target = act.verb, act.args, act.target
    if (
        not act.per_item
        and verb not in OF_ITEMS
        and all(isinstance(node, Const) for node in act.values.values())
    ):
        known = {name: node.value for name, node in act.values.items() if isinstance(node, Const)}
        return Task(verb, title, args, known, target)
    values = values_of(act, compiler)
    return lambda view, subject: Task(verb, title, args, values(view), target, subject)


def values_of(act: Act, compiler: Compiler) -> Callable[[View], Mapping[str, Any]]:
    by_item = act.verb == "split by" and "key" in act.values
    nodes = {name: node for name, node in act.values.items() if not (by_item and name == "key")}
    values = {name: compiler.value(node) for name, node in nodes.items()}
    where = None if act.where is None else compiler.condition(act.where)
    worked_out = together(values)

    if act.verb == "split items":

        def taken(view: View) -> dict[str, Any]:
            return worked_out(view) | {"items": [item.id for item in view.matching("item", where)]}

        return taken
    if by_item:
        key = compiler.value(act.values["key"])

        def keyed(view: View) -> dict[str, Any]:
            keys: dict[str, str | None] = {}
            before = view.hold("item", None)
            for item in view.order.items:
                view.hold("item", item)
                keys[item.id] = plain(key(view))
            view.hold("item", before)
            return worked_out(view) | {"keys": keys}

        return keyed
    return worked_out


def together(values: Mapping[str, Reading]) -> Callable[[View], dict[str, Any]]:
    """All values of an act. Most acts have one."""
    if len(values) == 1:
        ((name, value),) = values.items()
        return lambda view: {name: value(view)}
    return lambda view: {name: value(view) for name, value in values.items()}
