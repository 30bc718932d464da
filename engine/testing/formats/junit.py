"""Tests, coverage and mutants for build servers: JUnit's XML."""

from __future__ import annotations

import xml.etree.ElementTree as xml
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from dsl.source import Span
from engine.report.place import visible
from engine.testing.formats.result import Results, coverage_line, difference, mutants_line, reasons, unnoticed
from engine.testing.running import Failure, Outcome

if TYPE_CHECKING:
    from engine.testing.covered import Covered
    from engine.testing.mutating import Tried


def junit(results: Results, out: TextIO, _color: bool) -> None:
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
