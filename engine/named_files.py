"""The files that rules and tests name: `table x from "..."`, `body from "..."`, `given order "..."`.

Called by `engine.loading`, which reads those that are there.
"""

from __future__ import annotations

from collections.abc import Iterator

from dsl import ast


def csv_tables(files: tuple[ast.File, ...]) -> Iterator[ast.Table]:
    for file in files:
        for statement in file.statements:
            if isinstance(statement, ast.Table) and statement.file is not None:
                yield statement


def email_files(files: tuple[ast.File, ...]) -> Iterator[ast.Text]:
    for file in files:
        for statement in file.statements:
            for action in _actions(statement):
                if isinstance(action, ast.SendEmail) and action.file is not None:
                    yield action.file


def _actions(statement: ast.Statement) -> Iterator[ast.Action]:
    if isinstance(statement, ast.Rule):
        yield from statement.do
    elif isinstance(statement, ast.Test):
        yield from (step.action for step in statement.steps if isinstance(step, ast.ExpectAction))


def order_files(files: tuple[ast.File, ...]) -> Iterator[ast.Text]:
    for file in files:
        for statement in file.statements:
            if isinstance(statement, ast.Test):
                yield from (step.file for step in statement.steps if isinstance(step, ast.GivenOrder))
