"""The compiled program decides as the reference evaluator does, on generated rulesets and orders.

CI compares 10,000 pairs of a ruleset and an order; `make agreement` many more. Every operator and every action must
have been seen often enough, met and not met, done and not done, or the comparison proves less than it says.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dsl.schema import StoreSpec
from engine import form as f
from engine import reference
from engine.compile.core.building import CannotBuild
from engine.decide import Program
from engine.dry_run import DryRun, Run, Told
from engine.folder import MemoryFolder
from engine.opened import Opened, open_ruleset
from engine.trace import Step
from events import jsontext
from events.event import Event
from events.importers import read_orders
from events.order import Order, as_json
from tests import generated
from tests.engine.cores import looked_up_by

AT = dt.datetime(2026, 1, 15, 17, 0, tzinfo=dt.UTC)
PAIRS = int(os.environ.get("ORDINANCE_PAIRS", "10000"))
RULES, ORDERS = 10, 25
SHARDS = 2
ENOUGH = 50


def opened(random: Random) -> Opened:
    files = {
        "ordinance.yaml": generated.CONFIG,
        "inventory.csv": generated.INVENTORY,
        "generated.rules": generated.ruleset(random, RULES),
    }
    found = open_ruleset(MemoryFolder({path: text.encode() for path, text in files.items()}))
    assert not found.checked.errors, [f"{d.code} {d.message} {d.span.text}" for d in found.checked.errors]
    return found


def orders(random: Random, count: int) -> list[Order]:
    data = jsontext.dumps([generated.order(random, n) for n in range(count)])
    found = read_orders(data.encode(), name="orders.json", store=StoreSpec(currency="USD"), folders={})
    return [one.order for one in found if one.order is not None]


def told(random: Random) -> dict[str, Told]:
    return {"podos": Told(random.choice([None, None, "invalid_sku"]))}


def shown(run: Run) -> str:
    """Everything that was decided, as text: what must be the same to the byte."""
    turns = [
        {
            "event": [t.event.id, t.event.order_id, sorted((k, str(v)) for k, v in t.event.values.items())],
            "cause": t.cause,
            "fired": t.fired,
            "not_fired": t.not_fired,
            "shadow": t.shadow,
            "stopped_by": t.stopped_by,
            "actions": [[a.rule, a.action, a.target, a.outcome, a.reason] for a in t.actions],
            "effects": [
                [e.kind, e.connection, e.number, sorted((k, str(v)) for k, v in e.values.items())]
                for e in t.effects
            ],
            "problems": t.problems,
            "after": as_json(t.after),
        }
        for t in run.turns
    ]
    return jsontext.dumps(turns)


def decided(one: Opened, order: Order, answers: dict[str, Told], program: Program) -> Run:
    event = Event("order.imported", "Order is Imported", order.id, AT)
    return DryRun(one, program, answers).run(event, order)


def compare(random: Random, count: int, actions: Counter[str], cores: Sequence[Any]) -> int:
    one = opened(random)
    plain, compiled = one.program(reference=True), [one.program() for _ in cores]
    for order in orders(random, count):
        answers = told(random)
        before = jsontext.dumps(as_json(order))
        expected = decided(one, order, answers, plain)
        for core, program in zip(cores, compiled, strict=True):
            with looked_up_by(core):
                got = decided(one, order, answers, program)
            assert shown(got) == shown(expected), one.ruleset.sources["generated.rules"].text
        assert jsontext.dumps(as_json(order)) == before, "deciding changed the order it was given"
        for turn in expected.turns:
            for record in turn.actions:
                actions[f"{record.action}: {'not done' if record.outcome == 'not done' else 'done'}"] += 1
    return count


def operator_of(node: f.Condition) -> str:
    detail = getattr(node, "operator", getattr(node, "kind", ""))
    return f"{type(node).__name__} {detail}".strip()


@pytest.fixture(scope="module")
def cores(core_or_why_not: Any) -> list[Any]:
    """Python's own, and the core in C where it can be built; where not, the core's own tests say so."""
    return [None] if isinstance(core_or_why_not, CannotBuild) else [None, core_or_why_not]


@pytest.mark.parametrize("shard", range(SHARDS))
def test_compiled_is_reference(shard: int, monkeypatch: pytest.MonkeyPatch, cores: list[Any]) -> None:
    seen: Counter[str] = Counter()
    actions: Counter[str] = Counter()
    original = reference.Evaluator.step

    def counting(self: reference.Evaluator, node: f.Condition) -> Step:
        step = original(self, node)
        seen[f"{operator_of(node)}: {'met' if step.met else 'not met'}"] += 1
        return step

    monkeypatch.setattr(reference.Evaluator, "step", counting)
    random = Random(f"agreement {shard}")
    pairs = 0
    while pairs < PAIRS // SHARDS:
        pairs += compare(random, ORDERS, actions, cores)
    print(f"{pairs} pairs of a ruleset and an order compared")
    for name in {key.split(": ")[0] for key in seen}:
        for side in ("met", "not met"):
            assert seen[f"{name}: {side}"] >= ENOUGH // SHARDS, f"{name} was hardly ever {side}: {seen}"
    for verb in VERBS:
        for side in ("done", "not done"):
            if f"{verb}: {side}" in NEVER:
                continue
            assert actions[f"{verb}: {side}"] >= ENOUGH // SHARDS, f"{verb} was hardly ever {side}: {actions}"


VERBS = (
    "move to folder", "add tag", "remove tag", "add note", "set", "clear", "increase", "decrease", "remove item",
    "apply inventory", "add item", "add shipment", "split items", "split by", "submit", "resubmit", "cancel",
    "send email", "post to", "raise", "stop",
)  # fmt: skip
NEVER = {"raise: not done", "stop: not done", "add note: not done"}
"""Nothing can keep these from being done."""


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_compiled_is_reference_shrinking(cores: list[Any], random: Random) -> None:
    compare(random, 3, Counter(), cores)


def test_same_event_decided_twice_gives_the_same_bytes() -> None:
    random = Random("twice")
    one = opened(random)
    program = one.program()
    for order in orders(random, 20):
        assert shown(decided(one, order, {}, program)) == shown(decided(one, order, {}, program))
