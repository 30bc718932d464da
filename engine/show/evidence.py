"""A trace as lines to read: each condition with its mark, what was read for it, and what would have to change.

Called by `why`, by the readable dry run with `--all`, and by the pages. Formats only lay the lines out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from dsl.counting import count
from engine.show.needed import Need, to_fire
from engine.show.words import Words
from engine.trace import Reading, RuleTrace, Step

Mark = Literal["met", "not met", "missing", ""]

FEW = 5
"""Items or readings of one condition that are shown; `--all` shows the rest."""

_SAID_BY_PATH = frozenset({"order", "item", "shipment", "event", "store", "missing", "rule"})
_OVER_ITEMS = frozenset({"any", "every", "no"})


@dataclass(frozen=True)
class Clue:
    """One line: a condition (`mark` says how it came out), or one that holds those below it. read: what was read."""

    depth: int
    mark: Mark
    text: str
    read: tuple[str, ...] = ()


def clues(trace: RuleTrace, words: Words) -> list[Clue]:
    """The conditions of a rule from the outermost in."""
    found = list(_of_step(trace.when, 0, words)) if trace.when is not None else []
    return found + list(_each(trace.where, 0, words))


def verdict(trace: RuleTrace, stopped_by: str | None) -> str:
    match trace.why:
        case "fired":
            return "fired"
        case "shadow":
            return "would have fired (it is in shadow, so nothing was done)"
        case "no item matched":
            return (
                "did not fire: no item matched" if trace.where else "did not fire: there is nothing to match"
            )
        case "after stop":
            return f'not looked at: rule "{stopped_by}" stopped the rules of this event'
        case "loop":
            return "stopped as a loop: it fired before in this chain, with everything it reads as it is now"
        case _:
            return "did not fire"


def ways_out(trace: RuleTrace, words: Words) -> list[str]:
    """The smallest set of changes with which the rule would have fired, a line each."""
    return [_way(need, words) for need in to_fire(trace)]


def ways_title(ways: Sequence[str]) -> str:
    return "it would fire if" if len(ways) == 1 else "it would fire if all of these held"


def _way(need: Need, words: Words) -> str:
    must = "" if need.wanted else "not "
    whose = f" for {need.subject}" if need.subject else ""
    now = "; ".join(readings(need.step, words))
    if not now and need.step.kind in _OVER_ITEMS:
        now = "there is none on this order"
    return f"{must}{words.short(need.step.text)}{whose}" + (f" ({now})" if now else "")


def mark(step: Step) -> Mark:
    """A comparison that is not met because there was nothing to compare says so."""
    if step.kind == "test" and not step.met and any(r.value is None for r in step.readings):
        return "missing" if not any(r.note for r in step.readings) else "not met"
    return "met" if step.met else "not met"


def _of_step(step: Step, depth: int, words: Words) -> Iterator[Clue]:
    match step.kind:
        case "and" if not step.subject:
            for one in step.steps:
                yield from _of_step(one, depth, words)
        case "test":
            read = readings(step, words)
            yield Clue(depth, mark(step), _named(step, words), tuple(read))
        case "any" | "every" | "no":
            none = () if step.steps else ("there is none on this order",)
            yield Clue(depth, mark(step), _named(step, words), none)
            yield from _each(step.steps, depth + 1, words)
        case _:
            text = "one of these" if step.kind == "or" and not step.subject else _named(step, words)
            yield Clue(depth, mark(step), text)
            for one in step.steps:
                yield from _of_step(one, depth + 1, words)


def _named(step: Step, words: Words) -> str:
    return f"{step.subject}: {words.short(step.text)}" if step.subject else words.short(step.text)


def _each(steps: Sequence[Step], depth: int, words: Words) -> Iterator[Clue]:
    """Items one by one; a long list keeps some of either outcome, because the few that differ are what matters."""
    shown, rest = list(steps), list[Step]()
    if not words.whole and len(steps) > FEW:
        wanted = [s for met in (True, False) for s in [s for s in steps if s.met == met][: FEW // 2 + 1]]
        shown = [s for s in steps if any(s is one for one in wanted)]
        rest = [s for s in steps if not any(s is one for one in shown)]
    for step in shown:
        if step.kind == "and":
            yield Clue(depth, mark(step), step.subject)
            for one in step.steps:
                yield from _of_step(one, depth + 1, words)
        else:
            yield from _of_step(step, depth, words)
    if rest:
        met = sum(s.met for s in rest)
        yield Clue(depth, "", f"and {len(rest)} more: {met} met, {len(rest) - met} not")


def readings(step: Step, words: Words) -> list[str]:
    """`order.shipping.country is "DE"`; just `it is "DE"` where the condition reads nothing else and names it; the same
    field of several items is told once."""
    by_path: dict[str, list[Reading]] = {}
    for reading in step.readings:
        by_path.setdefault(_spoken(reading.path), []).append(reading)
    named = len(by_path) == 1 and all(path in step.text for path in by_path)
    return [
        _read("it" if named else words.short(path), path, found, words) for path, found in by_path.items()
    ]


def _spoken(path: str) -> str:
    """The language's short names for Order Desk's."""
    return path.replace("item.variation_list", "item.variation").replace(
        "order.order_metadata", "order.metadata"
    )


def _read(name: str, path: str, found: list[Reading], words: Words) -> str:
    if all(each == found[0] for each in found):
        return _one(name, found[0], words)
    shown = found if words.whole else found[:FEW]
    values = ", ".join(words.value(each.value, path, quoted=True) for each in shown)
    more = f" and {len(found) - len(shown)} more" if len(found) > len(shown) else ""
    absent = sum(each.value is None for each in found)
    left_out = f" ({count(absent, 'missing value')} left out)" if absent else ""
    return f"{name} is {values}{more}{left_out}"


def _one(name: str, reading: Reading, words: Words) -> str:
    if reading.origin == "rule":
        return f"{reading.path} cannot be compared: {reading.note}"
    text = f"{name} is {words.value(reading.value, reading.path, quoted=True)}"
    if reading.origin not in _SAID_BY_PATH:
        text += f" (from {reading.origin})"
    return f"{text}, which is {reading.note}" if reading.note else text
