"""All that the page tells of a ruleset, as plain data; the formats only lay it out.

Called by `ordinance doc`. The rules must have no errors. Which samples fire a rule is found out by deciding, as the
editor's lens does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dsl import ast
from dsl.schema import fold
from engine.booklet.flow import Flow, flow_of
from engine.booklet.grids import Grid, cell, grid
from engine.booklet.indexes import Place, events, folders
from engine.booklet.sentence import Sentences
from engine.booklet.settings import Setup, facts, setups
from engine.booklet.tree import at
from engine.firing import Fired, Firing, fired
from engine.opened import Opened
from engine.samples import sample_orders
from engine.show.words import listed
from engine.testing.running import Runner

MODES = {"shadow": "in shadow: decided and recorded, never done", "off": "switched off"}
MOST_SAMPLES = 12
"""Of those that fire a rule, so many are named."""
MOST_TESTS = 8
"""Of those that try a rule, so many are named: those that name it in `expect rule` stand first."""


@dataclass(frozen=True)
class Told:
    """A rule. number: counted from 1 in the order in which rules run. at: `file:line`. tests: title and place of those that
    name it, or in which it fires. firing: the samples that make it fire. uses: tables, lists and definitions by name."""

    number: int
    title: str
    sentence: str
    because: str
    owner: str
    mode: str
    at: str
    written: str
    tests: Sequence[tuple[str, str]]
    firing: Sequence[Firing]
    uses: Sequence[str]


@dataclass(frozen=True)
class Named:
    """A list or a definition: its name, what it says, its place."""

    name: str
    says: str
    at: str


@dataclass(frozen=True)
class Booklet:
    """events: what happens, with the numbers of its rules. samples: how many were tried. tests: how many there are."""

    store: str
    facts: Sequence[tuple[str, str]]
    rules: Sequence[tuple[str, Sequence[Told]]]
    events: Sequence[tuple[str, Sequence[int]]]
    folders: Sequence[Place]
    tables: Sequence[Grid]
    lists: Sequence[Named]
    definitions: Sequence[Named]
    setups: Sequence[Setup]
    flow: Flow
    samples: int
    tests: int

    @property
    def count(self) -> int:
        return sum(len(rules) for _, rules in self.rules)


def booklet(opened: Opened) -> Booklet:
    statements = [one for file in opened.ruleset.files for one in file.statements]
    definitions = [one for one in statements if isinstance(one, ast.Define)]
    tests = [one for one in statements if isinstance(one, ast.Test)]
    sentences = Sentences(opened.schema, {one.name: one.body for one in definitions})
    firing = fired(opened, sample_orders(opened), lambda: True)
    tried = trying_tests(opened)
    told: list[tuple[str, list[Told]]] = []
    rules: list[ast.Rule] = []
    for file in opened.ruleset.files:
        of_file = [one for one in file.statements if isinstance(one, ast.Rule)]
        begin = len(rules) + 1
        rules += of_file
        found = [
            rule_told(number, rule, sentences, tried.get(fold(rule.title), ()), firing)
            for number, rule in enumerate(of_file, begin)
        ]
        if found:
            told.append((file.path, found))
    return Booklet(
        opened.schema.store.name,
        tuple(facts(opened)),
        told,
        events(rules, opened),
        folders(rules, opened),
        [grid(one, opened) for one in statements if isinstance(one, ast.Table)],
        [
            Named(one.name, listed([cell(ast.ValuesCell((m,))) for m in one.members], "and"), at(one.span))
            for one in statements
            if isinstance(one, ast.ListOf)
        ],
        [Named(one.name, sentences.definition(one), at(one.span)) for one in definitions],
        list(setups(opened)),
        flow_of(opened, {rule.title: number for number, rule in enumerate(rules, 1)}),
        firing.samples,
        len(tests),
    )


def trying_tests(opened: Opened) -> Mapping[str, Sequence[tuple[str, str]]]:
    """By the title of each rule, folded: the tests that name it, or in which it fires."""
    naming: dict[str, dict[str, str]] = {}
    firing: dict[str, dict[str, str]] = {}
    runner = Runner(opened)
    for test in opened.checked.tests:
        for expected in test.expectations:
            if expected.title:
                naming.setdefault(fold(expected.title), {})[test.title] = at(test.span)
        _, ended = runner.run(test)
        for turn in ended.turns if ended is not None else ():
            for title in turn.fired:
                firing.setdefault(fold(title), {})[test.title] = at(test.span)
    return {
        title: tuple((naming.get(title, {}) | firing.get(title, {})).items()) for title in naming | firing
    }


def rule_told(
    number: int, rule: ast.Rule, sentences: Sentences, tests: Sequence[tuple[str, str]], firing: Fired
) -> Told:
    uses = [
        n.name if isinstance(n, ast.Name) else n.table
        for n in ast.walk(rule)
        if isinstance(n, (ast.Name, ast.Lookup))
    ]
    return Told(
        number,
        rule.title,
        sentences.rule(rule),
        rule.because.value if rule.because is not None else "",
        rule.owner.value if rule.owner is not None else "",
        rule.mode,
        at(rule.span),
        rule.span.text,
        tests,
        firing.by_rule.get(rule.title, ()),
        tuple(dict.fromkeys(uses)),
    )
