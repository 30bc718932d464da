"""All that the page tells of a ruleset, as plain data; the formats only lay it out.

Called by `ordinance doc`. The rules must have no errors. Which samples fire a rule is found out by deciding, as the
editor's lens does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from actions.catalogue import Channel, Integration, outgoing
from dsl import ast, printer
from dsl.schema import fold
from dsl.source import Span
from engine.booklet.flow import Flow, flow_of
from engine.booklet.naming import listed
from engine.booklet.occasions import HAPPENS, happens, occasion
from engine.booklet.sentence import Sentences
from engine.connections import Value
from engine.lsp.lens import Fired, Firing, fired
from engine.masking import is_secret
from engine.opened import Opened
from engine.samples import sample_orders
from engine.wiring import integrations

SECRET = "a secret, which is kept elsewhere"
MODES = {"shadow": "in shadow: decided and recorded, never done", "off": "switched off"}
MOST_SAMPLES = 12
"""Of those that fire a rule, so many are named."""
MOST_ROWS = 200
"""Of one table, so many rows are shown."""


@dataclass(frozen=True)
class Told:
    """A rule. number: counted from 1 in the order in which rules run. at: `file:line`. tests: title and place of those that
    name it. firing: the samples that make it fire. uses: tables, lists and definitions by name."""

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
class Grid:
    """A table. rows: cells as text, the inputs' first. more: rows that are not shown."""

    name: str
    inputs: Sequence[str]
    outputs: Sequence[str]
    rows: Sequence[Sequence[str]]
    more: int
    otherwise: str
    at: str


@dataclass(frozen=True)
class Named:
    """A list or a definition: its name, what it says, its place."""

    name: str
    says: str
    at: str


@dataclass(frozen=True)
class Setup:
    """A connection, or how mail and posts leave: what it is called, and name and value of its settings."""

    name: str
    about: str
    settings: Sequence[tuple[str, str]]
    acts: Sequence[str]


@dataclass(frozen=True)
class Place:
    """A folder, with the numbers of the rules that put orders into it, that look at it, and settings that move there."""

    name: str
    into: Sequence[int]
    looked: Sequence[int]
    settings: Sequence[str]


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
    named = {fold(title): found for title, found in naming_tests(tests)}
    told: list[tuple[str, list[Told]]] = []
    rules: list[ast.Rule] = []
    for file in opened.ruleset.files:
        of_file = [one for one in file.statements if isinstance(one, ast.Rule)]
        begin = len(rules) + 1
        rules += of_file
        found = [
            rule_told(number, rule, sentences, named.get(fold(rule.title), ()), firing)
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


def at(span: Span) -> str:
    return f"{span.source.path}:{span.line}"


def each(node: object) -> Iterator[ast.Node]:
    """A node and all nodes in it."""
    if isinstance(node, tuple):
        for part in node:
            yield from each(part)
    elif isinstance(node, ast.Node):
        yield node
        yield from each(tuple(ast.parts(node)))


def naming_tests(tests: Iterable[ast.Test]) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    """The title of each rule that a test names, with these tests."""
    found: dict[str, dict[str, str]] = {}
    for test in tests:
        for step in test.steps:
            if isinstance(step, ast.ExpectRule):
                found.setdefault(step.title.value, {})[test.title] = at(test.span)
    yield from ((title, tuple(places.items())) for title, places in found.items())


def rule_told(
    number: int, rule: ast.Rule, sentences: Sentences, tests: Sequence[tuple[str, str]], firing: Fired
) -> Told:
    uses = [
        n.name if isinstance(n, ast.Name) else n.table
        for n in each(rule)
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


def facts(opened: Opened) -> Iterator[tuple[str, str]]:
    store, config = opened.schema.store, opened.ruleset.config
    yield "currency", store.currency
    yield "weights in", store.weight_unit
    yield "time zone", store.timezone
    if config.folders:
        yield "new orders land in", config.folders[0].name
    if config.events:
        yield "the shop's own events", ", ".join(one.name for one in config.events)
    if config.buttons:
        yield "buttons", ", ".join(one.name for one in config.buttons)


# -- what rules are about ---------------------------------------------------------------------------------------


def events(rules: Sequence[ast.Rule], opened: Opened) -> list[tuple[str, Sequence[int]]]:
    """In the order of the catalogue, schedules last; each as it is said in the sentences."""
    known = [f"when {said}" for said in HAPPENS.values()]
    known += [f"when {happens(spec, opened.schema)}" for spec in opened.schema.events.values()]
    found: dict[str, list[int]] = {}
    for number, rule in enumerate(rules, 1):
        for event in rule.on:
            found.setdefault(occasion(event, opened.schema).said, []).append(number)
    place = {said: number for number, said in enumerate(dict.fromkeys(known))}
    ordered = sorted(found, key=lambda said: place.get(said, len(place)))
    return [(f"{said[:1].upper()}{said[1:]}", found[said]) for said in ordered]


def folders(rules: Sequence[ast.Rule], opened: Opened) -> list[Place]:
    into: dict[str, list[int]] = {}
    looked: dict[str, list[int]] = {}
    members = {
        one.name: one.members
        for file in opened.ruleset.files
        for one in file.statements
        if isinstance(one, ast.ListOf)
    }
    for number, rule in enumerate(rules, 1):
        for node in each(rule):
            for found, texts in ((into, put(node)), (looked, asked(node, members))):
                for text in texts:
                    numbers = found.setdefault(fold(text), [])
                    if number not in numbers:
                        numbers.append(number)
    moves = [
        (fold(rule.args.get("folder", "")), rule.title)
        for spec in dict.fromkeys(one.name for one in opened.schema.connections.values())
        for rule in opened.schema.connections[fold(spec)].rules
    ]
    return [
        Place(
            name,
            into.get(fold(name), ()),
            looked.get(fold(name), ()),
            [title for folder, title in moves if folder == fold(name)],
        )
        for name in (one.name for one in opened.ruleset.config.folders)
    ]


def put(node: ast.Node) -> Sequence[str]:
    """The folders that an action puts orders into."""
    if isinstance(node, (ast.MoveToFolder, ast.SplitItems, ast.SplitBy)) and node.folder is not None:
        return [node.folder.value]
    return []


def asked(node: ast.Node, members: Mapping[str, Sequence[ast.Node]]) -> Sequence[str]:
    """The folders that a condition or a schedule names."""
    if isinstance(node, ast.Schedule):
        return [folder.value for folder in node.folders]
    if not (isinstance(node, ast.Comparison) and isinstance(node.left, ast.Path)):
        return []
    if printer.write(node.left) not in ("order.folder", "event.from", "event.to"):
        return []
    args = [
        one
        for arg in node.args
        for one in (members.get(arg.name, ()) if isinstance(arg, ast.Name) else (arg,))
    ]
    return [arg.value for arg in args if isinstance(arg, ast.Text)]


# -- tables -----------------------------------------------------------------------------------------------------


def grid(table: ast.Table, opened: Opened) -> Grid:
    whole = opened.ruleset.tables.get(table.name, table) if table.file is not None else table
    rows = [
        [*map(cell, row.cells), *(cell(ast.ValuesCell((output,))) for output in row.outputs)]
        for row in whole.rows[:MOST_ROWS]
    ]
    otherwise = (
        "nothing"
        if whole.otherwise is None
        else ", ".join(cell(ast.ValuesCell((output,))) for output in whole.otherwise)
    )
    place = f"{at(table.span)}, {table.file.value}" if table.file is not None else at(table.span)
    return Grid(
        table.name, whole.inputs, whole.outputs, rows, max(0, len(whole.rows) - MOST_ROWS), otherwise, place
    )


def cell(node: ast.Cell) -> str:
    """Texts stand without quotes: the frame of a cell shows where they end."""
    match node:
        case ast.AnyCell():
            return "anything"
        case ast.RangeCell(low=None, high=high):
            return f"up to {plain(high)}"
        case ast.RangeCell(low=low, high=None):
            return f"{plain(low)} or more"
        case ast.RangeCell(low=low, high=high):
            return f"{plain(low)} to {plain(high)}"
        case ast.ValuesCell(values=values):
            return listed(map(plain, values), "or")


def plain(value: ast.Literal_ | None) -> str:
    if value is None:
        return "anything"
    return value.value if isinstance(value, ast.Text) else printer.write(value)


# -- settings ---------------------------------------------------------------------------------------------------


def setups(opened: Opened) -> Iterator[Setup]:
    """Only what somebody wrote; a secret is not shown, nor what it is called where it is kept."""
    known = {**integrations(), **{one.id: one for one in opened.ruleset.own}}
    for connection in opened.ruleset.config.connections:
        integration = known.get(connection.uses)
        spec = opened.schema.connections[fold(connection.name)]
        uses = integration.label if integration is not None else connection.uses
        about = f"{connection.name} in the rules" + (f", by way of {uses}" if uses != spec.label else "")
        settings = [(name, shown(name, value, integration)) for name, value in connection.settings.items()]
        yield Setup(spec.told, about, settings, [rule.title for rule in spec.rules])
    config = opened.ruleset.config
    for name, written, channel in (
        ("E-mail", config.mail, outgoing().mail),
        ("Posting orders to web addresses", config.post, outgoing().post),
    ):
        if written:
            yield Setup(name, "", [(key, shown(key, value, channel)) for key, value in written.items()], ())


def shown(name: str, value: Value, known: Integration | Channel | None) -> str:
    if is_secret(name, known):
        return SECRET
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{before} → {after}" for before, after in value.items())
    return str(value)
