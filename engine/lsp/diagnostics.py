"""What `check` finds, as an editor underlines it.

Called by `server` after every pause in typing. Findings are those of the ruleset as it stands in the open documents; a
place is counted in the text that the finding was made of.
"""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from dsl.diagnostics import Diagnostic, Severity
from dsl.source import Source, Span
from engine.folder import FILE, FolderError
from engine.lsp.live import Live
from engine.lsp.text import Text
from engine.lsp.workspace import Workspace

NAME = "ordinance"
_SEVERITY = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
}


def findings(
    workspace: Workspace, live: Live, others: Iterable[Diagnostic] = ()
) -> dict[str, list[types.Diagnostic]]:
    """By document. others: findings that take longer to find, such as those of samples."""
    try:
        every = [*live.findings, *others]
    except FolderError:
        return {}
    lines = Lines(workspace, live)
    found: dict[str, list[types.Diagnostic]] = {}
    for each in every:
        uri = workspace.uri_of(live, each.span.source.path or FILE)
        found.setdefault(uri, []).append(underlined(each, lines))
    return found


class Lines:
    """Each source split into lines once."""

    def __init__(self, workspace: Workspace, live: Live) -> None:
        self.workspace, self.live = workspace, live
        self.known: dict[Source, Text] = {}

    def range(self, span: Span) -> types.Range:
        text = self.known.get(span.source)
        if text is None:
            text = self.workspace.text_of(self.live, span.source.path)
            if text.text != span.source.text:
                text = Text(span.source.text, self.workspace.unit)
            self.known[span.source] = text
        return text.range(span.start, span.end)


def underlined(found: Diagnostic, lines: Lines) -> types.Diagnostic:
    notes = [
        types.DiagnosticRelatedInformation(
            types.Location(lines.workspace.uri_of(lines.live, note.span.source.path), lines.range(note.span)),
            note.message,
        )
        for note in found.notes
    ]
    return types.Diagnostic(
        lines.range(found.span),
        found.message if found.help is None else f"{found.message}\n{found.help}",
        severity=_SEVERITY[found.severity],
        code=found.code,
        source=NAME,
        related_information=notes or None,
    )
