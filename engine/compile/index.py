"""The rules of one event as bits: which of them may fire is a handful of look-ups, an `or` over the columns and an `and`
over the clauses.

Bit `layer * rules + position` is clause number `layer` of the rule at `position`. Called by `program`, which asks a
rule's own closure where the clauses say less than its condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from engine.compile import core
from engine.compile.columns import Table, table_for
from engine.compile.compiler import Compiler
from engine.compile.effects import mask
from engine.compile.looks import Asked, Looks, Part, Walk, of_every, parts_of
from engine.compile.paths import Paths, concerned
from engine.compile.predicates import (
    Clause,
    Clauses,
    Column,
    Literal,
    Narrowing,
    both,
    most_selective,
    of_some,
)
from engine.compile.view import Over
from engine.form import Node, RuleForm

LAYERS = 6
"""Clauses of a rule that are indexed; more are left to its closure."""

MOST_PATHS = 1024


class Place(NamedTuple):
    """Where a literal is kept: its column, and which of that column's tables."""

    column: Column
    table: int


class Index:
    def __init__(self, rules: Sequence[RuleForm], compiler: Compiler, memory: int) -> None:
        """`memory`: how many bytes may be remembered."""
        narrowing = Narrowing(compiler)
        chosen: list[tuple[Clause, ...]] = []
        self.exact: list[bool] = []
        for rule in rules:
            clauses = clauses_of(rule, narrowing)
            kept = most_selective(clauses.all, LAYERS)
            chosen.append(tuple(kept))
            self.exact.append(clauses.exact and len(kept) == len(clauses.all) and rule.over is None)
        self.all_exact = all(self.exact)
        self.size = len(rules)
        self.layers = max((len(clauses) for clauses in chosen), default=0)
        asks_nothing = mask(
            layer * self.size + position
            for position, clauses in enumerate(chosen)
            for layer in range(len(clauses), self.layers)
        )
        self.tables: list[Table] = []
        self._stale: dict[frozenset[str], frozenset[int]] = {}
        self._concerned: dict[str, tuple[int, ...]] = {}
        parts = self._parts(chosen, compiler, memory)
        self._reads = [part.reads for part in parts]
        self.looks: Looks = core.looks(parts, asks_nothing, self.layers, self.size)

    def _parts(self, chosen: Sequence[tuple[Clause, ...]], compiler: Compiler, memory: int) -> list[Part]:
        """What is looked up, in the order of the looks' numbers."""
        tables: dict[Place, Table] = {}
        nodes: dict[Column, Node] = {}
        for position, clauses in enumerate(chosen):
            for layer, clause in enumerate(clauses):
                for place, literal in placed(clause):
                    if place not in tables:
                        tables[place] = table_for(place.column.family)
                        nodes[place.column] = literal.node
                    tables[place].add(literal.test, layer * self.size + position, literal.positive)
        self.tables = list(tables.values())
        paths = Paths(compiler)
        about_order: list[Asked] = []
        about_any: dict[Over, list[Asked]] = {}
        about_every: list[tuple[Over, Asked]] = []
        shares = shared_out(
            memory, [sum(len(test.constants) for test in table.predicates) for table in self.tables]
        )
        for ((column, _), table), share in zip(tables.items(), shares, strict=True):
            table.finish(share)
            node, over = nodes[column], column.over
            asked = Asked(node, compiler.value(node), paths.of(node), table, column.family)  # type: ignore[arg-type]
            if over is None:
                about_order.append(asked)
            elif column.every:
                about_every.append((over, asked))
            else:
                about_any.setdefault(over, []).append(asked)
        return [
            *parts_of(about_order, "order"),
            *[of_every(over, column) for over, column in about_every],
            *[Walk(over, parts_of(columns, over)) for over, columns in about_any.items()],
        ]

    def stale(self, paths: frozenset[str]) -> frozenset[int]:
        """The looks whose bits may be others after these paths were written."""
        found = self._stale.get(paths)
        if found is None:
            found = frozenset(each for path in paths for each in self.concerned(path))
            if len(self._stale) >= MOST_PATHS:
                self._stale.clear()
            self._stale[paths] = found
        return found

    def concerned(self, path: str) -> tuple[int, ...]:
        """The looks whose bits may be others after that path was written."""
        found = self._concerned.get(path)
        if found is None:
            found = tuple(i for i, reads in enumerate(self._reads) if concerned(reads, path))
            if len(self._concerned) >= MOST_PATHS:
                self._concerned.clear()
            self._concerned[path] = found
        return found


def shared_out(memory: int, known: Sequence[int]) -> list[int]:
    """Half of it evenly, half by how many constants each table knows: there are more SKUs than countries."""
    return [memory // 2 // len(known) + memory // 2 * each // max(1, sum(known)) for each in known]


def clauses_of(rule: RuleForm, narrowing: Narrowing) -> Clauses:
    parts = [] if rule.when is None else [narrowing.of(rule.when)]
    if rule.over is not None and rule.where is not None:
        parts.append(of_some(narrowing.of(rule.where), rule.over))
    return both(parts)


def placed(clause: Clause) -> Iterable[tuple[Place, Literal]]:
    """A table's bit is made false by at most one predicate, and one of `every item` is about one test only: what is
    more goes to a further table of the same column."""
    used: dict[Column, int] = {}
    for literal in clause:
        column = literal.column
        if literal.positive and not column.every:
            yield Place(column, 0), literal
        else:
            number = used.get(column, 0)
            used[column] = number + 1
            yield Place(column, number), literal
