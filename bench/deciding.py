"""A whole decision beside the matching alone: the turn, actions on the working copy, chain, effects."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Any

from bench import workload
from bench.matching import EVENTS, HOT
from bench.measuring import Contender, figure, interleaved, ratios
from bench.ordinance import AT, Ordinance, opened, order_of, read, text
from engine.decide import Program
from engine.facts import Facts
from events import jsontext
from events.event import Event

ACTIONS = {
    "add tag": 'add tag "t{number}"',
    "set a field": 'set order.shipping_method to "method {number}"',
    "set an entry": 'set order.checkout_data["seen"] to "{order.shipping.country} {number}"',
    "add note": 'add note "checked {order.shipping.country}"',
}


def decisions(size: int, rounds: int, seconds: float) -> dict[str, Any]:
    """With each action: microseconds an action beyond three times the matching."""
    found: dict[str, Any] = {}
    for name, action in ACTIONS.items():
        rules = workload.rules(size, events=EVENTS)
        us = Ordinance(rules, EVENTS, opened(text(rules, [action]), EVENTS))
        cases = [us.prepare(i % EVENTS, order_of(each)) for i, each in enumerate(workload.orders(HOT))]
        acting = [case for case in cases if us.fired(case)]
        decide = deciding(us.program)
        actions = statistics.mean(len(decide(case).turns[0].actions) for case in acting)
        contenders = [Contender("match", us.fired, acting), Contender("decide", decide, acting)]
        times = interleaved(contenders, rounds, seconds)
        each = [(d - 3 * m) / actions for d, m in zip(times["decide"], times["match"], strict=True)]
        found[name] = {"actions": round(actions, 1), "an action": figure(each), "whole": figure(times["decide"]),
                       "matching": figure(times["match"])}  # fmt: skip
    return found


def silence(size: int, rounds: int, seconds: float) -> dict[str, Any]:
    """A decision in which no rule fires, beside the matching: selective rules, and the orders that concern none of them."""
    us = Ordinance(workload.rules(size, events=EVENTS, selective=True), EVENTS)
    cases = [us.prepare(i % EVENTS, order_of(each)) for i, each in enumerate(workload.orders(HOT))]
    silent = [case for case in cases if not us.fired(case)]
    contenders = [Contender("match", us.fired, silent), Contender("decide", deciding(us.program), silent)]
    times = interleaved(contenders, rounds, seconds)
    return {name: figure(each) for name, each in times.items()} | {
        "orders": len(silent),
        "ratio": ratios(times["decide"], times["match"]),
    }


def deciding(program: Program) -> Callable[[Facts], Any]:
    return lambda facts: program.decide(facts.event, facts.order)


def from_json(size: int, rounds: int, seconds: float) -> dict[str, Any]:
    """From the bytes of an order to its decision, where rules fire as they do and add a note."""
    rules = workload.rules(size, events=EVENTS, selective=True)
    us = Ordinance(rules, EVENTS)
    cases = [
        (number % EVENTS, jsontext.dumps(each).encode()) for number, each in enumerate(workload.orders(HOT))
    ]

    def whole(case: tuple[int, bytes]) -> Any:
        order = read(case[1])
        return us.program.decide(Event(us.ids[case[0]], "", order.id, AT), order)

    contenders = [Contender("whole", whole, cases), Contender("reading", lambda case: read(case[1]), cases)]
    times = interleaved(contenders, rounds, seconds)
    return {name: figure(each) for name, each in times.items()} | {"bytes": mean_bytes(cases)}


def mean_bytes(cases: Sequence[tuple[int, bytes]]) -> int:
    return round(statistics.mean(len(data) for _, data in cases))
