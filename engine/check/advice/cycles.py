"""Cycles in the chain of events (W507): rules that can set each other off without end.

A rule leads to what its actions cause, a cause to the rules bound to its event. A move to "A" does not lead to a rule
that wants `event.to is "B"`, nor to one that only moves there as well. Linear in the rules: causes are nodes of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dsl.schema import Schema, fold
from engine import form as f
from engine.check.scope import Scope

FOLDER_CHANGED = "order.folder_changed"


@dataclass(frozen=True)
class Cause:
    """An event, and for a move the folder it leads to."""

    event: str
    folder: str = ""


Node: TypeAlias = str | Cause
"""A rule by its title, or a cause."""
Graph: TypeAlias = Mapping[Node, Sequence[Node]]


def advise(form: f.Form, scope: Scope) -> None:
    rules = {rule.title: rule for bound in form.rules.values() for rule in bound}
    graph = graph_of(rules, form, scope.schema)
    for knot in knots(graph):
        titles = [node for node in knot if isinstance(node, str)]
        first = min(titles, key=lambda title: (rules[title].setting, rules[title].span.start))
        circle = shortest(first, graph, set(knot))
        scope.report.add(
            "W507",
            f"these rules can set each other off in a circle: {shown(circle, form)}",
            rules[first].span,
            help="each goes round once and is then stopped; a condition that its own action makes untrue ends it properly",
        )


def shown(circle: Sequence[Node], form: f.Form) -> str:
    return " -> ".join(
        form.labels.get(node.event, node.event) if isinstance(node, Cause) else f'"{node}"' for node in circle
    )


def graph_of(rules: Mapping[str, f.RuleForm], form: f.Form, schema: Schema) -> Graph:
    graph: dict[Node, list[Node]] = {}
    for rule in rules.values():
        causes = () if rule.mode == "shadow" else (c for act in rule.acts for c in causes_of(act, schema))
        graph[rule.title] = list(dict.fromkeys(causes))
    for cause in [c for led in list(graph.values()) for c in led if isinstance(c, Cause)]:
        if cause not in graph:
            graph[cause] = [r.title for r in form.rules.get(cause.event, ()) if not barred(cause, r)]
    return graph


def causes_of(act: f.Act, schema: Schema) -> Iterator[Cause]:
    """What an action can cause, at once or by what becomes of its effect."""
    connection = act.args.get("connection", "")
    match act.verb:
        case "move to folder":
            yield Cause(FOLDER_CHANGED, fold(act.args["folder"]))
        case "raise":
            yield Cause(act.args["event_id"])
        case "submit" | "resubmit" | "cancel":
            spec = schema.actions.get(f"{act.verb} {'at' if act.verb == 'cancel' else 'to'} {connection}")
            for relative in spec.raises if spec else ():
                yield from (Cause(one) for one in events_named(f"{connection}{relative}", schema))
        case _:
            spec = schema.actions.get(act.verb)
            yield from (Cause(one) for one in (spec.raises if spec else ()) if one in schema.events)


def events_named(name: str, schema: Schema) -> list[str]:
    """`podos.not_submitted.*` is one for each reason."""
    if name.endswith("*"):
        return [event for event in schema.events if event.startswith(name[:-1])]
    return [name] if name in schema.events else []


def barred(cause: Cause, rule: f.RuleForm) -> bool:
    """A move that the rule does not take: it asks for another folder, or does nothing but move there itself."""
    if cause.event != FOLDER_CHANGED:
        return False
    only = rule.acts[0] if len(rule.acts) == 1 else None
    if only is not None and only.verb == "move to folder" and fold(only.args["folder"]) == cause.folder:
        return True
    tops = rule.when.operands if isinstance(rule.when, f.And) else (rule.when,)
    return any(top is not None and asks_other(top, cause.folder) for top in tops)


def asks_other(node: f.Condition, folder: str) -> bool:
    if isinstance(node, f.Named):
        return asks_other(node.body, folder)  # type: ignore[arg-type]
    if isinstance(node, f.And):
        return any(asks_other(each, folder) for each in node.operands)
    if isinstance(node, f.Not):
        return isinstance(node.operand, f.Equal) and folder in folders_of(node.operand)
    wanted = folders_of(node)
    return bool(wanted) and folder not in wanted


def folders_of(node: f.Condition) -> set[str]:
    """The folders that a condition on `event.to` or `order.folder` takes."""
    match node:
        case f.Equal(_, f.Read() as read, f.Const(str() as value)) if read.path in (
            "event.to",
            "order.folder",
        ):
            return {fold(value)}
        case f.Among(_, f.Read() as read, members) if read.path in ("event.to", "order.folder"):
            return {fold(m.value) for m in members if isinstance(m, f.Const) and isinstance(m.value, str)}
        case _:
            return set()


def knots(graph: Graph) -> list[list[Node]]:
    """The strongly connected parts in which something leads back to itself (Tarjan), in the order of the graph."""
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    place: dict[Node, int] = {}
    held: set[Node] = set()
    found: list[list[Node]] = []
    for root in graph:
        if root in index:
            continue
        work: list[tuple[Node, int]] = [(root, 0)]
        while work:
            node, at = work.pop()
            if at == 0:
                index[node] = low[node] = len(index)
                place[node] = len(stack)
                stack.append(node)
                held.add(node)
            led = graph[node]
            if at < len(led):
                work.append((node, at + 1))
                there = led[at]
                if there not in index:
                    work.append((there, 0))
                elif there in held:
                    low[node] = min(low[node], index[there])
                continue
            if low[node] == index[node]:
                cut = place.pop(node)
                part = stack[cut:]
                del stack[cut:]
                held.difference_update(part)
                if len(part) > 1:
                    found.append(part)
            if work:
                above = work[-1][0]
                low[above] = min(low[above], low[node])
    return found


def shortest(start: Node, graph: Graph, within: set[Node]) -> list[Node]:
    """The shortest way from a rule back to itself, beginning and ending with it."""
    came: dict[Node, Node] = {}
    queue = [start]
    for here in queue:
        for there in graph[here]:
            if there == start:
                way = [start, here]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return way[::-1]
            if there in within and there not in came:
                came[there] = here
                queue.append(there)
    raise AssertionError("a knot leads back to each of its rules")
