"""What `ordinance test` prints: tests, coverage and mutants, for people, for programs and for build servers."""

from __future__ import annotations

import difflib
import re
import xml.etree.ElementTree as xml
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

from dsl.source import Span
from engine.cli.terminal import colors
from engine.report.place import visible
from engine.show.evidence import verdict, ways_out
from engine.show.laying import Layout
from engine.show.paper import BAD, BOLD, DIM, GOOD, ODD, Paper
from engine.show.words import Words, count, listed
from engine.testing.running import Failure, Outcome
from events.jsontext import dumps

if TYPE_CHECKING:  # the parser and the checker, which tests alone do without
    from engine.testing.covered import Covered
    from engine.testing.mutants import Mutant
    from engine.testing.mutating import Fate, Tried

DO = re.compile(r"^  do\b")
"""The first action stands beside it: the others are no different when the first goes."""

TEST, COVERAGE, MUTANTS = "ordinance.test/1", "ordinance.coverage/1", "ordinance.mutants/1"


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


Printer: TypeAlias = Callable[[Results, TextIO], None]


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


# -- for people -------------------------------------------------------------------------------------------------


def human(results: Results, out: TextIO) -> None:
    paper = Paper(out, color=colors(out))
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


# -- for programs -----------------------------------------------------------------------------------------------


def json(results: Results, out: TextIO) -> None:
    for outcome in results.outcomes:
        out.write(dumps(plain(outcome, results)) + "\n")
    if results.covered is not None:
        out.write(dumps(plain_coverage(results.covered, results)) + "\n")
    if results.tried is not None:
        out.write(dumps(plain_mutants(results.tried, results)) + "\n")


def plain(outcome: Outcome, results: Results) -> Mapping[str, Any]:
    return {
        "schema": TEST,
        "test": outcome.test.title,
        "at": results.place(outcome.test.span),
        "passed": outcome.passed,
        "failures": [
            {
                "expected": failure.expected or None,
                "got": list(failure.got),
                "at": results.place(failure.span),
                "why": list(reasons(failure, results.words)),
            }
            for failure in outcome.failures
        ],
    }


def reasons(failure: Failure, words: Words) -> Iterable[str]:
    for reason in failure.why:
        yield f'rule "{reason.trace.title}": {verdict(reason.trace, reason.stopped_by)}'
        yield from (f"it would fire with: {way}" for way in ways_out(reason.trace, words))


def plain_coverage(covered: Covered, results: Results) -> Mapping[str, Any]:
    return {
        "schema": COVERAGE,
        "percent": covered.percent,
        "seen": covered.seen,
        "total": covered.total,
        "tests": covered.tests,
        "parts": [
            {
                "kind": part.kind,
                "at": results.place(part.span),
                "end": list(part.span.source.place(part.span.end)),
                "text": part.text,
                "in": part.whose,
                "tests": {each.what: each.tests for each in part.wanted},
                "missing": part.missing,
                "unseen": list(part.unseen),
                "note": part.note or None,
            }
            for part in covered.parts
        ],
        "off": [rule.title for rule in covered.off],
    }


def plain_mutants(tried: Tried, results: Results) -> Mapping[str, Any]:
    return {
        "schema": MUTANTS,
        "noticed": len(tried.of("noticed")),
        "survived": len(tried.of("survived")),
        "not_reached": len(tried.of("not reached")),
        "not_counted": len(tried.of("invalid", "same")),
        "not_tried": tried.left,
        "unnoticed": [
            {
                "fate": fate,
                "in": mutant.name,
                "at": results.place(mutant.span),
                "kind": mutant.kind,
                "diff": difference(mutant),
                "hint": mutant.hint,
            }
            for mutant, fate in unnoticed(tried)
        ],
    }


# -- for build servers ------------------------------------------------------------------------------------------


def junit(results: Results, out: TextIO) -> None:
    """What build servers read: a suite for each rules file, one for coverage, and one for mutants."""
    root = xml.Element("testsuites", name="ordinance")
    files: dict[str, list[Outcome]] = {}
    for outcome in results.outcomes:
        files.setdefault(outcome.test.span.source.path, []).append(outcome)
    for path, members in files.items():
        suite = xml.SubElement(root, "testsuite", name=path)
        for each in members:
            case = junit_case(suite, each.test.title, path, each.test.span, results)
            if not each.passed:
                lines = [line for failure in each.failures for line in told(failure, results)]
                failed(case, lines[1], lines)
    if results.covered is not None:
        junit_coverage(root, results.covered, results)
    if results.tried is not None:
        junit_mutants(root, results.tried, results)
    for level in (root, *root):
        level.set("tests", str(len(list(level.iter("testcase")))))
        level.set("failures", str(len(list(level.iter("failure")))))
    xml.indent(root)
    out.write('<?xml version="1.0" encoding="utf-8"?>\n' + xml.tostring(root, "unicode") + "\n")


def junit_case(suite: xml.Element, name: str, of: str, span: Span, results: Results) -> xml.Element:
    case = xml.SubElement(suite, "testcase", name=visible(name), classname=visible(of))
    case.set("file", results.place(span).rsplit(":", 2)[0])
    case.set("line", str(span.line))
    return case


def failed(case: xml.Element, message: str, lines: Iterable[str]) -> None:
    xml.SubElement(case, "failure", message=visible(message)).text = "\n".join(map(visible, lines))


def told(failure: Failure, results: Results) -> list[str]:
    expected = [failure.expected] if failure.expected else []
    return [
        results.place(failure.span),
        *expected,
        *(f"but: {got}" for got in failure.got),
        *reasons(failure, results.words),
    ]


def junit_coverage(root: xml.Element, covered: Covered, results: Results) -> None:
    suite = xml.SubElement(root, "testsuite", name="coverage")
    case = xml.SubElement(
        suite, "testcase", name=f"coverage is at least {results.least} %", classname="coverage"
    )
    lines = [
        f"{results.place(part.span)}: {part.whose}: {part.text}: {part.note or part.said}"
        for part in covered.parts
        if part.unseen
    ]
    if results.too_little:
        failed(case, coverage_line(covered), lines)
    else:
        xml.SubElement(case, "system-out").text = "\n".join(map(visible, [coverage_line(covered), *lines]))


def junit_mutants(root: xml.Element, tried: Tried, results: Results) -> None:
    """Those that survive are failures where they are more than are allowed."""
    suite = xml.SubElement(root, "testsuite", name="mutants")
    for mutant, fate in unnoticed(tried):
        case = junit_case(suite, f"{mutant.name}: {mutant.kind}", "mutants", mutant.span, results)
        lines = [*difference(mutant), f"a test that would notice: {mutant.hint}"]
        if results.too_many:
            failed(
                case, "no test comes here" if fate == "not reached" else "no test notices this change", lines
            )
        else:
            xml.SubElement(case, "skipped", message="no test notices this change; so many are allowed")
    if not unnoticed(tried):
        xml.SubElement(suite, "testcase", name=mutants_line(tried), classname="mutants")


def html(results: Results, out: TextIO) -> None:
    from engine.testing.page import page  # only where it is asked for

    assert results.covered is not None
    failures = [each.test.title for each in results.outcomes if not each.passed]
    out.write(page(results.covered, listed(failures) if failures else ""))


PRINTERS: Mapping[str, Printer] = {"human": human, "json": json, "junit": junit, "html": html}


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
