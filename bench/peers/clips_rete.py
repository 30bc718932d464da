"""clipspy: CLIPS, a Rete; an order is one fact with a slot for each thing that is asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import clips

from bench.peers import by_event, quoted, with_patterns
from bench.workload import LISTS, PATTERNS, Condition, Leaf, Rule, Sight

TEMPLATE = """(deftemplate order (slot source) (slot country) (slot state) (slot folder) (slot method) (slot total)
  (slot quantity) (multislot tags) (multislot metadata) (multislot skus) (multislot sizes) (multislot colors)
  (multislot starts) (multislot patterns))"""
KEPT: list[Engine] = []
"""CLIPS complains on standard output when an environment is given back."""
SLOTS = ("source", "country", "state", "folder", "method", "total", "quantity")
LISTED = ("tags", "metadata", "skus", "sizes", "colors", "starts", "patterns")


def test(n: Leaf) -> str:
    field = f"?{n.field}"
    match n.operator:
        case "is":
            return f"(eq {field} {quoted(n.value)})"
        case "is not":
            return f"(neq {field} {quoted(n.value)})"
        case "one of":
            return f"(or {' '.join(f'(eq {field} {quoted(each)})' for each in n.value)})"
        case "above":
            return f"(> {field} {n.value})"
        case "below":
            return f"(< {field} {n.value})"
        case "at least":
            return f"(>= {field} {n.value})"
        case "any is":
            return f"(member$ {quoted(n.value)} $?skus)"
        case "any starts":
            return f"(member$ {quoted(n.value)} $?starts)"
        case "any one of":
            return f"(or {' '.join(f'(member$ {quoted(each)} $?skus)' for each in n.value)})"
        case "present":
            return f"(member$ {quoted(n.key)} $?metadata)"
        case "any variation":
            return f"(member$ {quoted(n.value)} $?{LISTS[n.key]})"
        case "has":
            return f"(member$ {quoted(n.value)} $?tags)"
        case "lacks":
            return f"(not (member$ {quoted(n.value)} $?tags))"
        case "contains":
            return f"(str-index {quoted(n.value)} {field})"
        case "pattern":
            return f"(member$ {PATTERNS.index(n.value)} $?patterns)"


def tests(node: Condition) -> str:
    return (
        test(node)
        if isinstance(node, Leaf)
        else f"({node.word} {' '.join(tests(each) for each in node.parts)})"
    )


def literal(node: Condition) -> dict[str, str]:
    """What of the rule the network itself can hold: slots that must equal a text."""
    parts = node.parts if not isinstance(node, Leaf) and node.word == "and" else (node,)
    return {n.field: quoted(n.value) for n in parts if isinstance(n, Leaf) and n.operator == "is"}


def written(at: int, rule: Rule) -> str:
    held = literal(rule.when)
    slots = [f"({name} ?{name}{'&' + held[name] if name in held else ''})" for name in SLOTS]
    lists = [f"({name} $?{name})" for name in LISTED]
    return f"(defrule r{at} (order {' '.join([*slots, *lists])}) (test {tests(rule.when)}) => (fire {at}))"


class Engine:
    def __init__(self, rules: Sequence[Rule], events: int) -> None:
        self.found: list[int] = []
        self.environments = []
        for each in by_event(rules, events):
            environment = clips.Environment()
            environment.define_function(self.found.append, name="fire")
            environment.build(TEMPLATE)
            for at, rule in enumerate(each):
                environment.build(written(at, rule))
            self.environments.append((environment, environment.find_template("order")))
        KEPT.append(self)

    def prepare(self, event: int, sight: Sight) -> Any:
        facts = with_patterns(sight)
        facts["starts"] = [code[: code.index("-") + 3] for code in facts["skus"]]
        return *self.environments[event], facts

    def fired(self, prepared: Any) -> list[int]:
        environment, template, facts = prepared
        self.found.clear()
        fact = template.assert_fact(**facts)
        environment.run()
        fact.retract()
        return sorted(self.found)
