"""rule-engine: its own expression language, a rule for each rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import rule_engine

from bench.peers import by_event, listed, path, positions, quoted, said
from bench.workload import Rule, Sight

LEAVES = {
    "is": lambda n: f"{path(n)} == {quoted(n.value)}",
    "is not": lambda n: f"{path(n)} != {quoted(n.value)}",
    "one of": lambda n: f"{path(n)} in [{listed(n.value)}]",
    "above": lambda n: f"{path(n)} > {n.value}",
    "below": lambda n: f"{path(n)} < {n.value}",
    "at least": lambda n: f"{path(n)} >= {n.value}",
    "any is": lambda n: f"$any([i.code == {quoted(n.value)} for i in order_items])",
    "any starts": lambda n: f"$any([i.code.starts_with({quoted(n.value)}) for i in order_items])",
    "any one of": lambda n: f"$any([i.code in [{listed(n.value)}] for i in order_items])",
    "present": lambda n: f"{quoted(n.key)} in order_metadata",
    "any variation": lambda n: f"$any([i.variation_list.{n.key} == {quoted(n.value)} for i in order_items])",
    "has": lambda n: f"{quoted(n.value)} in tags",
    "lacks": lambda n: f"not ({quoted(n.value)} in tags)",
    "contains": lambda n: f"{quoted(n.value)} in {path(n)}",
    "pattern": lambda n: f"{path(n)} =~~ {quoted(n.value)}",
}


class Engine:
    def __init__(self, rules: Sequence[Rule], events: int) -> None:
        self.rules = [
            [rule_engine.Rule(said(rule.when, LEAVES, " and ", " or ")) for rule in each]
            for each in by_event(rules, events)
        ]

    def prepare(self, event: int, sight: Sight) -> Any:
        return self.rules[event], sight.plain

    def fired(self, prepared: Any) -> list[int]:
        rules, facts = prepared
        return positions([rule.matches(facts) for rule in rules])
