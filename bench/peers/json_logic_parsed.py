"""datalogic-py again, given an order that it has parsed into its own form outside the time that is measured."""

from __future__ import annotations

import json
from typing import Any

import datalogic_py

from bench.peers import json_logic, positions
from bench.workload import Sight


class Engine(json_logic.Engine):
    def prepare(self, event: int, sight: Sight) -> Any:
        rule, data = super().prepare(event, sight)
        return rule, datalogic_py.DataHandle(json.dumps(data))

    def fired(self, prepared: Any) -> list[int]:
        rule, data = prepared
        return positions(rule.evaluate_data(data))
