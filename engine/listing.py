"""The catalogue as rows that a person can search, as in the Rule Builder: type a printer's name, see its events and actions.

Called by `ordinance catalog` and by the generated documentation. It only chooses and words rows; printing them is the
caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from actions import catalogue
from dsl.schema import FieldSpec, Schema, fold
from engine.wiring import integrations

Kind = Literal["event", "action", "field", "function"]
KINDS: tuple[Kind, ...] = ("event", "action", "field", "function")


@dataclass(frozen=True)
class Row:
    """id: what a rule may also call it. text: as a rule writes it. details: an event's own fields, an action's parameters, a
    field's type and whether it can be set, a function's example. state: `ready`, or `not yet: ` or
    `dry run only: ` and what is missing."""

    kind: Kind
    id: str
    label: str
    text: str
    doc: str
    details: tuple[str, ...] = ()
    source: str = ""
    state: str = "ready"
    integration: str = ""


def search(
    schema: Schema, words: str = "", *, kinds: Iterable[Kind] = KINDS, integration: str = ""
) -> list[Row]:
    """The rows in which every word is found, without regard to case; those with all words in a name come first.

    integration: only what comes with it, by its id or label, or by the name or label of one of its connections; what
    every order has comes with none.
    """
    wanted = fold(words).split()
    connection = schema.connection(integration)
    only = connection.integration if connection else fold(integration)
    found = [
        row
        for kind in kinds
        for row in _ROWS[kind](schema)
        if (not only or only in (row.integration, fold(_label(row.integration)))) and _has(row, wanted)
    ]
    return sorted(found, key=lambda row: not all(word in _name(row) for word in wanted))


def _has(row: Row, wanted: list[str]) -> bool:
    everywhere = f"{_name(row)} {fold(row.doc)} {fold(_label(row.integration))}"
    return all(word in everywhere for word in wanted)


def _name(row: Row) -> str:
    return f"{fold(row.label)} {fold(row.id)} {fold(row.text)}"


def _label(integration: str) -> str:
    known = integrations().get(integration)
    return known.label if known else integration


def _events(schema: Schema) -> Iterator[Row]:
    pressed = set(schema.buttons.values())
    for spec in schema.events.values():
        fields = spec.fields.items()
        yield Row(
            "event",
            spec.id,
            spec.label,
            text=f'{"button " if spec.id in pressed else ""}"{spec.label}"',
            doc=spec.doc,
            details=tuple(f"event.{name} ({kind}): {spec.field_docs.get(name, '')}" for name, kind in fields),
            source=spec.source,
            state=_state(spec.why_not, _doubt(spec.integration)),
            integration=spec.integration or "",
        )
    for way in catalogue.general().constructs:
        yield Row("event", way.id, way.label, way.syntax, way.doc, (), way.source, _state(way.not_yet))


def _actions(schema: Schema) -> Iterator[Row]:
    for spec in schema.actions.values():
        params = [(p, "" if p.required else ", may be left out") for p in spec.params]
        yield Row(
            "action",
            spec.id,
            spec.label,
            spec.syntax,
            spec.doc,
            details=tuple(f"{p.name} ({p.type}{optional}): {p.doc}" for p, optional in params),
            source=spec.source,
            state=_state(spec.why_not, _doubt(spec.integration)),
            integration=spec.integration or "",
        )


def _fields(schema: Schema) -> Iterator[Row]:
    for name, spec in schema.fields.items():
        details = (str(spec.type), _setting(name, spec))
        yield Row(
            "field", name, name, name, spec.doc, details, spec.source, integration=spec.integration or ""
        )


def _setting(name: str, spec: FieldSpec) -> str:
    also = "" if spec.path == name or spec.kind == "entry" else f"the same as {spec.path}; "
    if spec.writable:
        return f"{also}can be set"
    return f"{also}cannot be set" + (f", `{spec.instead}` changes it" if spec.instead else "")


def _functions(schema: Schema) -> Iterator[Row]:
    for spec in schema.functions.values():
        yield Row("function", spec.name, spec.name, spec.syntax, spec.doc, (spec.example,), spec.source)


def _doubt(integration: str | None) -> str:
    known = integrations().get(integration or "")
    if known is not None and known.dry_run_only:
        return f"dry run only: {known.dry_run_only}"
    return f"unverified: {known.unverified}" if known is not None and known.unverified else ""


def _state(why_not: str, doubt: str = "") -> str:
    return f"not yet: {why_not}" if why_not else doubt or "ready"


_ROWS = {"event": _events, "action": _actions, "field": _fields, "function": _functions}
