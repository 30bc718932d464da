"""Why not: the smallest set of conditions that would have to come out otherwise for a rule to fire.

Read from a trace, called by whatever explains a decision. One condition counts as one change, however often its text occurs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.trace import RuleTrace, Step


@dataclass(frozen=True)
class Need:
    """`step` would have to be met, or not (`wanted`). subject: for which item or shipment, where it is one's."""

    step: Step
    wanted: bool
    subject: str = ""


def needed(step: Step, wanted: bool = True, subject: str = "") -> list[Need]:
    """What would have to change for `step` to come out as wanted; nothing where it does. Of several ways the first of the
    shortest."""
    if step.met == wanted:
        return []
    subject = step.subject or subject
    match step.kind:
        case "define":
            return needed(step.steps[0], wanted, subject)
        case "not":
            return needed(step.steps[0], not wanted, subject)
        case "and" | "every":
            all_of_them = wanted
        case "or" | "any":
            all_of_them = not wanted
        case "no":
            all_of_them = wanted
            wanted = not wanted
        case _:
            return [Need(step, wanted, subject)]
    ways = [way for one in step.steps if (way := needed(one, wanted, subject))]
    if all_of_them and ways:
        return _once(need for way in ways for need in way)
    return min((_once(way) for way in ways), key=len, default=[Need(step, not step.met, subject)])


def to_fire(trace: RuleTrace) -> list[Need]:
    """For a rule whose conditions were looked at and that did not fire because of them; else nothing."""
    if trace.why == "not met" and trace.when is not None:
        return needed(trace.when)
    if trace.why == "no item matched":
        return min((needed(step) for step in trace.where), key=len, default=[])
    return []


def _once(needs: Iterable[Need]) -> list[Need]:
    """A condition that stands in a rule twice is changed once."""
    found: dict[tuple[str, bool, str], Need] = {}
    for need in needs:
        found.setdefault((need.step.text, need.wanted, need.subject), need)
    return list(found.values())
