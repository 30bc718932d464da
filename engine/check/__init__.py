"""Checking: from a loaded ruleset to its form, with everything that is wrong said at once.

`check(ruleset, schema)` is called by every command. Rooms: names and types in `expressions`, `fields`, `comparisons`,
`functions`, `tables`, `events`, `actions`; whole rules in `rules`, `settings` and `tests`; advice in `advice/`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dsl import ast
from dsl.diagnostics import Diagnostic, Note, Report
from dsl.schema import Schema, fold
from dsl.source import Source, Span
from engine import form as f
from engine.check import advice, allows
from engine.check.definitions import check_definitions
from engine.check.expressions import faults
from engine.check.rules import lower_rule
from engine.check.scope import Names, Scope
from engine.check.settings import setting_rules
from engine.check.tables import check_table
from engine.check.tests import TestForm, lower_test
from engine.ruleset import Ruleset


@dataclass(frozen=True)
class Checked:
    """A ruleset that was checked. `form` is to be run only where there are no errors."""

    form: f.Form
    tests: tuple[TestForm, ...]
    findings: tuple[Diagnostic, ...]

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self.findings if d.severity == "error"]

    @property
    def warnings(self) -> list[Diagnostic]:
        return [d for d in self.findings if d.severity == "warning"]


def check(ruleset: Ruleset, schema: Schema, today: dt.date | None = None) -> Checked:
    """Everything that is wrong with a ruleset, and its form. today: ends `# allow ..., until`; None ends none."""
    report = Report(list(ruleset.diagnostics))
    statements = [s for file in ruleset.files for s in file.statements]
    names = gather(statements, ruleset, report)
    names.folder_ids = {each.name: each.id for each in ruleset.config.folders if each.id is not None}
    settings = setting_rules(schema, names.folder_ids)
    names.settings = tuple(rule.title for _, rule in settings)
    scope = Scope(schema, names, report)
    check_definitions(names, report)
    for define in names.definitions.values():
        report.extend(faults(define, scope))
    for each in names.lists.values():
        one_type(each, scope)
    for table in names.tables.values():
        check_table(table, scope)
    rules: dict[str, list[f.RuleForm]] = {}
    for rule in [s for s in statements if isinstance(s, ast.Rule)]:
        for bound, one in lower_rule(rule, scope):
            rules.setdefault(bound.id, []).append(one)
            names.labels[bound.id] = bound.label
    for event_id, setting in settings:
        rules.setdefault(event_id, []).append(setting)
    lowered = (lower_test(s, scope) for s in statements if isinstance(s, ast.Test))
    tests = tuple(t for t in lowered if t is not None)
    labels = {**{e.id: e.label for e in schema.events.values()}, **names.labels}
    form = f.Form(
        {k: tuple(r) for k, r in rules.items()},
        names.lowered,
        schema.store,
        labels,
        ruleset.config.chain_limit,
    )
    if not report.errors:
        advice.advise(form, statements, scope)
    findings = allows.silence(
        without_unread(report.sorted(), ruleset.config.unread), ruleset.files, report, today
    )
    return Checked(form, tests, tuple(findings))


UNREAD = {"folders": "E203", "connections": "E206", "events": "E202", "buttons": "E212"}


def without_unread(found: list[Diagnostic], unread: frozenset[str]) -> list[Diagnostic]:
    """A name may be among those that could not be read: it is not called unknown as well."""
    hidden = {UNREAD[section] for section in unread if section in UNREAD}
    if "connections" in unread:
        hidden |= {"E202"}
    return [d for d in found if d.code not in hidden]


def gather(statements: Sequence[ast.Statement], ruleset: Ruleset, report: Report) -> Names:
    """All statements by name; the first of two with one name keeps it."""
    names = Names(letters=letters(ruleset, report), broken=set(ruleset.unread))
    titles: dict[str, ast.Rule] = {}
    tests: dict[str, ast.Test] = {}
    named: dict[str, ast.Statement] = {}
    for statement in statements:
        match statement:
            case ast.Rule(title):
                if (first := titles.get(fold(title))) is not None:
                    twice(report, "E401", "rule", title, statement.title_span, first.title_span)
                else:
                    titles[fold(title)] = statement
                    names.rules[title] = statement
            case ast.Test(title):
                if (seen := tests.get(fold(title))) is not None:
                    twice(report, "E401", "test", title, statement.title_span, seen.title_span)
                tests.setdefault(fold(title), statement)
            case ast.Table(name) | ast.ListOf(name) | ast.Define(name):
                if (other := named.get(name)) is not None:
                    kind = {ast.Table: "table", ast.ListOf: "list", ast.Define: "definition"}[type(statement)]
                    twice(
                        report,
                        "E402",
                        kind,
                        name,
                        statement.name_span,
                        getattr(other, "name_span", other.span),
                    )
                    continue
                named[name] = statement
                if isinstance(statement, ast.Table):
                    read = ruleset.tables.get(name) if statement.file is not None else statement
                    if read is not None:
                        names.tables[name] = replace(read, file=statement.file)
                    else:
                        names.broken.add(name)
                elif isinstance(statement, ast.ListOf):
                    names.lists[name] = statement
                else:
                    names.definitions[name] = statement
    return names


def letters(ruleset: Ruleset, report: Report) -> dict[str, ast.Expr]:
    """The e-mail texts that rules name, as templates."""
    found: dict[str, ast.Expr] = {}
    if not ruleset.emails:
        return found
    from dsl.letters import parse_letter

    for path, text in ruleset.emails.items():
        found[path], wrong = parse_letter(ruleset.sources.get(path) or Source(path, text))
        report.extend(wrong)
    return found


def twice(report: Report, code: str, kind: str, name: str, span: Span, first: Span) -> None:
    report.add(
        code,
        f"the {kind} `{name}` is there twice, expected each name once",
        span,
        help="give one of the two another name",
        notes=[Note("first here", first)],
    )


def one_type(each: ast.ListOf, scope: Scope) -> None:
    """A list has one type."""
    from engine.check.comparisons import common_kind
    from engine.check.expressions import literal

    first = literal(each.members[0], scope) if each.members else None
    for member in each.members[1:]:
        typed = literal(member, scope)
        if first is not None and (
            common_kind(first.type, typed.type) is None or first.currency != typed.currency
        ):
            scope.error("E308", f"a list has one type, found {first.type} and {typed.type}", member)
            return
