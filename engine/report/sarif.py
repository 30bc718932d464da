"""SARIF 2.1.0, for code scanning and for the editors that read it. A log is written even where nothing was found:
that is how a scanner learns that a finding is gone.

Rules carry their whole paragraph, so that no page has to be looked up. Columns are characters (`unicodeCodePoints`).
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from typing import Any
from urllib.parse import quote

import simplejson

from dsl.codes import codes, explain
from dsl.diagnostics import Diagnostic, Fix, Severity
from dsl.source import Span
from engine.report.place import place

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def _version() -> str | None:
    try:
        return metadata.version("ordinance")
    except metadata.PackageNotFoundError:  # run from a checkout that was never installed
        return None


def _location(span: Span, folder: str) -> dict[str, Any]:
    at = place(span, folder)
    region = {
        "startLine": at.line,
        "startColumn": at.column,
        "endLine": at.end_line,
        "endColumn": at.end_column,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": quote(at.path)}, "region": region}}


def _rule(code: str) -> dict[str, Any]:
    level = "warning" if code.startswith("W") else "error"
    rule: dict[str, Any] = {"id": code, "defaultConfiguration": {"level": level}}
    if (entry := codes().get(code)) is not None:
        rule["shortDescription"] = {"text": entry.title}
        rule["fullDescription"] = {"text": entry.text}
        rule["help"] = {"text": explain(code)}
    return rule


def _result(finding: Diagnostic, rules: Sequence[str], folder: str) -> dict[str, Any]:
    text = finding.message if finding.help is None else f"{finding.message}\n{finding.help}"
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rules.index(finding.code),
        "level": "error" if finding.severity is Severity.ERROR else "warning",
        "message": {"text": text},
        "locations": [_location(finding.span, folder)] if finding.span.source.path else [],
    }
    if finding.notes:
        result["relatedLocations"] = [
            {"id": number, **_location(note.span, folder), "message": {"text": note.message}}
            for number, note in enumerate(finding.notes, start=1)
        ]
    if finding.fixes:
        result["fixes"] = [_fix(fix, folder) for fix in finding.fixes]
    return result


def _fix(fix: Fix, folder: str) -> dict[str, Any]:
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        location = _location(edit.span, folder)["physicalLocation"]
        changes.setdefault(location["artifactLocation"]["uri"], []).append(
            {"deletedRegion": location["region"], "insertedContent": {"text": edit.text}}
        )
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {"artifactLocation": {"uri": uri}, "replacements": replacements}
            for uri, replacements in changes.items()
        ],
    }


def render(findings: Sequence[Diagnostic], folder: str) -> str:
    used = sorted({finding.code for finding in findings})
    driver: dict[str, Any] = {"name": "ordinance", "rules": [_rule(code) for code in used]}
    if version := _version():
        driver["version"] = version
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, used, folder) for finding in findings],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return simplejson.dumps(log, indent=2) + "\n"
