"""A story laid out on a terminal: events, the rules under them, their actions, what was read and what would be sent.

Used by the human format and by `why`; what is said is the story's and the evidence's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dsl.counting import count
from dsl.schema import fold
from engine.show.evidence import clues, verdict, ways_out, ways_title
from engine.show.paper import BAD, BOLD, DIM, GOOD, NAME, ODD, Paper, Piece
from engine.show.story import Act, Chapter, Sending, Story, Told
from engine.show.words import Words
from engine.trace import RuleTrace

_MARKS = {"met": GOOD, "not met": ODD, "missing": ODD, "": DIM}
_KINDS = {"setting": " (a setting)", "shadow": " (in shadow: nothing of this is done)", "rule": ""}


@dataclass
class Layout:
    """words: how values are said; a story brings its own. every: also the rules that did not fire, with their conditions,
    where the story has traces. only: one rule alone. hint: how to see the rules that did not fire; said once."""

    paper: Paper
    words: Words
    every: bool = False
    only: str | None = None
    hint: str = ""

    def heading(self, story: Story, warnings: Sequence[str]) -> None:
        say = self.paper.line
        say(0, (f"Order {story.number}", BOLD), "  ", ", ".join(story.facts))
        if story.name:
            say(2, (story.name, DIM))
        for warning in warnings:
            say(2, ("warning: ", ODD), warning)

    def parts(self, story: Story) -> None:
        self.words = story.words
        for part in story.parts:
            if isinstance(part, Chapter):
                if self.only is None or self.wanted(part):
                    self.chapter(part)
            elif self.only is None:
                self.sending(part)

    def wanted(self, part: Chapter) -> list[RuleTrace]:
        return [t for t in part.traces if self.only is None or fold(t.title) == fold(self.only)]

    def chapter(self, part: Chapter) -> None:
        say = self.paper.line
        details = f": {part.details}" if part.details else ""
        idle: list[Piece] = [] if part.bound else [("  (no rule waits for it)", DIM)]
        say(2, *self.whose(part.order_id), (part.event, BOLD if part.bound else ""), details, *idle)
        if self.every and part.traces:
            self.every_rule(part)
        else:
            for rule in part.rules:
                self.rule(rule)
        if self.only is not None:
            return
        for line in part.changes:
            say(4, "changed  ", (line, GOOD))
        for line in part.new_orders:
            say(4, (line, GOOD))
        for problem in part.problems:
            say(4, ("problem: ", BAD), problem)
        if not (self.every and part.traces):
            self.not_fired(part)

    def whose(self, order_id: str) -> list[Piece]:
        return [(f"order {order_id}: ", NAME)] if order_id else []

    def not_fired(self, part: Chapter) -> None:
        if not part.idle:
            return
        stopped = ", those after `stop` were not looked at" if part.stopped_by is not None else ""
        self.paper.line(4, (f"{count(part.idle, 'rule')} did not fire{stopped}{self.hint}", DIM))
        self.hint = ""

    def every_rule(self, part: Chapter) -> None:
        told = {rule.title: rule for rule in part.rules}
        for trace in self.wanted(part):
            if trace.title in told:
                self.rule(told[trace.title], trace)
            else:
                self.idle_rule(trace, part.stopped_by)

    def rule(self, rule: Told, trace: RuleTrace | None = None) -> None:
        say = self.paper.line
        fired = "" if trace is None or rule.kind == "shadow" else ": fired"
        note = (_KINDS[rule.kind], ODD if rule.kind == "shadow" else DIM)
        say(4, (rule.title, NAME), (fired, GOOD), note)
        if rule.because:
            say(6, (rule.because, DIM))
        if trace is not None:
            self.clues(6, trace)
        for act in rule.acts:
            self.act(act, shadow=rule.kind == "shadow")

    def act(self, act: Act, *, shadow: bool) -> None:
        target: list[Piece] = [(f"  {act.target}", DIM)] if act.target else []
        how: list[Piece] = []
        if shadow:
            how = [(f"  {act.reason}", ODD)]
        elif act.outcome == "not done":
            how = [("  not done: ", ODD), act.reason]
        elif act.outcome == "planned":
            how = [("  planned", GOOD)]
        if act.text or how:
            self.paper.line(6, act.text, *target, *how)
        for line in act.lines:
            self.paper.line(8, (line, GOOD))

    def idle_rule(self, trace: RuleTrace, stopped_by: str | None) -> None:
        """A rule with its conditions and, where it did not fire, what would have to change."""
        say = self.paper.line
        say(4, (trace.title, NAME), ": ", (verdict(trace, stopped_by), ODD))
        self.clues(6, trace)
        ways = ways_out(trace, self.words)
        if ways:
            say(6, (ways_title(ways), BOLD))
            for way in ways:
                say(8, way)

    def clues(self, indent: int, trace: RuleTrace) -> None:
        """Marks in a column of their own, so that the eye finds what was not met."""
        for clue in clues(trace, self.words):
            read: list[Piece] = [(f"  {'; '.join(clue.read)}", DIM)] if clue.read else []
            mark = (f"{clue.mark:<9}", _MARKS[clue.mark])
            self.paper.line(indent + 2 * clue.depth, clue.text, *read, mark=mark)

    def sending(self, part: Sending) -> None:
        say = self.paper.line
        whose = self.whose(part.order_id)
        if part.parcel is None:
            say(2, *whose, (f"Not sent to {part.connection}", BAD))
        else:
            say(2, *whose, (f"What would be sent to {part.connection}", BOLD))
            for heading, lines in part.parcel.items:
                say(4, heading)
                for line in lines:
                    say(6, (line, DIM))
            for line in part.parcel.about:
                say(4, line)
        for line in part.skipped:
            say(4, ("skipped: ", ODD), line)
        for problem in part.problems:
            say(4, ("problem: ", BAD), problem)
        for warning in part.warnings:
            say(4, ("warning: ", ODD), warning)
        if part.unlike:
            say(4, (part.unlike, ODD))
