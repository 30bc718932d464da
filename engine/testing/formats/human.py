"""Tests, coverage and mutants for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from dsl.counting import count
from engine.show.laying import Layout
from engine.show.paper import BAD, BOLD, DIM, GOOD, ODD, Paper
from engine.testing.formats.result import Results, coverage_line, difference, mutants_line, unnoticed

if TYPE_CHECKING:
    from engine.testing.covered import Covered
    from engine.testing.mutants import Mutant
    from engine.testing.mutating import Tried


def human(results: Results, out: TextIO, color: bool) -> None:
    paper = Paper(out, color=color)
    layout = Layout(paper, results.words)
    for outcome in results.outcomes:
        if outcome.passed:
            paper.line(0, outcome.test.title, mark=("ok    ", GOOD))
            continue
        paper.line(0, (outcome.test.title, BOLD), mark=("FAIL  ", BAD))
        for failure in outcome.failures:
            paper.line(2, (results.place(failure.span), DIM))
            if failure.expected:
                paper.line(4, failure.expected)
            for got in failure.got:
                paper.line(4, got, mark=("but: ", BAD))
            for reason in failure.why:
                layout.idle_rule(reason.trace, reason.stopped_by)
        paper.gap()
    if results.covered is not None:
        paper.gap()
        human_coverage(results.covered, results, paper)
    if results.tried is not None:
        paper.gap()
        human_mutants(results.tried, results, paper)


def human_coverage(covered: Covered, results: Results, paper: Paper) -> None:
    paper.line(0, (coverage_line(covered), BAD if results.too_little else BOLD))
    shown = [part for part in covered.parts if part.unseen or results.every]
    whose = ""
    for part in shown:
        if part.whose != whose:
            whose = part.whose
            paper.line(2, (whose if part.kind != "rule" else part.text, BOLD))
        paper.line(4, (results.place(part.span), DIM))
        told = part.said if results.every or not part.note else part.note
        said_of = [] if part.kind == "rule" else [part.text, "  "]
        paper.line(6, *said_of, (told, ODD if part.unseen else GOOD))
    for rule in covered.off if results.every else ():
        paper.line(2, (f'rule "{rule.title}"', BOLD), "  ", ("off, so nothing is asked of it", DIM))
    if not results.every and (never := sum(part.missing == 0 for part in covered.parts)):
        paper.line(
            2, (f"{count(never, 'condition')} never had a missing value to look at; `--all` shows which", DIM)
        )


def human_mutants(tried: Tried, results: Results, paper: Paper) -> None:
    paper.line(0, (mutants_line(tried), BAD if results.too_many else BOLD))
    unreached: dict[str, list[Mutant]] = {}
    for mutant, fate in unnoticed(tried):
        if fate == "not reached":
            unreached.setdefault(mutant.name, []).append(mutant)
            continue
        paper.line(2, (f"{mutant.name}: {mutant.kind}", BOLD))
        paper.line(4, (results.place(mutant.span), DIM))
        for line in difference(mutant):
            paper.line(4, (line, BAD if line.startswith("-") else GOOD))
        paper.line(4, f"a test that would notice: {mutant.hint}")
    for name, mutants in unreached.items():
        paper.line(2, (name, BOLD), f": {count(len(mutants), 'change')}, and no test comes here")
        paper.line(4, (results.place(mutants[0].span), DIM))
