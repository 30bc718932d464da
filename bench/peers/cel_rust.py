"""common-expression-language: CEL in Rust; the rules of an event are one list, so that one call decides them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cel import Context
from cel import compile as compiled

from bench.peers import by_event, positions
from bench.peers.cel_words import cel
from bench.workload import Rule, Sight


class Engine:
    def __init__(self, rules: Sequence[Rule], events: int) -> None:
        self.programs = [
            compiled("[" + ", ".join(cel(rule.when) for rule in each) + "]")
            for each in by_event(rules, events)
        ]

    def prepare(self, event: int, sight: Sight) -> Any:
        return self.programs[event], Context(sight.plain)

    def fired(self, prepared: Any) -> list[int]:
        program, context = prepared
        return positions(program.execute(context))
