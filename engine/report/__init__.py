"""Findings as people and programs read them: one function, one file for each format.

Called by every command that shows findings. Here they are put in order and each told once; what is wrong with a
ruleset is found elsewhere, and where the text goes is the caller's (results to stdout, `summary` to stderr).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module

from dsl.counting import count
from dsl.diagnostics import Diagnostic, Report, Severity

FORMATS = ("human", "concise", "json", "github", "sarif")
"""Each has a module of its own here, loaded when it is asked for."""


def render(
    diagnostics: Iterable[Diagnostic], into: str = "human", *, color: bool = False, folder: str = ""
) -> str:
    """The findings in one of `FORMATS`, ending in a line end; "" where there is nothing to say.

    folder: the ruleset's folder as seen by whoever reads the output (the repository's root for `github` and `sarif`),
    put before every path. color: for `human` only; the caller has looked at the terminal and at NO_COLOR.
    """
    return "".join(rendered(diagnostics, into, color=color, folder=folder))


def rendered(
    diagnostics: Iterable[Diagnostic], into: str = "human", *, color: bool = False, folder: str = ""
) -> Iterator[str]:
    """As `render`, piece by piece: tens of thousands of findings are shown without all of their text at hand."""
    found = Report(list(diagnostics)).sorted()
    if into not in FORMATS:
        raise ValueError(f"no format is called {into}")
    if into == "human":
        from engine.report import human

        yield from human.rendered(found, folder, color=color)
    else:
        yield import_module(f"engine.report.{into}").render(found, folder)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning in 3 files`, or `nothing found`: the last line, for a person."""
    report = Report(list(diagnostics))
    counts = [
        count(len(found), str(severity))
        for severity, found in ((Severity.ERROR, report.errors), (Severity.WARNING, report.warnings))
        if found
    ]
    if not counts:
        return "nothing found"
    paths = {d.span.source.path for d in report if d.span.source.path}
    where = f" in {count(len(paths), 'file')}" if paths else ""
    return ", ".join(counts) + where
