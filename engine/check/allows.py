"""`# allow W512: reason, until 2027-01-31`: findings silenced where they stand, with a reason and an end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from dsl import ast
from dsl.diagnostics import Diagnostic, Fix, Report, Severity
from dsl.source import Span


def silence(
    found: Iterable[Diagnostic], files: Iterable[ast.File], report: Report, today: dt.date | None
) -> list[Diagnostic]:
    """What is left. Only advice can be silenced; an `allow` that silences nothing, or has ended, is advice itself."""
    unused = Report()
    allowed = {}
    for file in files:
        for allow in file.allows:
            if today is not None and allow.until is not None and allow.until < today:
                unused.add(
                    "W512",
                    f"this allow of {allow.code} ended on {allow.until}",
                    allow.span,
                    help="mend it now, or give it another end",
                )
            else:
                allowed[file.path, allow.line, allow.code] = allow
    used: set[tuple[str, int, str]] = set()
    left: list[Diagnostic] = []
    for finding in found:
        if allowed and finding.severity is Severity.WARNING:
            key = (finding.span.source.path, finding.span.line, finding.code)
            if key in allowed:
                used.add(key)
                continue
        left.append(finding)
    errors = bool(report.errors)
    for key, allow in allowed.items():
        if key not in used and not errors:
            unused.add(
                "W511",
                f"this allows {allow.code}, which is not found here",
                allow.span,
                help="take the comment away",
                fixes=[Fix.write(comment(allow.span), "", "take the comment away")],
            )
    return sorted([*left, *unused], key=lambda d: d.order)


def comment(span: Span) -> Span:
    """The comment with its line where it stands alone, else with the blanks before it."""
    text = span.source.text
    start = span.start - len(text[: span.start]) + len(text[: span.start].rstrip(" \t"))
    alone = start == 0 or text[start - 1] == "\n"
    end = text.find("\n", span.end) + 1 or len(text)
    return Span(span.source, start, end) if alone else Span(span.source, start, span.end)
