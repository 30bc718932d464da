"""`ordinance why`: every rule that waits for an order's events, whether it fired, on what, and what would have to change.

Called by the command with an order that was watched while it was decided.
"""

from __future__ import annotations

from typing import TextIO

from dsl.schema import fold
from engine.form import Form
from engine.opened import Opened
from engine.show.format import Options
from engine.show.laying import Layout
from engine.show.paper import ODD, Paper
from engine.show.shown import Shown
from engine.show.teller import tell
from engine.show.words import listed


def why(out: TextIO, shown: Shown, opened: Opened, options: Options, rule: str | None = None) -> None:
    """Writes the reasons for one order; with `rule`, one of `titles`, for that one alone. `shown` was decided, with its
    traces kept."""
    paper = Paper(out, options.width, options.color)
    form = opened.checked.form
    story = tell(shown, opened, whole=options.all)
    layout = Layout(paper, story.words, every=True, only=rule)
    layout.heading(story, shown.warnings)
    layout.parts(story)
    if shown.run is not None and rule is not None and not _reached(shown, rule):
        happened = listed(list(dict.fromkeys(f'"{turn.event.label}"' for turn in shown.run.turns)))
        waits = f"it waits for {_events(form, rule)}; what happened was {happened}"
        paper.line(2, ("not looked at: ", ODD), waits)


def titles(form: Form) -> list[str]:
    """Of the rules that are on."""
    return list(dict.fromkeys(rule.title for rules in form.rules.values() for rule in rules))


def _reached(shown: Shown, rule: str) -> bool:
    return any(fold(trace.title) == fold(rule) for traces in shown.traces or () for trace in traces)


def _events(form: Form, title: str) -> str:
    ids = (
        event for event, rules in form.rules.items() if any(fold(rule.title) == fold(title) for rule in rules)
    )
    return " or ".join(f'"{form.labels.get(each, each)}"' for each in ids)
