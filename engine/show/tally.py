"""The sums of a dry run, kept while orders go by: how many, sent where, in which folder, with how many problems.

Told of each order by the command, which has its exit code from it as well; printed by the formats at their end.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from actions.preparing.answer import CALLED_OFF
from actions.preparing.prepared import Prepared
from engine.dry_run import Performed
from engine.show import problems
from engine.show.shown import Shown


@dataclass
class Tally:
    """accepted, rejected (as the dry run was told) and refused (found before sending) count submissions by connection.

    folders: orders that ended elsewhere than where the order of the event began, by folder.
    problems: all of them; troubled: orders with one; warned: orders with something doubtful, in what was imported or what would be sent.
    """

    orders: int = 0
    unreadable: int = 0
    born: int = 0
    events: int = 0
    fired: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    folders: Counter[str] = field(default_factory=Counter)
    effects: Counter[str] = field(default_factory=Counter)
    problems: int = 0
    troubled: int = 0
    warned: int = 0

    def add(self, shown: Shown) -> None:
        if shown.run is None or not shown.run.turns:
            self.unreadable += 1
            return
        run = shown.run
        self.orders += 1
        self.events += len(run.turns)
        for turn in run.turns:
            self.fired.update(turn.fired)
            self.born += len(turn.born)
        every = [each for some in run.performed.values() for each in some]
        for performed in every:
            self.performed(performed)
        found = sum(len(turn.problems) for turn in run.turns) + sum(map(bool, map(problems.refusal, every)))
        self.problems += found
        self.troubled += bool(found)
        self.warned += bool(shown.warnings) or any(True for each in every for _ in problems.doubts(each))
        began = run.turns[0].before.folder
        self.folders.update(order.folder for order in run.orders.values() if order.folder != began)

    def performed(self, performed: Performed) -> None:
        if performed.effect.kind != "submit":
            self.effects[performed.effect.kind] += 1
            return
        if performed.outcome == CALLED_OFF:
            return  # the cancellation is counted
        if problems.refusal(performed):
            count = self.refused
        elif isinstance(performed.prepared, Prepared) and performed.outcome == "accepted":
            count = self.accepted
        else:
            count = self.rejected
        count[performed.effect.connection or ""] += 1
