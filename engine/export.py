"""The intermediate form as plain data for JSON: schema `ordinance.form/1`. Members are only ever added to it.

Called by `ordinance export`. A node is {"node": its name, ..., "at": "file:line:column"}; a constant that JSON has no
form for is {"date": ...}, {"time": ...} or {"seconds": ...}. What the nodes mean stands in `engine.form`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from dsl.schema import FieldRef
from dsl.source import NOWHERE, Span
from dsl.types import Type
from engine.form import Form, Node, TableForm

SCHEMA = "ordinance.form/1"


def export_form(form: Form, digest: str) -> dict[str, Any]:
    """digest: of the ruleset's text, so that a reader knows whether it changed."""
    return {
        "schema": SCHEMA,
        "ruleset": digest,
        "store": plain(form.store),
        "chain_limit": form.chain_limit,
        "events": [
            {"id": event, "label": form.labels.get(event, event), "rules": [plain(rule) for rule in rules]}
            for event, rules in form.rules.items()
        ],
        "tables": [plain(table) for table in form.tables.values()],
    }


def plain(value: Any) -> Any:
    match value:
        case None | bool() | str() | int() | Decimal():
            return value
        case dt.datetime():
            return {"time": value.isoformat()}
        case dt.date():
            return {"date": value.isoformat()}
        case dt.timedelta():
            return {"seconds": Decimal(value // dt.timedelta(microseconds=1)) / 1_000_000}
        case Type():
            return str(value)
        case Mapping():
            return {name: plain(member) for name, member in value.items()}
        case frozenset():
            return sorted(value)
        case tuple() | list():
            return [plain(member) for member in value]
        case TableForm():
            return {**members(value), "rows": [row(cells, outputs) for cells, outputs in value.rows]}
        case Node():
            return {"node": type(value).__name__, **members(value), **place(value.span)}
        case FieldRef():
            return {"field": value.path, **members(value)}
    if is_dataclass(value):
        return members(value)
    raise TypeError(f"no JSON form: {type(value).__name__}")


def members(value: Any) -> dict[str, Any]:
    return {each.name: plain(getattr(value, each.name)) for each in fields(value) if each.name != "span"}


def row(cells: Any, outputs: Any) -> dict[str, Any]:
    return {"cells": plain(cells), "outputs": plain(outputs)}


def place(span: Span) -> dict[str, str]:
    return {} if span is NOWHERE or not span.source.path else {"at": str(span)}
