"""What is said of the thing under the mouse: a field's meaning and source, an event, a definition's text, a table's rows.

Called by `server`. Where a finding is underlined, its paragraph (`ordinance explain`) comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lsprotocol import types

from dsl import ast
from dsl.codes import codes
from dsl.diagnostics import Diagnostic
from dsl.schema import fold
from engine.folder import FILE
from engine.lsp import catalogue
from engine.lsp.catalogue import escaped, fenced
from engine.lsp.client import Client
from engine.lsp.live import Found, Live
from engine.lsp.marks import Mark
from engine.lsp.names import configured
from engine.lsp.workspace import Place

MOST_LINES = 20


def hover(place: Place, client: Client) -> types.Hover | None:
    at = place.live.marks_at(place.path, place.offset)
    found = next((each for each in at if each.mark.role in _ABOUT), None)
    parts = [_explained(each) for each in _findings(place)]
    if found is not None:
        said = _ABOUT[found.mark.role](place.live, found.mark, place.offset - found.start + found.mark.start)
        parts += [said] if said else []
    elif place.path == FILE:
        parts += _configured(place)
    if not parts:
        return None
    text = "\n\n---\n\n".join(parts)
    kind = types.MarkupKind.Markdown if client.markdown_hover else types.MarkupKind.PlainText
    shown = text if client.markdown_hover else catalogue.plain(text)
    return types.Hover(types.MarkupContent(kind, shown), _range(place, found))


def _range(place: Place, found: Found | None) -> types.Range | None:
    return place.range(found.start, found.end) if found is not None else None


def _findings(place: Place) -> Iterator[Diagnostic]:
    for each in place.live.findings:
        span = each.span
        if span.source.path == place.path and span.start <= place.offset <= max(span.end, span.start + 1):
            yield each


def _explained(found: Diagnostic) -> str:
    code = codes().get(found.code)
    if code is None:
        return f"**{found.code}**"
    said = f"**{found.code}** {code.title}\n\n{code.text}"
    return f"{said}\n\n{code.help}" if code.help else said


def _event(live: Live, mark: Mark, at: int) -> str:
    row = live.catalogue.event(mark.name)
    return catalogue.told(row) if row is not None else ""


def _field(live: Live, mark: Mark, at: int) -> str:
    """As much of the path as ends with the step under the mouse; all of it where that much is no field, as of `order`."""
    names = [step.name for step in mark.steps]
    if names[0] == "event":
        return _event_field(live, names[1]) if len(names) > 1 else ""
    pointed = [step.name for n, step in enumerate(mark.steps) if n == 0 or step.start - 1 <= at]
    if live.catalogue.field(pointed) is not None:
        names = pointed
    found = live.catalogue.field(names)
    row = live.catalogue.row("field", found[0]) if found is not None else None
    if row is None:
        return ""
    entry = names[len(row.id.split(".")) :]
    return catalogue.told(row) + (f"\n\nThe entry `{entry[0]}` of it." if entry else "")


def _event_field(live: Live, name: str) -> str:
    docs = {spec.field_docs[name] for spec in live.schema.events.values() if name in spec.field_docs}
    return f"**event.{name}**\n\n" + "\n".join(f"- {escaped(doc)}" for doc in sorted(docs)) if docs else ""


def _name(live: Live, mark: Mark, at: int) -> str:
    """A definition, list or table as it is written."""
    for role in ("definition", "list", "table"):
        for name, stretch in live.named(role):
            if name == mark.name and (role == mark.role or mark.role == "name"):
                return _shortened(stretch.shown) + _rows(live, name)
    return ""


def _rows(live: Live, name: str) -> str:
    """Of a table in a file."""
    table = live.ruleset.tables.get(name)
    if not isinstance(table, ast.Table):
        return ""
    head = [*table.inputs, *(f"-> {output}" for output in table.outputs)]
    lines = [head, ["---"] * len(head)]
    source = next((row.span.source for row in table.rows), None)
    if source is not None:
        lines += [
            [cell.span.text.strip() for cell in (*row.cells, *row.outputs)] for row in table.rows[:MOST_LINES]
        ]
    shown = "\n".join(
        "| " + " | ".join(escaped(cell) if n != 1 else cell for cell in line) + " |"
        for n, line in enumerate(lines)
    )
    more = len(table.rows) - MOST_LINES
    rest = ", ".join(each.span.text for each in table.otherwise) if table.otherwise is not None else "nothing"
    return (
        f"\n\n{shown}\n\n" + (f"and {more:,} more rows; " if more > 0 else "") + f"otherwise {escaped(rest)}"
    )


def _shortened(text: str) -> str:
    lines = text.splitlines()
    if len(lines) <= MOST_LINES:
        return fenced(text)
    return fenced("\n".join(lines[:MOST_LINES])) + f"\n\nand {len(lines) - MOST_LINES:,} more lines"


def _function(live: Live, mark: Mark, at: int) -> str:
    row = live.catalogue.row("function", mark.name)
    return catalogue.told(row) if row is not None else ""


def _action(live: Live, mark: Mark, at: int) -> str:
    row = live.catalogue.row("action", mark.name)
    return catalogue.told(row) if row is not None else ""


def _connection(live: Live, mark: Mark, at: int) -> str:
    spec = live.schema.connection(mark.name)
    return catalogue.connection(spec) if spec is not None else ""


def _folder(live: Live, mark: Mark, at: int) -> str:
    name = live.schema.folders.get(fold(mark.name))
    if name is None:
        return ""
    ids = [each.id for each in live.ruleset.config.folders if each.name == name and each.id is not None]
    first = next(iter(live.schema.folders.values()), "") == name
    said = [f"**{escaped(name)}**", "A folder of `ordinance.yaml`."]
    said += [f"Order Desk's number of it is {ids[0]}."] if ids else []
    said += ["New orders land in it."] if first else []
    return "\n\n".join(said)


def _rule(live: Live, mark: Mark, at: int) -> str:
    """At an `expect rule`: the rule."""
    if mark.defines:
        return ""
    for path in live.paths:
        for stretch in live.stretches(path):
            first = stretch.marks[:1]
            if (
                first
                and first[0].role == "rule"
                and first[0].defines
                and fold(first[0].name) == fold(mark.name)
            ):
                return _shortened(stretch.shown)
    return ""


def _reason(live: Live, mark: Mark, at: int) -> str:
    for spec in live.schema.events.values():
        if spec.reason is not None and fold(spec.reason_name) == fold(mark.name):
            return _event(live, Mark("event", spec.id, 0, 0), 0)
    return ""


def _value(live: Live, mark: Mark, at: int) -> str:
    return _folder(live, mark, at)


_ABOUT: dict[str, Callable[[Live, Mark, int], str]] = {
    "event": _event, "event id": _event, "raised": _event, "button": _event, "field": _field, "name": _name,
    "definition": _name, "list": _name, "table": _name, "function": _function, "action": _action, "run": _action,
    "connection": _connection, "folder": _folder, "rule": _rule, "reason": _reason, "value": _value, "literal": _value,
}  # fmt: skip


def _configured(place: Place) -> Iterator[str]:
    roles = {"folder": _folder, "connection": _connection, "button": _event, "event": _event}
    for thing, name, span in configured(place.live):
        if span.start <= place.offset <= span.end and (about := roles.get(thing)) is not None:
            yield about(place.live, Mark("folder", name, span.start, span.end), place.offset)
