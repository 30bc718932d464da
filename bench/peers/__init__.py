"""The peers: each file gives the workload to one engine in that engine's own form.

A peer is made of all rules, `prepare`s an event and an order outside the time that is measured, in whatever form it
takes them fastest, and says which of the event's rules `fired`, by position. Where an engine can decide an event's rules in
one call, it does. An engine without patterns is told beforehand which of the workload's patterns the order matches.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Protocol

from bench.workload import PATHS, PATTERNS, Condition, Leaf, Rule, Sight


class Peer(Protocol):
    def __init__(self, rules: Sequence[Rule], events: int) -> None: ...

    def prepare(self, event: int, sight: Sight) -> Any: ...

    def fired(self, prepared: Any) -> list[int]: ...


@dataclass(frozen=True)
class Known:
    """module: of `bench.peers`, with a class `Engine`. most: rules beyond which it is left out, for it would take minutes."""

    name: str
    package: str
    module: str
    most: int = 10_000


KNOWN = (
    Known("evalidate", "evalidate", "python_eval"),
    Known("datalogic-py", "datalogic-py", "json_logic"),
    Known("datalogic-py, order parsed beforehand", "datalogic-py", "json_logic_parsed"),
    Known("clipspy (CLIPS)", "clipspy", "clips_rete"),
    Known("cedarpy (Cedar)", "cedarpy", "cedar"),
    Known("zen-engine expressions", "zen-engine", "zen_expressions"),
    Known("common-expression-language (CEL in Rust)", "common-expression-language", "cel_rust"),
    Known("business-rules", "business-rules", "venmo"),
    Known("rule-engine", "rule-engine", "rule_engine_python"),
    Known("cel-python", "cel-python", "cel_python", 1000),
    Known("Drools (hot JVM)", "drools_jpy", "drools"),
)


def found(known: Known) -> tuple[type[Peer] | None, str]:
    """The peer and its version; or None and why it cannot be run."""
    try:
        version = metadata.version(known.package)
        module = importlib.import_module(f"bench.peers.{known.module}")
    except (ImportError, OSError) as problem:
        return None, f"not run: {problem}"
    return module.Engine, version


def by_event(rules: Sequence[Rule], events: int) -> list[list[Rule]]:
    grouped: list[list[Rule]] = [[] for _ in range(events)]
    for rule in rules:
        grouped[rule.event].append(rule)
    return grouped


def said(node: Condition, leaves: Mapping[str, Callable[[Leaf], str]], both: str, either: str) -> str:
    """A condition in a language of infix operators; `leaves` by operator."""
    if isinstance(node, Leaf):
        return leaves[node.operator](node)
    joined = (both if node.word == "and" else either).join(
        said(each, leaves, both, either) for each in node.parts
    )
    return f"({joined})"


def path(leaf: Leaf) -> str:
    return PATHS[leaf.field]


def patterns(sight: Sight) -> list[int]:
    """The numbers of the patterns that the shipping method matches."""
    method = sight.facts["method"]
    return [i for i, each in enumerate(PATTERNS) if re.search(each, method)]


def with_patterns(sight: Sight) -> dict[str, Any]:
    return {**sight.facts, "patterns": patterns(sight)}


def positions(answers: Sequence[Any]) -> list[int]:
    return [at for at, answer in enumerate(answers) if answer]


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def listed(values: Sequence[str]) -> str:
    return ", ".join(quoted(each) for each in values)
