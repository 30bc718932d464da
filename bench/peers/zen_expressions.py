"""zen-engine: its expression language in Rust; the rules of an event are one array, so that one call decides them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import zen

from bench.peers import by_event, listed, path, positions, quoted, said
from bench.workload import Rule, Sight

LEAVES = {
    "is": lambda n: f"{path(n)} == {quoted(n.value)}",
    "is not": lambda n: f"{path(n)} != {quoted(n.value)}",
    "one of": lambda n: f"{path(n)} in [{listed(n.value)}]",
    "above": lambda n: f"{path(n)} > {n.value}",
    "below": lambda n: f"{path(n)} < {n.value}",
    "at least": lambda n: f"{path(n)} >= {n.value}",
    "any is": lambda n: f"some(order_items, #.code == {quoted(n.value)})",
    "any starts": lambda n: f"some(order_items, startsWith(#.code, {quoted(n.value)}))",
    "any one of": lambda n: f"some(order_items, #.code in [{listed(n.value)}])",
    "present": lambda n: f"order_metadata.{n.key} != null",
    "any variation": lambda n: f"some(order_items, #.variation_list.{n.key} == {quoted(n.value)})",
    "has": lambda n: f"{quoted(n.value)} in tags",
    "lacks": lambda n: f"{quoted(n.value)} not in tags",
    "contains": lambda n: f"contains({path(n)}, {quoted(n.value)})",
    "pattern": lambda n: f"matches({path(n)}, {quoted(n.value)})",
}


class Engine:
    def __init__(self, rules: Sequence[Rule], events: int) -> None:
        self.programs = [
            zen.compile_expression(
                "[" + ", ".join(said(rule.when, LEAVES, " and ", " or ") for rule in each) + "]"
            )
            for each in by_event(rules, events)
        ]

    def prepare(self, event: int, sight: Sight) -> Any:
        return self.programs[event], sight.plain

    def fired(self, prepared: Any) -> list[int]:
        program, facts = prepared
        return positions(program.evaluate(facts))
