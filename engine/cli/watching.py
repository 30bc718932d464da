"""`ordinance test --watch`: the tests run again whenever a file changes, those alone that the change concerns.

Files are looked at a few times a second; nothing is run before they have stood still for a moment.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from dsl.counting import count
from engine.cli.opening import ruleset_root, shown_root
from engine.cli.terminal import colors, note
from engine.cli.testing import Wanted, none
from engine.folder import DiskFolder, FolderError
from engine.opened import Opened, catalogues
from engine.report import render, summary
from engine.show.words import Words
from engine.testing import Runner, selected, tested
from engine.testing.formats.human import human
from engine.testing.formats.result import Results
from engine.testing.watching import Known, stamps

EVERY = 0.25
"""Seconds between two looks at the files."""


def watch(folder: Path, wanted: Wanted, sleep: Callable[[float], None] = time.sleep) -> None:
    """Until somebody presses Ctrl-C."""
    root = ruleset_root(folder)
    watching = Watching(root, wanted)
    while True:
        seen = stamps(root)
        if sys.stdout.isatty():
            click.clear()
        watching.run()
        note("waiting for a change; Ctrl-C ends")
        changed = stamps(root)
        while changed == seen:
            sleep(EVERY)
            changed = stamps(root)
        while (now := stamps(root)) != changed or not now:
            changed = now
            sleep(EVERY)


class Watching:
    def __init__(self, root: Path, wanted: Wanted) -> None:
        from engine.cache.session import Session

        self.root = root
        self.wanted = wanted
        self.folder = DiskFolder(root)
        self.session = Session(self.folder)
        self.known = Known()

    def run(self) -> None:
        self.session.reread()
        try:
            found = self.session.settled()
        except FolderError as error:
            note(str(error))
            return
        opened = Opened(self.folder, found.ruleset, found.schema, found.checked, catalogues(found.ruleset))
        errors = opened.checked.errors
        if errors:
            click.echo(render(errors, color=colors(sys.stdout), folder=shown_root(self.root)))
            note(f"the rules have errors ({summary(errors)}), so no test was run")
            return
        tests = selected(opened.checked.tests, self.wanted.pattern)
        if not tests:
            none(opened, self.wanted.pattern)
            return
        covering = self.wanted.least is not None
        held = (
            {}
            if covering
            else {t.title: ran for t in tests if (ran := self.known.holds(opened, t)) is not None}
        )
        again = [test for test in tests if test.title not in held]
        fresh = {
            each.outcome.test.title: each for each in tested.ran(Runner(opened), again, covering=covering)
        }
        done = [held.get(test.title) or fresh[test.title] for test in tests]
        self.known.keep(opened, done)
        results = Results(
            [each.outcome for each in done if not each.outcome.passed],
            Words(opened.zone),
            shown_root(self.root),
            tested.coverage(opened, done) if covering else None,
            least=max(self.wanted.least or 0, 0),
            every=self.wanted.everything,
        )
        human(results, sys.stdout, colors(sys.stdout))
        sys.stdout.flush()
        bad = len(results.outcomes)
        some = f" ({count(len(again), 'test')} run again)" if held else ""
        note(f"{len(done) - bad} passed, {bad} failed{some}" if bad else f"{len(done)} passed{some}")
