"""`ordinance test`: the tests that stand in the rules files, run and told."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as xml
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import click

from engine.cli.opening import decidable, folder_argument, ruleset_root, shown_root
from engine.cli.terminal import colors, note, watched
from engine.report.place import visible
from engine.show.evidence import verdict, ways_out
from engine.show.laying import Layout
from engine.show.paper import BAD, BOLD, DIM, GOOD, Paper
from engine.show.words import Words
from engine.testing import Failure, Outcome, run_test, selected
from events.jsontext import dumps

SCHEMA = "ordinance.test/1"
Printer: TypeAlias = Callable[[Sequence[Outcome], str, Words], None]


@click.command()
@folder_argument
@click.option("-k", "pattern", default="", metavar="PATTERN", help="Only tests whose title has this in it.")
@click.option(
    "--format", "into", type=click.Choice(["human", "json", "junit"]), default="human", show_default=True,
    help="json: one line for each test.",
)  # fmt: skip
@click.pass_context
def command(ctx: click.Context, folder: Path, pattern: str, into: str) -> None:
    """Run the tests that stand in the rules files.

    A test happens at the time that `given now is ...` says; else when its order was placed (`date_added`); else on
    2026-01-01 at 09:00 in the store's time zone. Nothing is sent.

    \b
      ordinance test
      ordinance test -k "unknown SKU"
      ordinance test --format junit > results.xml

    Exit code: 0 all passed, 1 one failed or there was none to run, 2 the rules have errors.
    """
    opened = decidable(folder)
    tests = selected(opened.checked.tests, pattern)
    outcomes = [run_test(opened, each) for each in watched(tests, len(tests), "testing")]
    PRINTERS[into](outcomes, shown_root(ruleset_root(folder)), Words(opened.zone))
    failed = sum(not each.passed for each in outcomes)
    if outcomes:
        note(f"{len(outcomes) - failed} passed, {failed} failed" if failed else f"{len(outcomes)} passed")
    elif opened.checked.tests:
        note(f"no title of the {len(opened.checked.tests)} tests has `{pattern}` in it")
    else:
        note('this ruleset has no tests; docs/language.md shows how one is written: `test "..."`')
    if failed or not outcomes:
        ctx.exit(1)


def place(failure: Failure | Outcome, folder: str) -> str:
    span = failure.span if isinstance(failure, Failure) else failure.test.span
    return f"{folder}/{span}" if folder else str(span)


def human(outcomes: Sequence[Outcome], folder: str, words: Words) -> None:
    paper = Paper(sys.stdout, color=colors(sys.stdout))
    layout = Layout(paper, words)
    for outcome in outcomes:
        if outcome.passed:
            paper.line(0, outcome.test.title, mark=("ok    ", GOOD))
            continue
        paper.line(0, (outcome.test.title, BOLD), mark=("FAIL  ", BAD))
        for failure in outcome.failures:
            paper.line(2, (place(failure, folder), DIM))
            if failure.expected:
                paper.line(4, failure.expected)
            for got in failure.got:
                paper.line(4, got, mark=("but: ", BAD))
            for reason in failure.why:
                layout.idle_rule(reason.trace, reason.stopped_by)
        paper.gap()


def json(outcomes: Sequence[Outcome], folder: str, words: Words) -> None:
    for outcome in outcomes:
        click.echo(dumps(plain(outcome, folder, words)))


def plain(outcome: Outcome, folder: str, words: Words) -> Mapping[str, Any]:
    return {
        "schema": SCHEMA,
        "test": outcome.test.title,
        "at": place(outcome, folder),
        "passed": outcome.passed,
        "failures": [
            {
                "expected": failure.expected or None,
                "got": list(failure.got),
                "at": place(failure, folder),
                "why": list(reasons(failure, words)),
            }
            for failure in outcome.failures
        ],
    }


def reasons(failure: Failure, words: Words) -> Iterable[str]:
    for reason in failure.why:
        yield f'rule "{reason.trace.title}": {verdict(reason.trace, reason.stopped_by)}'
        yield from (f"it would fire with: {way}" for way in ways_out(reason.trace, words))


def junit(outcomes: Sequence[Outcome], folder: str, words: Words) -> None:
    """What build servers read: a suite for each rules file."""
    files: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        files.setdefault(outcome.test.span.source.path, []).append(outcome)
    failed = sum(not each.passed for each in outcomes)
    root = xml.Element("testsuites", name="ordinance", tests=str(len(outcomes)), failures=str(failed))
    for path, members in files.items():
        bad = sum(not each.passed for each in members)
        suite = xml.SubElement(root, "testsuite", name=path, tests=str(len(members)), failures=str(bad))
        for each in members:
            case = xml.SubElement(suite, "testcase", name=visible(each.test.title), classname=path)
            case.set("file", place(each, folder).rsplit(":", 2)[0])
            case.set("line", str(each.test.span.line))
            if not each.passed:
                lines = [line for failure in each.failures for line in told(failure, folder, words)]
                xml.SubElement(case, "failure", message=visible(lines[1])).text = "\n".join(
                    map(visible, lines)
                )
    xml.indent(root)
    click.echo('<?xml version="1.0" encoding="utf-8"?>')
    click.echo(xml.tostring(root, "unicode"))


def told(failure: Failure, folder: str, words: Words) -> list[str]:
    expected = [failure.expected] if failure.expected else []
    return [
        place(failure, folder),
        *expected,
        *(f"but: {got}" for got in failure.got),
        *reasons(failure, words),
    ]


PRINTERS: Mapping[str, Printer] = {"human": human, "json": json, "junit": junit}
