"""business-rules: conditions as data over a class of variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from business_rules.engine import check_conditions_recursively
from business_rules.variables import (
    BaseVariables,
    numeric_rule_variable,
    select_multiple_rule_variable,
    string_rule_variable,
)

from bench.peers import by_event, positions, with_patterns
from bench.workload import LISTS, PATTERNS, Condition, Leaf, Rule, Sight


class Variables(BaseVariables):  # type: ignore[misc]
    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts


def told(name: str) -> Any:
    def variable(self: Variables) -> Any:
        return self.facts[name]

    variable.__name__ = name
    return variable


for _name in ("source", "country", "state", "folder", "method"):
    setattr(Variables, _name, string_rule_variable()(told(_name)))
for _name in ("total", "quantity"):
    setattr(Variables, _name, numeric_rule_variable()(told(_name)))
for _name in ("tags", "metadata", "skus", "starts", "sizes", "colors", "patterns"):
    setattr(Variables, _name, select_multiple_rule_variable()(told(_name)))


def asked(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"name": name, "operator": operator, "value": value}


def leaf(n: Leaf) -> dict[str, Any]:
    """It has no `is not` and no `one of` for texts, which are written out, and no `any starts with`: see `prepare`."""
    match n.operator:
        case "is":
            return asked(n.field, "equal_to", n.value)
        case "is not":
            return asked(n.field, "matches_regex", f"^(?!{n.value}$)")
        case "one of":
            return {"any": [asked(n.field, "equal_to", each) for each in n.value]}
        case "above":
            return asked(n.field, "greater_than", float(n.value))
        case "below":
            return asked(n.field, "less_than", float(n.value))
        case "at least":
            return asked(n.field, "greater_than_or_equal_to", n.value)
        case "any is":
            return asked("skus", "shares_at_least_one_element_with", [n.value])
        case "any one of":
            return asked("skus", "shares_at_least_one_element_with", list(n.value))
        case "any starts":
            return asked("starts", "shares_at_least_one_element_with", [n.value])
        case "present":
            return asked("metadata", "shares_at_least_one_element_with", [n.key])
        case "any variation":
            return asked(LISTS[n.key], "shares_at_least_one_element_with", [n.value])
        case "has":
            return asked("tags", "shares_at_least_one_element_with", [n.value])
        case "lacks":
            return asked("tags", "shares_no_elements_with", [n.value])
        case "contains":
            return asked(n.field, "contains", n.value)
        case "pattern":
            return asked("patterns", "shares_at_least_one_element_with", [PATTERNS.index(n.value)])


def conditions(node: Condition) -> dict[str, Any]:
    if isinstance(node, Leaf):
        return leaf(node)
    return {"all" if node.word == "and" else "any": [conditions(each) for each in node.parts]}


class Engine:
    def __init__(self, rules: Sequence[Rule], events: int) -> None:
        self.rules = [[conditions(rule.when) for rule in each] for each in by_event(rules, events)]

    def prepare(self, event: int, sight: Sight) -> Any:
        """It is told the beginnings of SKUs of so many letters as the workload asks for."""
        facts = with_patterns(sight)
        facts["starts"] = [code[: code.index("-") + 3] for code in facts["skus"]]
        return self.rules[event], Variables(facts)

    def fired(self, prepared: Any) -> list[int]:
        rules, variables = prepared
        return positions([check_conditions_recursively(rule, variables) for rule in rules])
