"""Checking: from a loaded ruleset to its form, with everything that is wrong said at once.

`check(ruleset, schema)` is called by every command. Rooms: names and types in `expressions`, `fields`, `comparisons`,
`functions`, `tables`, `events`, `actions`; whole rules in `rules`, `settings` and `tests`; advice in `advice/`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from dsl import ast
from dsl.diagnostics import Diagnostic, Note, Report
from dsl.schema import Schema, fold
from dsl.source import Source, Span
from engine import form as f
from engine.check import advice, allows
from engine.check.advice.links import link_of
from engine.check.definitions import check_definitions, check_put_in
from engine.check.expressions import faults
from engine.check.rules import lower_rule
from engine.check.scope import Names, Scope
from engine.check.settings import setting_rules
from engine.check.tables import check_table
from engine.check.tests import lower_test
from engine.checked import Checked
from engine.ruleset import Ruleset


def check(ruleset: Ruleset, schema: Schema, today: dt.date | None = None) -> Checked:
    """Everything that is wrong with a ruleset, and its form. today: ends `# allow ..., until`; None ends none."""
    report = Report(list(ruleset.diagnostics))
    statements = [s for file in ruleset.files for s in file.statements]
    scope, settings = scope_of(statements, ruleset, schema, report)
    check_names(scope)
    lowered = [bound for s in statements if isinstance(s, ast.Rule) and (bound := lower_rule(s, scope))]
    written = [[(bound.id, rule) for bound, rule in each] for each in lowered]
    tests = [t for s in statements if isinstance(s, ast.Test) and (t := lower_test(s, scope)) is not None]
    check_put_in(scope.names, report)
    rules: dict[str, list[f.RuleForm]] = {}
    for event_id, rule in (one for each in (*written, settings) for one in each):
        rules.setdefault(event_id, []).append(rule)
    labels = labels_of(schema) | {bound.id: bound.label for each in lowered for bound, _ in each}
    if not report.errors:
        for each in written:
            advice.about_rule([rule for _, rule in each], scope)
        links = [link_of(each, schema) for each in (*written, *([one] for one in settings))]
        advice.about_all(links, labels, scope)
    form = f.Form(
        {event_id: tuple(each) for event_id, each in rules.items()},
        scope.names.lowered,
        schema.store,
        labels,
        ruleset.config.chain_limit,
    )
    return Checked(form, tuple(tests), tuple(told(report, ruleset, today)))


def scope_of(
    statements: Sequence[ast.Statement], ruleset: Ruleset, schema: Schema, report: Report
) -> tuple[Scope, list[tuple[str, f.RuleForm]]]:
    """What all statements stand in, and the settings that act, each with its event."""
    names = gather(statements, ruleset, report)
    names.folder_ids = {each.name: each.id for each in ruleset.config.folders if each.id is not None}
    settings = setting_rules(schema, names.folder_ids)
    names.settings = {fold(rule.title): rule.title for _, rule in settings}
    return Scope(schema, names, report), settings


def check_names(scope: Scope) -> None:
    """Definitions, lists and tables, each on its own: what rules and tests name."""
    names = scope.names
    check_definitions(names, scope.report)
    for define in names.definitions.values():
        scope.report.extend(faults(define, scope))
    for each in names.lists.values():
        one_type(each, scope)
    for table in names.tables.values():
        check_table(table, scope)


def labels_of(schema: Schema) -> dict[str, str]:
    return {event.id: event.label for event in schema.events.values()}


def told(report: Report, ruleset: Ruleset, today: dt.date | None) -> list[Diagnostic]:
    """What is left to say of all that was found."""
    found = without_unread(report.sorted(), ruleset.config.unread)
    return allows.silence(found, ruleset.files, report, today)


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
    rules: dict[str, ast.Rule] = {}
    tests: dict[str, ast.Test] = {}
    named: dict[str, ast.Statement] = {}
    for statement in statements:
        match statement:
            case ast.Rule(title):
                names.rules.setdefault(fold(title), title)
                if (first := rules.setdefault(fold(title), statement)) is not statement:
                    twice(report, "E401", "rule", title, statement.title_span, first.title_span)
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
    from engine.check.expressions import literal
    from engine.check.kinds import common_kind

    first = literal(each.members[0], scope) if each.members else None
    for member in each.members[1:]:
        typed = literal(member, scope)
        if first is not None and (
            common_kind(first.type, typed.type) is None or first.currency != typed.currency
        ):
            scope.error("E308", f"a list has one type, found {first.type} and {typed.type}", member)
            return
