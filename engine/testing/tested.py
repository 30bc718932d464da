"""A ruleset's tests run together: what became of each, what they saw of the rules, and whether they would notice a change.

Called by `ordinance test`, which prints it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from engine.check.tests import TestForm
from engine.opened import Opened
from engine.testing.coverage import Covering, Sight
from engine.testing.running import Outcome, Runner
from engine.testing.spread import spread

if TYPE_CHECKING:  # the checker and the parser, which tests alone do without
    from engine.testing.covered import Covered
    from engine.testing.mutants import Mutant
    from engine.testing.mutating import Bench, Fate, Tried

T = TypeVar("T")
Watch: TypeAlias = Callable[[Iterable[T], int, str], Iterable[T]]
"""Shows how far it is: the things, how many there are, and what is being done with them."""


@dataclass(frozen=True)
class Ran:
    """seen: nothing where it was not asked for, or the test could not run. happened: ids of the events that came about."""

    outcome: Outcome
    seen: frozenset[Sight] = frozenset()
    happened: frozenset[str] = frozenset()


def ran(runner: Runner, tests: Sequence[TestForm], *, covering: bool) -> Iterator[Ran]:
    """The tests one by one, in order. covering: what they saw is noted."""

    def one(at: int) -> Ran:
        reader = Covering(runner.opened.checked.form) if covering else None
        outcome, ended = runner.run(tests[at], reader)
        turns = ended.turns if ended is not None else []
        return Ran(
            replace(outcome, test=NOT_SENT),
            reader.seen(turns) if reader is not None else frozenset(),
            frozenset(turn.event.id for turn in turns),
        )

    for at, each in enumerate(spread(one, len(tests))):
        yield replace(each, outcome=replace(each.outcome, test=tests[at]))


NOT_SENT = TestForm("", None, "")  # type: ignore[arg-type]
"""Instead of a test, which whoever asked for it has."""


def coverage(opened: Opened, done: Iterable[Ran]) -> Covered:
    from engine.testing.covered import covered

    return covered(opened, [each.seen for each in done])


def mutated(runner: Runner, done: Sequence[Ran], most: int | None, seed: int, watch: Watch[Fate]) -> Tried:
    """Tries changes of the rules in an order that the seed settles. done: with what they saw; all have to have passed.

    most: so many of them, where that is said.
    """
    from engine.testing.mutants import Mutants
    from engine.testing.mutating import Bench, Tried

    bench = Bench(runner, [(each.outcome.test, each.seen) for each in done])
    every = list(Mutants(runner.opened))
    order = list(range(len(every)))
    random.Random(seed).shuffle(order)
    chosen = order[:most]
    made_ready(bench)

    def one(at: int) -> Fate:
        return bench.fate(every[chosen[at]])

    fates = dict(zip(chosen, watch(spread(one, len(chosen)), len(chosen), "changing the rules"), strict=True))
    tried: list[tuple[Mutant, Fate]] = [(every[at], fates[at]) for at in sorted(fates)]
    return Tried(tuple(sorted(tried, key=lambda one: place(runner.opened, one[0]))), len(every) - len(chosen))


def made_ready(bench: Bench) -> None:
    """What all processes need, before there are several."""
    _ = bench.rules, bench.scope


def place(opened: Opened, mutant: Mutant) -> tuple[int, int]:
    path = mutant.span.source.path
    return list(opened.ruleset.sources).index(path), mutant.span.source.base + mutant.span.start
