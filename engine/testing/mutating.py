"""Whether the tests would notice a slight change of the rules: each mutant is checked, decided, and compared.

Only the statement that a mutant changes is resolved again, only the tests that reach it are run, and the first that fails
settles it. Called by `ordinance test --mutate`; what the mutants are, `mutants` knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

from dsl import ast
from dsl.diagnostics import Report
from dsl.schema import FieldRef, fold
from engine import check as checking
from engine import form as f
from engine.check.advice.always import never
from engine.check.definitions import names_in
from engine.check.rules import lower_rule
from engine.check.scope import Scope
from engine.check.tables import lower_again
from engine.check.tests import TestForm
from engine.compile.paths import concerned as touches
from engine.compile.paths import read as paths_of
from engine.compile.program import compile as compile_form
from engine.decide import Program
from engine.testing.coverage import Sight
from engine.testing.expectations import unmet
from engine.testing.mutants import Mutant
from engine.testing.running import CannotRun, Runner, followed

Fate: TypeAlias = Literal["noticed", "survived", "not reached", "invalid", "same"]
"""`invalid`: the checker refuses it. `same`: it can be seen that it changes nothing. Neither is counted."""

GATHERED = frozenset({"order.tags", "order.tag_name", "order.tag_color", "order.notes"})
"""Who adds to these first makes no difference."""

Rules: TypeAlias = Mapping[str, tuple[f.RuleForm, ...]]


@dataclass(frozen=True)
class Tried:
    """What became of each mutant that was tried, in the order of the files. left: how many more there are."""

    mutants: tuple[tuple[Mutant, Fate], ...]
    left: int = 0

    def of(self, *fates: Fate) -> list[Mutant]:
        return [mutant for mutant, fate in self.mutants if fate in fates]


@dataclass
class Bench:
    """tests: those that pass, each with what it saw."""

    runner: Runner
    tests: Sequence[tuple[TestForm, frozenset[Sight]]]

    @cached_property
    def form(self) -> f.Form:
        return self.runner.opened.checked.form

    @cached_property
    def rules(self) -> Rules:
        return {event: self.form.rules[event] for event in self.form.rules}

    @cached_property
    def statements(self) -> list[ast.Statement]:
        return [each for file in self.runner.opened.ruleset.files for each in file.statements]

    @cached_property
    def scope(self) -> Scope:
        return self.scope_of(self.statements)

    def scope_of(self, statements: Sequence[ast.Statement]) -> Scope:
        opened = self.runner.opened
        scope, _ = checking.scope_of(statements, opened.ruleset, opened.schema, Report())
        checking.check_names(scope)
        return scope

    def fate(self, mutant: Mutant) -> Fate:
        form = self.changed(mutant)
        if form is None:
            return "invalid"
        if form.rules == self.rules and form.tables == self.form.tables:
            return "same"
        if mutant.other is not None and not self.matters(mutant.statement, mutant.other):
            return "same"
        tests = self.reaching(mutant)
        if not tests:
            return "not reached"
        program = Program(form, compile_form(form), self.runner.opened.world)
        return "survived" if all(self.passes(test, program) for test in tests) else "noticed"

    def passes(self, test: TestForm, program: Program) -> bool:
        """What a test itself says is worked out with the tables as they are written."""
        order = self.runner.order(test)
        assert not isinstance(order, CannotRun), "only tests that pass are run again"
        ended = followed(self.runner.opened, test, order, program)
        ended = replace(ended, form=replace(program.form, tables=self.form.tables))
        return all(unmet(each, ended) is None for each in test.expectations)

    # -- which tests

    def reaching(self, mutant: Mutant) -> list[TestForm]:
        """Those that saw the rule fire come first: they are the first to notice."""
        wanted = self.sights(mutant)
        found = [(test, seen) for test, seen in self.tests if not wanted.isdisjoint(seen)]
        fired = {("fired", each) for kind, each in wanted if kind == "looked"}
        found.sort(key=lambda one: fired.isdisjoint(one[1]))
        return [test for test, _ in found]

    def sights(self, mutant: Mutant) -> set[Sight]:
        match mutant.statement:
            case ast.Rule(title):
                others = (mutant.other.title,) if mutant.other is not None else ()
                return {(mutant.at, each) for each in (title, *others)}
            case ast.Table(name):
                return {
                    sight
                    for _, seen in self.tests
                    for sight in seen
                    if sight[0] == "row" and sight[1][0] == name
                }
            case ast.ListOf(name) | ast.Define(name):
                return {("looked", rule.title) for rule in self.using(name)}
            case _:
                return set()

    def using(self, name: str) -> list[ast.Rule]:
        """The rules that name a definition, a list or a table, or a definition that does."""
        names = {name}
        for _ in self.scope.names.definitions:
            more = {d.name for d in self.scope.names.definitions.values() if self.names(d) & names} - names
            if not more:
                break
            names |= more
        return [each for each in self.statements if isinstance(each, ast.Rule) and self.names(each) & names]

    def names(self, statement: ast.Statement) -> set[str]:
        if statement not in self._names:
            self._names[statement] = {*names_in(statement), *tables_in(statement)}
        return self._names[statement]

    @cached_property
    def _names(self) -> dict[ast.Statement, set[str]]:
        return {}

    # -- the changed rules

    def changed(self, mutant: Mutant) -> f.Form | None:
        """The form with the one statement changed; None where the checker refuses that."""
        statement, new = mutant.statement, mutant.changed
        if new is None:
            assert mutant.other is not None
            return replace(self.form, rules=self.exchanged(mutant.statement, mutant.other))
        if isinstance(new, ast.Rule):
            rules = self.lowered([new], self.scope)
            return None if rules is None else replace(self.form, rules=rules)
        scope = self.scope_of([new if each is statement else each for each in self.statements])
        if scope.report.errors:
            return None
        assert isinstance(statement, (ast.Table, ast.ListOf, ast.Define))
        rules = self.lowered(self.using(statement.name), scope)
        if rules is None:
            return None
        for key in self.form.tables:
            lower_again(key, scope)
        return replace(self.form, rules=rules, tables=scope.names.lowered)

    def lowered(self, changed: Sequence[ast.Rule], scope: Scope) -> Rules | None:
        report = Report()
        scope = replace(scope, report=report)
        made = {rule.title: {bound.id: form for bound, form in lower_rule(rule, scope)} for rule in changed}
        if report.errors:
            return None
        return {
            event: tuple(one for rule in rules if (one := self.instead(rule, event, made)) is not None)
            for event, rules in self.rules.items()
        }

    def instead(
        self, rule: f.RuleForm, event: str, made: Mapping[str, Mapping[str, f.RuleForm]]
    ) -> f.RuleForm | None:
        if rule.setting or rule.title not in made:
            return rule
        return made[rule.title].get(event)

    # -- rules in another order

    def exchanged(self, first: ast.Statement, second: ast.Rule) -> Rules:
        assert isinstance(first, ast.Rule)
        return {
            event: tuple(swapped(rules, first.title, second.title)) for event, rules in self.rules.items()
        }

    def matters(self, first: ast.Statement, second: ast.Rule) -> bool:
        """Whether the order of two rules can matter: they are not each other's opposite, and one stops, or writes what the
        other reads or writes."""
        assert isinstance(first, ast.Rule)
        for rules in self.rules.values():
            found = {rule.title: rule for rule in rules}
            if first.title in found and second.title in found:
                a, b = found[first.title], found[second.title]
                if interact(a, b):
                    return True
        return False


def tables_in(node: object) -> Iterator[str]:
    """Every table that an expression looks into."""
    return (each.table for each in ast.walk(node) if isinstance(each, ast.Lookup))


def swapped(rules: Sequence[f.RuleForm], first: str, second: str) -> Iterator[f.RuleForm]:
    by_title = {rule.title: rule for rule in rules}
    other = {first: second, second: first} if first in by_title and second in by_title else {}
    for rule in rules:
        yield rule if rule.setting else by_title[other.get(rule.title, rule.title)]


def interact(a: f.RuleForm, b: f.RuleForm) -> bool:
    if exclusive(a, b):
        return False
    stops = any(act.verb == "stop" for rule in (a, b) for act in rule.acts)
    both = any(collide(x, y) for x in a.acts for y in b.acts)
    return stops or both or touched(b.reads, a) or touched(a.reads, b)


def exclusive(a: f.RuleForm, b: f.RuleForm) -> bool:
    """Whether they never fire both, whatever the one of them has written that the other reads."""
    fixed = [each for each in clauses(a.when) if not touched(f.reads_of(each), b)]
    fixed += [each for each in clauses(b.when) if not touched(f.reads_of(each), a)]
    return len(fixed) > 1 and bool(never(f.And(tuple(fixed))))


def clauses(when: f.Condition | None) -> Iterator[f.Condition]:
    if isinstance(when, f.And):
        for each in when.operands:
            yield from clauses(each)
    elif when is not None:
        yield when


def collide(a: f.Act, b: f.Act) -> bool:
    """Whether both write the same, so that the second has the last word."""
    if a.target is not None and b.target is not None and apart(a.target, b.target):
        return False
    return any(touches(a.writes - GATHERED, path) for path in b.writes - GATHERED)


def apart(a: FieldRef, b: FieldRef) -> bool:
    """Two entries of one map under different keys; paths of reading and writing have the map alone."""
    return (
        a.how == b.how == "entry"
        and (a.root, *a.steps[:-1]) == (b.root, *b.steps[:-1])
        and fold(a.steps[-1]) != fold(b.steps[-1])
    )


def touched(reads: Iterable[FieldRef], by: f.RuleForm) -> bool:
    """Whether a rule writes something of what is read."""
    return any(writes_to(act, ref) for ref in reads for act in by.acts)


def writes_to(act: f.Act, ref: FieldRef) -> bool:
    if act.target is not None and apart(act.target, ref):
        return False
    read = paths_of(f.Read(ref.root, ref.steps, ref.how, ref.type))
    return any(touches(read, path) for path in act.writes)
