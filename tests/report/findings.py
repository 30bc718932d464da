"""Findings at a place that a test can point to: the stretch of the text that stands between `«` and `»`."""

from __future__ import annotations

from dsl.diagnostics import Diagnostic, Note
from dsl.source import Source, Span


def marked(text: str, path: str = "rules/eu.rules") -> Span:
    start = text.index("«")
    end = text.index("»") - 1
    return Span(Source(path, text.replace("«", "").replace("»", "")), start, end)


def finding(
    text: str,
    message: str = "unknown folder `Returns`",
    *,
    code: str = "E201",
    way_out: str | None = None,
    notes: tuple[Note, ...] = (),
    path: str = "rules/eu.rules",
) -> Diagnostic:
    return Diagnostic(code, message, marked(text, path), way_out, notes)
