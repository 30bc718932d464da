"""Definitions among themselves: those that lead back to themselves, and those that grow out of hand.

A definition is put in wherever it is named, so one that names another twice, which names another twice, ... would be
larger than any computer. Called by `check` before anything is resolved; what a definition says is `expressions`' business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from dsl import ast
from dsl.counting import count
from dsl.depth import DEEPEST
from dsl.diagnostics import Report
from engine.check.expressions import MOST_PARTS
from engine.check.scope import Names

LARGEST = 10_000
"""Parts of a definition with all that it names put in."""


def check_definitions(names: Names, report: Report) -> None:
    """Says what is wrong with them as a whole; those that cannot be put in are marked as broken."""
    uses = {
        n: Counter(x for x in names_in(d.body) if x in names.definitions)
        for n, d in names.definitions.items()
    }
    order = circles(uses, names, report)
    sizes = names.sizes
    depths: dict[str, int] = {}
    for name in order:
        own, depth = measured(names.definitions[name].body, depths)
        whole = own + sum(sizes[used][1] * times for used, times in uses[name].items() if used in sizes)
        sizes[name] = own, whole
        depths[name] = depth
        if whole > LARGEST or depth > DEEPEST:
            what = f"more than {LARGEST:,} parts" if whole > LARGEST else f"more than {DEEPEST} levels"
            report.add(
                "E411",
                f"with all that it names put in, `{name}` has {what}",
                names.definitions[name].name_span,
                help="say it with fewer definitions on top of each other, or with a table",
            )
            names.broken.add(name)
            sizes[name], depths[name] = (0, 0), 0


def check_put_in(names: Names, report: Report) -> None:
    """Says that definitions come to too much where they are named; once, of the one that is the most of it."""
    if names.parts <= MOST_PARTS:
        return
    most = max(names.put_in, key=lambda name: names.sizes[name][1] * names.put_in[name])
    report.add(
        "E412",
        f"definitions come to {names.parts:,} parts where they are named, expected at most {MOST_PARTS:,}; "
        f"`{most}` alone has {names.sizes[most][1]:,} and is named {count(names.put_in[most], 'time')}",
        names.definitions[most].name_span,
        help="say it with a list (`is one of`) or a table (`lookup`), which are not put in; or ask for it in one rule that adds "
        "a tag, and let the other rules ask for the tag",
    )


def circles(uses: Mapping[str, Mapping[str, int]], names: Names, report: Report) -> list[str]:
    """Says each circle once. The names in an order in which each comes after those it uses."""
    order: list[str] = []
    done: set[str] = set()
    for start in uses:
        path: dict[str, Iterator[str]] = {}
        here: str | None = None if start in done else start
        while here is not None or path:
            if here is not None:
                path[here] = iter(uses[here])
            last = next(reversed(path))
            here = next((n for n in path[last] if n not in done), None)
            if here is None:
                del path[last]
                done.add(last)
                order.append(last)
            elif here in path:
                circle = [*path][[*path].index(here) :]
                shown = " -> ".join(f"`{n}`" for n in [*circle, here])
                span = names.definitions[here].name_span
                report.add("E403", f"this definition leads back to itself: {shown}", span)
                names.broken.update(circle)
                done.update(circle)
                here = None
    return [name for name in order if name not in names.broken]


def names_in(expr: object) -> Iterator[str]:
    """Every name in an expression, as often as it is there."""
    return (node.name for node in ast.walk(expr) if isinstance(node, ast.Name))


def measured(expr: object, depths: Mapping[str, int]) -> tuple[int, int]:
    """How many nodes an expression has, and how deep it is with what it names put in."""
    size = deepest = 0
    rest: list[tuple[object, int]] = [(expr, 1)]
    while rest:
        node, depth = rest.pop()
        if isinstance(node, tuple):
            rest.extend((each, depth) for each in node)
        elif isinstance(node, ast.Node):
            size += 1
            below = depths.get(node.name, 0) if isinstance(node, ast.Name) else 0
            deepest = max(deepest, depth + below)
            rest.extend((each, depth + 1) for each in ast.parts(node))
    return size, deepest
