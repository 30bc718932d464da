"""The tests of a ruleset run once, as they are asked for, and told.

Called by `test`, and what both need by `watching`. Printing is `engine.testing.formats`'.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from engine.cli.opening import ruleset_root, shown_root
from engine.cli.output import writing
from engine.cli.terminal import colors, note, watched
from engine.opened import Opened
from engine.show.words import Words
from engine.testing import Runner, selected, tested
from engine.testing.formats import FORMATS
from engine.testing.formats.result import Results, each_line

T = TypeVar("T")


@dataclass(frozen=True)
class Wanted:
    """What is asked for. least: coverage in percent, -1 where it is only shown. most: changes of the rules, -1 for all."""

    pattern: str
    into: str
    output: Path | None
    least: int | None
    most: int | None
    allowed: int
    seed: int
    everything: bool


def told(opened: Opened, folder: Path, wanted: Wanted) -> bool:
    """Runs and prints. False where something is to be looked at."""
    tests = selected(opened.checked.tests, wanted.pattern)
    if not tests:
        none(opened, wanted.pattern)
        return False
    runner = Runner(opened)
    covering = wanted.least is not None or wanted.most is not None
    done = list(shown(tested.ran(runner, tests, covering=covering), len(tests), "testing"))
    results = Results(
        [each.outcome for each in done],
        Words(opened.zone),
        shown_root(ruleset_root(folder)),
        tested.coverage(opened, done) if wanted.least is not None else None,
        least=max(wanted.least or 0, 0),
        allowed=wanted.allowed,
        every=wanted.everything,
    )
    bad = any(not each.outcome.passed for each in done)
    if wanted.most is not None and not bad:
        most = None if wanted.most < 0 else wanted.most
        results = replace(results, tried=tested.mutated(runner, done, most, wanted.seed, shown))
    with writing(wanted.output) as out:
        FORMATS[wanted.into](results, out, colors(out))
    if wanted.output is not None:
        note(f"wrote {wanted.output}")
    for line in each_line(results):
        note(line)
    if wanted.most is not None and bad:
        note("nothing was changed: that tells something only where all tests pass")
    return not (bad or results.too_little or results.too_many)


def shown(things: Iterable[T], total: int, doing: str) -> Iterable[T]:
    return watched(things, total, doing)


def none(opened: Opened, pattern: str) -> None:
    if opened.checked.tests:
        note(f"no title of the {len(opened.checked.tests)} tests has `{pattern}` in it")
    else:
        note('this ruleset has no tests; docs/language.md shows how one is written: `test "..."`')
