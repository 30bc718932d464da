"""The rules of one event as bits: which of them may fire is a handful of look-ups, an `or` over the columns and an `and`
over the clauses.

Bit `layer * rules + position` is clause number `layer` of the rule at `position`. Called by `program`, which asks a
rule's own closure where the clauses say less than its condition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from engine.compile.columns import Table, table_for
from engine.compile.compiler import Compiler
from engine.compile.effects import mask
from engine.compile.looks import Asked, Entries, Look, made, of_any, of_every, sorted_out, together
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
        self.inexact = mask(position for position, exact in enumerate(self.exact) if not exact)
        self.size = len(rules)
        self.layers = max((len(clauses) for clauses in chosen), default=0)
        self.asks_nothing = mask(
            layer * self.size + position
            for position, clauses in enumerate(chosen)
            for layer in range(len(clauses), self.layers)
        )
        self.tables: list[Table] = []
        self.looks: list[Look] = []
        self._reads: list[frozenset[str]] = []
        self._stale: dict[frozenset[str], frozenset[int]] = {}
        self._concerned: dict[str, tuple[int, ...]] = {}
        self._build(chosen, compiler, memory)

    def _build(self, chosen: Sequence[tuple[Clause, ...]], compiler: Compiler, memory: int) -> None:
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
        for (column, _), table in tables.items():
            table.finish(memory // len(tables))
            node, over = nodes[column], column.over
            asked = Asked(node, compiler.value(node), paths.of(node), table, column.family)  # type: ignore[arg-type]
            if over is None:
                about_order.append(asked)
            elif column.every:
                about_every.append((over, asked))
            else:
                about_any.setdefault(over, []).append(asked)
        self._arrange(about_order, about_any, about_every)

    def _arrange(
        self,
        about_order: list[Asked],
        about_any: dict[Over, list[Asked]],
        about_every: list[tuple[Over, Asked]],
    ) -> None:
        """One look each for what is looked up again together after a write: a field, a map, the items. `first` makes all of
        them at once: the candidates, and what each look gave."""
        fields, maps, others = sorted_out(about_order, "order")
        for column in [*[column for _, column in fields], *others]:
            self._look(column.table.look(column.read), [column])
        for steps, columns in maps.items():
            self._look(Entries(steps, columns).look, columns)
        for over, column in about_every:
            self._look(of_every(over, column), [column], over)
        closures = self.looks[len(fields) :]
        walks = list(about_any.items())
        for over, columns in walks:
            self._look(of_any(over, columns), columns, over)
        all_hold = every_layer(self.layers, self.size)
        self.all_hold: Callable[[int], int] = made(["def look(found):", f"    return {all_hold}"], {})
        self.first = together(fields, closures, walks, self.asks_nothing, all_hold)

    def _look(self, look: Look, columns: Iterable[Asked], over: Over | None = None) -> None:
        subjects = frozenset({f"order.{over}s"}) if over else frozenset()
        self.looks.append(look)
        self._reads.append(subjects.union(*[column.reads for column in columns]))

    def candidates(self, held: Iterable[int]) -> int:
        """The positions of the rules all of whose clauses hold, as bits."""
        return self.all_hold(reduce(or_, held, self.asks_nothing))

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
        """The columns whose bits may be others after that path was written."""
        found = self._concerned.get(path)
        if found is None:
            found = tuple(i for i, reads in enumerate(self._reads) if concerned(reads, path))
            if len(self._concerned) >= MOST_PATHS:
                self._concerned.clear()
            self._concerned[path] = found
        return found


def every_layer(layers: int, size: int) -> str:
    """An expression of the bits `found`: the rules of which the clauses of all layers hold. The last layer first: it is as
    short as the answer, and so is then all that is worked out."""
    if not layers:
        return f"(1 << {size}) - 1"
    return " & ".join(f"(found >> {layer * size})" for layer in reversed(range(layers)))


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
