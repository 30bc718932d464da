"""Which events lead to which, through which rules: the picture as data, each event in a row and each arrow in a lane.

Called by `content`; drawn by `picture`. What an event and an action lead to is the checker's (`engine.check.advice`), so
that the picture and its warnings of circles agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.check.advice.cycles import Node, graph_of, knots
from engine.check.advice.links import Link, link_of
from engine.form import RuleForm
from engine.opened import Opened


@dataclass(frozen=True)
class Row:
    """An event and its rules: their numbers, or the whole title of a setting that acts."""

    label: str
    rules: Sequence[str]


@dataclass(frozen=True)
class Arrow:
    """From row to row, counted from 0. by: the rules that cause it. round: whether it is part of a circle. lane: counted
    from 0; arrows of one lane come from one event, or do not touch."""

    start: int
    end: int
    by: Sequence[str]
    round: bool
    lane: int


@dataclass(frozen=True)
class Flow:
    rows: Sequence[Row]
    arrows: Sequence[Arrow]


def flow_of(opened: Opened, numbers: Mapping[str, int]) -> Flow:
    """numbers: of the rules by title."""
    form = opened.checked.form
    forms: dict[str, list[tuple[str, RuleForm]]] = {}
    for event, rules in form.rules.items():
        for rule in rules:
            forms.setdefault(rule.title, []).append((event, rule))
    links = {title: link_of(each, opened.schema) for title, each in forms.items()}
    called = {title: f"{numbers[title]}" if title in numbers else title for title in links}
    found = led(links)
    order = ordered(list(form.rules), found)
    place = {event: row for row, event in enumerate(order)}
    rows = [
        Row(form.labels.get(event, event), [called[rule.title] for rule in form.rules[event]])
        for event in order
    ]
    circles = {node: number for number, knot in enumerate(knots(graph_of(links))) for node in knot}
    arrows = [
        Arrow(place[start], place[end], [called[t] for t in by], goes_round(by, end, links, circles), 0)
        for (start, end), by in found.items()
    ]
    return Flow(rows, in_lanes(sorted(arrows, key=lambda one: (one.start, one.end))))


def led(links: Mapping[str, Link]) -> dict[tuple[str, str], list[str]]:
    """From event to event, the rules by which: only where a rule takes what was caused."""
    bound: dict[str, list[Link]] = {}
    for link in links.values():
        for event in link.events:
            bound.setdefault(event, []).append(link)
    found: dict[tuple[str, str], list[str]] = {}
    for link in links.values():
        for cause in link.causes:
            if any(one.takes(cause) for one in bound.get(cause.event, ())):
                for event in link.events:
                    by = found.setdefault((event, cause.event), [])
                    if link.title not in by:
                        by.append(link.title)
    return found


def goes_round(by: Sequence[str], end: str, links: Mapping[str, Link], circles: Mapping[Node, int]) -> bool:
    """Whether one of these rules and what it causes there are in one circle."""
    return any(
        title in circles and circles.get(cause) == circles[title]
        for title in by
        for cause in links[title].causes
        if cause.event == end
    )


def ordered(events: Sequence[str], led: Mapping[tuple[str, str], Sequence[str]]) -> list[str]:
    """Events so that arrows lead down, but for those that close a circle: the ends of a search in depth, backwards."""
    after: dict[str, list[str]] = {event: [] for event in events}
    for start, end in led:
        after[start].append(end)
    done: list[str] = []
    seen: set[str] = set()
    for root in reversed(events):
        work = [(root, iter(reversed(after[root])))] if root not in seen else []
        seen.add(root)
        while work:
            event, rest = work[-1]
            for there in rest:
                if there not in seen:
                    seen.add(there)
                    work.append((there, iter(reversed(after[there]))))
                    break
            else:
                done.append(event)
                work.pop()
    return done[::-1]


def in_lanes(arrows: Sequence[Arrow]) -> list[Arrow]:
    """The arrows out of one event share a lane, those that go round another; in the first that is free as far as they
    reach. Short ones lie nearest to the rows."""
    bundles: dict[tuple[int, bool], list[Arrow]] = {}
    for one in arrows:
        bundles.setdefault((one.start, one.round), []).append(one)
    lanes: list[list[tuple[int, int]]] = []
    found = []
    for bundle in sorted(bundles.values(), key=length):
        low, high = reach(bundle)
        lane = next(
            (n for n, taken in enumerate(lanes) if all(high < a or b < low for a, b in taken)), len(lanes)
        )
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append((low, high))
        found += [replace(one, lane=lane) for one in bundle]
    return found


def reach(bundle: Sequence[Arrow]) -> tuple[int, int]:
    rows = [row for one in bundle for row in (one.start, one.end)]
    return min(rows), max(rows)


def length(bundle: Sequence[Arrow]) -> tuple[int, int]:
    low, high = reach(bundle)
    return high - low, low
