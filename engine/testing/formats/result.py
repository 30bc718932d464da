"""What is told of a run of tests, whatever it is printed as: the outcomes, what they saw, and which changes nobody notices."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsl.counting import count
from dsl.source import Span
from engine.show.evidence import verdict, ways_out
from engine.show.words import Words
from engine.testing.running import Failure, Outcome

if TYPE_CHECKING:  # the parser and the checker, which tests alone do without
    from engine.testing.covered import Covered
    from engine.testing.mutants import Mutant
    from engine.testing.mutating import Fate, Tried

DO = re.compile(r"^  do\b")
"""The first action stands beside it: the others are no different when the first goes."""


@dataclass(frozen=True)
class Results:
    """folder: as it is shown before places. least: the percentage that was asked for. allowed: of mutants that survive.
    every: also what is well."""

    outcomes: Sequence[Outcome]
    words: Words
    folder: str
    covered: Covered | None = None
    tried: Tried | None = None
    least: int = 0
    allowed: int = 0
    every: bool = False

    @property
    def too_little(self) -> bool:
        return self.covered is not None and self.covered.percent < self.least

    @property
    def too_many(self) -> bool:
        return self.tried is not None and len(unnoticed(self.tried)) > self.allowed

    def place(self, span: Span) -> str:
        return f"{self.folder}/{span}" if self.folder else str(span)


def unnoticed(tried: Tried) -> list[tuple[Mutant, Fate]]:
    return [(mutant, fate) for mutant, fate in tried.mutants if fate in ("survived", "not reached")]


def difference(mutant: Mutant) -> list[str]:
    """The lines that a mutant changes, as rules are written, with `-` and `+` before them."""
    from dsl import printer

    if mutant.changed is None:
        assert mutant.other is not None
        return [f'- rule "{mutant.other.title}" stands after it', "+ it stands before it"]
    before, after = (
        [DO.sub("", line).strip() for line in printer.write(each).splitlines()]
        for each in (mutant.statement, mutant.changed)
    )
    lines = difflib.unified_diff(before, after, n=0, lineterm="")
    return [f"{line[0]} {line[1:]}" for line in lines if not line.startswith(("---", "+++", "@@"))]


def coverage_line(covered: Covered) -> str:
    rules, conditions, rows = (covered.of_kind(kind) for kind in ("rule", "condition", "row"))
    parts = [f"{rules[0]} of {count(rules[1], 'rule')} fired"]
    if conditions[1]:
        parts.append(f"{conditions[0]} of {count(conditions[1], 'condition')} met and not met")
    if rows[1]:
        parts.append(f"{rows[0]} of {count(rows[1], 'row')} of tables matched")
    return f"coverage {covered.percent} %: {', '.join(parts)}"


def mutants_line(tried: Tried) -> str:
    noticed, survived, unreached = (len(tried.of(fate)) for fate in ("noticed", "survived", "not reached"))
    parts = [f"{noticed} noticed", f"{survived} not noticed"]
    if unreached:
        parts.append(f"{unreached} where no test comes")
    if tried.left:
        parts.append(f"{tried.left} more not tried")
    return f"{count(noticed + survived + unreached, 'change')} of the rules tried: {', '.join(parts)}"


def reasons(failure: Failure, words: Words) -> Iterable[str]:
    for reason in failure.why:
        yield f'rule "{reason.trace.title}": {verdict(reason.trace, reason.stopped_by)}'
        yield from (f"it would fire with: {way}" for way in ways_out(reason.trace, words))


def each_line(results: Results) -> Iterator[str]:
    """What a person reads on stderr when all is told."""
    outcomes = results.outcomes
    bad = sum(not each.passed for each in outcomes)
    yield f"{len(outcomes) - bad} passed, {bad} failed" if bad else f"{len(outcomes)} passed"
    if results.too_little:
        assert results.covered is not None
        yield f"coverage is {results.covered.percent} %, and {results.least} % was asked for"
    if results.too_many:
        assert results.tried is not None
        allowed = f", and {results.allowed} are allowed" if results.allowed else ""
        yield f"{count(len(unnoticed(results.tried)), 'change')} of the rules would go unnoticed{allowed}"
