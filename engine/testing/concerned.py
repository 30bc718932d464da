"""Which rules a failed expectation is about, so that their conditions can be shown with it.

An expectation of a rule is about that rule. One of an action or of the order is about the rules that would have made it
so and did not fire; where there is none, about those that fired and made it otherwise. Called by `running`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dsl.schema import fold
from dsl.values import plain
from engine import form as f
from engine.check.tests import Expectation
from engine.compile.paths import concerned as touches
from engine.compile.paths import read as paths_of
from engine.decision import Turn
from engine.trace import RuleTrace

MOST = 3
"""Rules whose reasons are shown for one expectation."""


@dataclass(frozen=True)
class Reason:
    """Why a rule fired or did not. stopped_by: the title of the rule that stopped the others, where one did."""

    trace: RuleTrace
    event: str
    stopped_by: str | None = None


@dataclass(frozen=True)
class Look:
    """A rule that was looked at on an event."""

    rule: f.RuleForm
    trace: RuleTrace
    turn: Turn

    @property
    def fired(self) -> bool:
        return self.rule.title in self.turn.fired


def concerned(expected: Expectation, looks: Sequence[Look]) -> tuple[Reason, ...]:
    """At most `MOST`, in the order in which they were looked at."""
    return tuple(
        Reason(look.trace, look.turn.event.label, look.turn.stopped_by)
        for look in list(about(expected, looks))[:MOST]
    )


def about(expected: Expectation, looks: Sequence[Look]) -> Iterable[Look]:
    match expected.kind:
        case "rule":
            return [look for look in looks if look.rule.title == expected.title]
        case "action":
            act = expected.act
            assert act is not None
            return [
                look
                for look in looks
                if look.fired != expected.happened and any(like(act, each) for each in look.rule.acts)
            ]
        case "condition":
            assert expected.condition is not None
            return about_condition(expected.condition, looks)
        case _:
            return [look for look in looks if any(each.verb.startswith("split") for each in look.rule.acts)]


def like(expected: f.Act, act: f.Act) -> bool:
    """The same action on the same thing; values are not compared, since most are only known when it is done."""
    return (
        act.verb == expected.verb
        and (act.target.path if act.target else "") == (expected.target.path if expected.target else "")
        and all(
            value is None or fold(plain(value) or "") == fold(plain(act.args.get(name)) or "")
            for name, value in expected.args.items()
        )
    )


def about_condition(condition: f.Condition, looks: Sequence[Look]) -> list[Look]:
    wanted = frozenset(
        path for node in f.walk(condition) if isinstance(node, f.Read) for path in paths_of(node)
    )
    literals = {
        fold(node.value)
        for node in f.walk(condition)
        if isinstance(node, f.Const) and isinstance(node.value, str)
    }
    writers = [
        (look, act)
        for look in looks
        for act in look.rule.acts
        if any(touches(wanted, path) for path in act.writes)
    ]
    makers = [look for look, act in writers if not look.fired and said(act) & literals]
    makers = makers or [look for look, act in writers if not look.fired and not said(act)]
    return once(makers) or once(look for look, _ in writers if look.fired)


def said(act: f.Act) -> set[str]:
    """The texts that it is known beforehand to write."""
    values = [act.args.get("folder"), *(v.value for v in act.values.values() if isinstance(v, f.Const))]
    return {fold(each) for each in values if isinstance(each, str)}


def once(looks: Iterable[Look]) -> list[Look]:
    found = {(look.rule.title, id(look.turn)): look for look in looks}
    return list(found.values())
