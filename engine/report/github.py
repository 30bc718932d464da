"""Workflow commands: GitHub Actions shows each finding beside its line in the pull request.

The escapes are those of the runner's own toolkit: `%`, CR and LF in a message, `:` and `,` too in a property.
"""

from __future__ import annotations

from collections.abc import Sequence

from dsl.diagnostics import Diagnostic
from engine.report.place import Place, place, visible


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _where(at: Place) -> dict[str, str]:
    if not at.path:
        return {}
    lines = {"file": at.path, "line": str(at.line)}
    if at.end_line != at.line:
        return lines | {"endLine": str(at.end_line)}  # the runner drops columns that are not on one line
    return lines | {"col": str(at.column), "endColumn": str(at.end_column)}


def _command(finding: Diagnostic, folder: str) -> str:
    properties = _where(place(finding.span, folder)) | {"title": finding.code}
    written = ",".join(f"{name}={_property(visible(value))}" for name, value in properties.items())
    lines = [visible(finding.message)]
    if finding.help:
        lines += [visible(line) for line in finding.help.split("\n")]
    for note in finding.notes:
        at = place(note.span, folder)
        where = f": {at.path}:{at.line}:{at.column}" if at.path else ""
        lines.append(visible(note.message + where))
    return f"::{finding.severity} {written}::{_data(chr(10).join(lines))}"


def render(findings: Sequence[Diagnostic], folder: str) -> str:
    return "".join(f"{_command(finding, folder)}\n" for finding in findings)
