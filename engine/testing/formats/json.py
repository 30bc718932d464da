"""Tests, coverage and mutants for programs: an object a line, as `docs/schemas/` has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TextIO

from engine.testing.formats.result import Results, difference, reasons, unnoticed
from engine.testing.running import Outcome
from events.jsontext import dumps

if TYPE_CHECKING:
    from engine.testing.covered import Covered
    from engine.testing.mutating import Tried

TEST, COVERAGE, MUTANTS = "ordinance.test/1", "ordinance.coverage/1", "ordinance.mutants/1"


def json(results: Results, out: TextIO, _color: bool) -> None:
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
