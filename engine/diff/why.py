"""Why a rule fires for an order in one version and not in the other: what it saw, in lines.

Called for the few orders that are shown in full. Deciding again with the reference evaluator gives the reasons, as for
`ordinance why`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.decide import Program
from engine.diff.changed import Changed
from engine.diff.comparing import Comparison
from engine.diff.version import Version
from engine.dry_run import DryRun
from engine.explain import Watching
from engine.show.evidence import clues, verdict, ways_out
from engine.show.words import Words
from engine.trace import RuleTrace
from events.order import Order


@dataclass(frozen=True)
class Reason:
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Looked:
    """fired, idle: the first trace of a rule that fired, and of one that did not with the rule that stopped the others, by
    order and title."""

    fired: dict[tuple[str, str], RuleTrace]
    idle: dict[tuple[str, str], tuple[RuleTrace, str | None]]


def reasons(comparison: Comparison, order: Changed, words: Words) -> dict[tuple[str, str], Reason]:
    """By the order's id and the rule's title, for rules that fire on one side only."""
    wanted = [
        each
        for each in order.differences
        if each.kind == "rule" and (each.before is None or each.after is None)
    ]
    if not wanted or order.read is None:
        return {}
    old, new = order.read
    was, now = looked(comparison, comparison.before, old), looked(comparison, comparison.after, new)
    found = {}
    for each in wanted:
        key = (each.order, each.about)
        fires, rests = (now, was) if each.before is None else (was, now)
        lines = [
            *met(fires.fired.get(key), words),
            *needed(rests.idle.get(key), words, "before" if rests is was else "now"),
        ]
        if lines:
            found[key] = Reason(tuple(lines))
    return found


def looked(comparison: Comparison, version: Version, order: Order) -> Looked:
    watching = Watching(version.opened.checked.form)
    program = Program(version.opened.checked.form, watching, version.opened.world)
    run = DryRun(version.opened, program, comparison.told).run(comparison.happening.of(order.id), order)
    found = Looked({}, {})
    for turn, traces in zip(run.turns, watching.traces(run.turns), strict=True):
        for trace in traces:
            key = (turn.event.order_id, trace.title)
            if trace.why == "fired":
                found.fired.setdefault(key, trace)
            else:
                found.idle.setdefault(key, (trace, turn.stopped_by))
    return found


def met(trace: RuleTrace | None, words: Words) -> Iterator[str]:
    for clue in clues(trace, words) if trace is not None else ():
        if clue.mark == "met":
            yield f"{clue.text}{told(clue.read)}"


def needed(idle: tuple[RuleTrace, str | None] | None, words: Words, when: str) -> Iterator[str]:
    if idle is None:
        return
    trace, stopped_by = idle
    if trace.why in ("after stop", "loop", "shadow"):
        yield f"{when}: {verdict(trace, stopped_by)}"
    for way in ways_out(trace, words):
        yield f"{when} it would have needed {way}"


def told(read: Sequence[str]) -> str:
    return f" ({'; '.join(read)})" if read else ""
