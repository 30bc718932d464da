"""What might be wrong in a ruleset without anybody noticing: its statements, each with one slight change.

Conditions and bounds are changed by `slight`; here actions are left out or led elsewhere, rules change places, rows and
members are left out, cells and answers changed. Called by `mutating`, which tries whether a test notices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from dsl import ast, printer
from dsl.schema import fold
from dsl.source import Span
from engine.opened import Opened
from engine.testing.slight import BOUNDS, Slight, conditions, inside, stepped, with_part


@dataclass(frozen=True)
class Mutant:
    """changed: stands for `statement`; None where the two rules `statement` and `other` change places. span: what was
    changed. at: `looked` or `fired`, what a test has to see of the rule to be able to notice."""

    statement: ast.Statement
    changed: ast.Statement | None
    span: Span
    kind: str
    hint: str
    at: str = "looked"
    other: ast.Rule | None = None

    @property
    def name(self) -> str:
        """`rule "..."`, `table x`."""
        return called(self.statement)


def called(statement: ast.Statement) -> str:
    match statement:
        case ast.Rule(title) | ast.Test(title):
            return f'rule "{title}"'
        case ast.Table(name):
            return f"table `{name}`"
        case ast.ListOf(name):
            return f"list `{name}`"
        case ast.Define(name):
            return f"definition `{name}`"


class Mutants:
    """All of a ruleset, in the order of its files."""

    def __init__(self, opened: Opened) -> None:
        self.files = opened.ruleset.files
        schema = opened.schema
        self.folders = list(schema.folders.values())
        self.printers = list(dict.fromkeys(c.name for c in schema.connections.values() if c.can_submit))
        self.labels = {fold(c.label): c.name for c in schema.connections.values()}
        rules = [s for file in self.files for s in file.statements if isinstance(s, ast.Rule)]
        written = [
            each.tag.value
            for rule in rules
            for each in rule.do
            if isinstance(each, (ast.AddTag, ast.RemoveTag)) and isinstance(each.tag, ast.Text)
        ]
        self.tags = list({fold(tag): tag for tag in written}.values())

    def __iter__(self) -> Iterator[Mutant]:
        for file in self.files:
            for statement in file.statements:
                match statement:
                    case ast.Rule(mode="live"):
                        yield from self.rule(statement)
                    case ast.Table(file=None):
                        yield from table(statement)
                    case ast.ListOf():
                        yield from members(statement)
                    case ast.Define():
                        yield from define(statement)
                    case _:  # nothing of a rule in shadow can be seen in a test, and a CSV file is data
                        pass
            yield from neighbours(
                [s for s in file.statements if isinstance(s, ast.Rule) and s.mode == "live"]
            )

    def rule(self, rule: ast.Rule) -> Iterator[Mutant]:
        yield from self.events(rule)
        for part in ("when", "where"):
            expr = getattr(rule, part)
            if expr is None:
                continue
            if not isinstance(expr, ast.And):
                hint = f"one in which `{printer.write(expr)}` is not met, so that the rule does not fire"
                yield Mutant(rule, with_part(rule, part, None), expr.span, "condition left out", hint)
            for each in conditions(expr):
                yield Mutant(rule, with_part(rule, part, each.node), each.was.span, each.kind, each.hint)
        for at, action in enumerate(rule.do):
            rest = (*rule.do[:at], *rule.do[at + 1 :])
            off = replace(rule, do=rest) if rest else replace(rule, mode="off")
            hint = f"`expect {printer.write(action)}`"
            if isinstance(action, ast.Stop):
                hint = "`expect` of a later rule of this event that it did not fire"
            yield Mutant(rule, off, action.span, "action left out", hint, "fired")
            for each in self.action(action):
                do = (*rule.do[:at], each.node, *rule.do[at + 1 :])
                yield Mutant(rule, replace(rule, do=do), each.was.span, each.kind, each.hint, "fired")

    def events(self, rule: ast.Rule) -> Iterator[Mutant]:
        for at, event in enumerate(rule.on):
            before, after = rule.on[:at], rule.on[at + 1 :]
            if before or after:
                hint = f"one in which {printer.write(event)} happens"
                yield Mutant(rule, replace(rule, on=before + after), event.span, "event left out", hint)
            if not isinstance(event, ast.Schedule):
                continue
            for number, folder in enumerate(event.folders):
                rest = (*event.folders[:number], *event.folders[number + 1 :])
                for other in self.another(folder, self.folders, [each.value for each in rest]):
                    changed = replace(
                        event, folders=(*event.folders[:number], other, *event.folders[number + 1 :])
                    )
                    hint = f"one with an order in the folder {printer.write(folder)}"
                    yield Mutant(
                        rule, replace(rule, on=(*before, changed, *after)), event.span, "another folder", hint
                    )

    def action(self, action: ast.Action) -> Iterator[Slight]:
        match action:
            case ast.MoveToFolder(folder):
                for other in self.another(folder, self.folders):
                    hint = f"`expect order.folder is {printer.write(folder)}`"
                    yield Slight(replace(action, folder=other), action, "another folder", hint)
            case ast.SplitItems(folder=ast.Text() as folder) | ast.SplitBy(folder=ast.Text() as folder):
                for other in self.another(folder, self.folders):
                    hint = f"`expect order 2.folder is {printer.write(folder)}`"
                    yield Slight(replace(action, folder=other), action, "another folder", hint)
            case ast.AddTag(ast.Text() as tag) | ast.RemoveTag(ast.Text() as tag):
                has = "has" if isinstance(action, ast.AddTag) else "does not have"
                for other in self.another(tag, self.tags):
                    hint = f"`expect order {has} tag {printer.write(tag)}`"
                    yield Slight(replace(action, tag=other), action, "another tag", hint)
            case ast.Submit(name) | ast.Resubmit(name) | ast.Cancel(name):
                known = self.labels.get(fold(name.value), name.value)
                for other in self.another(replace(name, value=known), self.printers):
                    hint = f"`expect {printer.write(action)}`"
                    yield Slight(replace(action, connection=other), action, "another printer", hint)
        yield from inside(action)

    def another(
        self, text: ast.Text, choices: Sequence[str], besides: Iterable[str] = ()
    ) -> Iterator[ast.Text]:
        """The next one of the ruleset; none where there is no other."""
        taken = {fold(text.value), *map(fold, besides)}
        names = [fold(each) for each in choices]
        at = names.index(fold(text.value)) if fold(text.value) in names else -1
        for each in (*choices[at + 1 :], *choices[: max(at, 0)]):
            if fold(each) not in taken:
                yield replace(text, value=each)
                return


def neighbours(rules: Sequence[ast.Rule]) -> Iterator[Mutant]:
    """Rules that follow one another and wait for the same event."""
    for first, second in pairwise(rules):
        if {printer.write(each) for each in first.on} & {printer.write(each) for each in second.on}:
            hint = "one in which both fire, and an `expect` of what their order decides"
            yield Mutant(first, None, second.title_span, "rules in another order", hint, "fired", second)


def table(table: ast.Table) -> Iterator[Mutant]:
    for at, row in enumerate(table.rows):
        before, after = table.rows[:at], table.rows[at + 1 :]
        comes = "one that comes to this row, and an `expect` of its answer"
        yield Mutant(table, replace(table, rows=before + after), row.span, "row left out", comes)
        for each in rows(table, row):
            changed = replace(table, rows=(*before, each.node, *after))
            yield Mutant(table, changed, row.span, each.kind, each.hint)


def rows(table: ast.Table, row: ast.Row) -> Iterator[Slight]:
    for at, cell in enumerate(row.cells):
        for changed, kind, hint in cells(cell, table.inputs[at] if at < len(table.inputs) else ""):
            yield Slight(
                replace(row, cells=(*row.cells[:at], changed, *row.cells[at + 1 :])), row, kind, hint
            )
    for at, answer in enumerate(row.outputs):
        others = [r.outputs[at] for r in table.rows if at < len(r.outputs)]
        if table.otherwise is not None and at < len(table.otherwise):
            others.append(table.otherwise[at])
        if (other := next((each for each in others if each != answer), None)) is not None:
            hint = f"one that comes to this row, and an `expect` of {printer.write(answer)}"
            outputs = (*row.outputs[:at], other, *row.outputs[at + 1 :])
            yield Slight(replace(row, outputs=outputs), row, "another answer", hint)


def cells(cell: ast.Cell, column: str) -> Iterator[tuple[ast.Cell, str, str]]:
    if isinstance(cell, ast.AnyCell):
        return
    hint = f"one in which only `{column}` keeps this row from matching"
    yield ast.AnyCell(span=cell.span), "cell opened", hint
    if isinstance(cell, ast.ValuesCell) and len(cell.values) > 1:
        for at, value in enumerate(cell.values):
            rest = (*cell.values[:at], *cell.values[at + 1 :])
            hint = f"one in which `{column}` is {printer.write(value)}"
            yield replace(cell, values=rest), "value left out", hint
    if isinstance(cell, ast.RangeCell):
        for name in ("low", "high"):
            bound = getattr(cell, name)
            for by in (-1, 1) if isinstance(bound, BOUNDS) else ():
                moved = stepped(bound, by)
                outward = (by < 0) == (name == "low")
                hint = f"one in which `{column}` is exactly {printer.write(moved if outward else bound)}"
                yield with_part(cell, name, moved), "bound moved", hint


def members(each: ast.ListOf) -> Iterator[Mutant]:
    """A list is data: its first and its last member stand for the others."""
    for at in dict.fromkeys((0, len(each.members) - 1)) if len(each.members) > 1 else ():
        member = each.members[at]
        rest = (*each.members[:at], *each.members[at + 1 :])
        hint = f"one in which the value is {printer.write(member)}"
        yield Mutant(each, replace(each, members=rest), member.span, "member left out", hint)


CONDITIONS = (ast.Comparison, ast.HasTag, ast.Quantified, ast.Not, ast.And, ast.Or)


def define(each: ast.Define) -> Iterator[Mutant]:
    changes = conditions(each.body) if isinstance(each.body, CONDITIONS) else inside(each.body)
    for change in changes:
        yield Mutant(each, replace(each, body=change.node), change.was.span, change.kind, change.hint)
