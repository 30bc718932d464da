"""A dry run as a merchant reads it at the terminal: an order a block, its events from top to bottom, the sums at the end.

Called by `dry-run`. Rules that did not fire are only counted, unless everything is asked for.
"""

from __future__ import annotations

from typing import TextIO

from engine.opened import Opened
from engine.show.format import Options
from engine.show.laying import Layout
from engine.show.paper import BAD, BOLD, Paper
from engine.show.shown import Shown
from engine.show.sums import sums
from engine.show.tally import Tally
from engine.show.teller import tell
from engine.show.words import Words

HINT = "; `--all` or `ordinance why` shows them"


class Human:
    def __init__(self, out: TextIO, opened: Opened, options: Options) -> None:
        self.opened = opened
        self.options = options
        self.paper = Paper(out, options.width, options.color)
        self.layout = Layout(
            self.paper,
            Words(opened.zone, whole=options.all),
            every=options.all,
            hint="" if options.all else HINT,
        )

    def start(self) -> None:
        what = f' of "{self.options.event}"' if self.options.event else ""
        title, _, about = (
            self.options.title or "Dry run: nothing is sent, and answers are assumed"
        ).partition(":")
        self.paper.line(0, (title, BOLD), f"{what}:{about}")

    def order(self, shown: Shown) -> None:
        self.paper.gap()
        story = tell(shown, self.opened, whole=self.options.all)
        if story.error is not None:
            self.paper.line(0, (story.name, BOLD))
            self.paper.line(2, ("could not be read: ", BAD), story.error)
            return
        self.layout.heading(story, shown.warnings)
        self.layout.parts(story)

    def end(self, tally: Tally) -> None:
        self.paper.gap()
        self.paper.line(0, ("In all", BOLD))
        rows = sums(tally, self.opened)
        width = max(len(name) for name, _, _ in rows)
        for name, number, bad in rows:
            self.paper.line(2, f"{name:<{width}} ", (f"{number:>7,}", BAD if bad else ""))
