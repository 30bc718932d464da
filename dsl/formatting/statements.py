"""The lines of one statement: a clause, an action, a row, a step each on its own, in the columns of the language page.

Called by the formatter with a statement's concrete tree. One method for each kind of statement; what stands within a line
is `runs`'. How wide it may be is `layout`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dsl.formatting.concrete import Part, Tree
from dsl.formatting.layout import Line, Run, Word, cells, joined, words
from dsl.formatting.runs import Runs

_CLAUSE = 2
_UNDER = 10
"""Where the second word of a clause stands: under the title of its rule."""
_STEP = 2
_CHANGE = 8
"""Under the second word of `given order`."""


def lines(tree: Tree, runs: Runs) -> list[Line]:
    return _KINDS[tree.kind](tree, runs)


def hang(kind: str) -> int:
    """Where a comment stands that follows the last line of a statement and belongs to it."""
    return _UNDER if kind == "rule" else _CLAUSE


def _line(parts: Sequence[Part], indent: int, hang: int, runs: Runs, wide: int = 0) -> Line:
    """wide: of its first word, what comes after it begins in a column."""
    runs.indent = hang
    line = Line(indent, runs.of(parts), hang)
    line.first.wide = wide
    return line


def _rule(tree: Tree, runs: Runs) -> list[Line]:
    head, title, *clauses = tree.parts
    found = [_line([head, title], 0, _UNDER, runs)]
    for clause in clauses:
        assert isinstance(clause, Tree)
        if clause.kind == "for_each":
            found.append(_line([clause], _CLAUSE, _UNDER, runs))
        elif clause.kind == "do":
            word, first, *others = clause.parts
            found.append(_line([word, first], _CLAUSE, _UNDER, runs, wide=7))
            found += [_line([action], _UNDER, _UNDER, runs) for action in others]
        else:
            found.append(_line([clause], _CLAUSE, _UNDER, runs, wide=7))
    return found


def _table(tree: Tree, runs: Runs) -> list[Line]:
    at = next(
        n for n, part in enumerate(tree.parts) if isinstance(part, Tree) and part.kind in ("row", "otherwise")
    )
    found = [_line(tree.parts[:at], 0, _CLAUSE, runs)]
    rows = [part for part in tree.parts[at:] if isinstance(part, Tree)]
    below = [_line([row], _CLAUSE, _CLAUSE, runs) for row in rows]
    for line in below:
        for word in words(line.run):
            word.stays = True  # a row is one line, however long
    _in_columns([line.run for row, line in zip(rows, below, strict=True) if row.kind == "row"])
    return found + below


def _in_columns(rows: Sequence[Run]) -> None:
    """Pads cells and all outputs but the last to the widest of their column, where all rows have as many."""
    table = [_cells(run) for run in rows]
    if len({len(row) for row in table}) != 1:
        return
    for column in zip(*table, strict=True):
        wide = [cells(joined(iter(cell))) for cell in column]
        for cell, taken in zip(column, wide, strict=True):
            cell[-1].wide = cells(cell[-1].text) + max(wide) - taken


def _cells(run: Run) -> list[list[Word]]:
    """The words of each cell and output but the last, from the sign before it."""
    found: list[list[Word]] = []
    outputs = False
    for word in words(run):
        if word.text == "|" or word.text == "->":
            outputs = word.text == "->"
            found.append([])
        found[-1].append(word)
        if outputs and word.text == ",":
            found.append([])
    return found[:-1]


def _one_line(tree: Tree, runs: Runs) -> list[Line]:
    return [_line([tree], 0, _CLAUSE, runs)]


def _test(tree: Tree, runs: Runs) -> list[Line]:
    head, title, *steps = tree.parts
    found = [_line([head, title], 0, _STEP, runs)]
    for step in steps:
        assert isinstance(step, Tree)
        if step.kind == "given_order":
            found.append(_line(step.parts[:3], _STEP, _CHANGE, runs, wide=5))
            found += [_line([change], _CHANGE, _CHANGE, runs) for change in step.parts[3:]]
        else:
            found.append(_line([step], _STEP, _CHANGE, runs, wide=5))
    return found


_KINDS: dict[str, Callable[[Tree, Runs], list[Line]]] = {
    "rule": _rule,
    "table_here": _table,
    "table_from": _one_line,
    "list": _one_line,
    "define": _one_line,
    "test": _test,
}

ONE_LINE = frozenset({"table_from", "list", "define"})
"""Kinds that may stand one below the other without an empty line between."""
