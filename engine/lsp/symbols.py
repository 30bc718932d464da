"""The outline of a rules file, the names of a whole workspace, and what can be folded away.

Called by `server`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsprotocol import types
from lsprotocol.types import SymbolKind as Kind

from dsl.schema import fold
from engine.folder import FolderError
from engine.lsp.live import Live, Stretch
from engine.lsp.marks import Mark
from engine.lsp.walk import walk
from engine.lsp.workspace import Place, Workspace

MOST = 500
_KINDS = {
    "rule": Kind.Event, "test": Kind.Method, "table": Kind.Struct, "list": Kind.Enum, "definition": Kind.Variable,
}  # fmt: skip


def outline(place: Place) -> list[types.DocumentSymbol]:
    """One for each statement that has a name; of a rule, what it waits for is told beside it."""
    found = []
    for stretch, mark in _named(place.live, place.path):
        end = stretch.start + len(stretch.shown)
        start = stretch.start
        selected = place.range(start + mark.start, start + mark.end)
        about = ", ".join(each.name for each in stretch.marks if each.role in ("event", "event id", "button"))
        detail = about if mark.role == "rule" and about else mark.role
        found.append(
            types.DocumentSymbol(
                mark.name or mark.role, _KINDS[mark.role], place.range(start, end), selected, detail
            )
        )
    return found


def everywhere(workspace: Workspace, lives: Iterable[Live], query: str) -> list[types.WorkspaceSymbol]:
    """Names that hold all letters of the query in their order, as editors look for them."""
    found: list[types.WorkspaceSymbol] = []
    for live in lives:
        try:
            paths = live.paths
        except FolderError:
            continue
        for path in paths:
            text = None
            for stretch, mark in _named(live, path):
                if _fits(query, mark.name):
                    text = text or workspace.text_of(live, path)
                    where = text.range(stretch.start + mark.start, stretch.start + mark.end)
                    place = types.Location(workspace.uri_of(live, path), where)
                    found.append(
                        types.WorkspaceSymbol(
                            place, mark.name or mark.role, _KINDS[mark.role], container_name=path
                        )
                    )
                    if len(found) == MOST:
                        return found
    return found


def _named(live: Live, path: str) -> Iterator[tuple[Stretch, Mark]]:
    for stretch in live.stretches(path):
        mark = next((each for each in stretch.marks[:1] if each.defines and each.role in _KINDS), None)
        if mark is not None:
            yield stretch, mark


def _fits(query: str, name: str) -> bool:
    letters = iter(fold(name))
    return all(letter in letters for letter in fold(query) if not letter.isspace())


def folds(place: Place) -> list[types.FoldingRange]:
    """Statements of more than a line, and blocks of comments."""
    found = []
    for stretch in place.live.stretches(place.path):
        if walk(stretch.text).tokens:
            lines = place.range(stretch.start, stretch.start + len(stretch.shown))
            if lines.end.line > lines.start.line:
                found.append(types.FoldingRange(lines.start.line, lines.end.line))
    return [*found, *_comments(place)]


def _comments(place: Place) -> Iterator[types.FoldingRange]:
    first = None
    lines = [line.lstrip().startswith("#") for line in place.text.text.split("\n")]
    for number, comment in enumerate([*lines, False]):
        if comment and first is None:
            first = number
        elif not comment and first is not None:
            if number - first > 1:
                yield types.FoldingRange(first, number - 1, kind=types.FoldingRangeKind.Comment)
            first = None
