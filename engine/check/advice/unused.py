"""Definitions, lists and tables that nothing uses (W504)."""

from __future__ import annotations

import re

from dsl import ast
from dsl.diagnostics import Fix
from dsl.source import Span
from engine.check.scope import Scope

_REST = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n(?:[ \t\r]*\n)*|\Z)|")
"""Of its last line, with a comment about it and the empty lines below; nothing where something else goes on there."""


def advise(scope: Scope) -> None:
    names = scope.names
    for kind, found in (("definition", names.definitions), ("list", names.lists), ("table", names.tables)):
        for name, statement in found.items():
            if name not in names.used:
                elsewhere = (
                    isinstance(statement, ast.Table) and statement.file is not None
                )  # its rows are read
                fix = Fix.write(whole(statement), "", f"take away the {kind} `{name}`")
                scope.report.add(
                    "W504",
                    f"nothing uses the {kind} `{name}`",
                    statement.name_span,
                    help="take it away, or use it",
                    fixes=() if elsewhere else (fix,),
                )


def whole(statement: ast.Statement) -> Span:
    """A statement with the lines that it takes."""
    span = statement.span
    rest = _REST.match(span.source.text.replace("\r\n", " \n"), span.end)
    return Span(span.source, span.start, rest.end() if rest else span.end)
