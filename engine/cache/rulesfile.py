"""A rules file as the statements that its text is made of, and what is asked of many statements at once.

Called by `session` and `keeping`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dsl import ast
from dsl.source import Source
from engine.cache.forms import Entry
from engine.cache.statement import Statement, digest


@dataclass(frozen=True)
class RulesFile:
    """starts: where each statement begins, in order. Together the statements are the file's text."""

    source: Source
    starts: list[int]
    statements: list[Statement]


def stretches_of(file: RulesFile) -> list[tuple[int, str]] | None:
    """The length and the digest of each statement, by which they are found again; None where one has a mistake."""
    if any(one.syntax for one in file.statements):
        return None
    return [(len(one.piece.text), digest(one.piece.text)) for one in file.statements]


def rules_of(statements: Iterable[Statement]) -> list[ast.Rule]:
    return [one.outline for one in statements if isinstance(one.outline, ast.Rule)]


def titles(statements: Iterable[Statement]) -> list[str]:
    return [rule.title for rule in rules_of(statements)]


def facts_for_all(statements: Iterable[Statement]) -> list[object]:
    """What advice about all rules together looks at."""
    judged = [one.judged for one in statements if one.judged is not None]
    submits = [[name for name, _ in each.link.submits] if each.link is not None else [] for each in judged]
    return [(each.link, each.used, names) for each, names in zip(judged, submits, strict=True)]


def rule_entries(files: Iterable[RulesFile]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for number, file in enumerate(files):
        for one, start in zip(file.statements, file.starts, strict=True):
            if one.judged is not None:
                for which, event in enumerate(one.judged.events):
                    found.setdefault(event, []).append((one.judged.forms, number, start, which))
    return found


def test_entries(files: Iterable[RulesFile]) -> list[Entry]:
    return [
        (one.judged.forms, number, start, 0)
        for number, file in enumerate(files)
        for one, start in zip(file.statements, file.starts, strict=True)
        if isinstance(one.outline, ast.Test) and one.judged is not None and one.judged.forms
    ]


def mistakes(statements: Iterable[Statement]) -> int:
    return sum([len(one.syntax) for one in statements])


def unread(statements: Iterable[Statement]) -> frozenset[str]:
    return frozenset([name for one in statements if one.unread for name in one.unread])
