"""The ways out of findings that a machine can take, as an editor's light bulb offers them; those that are safe for a whole file.

Called by `server`. The edits are the findings' own (`dsl.diagnostics.Fix`); `ordinance check --fix` does the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsprotocol import types

from dsl.diagnostics import Diagnostic, Fix
from engine.lsp.client import Client
from engine.lsp.diagnostics import Lines, underlined
from engine.lsp.workspace import Place

ALL = types.CodeActionKind.SourceFixAll


def actions(place: Place, end: int, only: Iterable[str] | None, client: Client) -> list[types.CodeAction]:
    """Of the findings between the place and `end`. only: the kinds that are wanted."""
    wanted = tuple(only) if only is not None else (types.CodeActionKind.QuickFix, ALL)
    here = [each for each in place.live.findings if each.span.source.path == place.path and each.fixes]
    lines = Lines(place.workspace, place.live)
    found: list[types.CodeAction] = []
    if _asked(types.CodeActionKind.QuickFix, wanted):
        for each in here:
            if each.span.start <= end and place.offset <= each.span.end:
                found += [_action(each, fix, n, lines, client) for n, fix in enumerate(each.fixes)]
    if _asked(ALL, wanted) and (every := list(_safe(here))):
        edit = _edit([edit for fix in every for edit in _edits(fix, lines)], lines, client)
        found.append(types.CodeAction("Mend what has one safe answer in this file", ALL, edit=edit))
    return found


def _asked(kind: str, wanted: Iterable[str]) -> bool:
    return any(kind == each or kind.startswith(f"{each}.") for each in wanted)


def _action(found: Diagnostic, fix: Fix, number: int, lines: Lines, client: Client) -> types.CodeAction:
    return types.CodeAction(
        fix.title[:1].upper() + fix.title[1:],
        types.CodeActionKind.QuickFix,
        diagnostics=[underlined(found, lines)],
        is_preferred=True if number == 0 and fix.safe else None,
        edit=_edit(_edits(fix, lines), lines, client),
    )


Change = tuple[str, types.TextEdit]


def _edits(fix: Fix, lines: Lines) -> list[Change]:
    return [(edit.span.source.path, types.TextEdit(lines.range(edit.span), edit.text)) for edit in fix.edits]


def _safe(found: Iterable[Diagnostic]) -> Iterator[Fix]:
    """The safe ways out, each of which leaves the places of the others as they are."""
    taken: list[tuple[str, int, int]] = []
    for each in found:
        for fix in each.fixes[:1]:
            spots = [(edit.span.source.path, edit.span.start, edit.span.end) for edit in fix.edits]
            if fix.safe and not any(_meet(a, b) for a in spots for b in taken):
                taken += spots
                yield fix


def _meet(a: tuple[str, int, int], b: tuple[str, int, int]) -> bool:
    return a[0] == b[0] and a[1] <= b[2] and b[1] <= a[2]


def _edit(changes: Iterable[Change], lines: Lines, client: Client) -> types.WorkspaceEdit:
    by_file: dict[str, list[types.TextEdit]] = {}
    for path, change in changes:
        by_file.setdefault(lines.workspace.uri_of(lines.live, path), []).append(change)
    return workspace_edit(by_file, lines.workspace.versions, client)


def workspace_edit(
    changes: dict[str, list[types.TextEdit]], versions: dict[str, int | None], client: Client
) -> types.WorkspaceEdit:
    """With the versions that they are meant for, where the editor can refuse what came too late."""
    if not client.document_changes:
        return types.WorkspaceEdit(changes=changes)
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(uri, versions.get(uri)), edits
            )
            for uri, edits in changes.items()
        ]
    )
