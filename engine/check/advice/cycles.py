"""Cycles in the chain of events (W507): rules that can set each other off without end.

A rule leads to what its actions cause, a cause to the rules bound to its event that take it. Linear in the rules: causes
are nodes of their own, and of rules that are alike in all this only the first is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from engine.check.advice.links import Cause, Link
from engine.check.scope import Scope

Node: TypeAlias = str | Cause
"""A rule by its title, or a cause."""
Graph: TypeAlias = Mapping[Node, Sequence[Node]]


def advise(links: Sequence[Link], labels: Mapping[str, str], scope: Scope) -> None:
    alike: dict[object, Link] = {}
    for link in links:
        if link.causes:
            alike.setdefault(link.ways[:4], link)
    rules = {link.title: link for link in alike.values()}
    order = {title: number for number, title in enumerate(rules)}
    graph = graph_of(rules)
    for knot in knots(graph):
        titles = [node for node in knot if isinstance(node, str)]
        first = min(titles, key=lambda title: order[title])
        circle = shortest(first, graph, set(knot))
        scope.report.add(
            "W507",
            f"these rules can set each other off in a circle: {shown(circle, labels)}",
            rules[first].marks().title,
            help="each goes round once and is then stopped; a condition that its own action makes untrue ends it properly",
        )


def shown(circle: Sequence[Node], labels: Mapping[str, str]) -> str:
    return " -> ".join(
        labels.get(node.event, node.event) if isinstance(node, Cause) else f'"{node}"' for node in circle
    )


def graph_of(rules: Mapping[str, Link]) -> Graph:
    bound: dict[str, list[Link]] = {}
    for link in rules.values():
        for event in link.events:
            bound.setdefault(event, []).append(link)
    graph: dict[Node, list[Node]] = {link.title: list(link.causes) for link in rules.values()}
    for cause in [cause for link in rules.values() for cause in link.causes]:
        if cause not in graph:
            graph[cause] = [one.title for one in bound.get(cause.event, ()) if one.takes(cause)]
    return graph


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
