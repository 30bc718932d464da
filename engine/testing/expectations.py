"""Whether what a test expects came about, and what was there instead. Called by `engine.testing.running` for every `expect`.

Conditions are looked at on the orders as they stand at the end, with the reference evaluator. An action has happened where
a rule did it, with what the expectation says of it; a rule in shadow has not fired and did nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from actions.work import World
from dsl.counting import count
from dsl.schema import fold
from dsl.values import plain
from engine import form as f
from engine.check.tests import Expectation
from engine.decision import ActionRecord, Turn
from engine.dry_run import Run
from engine.facts import Facts
from engine.reference import Evaluator
from engine.show.evidence import readings
from engine.show.needed import needed
from engine.show.words import Words
from events.event import Event
from events.order import Item, Order

MOST_TOLD = 5


@dataclass(frozen=True)
class Ended:
    """What became of a test: its chains in order, and its order before the first."""

    form: f.Form
    world: World
    given: Order
    runs: tuple[Run, ...]

    @property
    def orders(self) -> list[Order]:
        """The test's own first, then those born of splits, as they came."""
        return list(self.runs[-1].orders.values()) if self.runs else [self.given]

    @property
    def turns(self) -> list[Turn]:
        return [turn for run in self.runs for turn in run.turns]

    def eye(self, order: Order, item: Item | None = None) -> Evaluator:
        """Looks at an order after everything; there is no event then."""
        return Evaluator(self.form, Facts(order, Event("", "", order.id, self.world.now), self.world, item))


def unmet(expected: Expectation, ended: Ended) -> tuple[str, ...] | None:
    """What was there instead, a line each; None where the expectation is met."""
    match expected.kind:
        case "condition":
            return condition_unmet(expected, ended)
        case "rule":
            return rule_unmet(expected, ended)
        case "action":
            return action_unmet(expected, ended)
        case _:
            number = len(ended.orders)
            return None if number == expected.count else (count(number, "order"),)


# -- conditions -------------------------------------------------------------------------------------------------


def condition_unmet(expected: Expectation, ended: Ended) -> tuple[str, ...] | None:
    if expected.order > len(ended.orders):
        return (f"there is no order {expected.order}: there are {len(ended.orders)} in the end",)
    assert expected.condition is not None
    step = ended.eye(ended.orders[expected.order - 1]).step(expected.condition)
    if step.met:
        return None
    words = Words(ZoneInfo(ended.form.store.timezone), ended.given.currency)
    found = [
        f"{need.subject}: {read}" if need.subject else read
        for need in needed(step)
        for read in readings(need.step, words)
    ]
    return tuple(dict.fromkeys(found)) or ("it is not met",)


# -- rules ------------------------------------------------------------------------------------------------------


def rule_unmet(expected: Expectation, ended: Ended) -> tuple[str, ...] | None:
    fired = [turn for turn in ended.turns if expected.title in turn.fired]
    if bool(fired) == expected.happened:
        return None
    if fired:
        return tuple(f"it fired on `{turn.event.label}`" for turn in fired)
    if any(expected.title in turn.shadow for turn in ended.turns):
        return ("it is in shadow, so it does not fire",)
    bound = {
        event for event, rules in ended.form.rules.items() if any(r.title == expected.title for r in rules)
    }
    if not any(turn.event.id in bound for turn in ended.turns):
        labels = ", ".join(f"`{ended.form.labels.get(event, event)}`" for event in sorted(bound))
        return (f"its event never happened: {labels}" if bound else "it is off",)
    return ("it did not fire",)


# -- actions ----------------------------------------------------------------------------------------------------


def action_unmet(expected: Expectation, ended: Ended) -> tuple[str, ...] | None:
    act = expected.act
    assert act is not None
    of_verb = [(turn, record) for turn in ended.turns for record in turn.actions if record.action == act.verb]
    happened = [each for each in of_verb if matches(act, *each, ended)]
    if bool(happened) == expected.happened:
        return None
    if happened:
        return tuple(f'rule "{record.rule}" did it on `{turn.event.label}`' for turn, record in happened)
    tried = [f'rule "{record.rule}": {record.text}{reason(record)}' for _, record in of_verb]
    return tuple(tried[:MOST_TOLD]) or (f"no rule did `{act.verb}`",)


def reason(record: ActionRecord) -> str:
    return f" (not done: {record.reason})" if record.outcome == "not done" else ""


def matches(act: f.Act, turn: Turn, record: ActionRecord, ended: Ended) -> bool:
    """Whether a rule's action, as it was done, is the expected one."""
    if record.outcome == "not done":
        return False
    if act.target is not None and fold(act.target.path) != fold(str(record.details.get("target"))):
        return False
    if any(
        value is not None and not same(value, record.details.get(name)) for name, value in act.args.items()
    ):
        return False
    if act.verb in ("split items", "split by"):
        return same_split(act, turn, record, ended)
    eye = ended.eye(turn.after, item_of(turn, record))
    return all(same(eye.value(node), record.details.get(name)) for name, node in act.values.items())


def item_of(turn: Turn, record: ActionRecord) -> Item | None:
    item_id = record.target.removeprefix("item ")
    return turn.after.item(item_id) or turn.before.item(item_id)


def same(expected: Any, found: Any) -> bool:
    """Amounts by what they amount to, all else as the language compares text."""
    if isinstance(expected, Decimal) and isinstance(found, (Decimal, int)):
        return expected == found
    return fold(plain(expected) or "") == fold(plain(found) or "")


def same_split(act: f.Act, turn: Turn, record: ActionRecord, ended: Ended) -> bool:
    """What a split takes is settled by its words: its items are on other orders afterwards."""
    for rule in ended.form.rules.get(turn.event.id, ()):
        for written in rule.acts:
            if rule.title == record.rule and written.text == record.text:
                return written.where == act.where and written.values.get("key") == act.values.get("key")
    return False
