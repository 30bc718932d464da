"""cel-python: CEL in Python, a program for each rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import celpy

from bench.peers import by_event, positions
from bench.peers.cel_words import cel
from bench.workload import Rule, Sight


class Engine:
    def __init__(self, rules: Sequence[Rule], events: int) -> None:
        environment = celpy.Environment()
        self.programs = [
            [environment.program(environment.compile(cel(rule.when))) for rule in each]
            for each in by_event(rules, events)
        ]

    def prepare(self, event: int, sight: Sight) -> Any:
        return self.programs[event], {name: celpy.json_to_cel(value) for name, value in sight.plain.items()}

    def fired(self, prepared: Any) -> list[int]:
        programs, facts = prepared
        return positions([program.evaluate(facts) for program in programs])
