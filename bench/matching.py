"""Which rules fire, beside the peers: hot and cold orders, selective rules, all rules on one event."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench import peers, workload
from bench.measuring import Contender, Figure, figure, interleaved, ratios
from bench.ordinance import InC, Ordinance, no_core, order_of
from bench.workload import Rule, Sight
from engine.facts import Facts

EVENTS = 20
HOT = 100
CHECKED = 60
FAST = ("evalidate", "datalogic-py")
"""So fast that they are also measured with orders that were never seen."""

SLOW = ("rule-engine", "cel-python")
"""So slow that a quick run leaves them out, and a whole one gives them a case for each event."""


def sizes_beside_peers(sizes: Sequence[int], rounds: int, seconds: float, quick: bool) -> dict[str, Any]:
    """By engine: microseconds at each size, and our ratio to it, without and with the core; why an engine was not run."""
    rows: dict[str, dict[str, Any]] = {}
    matches: dict[int, float] = {}
    for size in sizes:
        rules = workload.rules(size, events=EVENTS)
        sights = [Sight(each) for each in workload.orders(HOT)]
        contenders, close, matches[size] = contenders_of(rules, sights, size, quick, rows)
        found = interleaved(contenders, rounds, seconds)
        for name, times in found.items():
            row = rows.setdefault(name, {})
            row[str(size)] = figure(times)
            for us in (Ordinance, InC):
                if us.name in found:
                    row[ratio_of(us, size)] = ratios(times, found[us.name])
        for each in close:
            each.close()
    return {"engines": rows, "matches": matches, "exponent": exponents(rows, sizes)}


def ratio_of(us: type[Ordinance], size: int) -> str:
    """Under which name a row has its ratio to us at that size."""
    return f"ratio {size}" if us is Ordinance else f"ratio {size}, core in C"


def contenders_of(
    rules: Sequence[Rule], sights: Sequence[Sight], size: int, quick: bool, rows: dict[str, dict[str, Any]]
) -> tuple[list[Contender], list[Any], float]:
    """Every engine that can be run and was found to answer as we do."""
    us = Ordinance(rules, EVENTS)
    cases = [us.prepare(i % EVENTS, order_of(each.order)) for i, each in enumerate(sights)]
    expected = [us.fired(case) for case in cases]
    contenders, close = [Contender(Ordinance.name, us.fired, cases)], []
    if no_core():
        rows.setdefault(InC.name, {})[str(size)] = no_core()
    else:
        in_c = InC(rules, EVENTS)
        if [in_c.fired(case) for case in cases] != expected:
            raise ValueError("the core in C answers otherwise than Python's own")
        contenders.append(Contender(InC.name, in_c.fired, cases))
    for known in peers.KNOWN:
        engine, version = peers.found(known)
        row = rows.setdefault(known.name, {})
        row["version"] = version
        if engine is None:
            continue
        if size > known.most or (quick and known.package in SLOW):
            row[str(size)] = "left out: too slow for this run"
            continue
        peer = engine(rules, EVENTS)
        asked = [peer.prepare(i % EVENTS, each) for i, each in enumerate(sights)]
        checked = range(min(CHECKED, len(asked)))
        wrong = [i for i in checked if peer.fired(asked[i]) != expected[i]]
        if wrong:
            row[str(size)] = f"not timed: answers otherwise than we do on {len(wrong)} of {len(checked)}"
            continue
        few = asked[:EVENTS] if known.package in SLOW else asked
        contenders.append(Contender(known.name, peer.fired, few, getattr(peer, "time", None)))
        if hasattr(peer, "close"):
            close.append(peer)
    return contenders, close, sum(map(len, expected)) / len(expected)


def exponents(rows: dict[str, dict[str, Any]], sizes: Sequence[int]) -> dict[str, float]:
    """How the time grows with the rules over the last step: 1 is in proportion."""
    low, high = sizes[-2:]
    found = {}
    for name, row in rows.items():
        first, last = row.get(str(low)), row.get(str(high))
        if isinstance(first, Figure) and isinstance(last, Figure):
            found[name] = round(math.log(last.median / first.median) / math.log(high / low), 2)
    return found


def only_ours(sizes: Sequence[int], rounds: int, seconds: float, quick: bool) -> dict[str, Any]:
    """What the peers' time does not depend on, interleaved with our hot orders on the same rules."""
    found: dict[str, Any] = {}
    for size in sizes:
        hot = Ordinance(workload.rules(size, events=EVENTS), EVENTS)
        contenders = [contender("hot", hot, EVENTS)]
        if not quick:
            selective = Ordinance(workload.rules(size, events=EVENTS, selective=True), EVENTS)
            one_event = Ordinance(workload.rules(size, events=1), 1)
            contenders += [contender("selective", selective, EVENTS), contender("one event", one_event, 1)]
        for name, times in interleaved(contenders, rounds, seconds).items():
            found[f"{name}, {size:,} rules"] = figure(times)
        found[f"cold, {size:,} rules"] = cold(hot, rounds)
        if not no_core():
            found[f"cold, {size:,} rules, core in C"] = cold(
                InC(workload.rules(size, events=EVENTS), EVENTS), rounds
            )
    return found


def contender(name: str, us: Ordinance, events: int) -> Contender:
    cases = [us.prepare(i % events, order_of(each)) for i, each in enumerate(workload.orders(HOT))]
    return Contender(name, us.fired, cases)


def cold(us: Ordinance, rounds: int, count: int = 400) -> Figure:
    """Orders that were never seen, each once; the program has seen as many others."""
    warmed(us, count)
    return figure([once(us.fired, new_cases(us, turn, count)) for turn in range(rounds)])


def cold_beside_peers(size: int, rounds: int, count: int = 400) -> dict[str, dict[str, Figure]]:
    """Our ratio, without and with the core, to the fastest engines that Python can call: orders that were never seen, each
    once, made just before in the form that each engine takes."""
    rules = workload.rules(size, events=EVENTS)
    ours = [us(rules, EVENTS) for us in ((Ordinance,) if no_core() else (Ordinance, InC))]
    for us in ours:
        warmed(us, count)
    rivals = {
        known.name: found
        for known in peers.KNOWN
        if known.package in FAST and (found := peers.found(known)[0])
    }
    engines = {name: engine(rules, EVENTS) for name, engine in rivals.items()}
    times: dict[str, list[float]] = {name: [] for name in (*[us.name for us in ours], *engines)}
    for turn in range(rounds):
        for us in ours:
            times[us.name].append(once(us.fired, new_cases(us, turn, count)))
        for name, peer in engines.items():
            sights = [Sight(each) for each in workload.orders(count, seed=f"cold {turn}")]
            cases = [peer.prepare(i % EVENTS, each) for i, each in enumerate(sights)]
            times[name].append(once(peer.fired, cases))
    return {us.name: {name: ratios(times[name], times[us.name]) for name in engines} for us in ours}


def warmed(us: Ordinance, count: int) -> None:
    for i, each in enumerate(workload.orders(4 * count, seed="before")):
        us.fired(us.prepare(i % EVENTS, order_of(each)))


def new_cases(us: Ordinance, turn: int, count: int) -> list[Facts]:
    new = workload.orders(count, seed=f"cold {turn}")
    return [us.prepare(i % EVENTS, order_of(each)) for i, each in enumerate(new)]


def once(decide: Callable[[Any], Any], cases: Sequence[Any]) -> float:
    """Microseconds a decision, each case decided once."""
    began = time.thread_time()
    for case in cases:
        decide(case)
    return (time.thread_time() - began) / len(cases) * 1e6
