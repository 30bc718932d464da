"""One JSON object a line, for programs: schema `ordinance.findings/1`. Members are only ever added to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import simplejson

from dsl.codes import codes
from dsl.diagnostics import Diagnostic
from dsl.source import Span
from engine.report.place import place

SCHEMA = "ordinance.findings/1"


def _where(span: Span, folder: str) -> dict[str, Any]:
    at = place(span, folder)
    if not at.path:
        return {"path": None, "start": None, "end": None}
    return {
        "path": at.path,
        "start": {"line": at.line, "column": at.column},
        "end": {"line": at.end_line, "column": at.end_column},
    }


def _finding(finding: Diagnostic, folder: str) -> dict[str, Any]:
    code = codes().get(finding.code)
    return {
        "schema": SCHEMA,
        "code": finding.code,
        "severity": finding.severity.value,
        "title": code.title if code else None,
        "message": finding.message,
        "help": finding.help,
        **_where(finding.span, folder),
        "notes": [{"message": note.message, **_where(note.span, folder)} for note in finding.notes],
        "fixes": [
            {
                "title": fix.title,
                "safe": fix.safe,
                "edits": [{**_where(edit.span, folder), "text": edit.text} for edit in fix.edits],
            }
            for fix in finding.fixes
        ],
    }


def render(findings: Sequence[Diagnostic], folder: str) -> str:
    return "".join(f"{simplejson.dumps(_finding(finding, folder))}\n" for finding in findings)
