"""One line for each finding: `rules/eu.rules:7:11: error[E201]: unknown field ...`. For editors, scripts and the cases."""

from __future__ import annotations

from collections.abc import Sequence

from dsl.diagnostics import Diagnostic
from engine.report.place import place, visible


def line(finding: Diagnostic, folder: str) -> str:
    at = place(finding.span, folder)
    where = f"{visible(at.path)}:{at.line}:{at.column}: " if at.path else ""
    return f"{where}{finding.severity}[{finding.code}]: {visible(finding.message)}"


def render(findings: Sequence[Diagnostic], folder: str) -> str:
    return "".join(f"{line(finding, folder)}\n" for finding in findings)
