"""`ordinance why`: every rule that waits for an order's events, whether it fired, on what, and what would have to change.

Called by the command with an order that was watched while it was decided.
"""

from __future__ import annotations

from typing import TextIO

from dsl.nearest import choices_help
from dsl.schema import fold
from engine.form import Form
from engine.opened import Opened
from engine.show.format import Options
from engine.show.laying import Layout
from engine.show.paper import BAD, BOLD, ODD, Paper
from engine.show.shown import Shown
from engine.show.teller import tell
from engine.show.words import listed


def why(out: TextIO, shown: Shown, opened: Opened, options: Options, rule: str | None = None) -> bool:
    """Writes the reasons for one order; with `rule`, for that one alone. False where there is no such rule, which is
    then said, with the nearest titles. `shown` needs its traces."""
    paper = Paper(out, options.width, options.color)
    form = opened.checked.form
    if rule is not None and fold(rule) not in {fold(title) for title in titles(form)}:
        paper.line(0, (f'there is no rule "{rule}" that is on', BAD))
        if nearest := choices_help("rule", rule, titles(form)):
            paper.line(2, nearest)
        return False
    story = tell(shown, opened, whole=options.all)
    if story.error is not None:
        paper.line(0, (story.name, BOLD))
        paper.line(2, ("could not be read: ", BAD), story.error)
        return True
    layout = Layout(paper, story.words, every=True, only=rule)
    layout.heading(story, shown.warnings)
    layout.parts(story)
    if shown.run is not None and rule is not None and not _reached(shown, rule):
        happened = listed(list(dict.fromkeys(f'"{turn.event.label}"' for turn in shown.run.turns)))
        waits = f"it waits for {_events(form, rule)}; what happened was {happened}"
        paper.line(2, ("not looked at: ", ODD), waits)
    return True


def titles(form: Form) -> list[str]:
    return list(dict.fromkeys(rule.title for rules in form.rules.values() for rule in rules))


def _reached(shown: Shown, rule: str) -> bool:
    return any(fold(trace.title) == fold(rule) for traces in shown.traces or () for trace in traces)


def _events(form: Form, title: str) -> str:
    ids = (
        event for event, rules in form.rules.items() if any(fold(rule.title) == fold(title) for rule in rules)
    )
    return " or ".join(f'"{form.labels.get(each, each)}"' for each in ids)
