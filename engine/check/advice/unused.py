"""Definitions, lists and tables that nothing uses (W504)."""

from __future__ import annotations

from engine.check.scope import Scope


def advise(scope: Scope) -> None:
    names = scope.names
    for kind, found in (("definition", names.definitions), ("list", names.lists), ("table", names.tables)):
        for name, statement in found.items():
            if name not in names.used:
                scope.report.add(
                    "W504",
                    f"nothing uses the {kind} `{name}`",
                    statement.name_span,
                    help="take it away, or use it",
                )
