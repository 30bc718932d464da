"""cedarpy: each rule is a policy that permits the event's action; the reasons of the answer are the rules that fire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cedarpy

from bench.peers import by_event, listed, quoted, said, with_patterns
from bench.workload import LISTS, PATTERNS, Rule, Sight

LEAVES = {
    "is": lambda n: f"context.{n.field} == {quoted(n.value)}",
    "is not": lambda n: f"context.{n.field} != {quoted(n.value)}",
    "one of": lambda n: f"[{listed(n.value)}].contains(context.{n.field})",
    "above": lambda n: f"context.cents > {round(float(n.value) * 100)}",
    "below": lambda n: f"context.cents < {round(float(n.value) * 100)}",
    "at least": lambda n: f"context.{n.field} >= {n.value}",
    "any is": lambda n: f"context.skus.contains({quoted(n.value)})",
    "any starts": lambda n: f'context.starts.contains("{n.value}")',
    "any one of": lambda n: f"context.skus.containsAny([{listed(n.value)}])",
    "present": lambda n: f"context.metadata.contains({quoted(n.key)})",
    "any variation": lambda n: f"context.{LISTS[n.key]}.contains({quoted(n.value)})",
    "has": lambda n: f"context.tags.contains({quoted(n.value)})",
    "lacks": lambda n: f"!context.tags.contains({quoted(n.value)})",
    "contains": lambda n: f'context.{n.field} like "*{n.value}*"',
    "pattern": lambda n: f"context.patterns.contains({PATTERNS.index(n.value)})",
}


class Engine:
    def __init__(self, rules: Sequence[Rule], events: int) -> None:
        self.policies = [
            cedarpy.PolicySet.from_str(
                "\n".join(
                    f'@id("{at}")\npermit(principal, action, resource) when {{ {said(rule.when, LEAVES, " && ", " || ")} }};'
                    for at, rule in enumerate(each)
                )
            )
            for each in by_event(rules, events)
        ]
        self.entities = cedarpy.Entities.from_json_str("[]")

    def prepare(self, event: int, sight: Sight) -> Any:
        """It has no `any item starts with`: it is told the beginnings of so many letters as the workload asks for."""
        facts = with_patterns(sight)
        facts["cents"] = round(facts.pop("total") * 100)
        facts["starts"] = [code[: code.index("-") + 3] for code in facts["skus"]]
        request = {
            "principal": 'User::"a"',
            "action": 'Action::"a"',
            "resource": 'Order::"a"',
            "context": facts,
        }
        return self.policies[event], request

    def fired(self, prepared: Any) -> list[int]:
        policies, request = prepared
        answer = cedarpy.is_authorized(request, policies, self.entities)
        return sorted(int(reason.removeprefix("policy")) for reason in answer.diagnostics.reasons)
