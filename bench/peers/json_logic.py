"""datalogic-py: JsonLogic in Rust, given an order as Python data; the rules of an event are one array, decided by one call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import datalogic_py

from bench.peers import by_event, patterns, positions
from bench.workload import PATHS, PATTERNS, Condition, Leaf, Rule, Sight


def var(name: str) -> Any:
    return {"var": name}


def any_item(met: Any) -> Any:
    return {"some": [var("order_items"), met]}


def leaf(n: Leaf) -> Any:
    field = var(PATHS.get(n.field, ""))
    match n.operator:
        case "is":
            return {"==": [field, n.value]}
        case "is not":
            return {"!=": [field, n.value]}
        case "one of":
            return {"in": [field, list(n.value)]}
        case "above":
            return {">": [field, float(n.value)]}
        case "below":
            return {"<": [field, float(n.value)]}
        case "at least":
            return {">=": [field, n.value]}
        case "any is":
            return any_item({"==": [var("code"), n.value]})
        case "any starts":
            return any_item({"starts_with": [var("code"), n.value]})
        case "any one of":
            return any_item({"in": [var("code"), list(n.value)]})
        case "present":
            return {"!=": [var(f"order_metadata.{n.key}"), None]}
        case "any variation":
            return any_item({"==": [var(f"variation_list.{n.key}"), n.value]})
        case "has":
            return {"in": [n.value, var("tags")]}
        case "lacks":
            return {"!": [{"in": [n.value, var("tags")]}]}
        case "contains":
            return {"in": [n.value, field]}
        case "pattern":
            return {"in": [PATTERNS.index(n.value), var("patterns")]}


def logic(node: Condition) -> Any:
    return leaf(node) if isinstance(node, Leaf) else {node.word: [logic(each) for each in node.parts]}


class Engine:
    def __init__(self, rules: Sequence[Rule], events: int) -> None:
        engine = datalogic_py.Engine()
        self.rules = [
            engine.compile(json.dumps([logic(rule.when) for rule in each]))
            for each in by_event(rules, events)
        ]

    def prepare(self, event: int, sight: Sight) -> Any:
        """It has no patterns: it is told which of the workload's the order matches."""
        return self.rules[event], {**sight.plain, "patterns": patterns(sight)}

    def fired(self, prepared: Any) -> list[int]:
        rule, data = prepared
        return positions(rule.evaluate(data))
