"""The language's own tests: their names resolved, ready to be run by `engine.testing`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from dsl import ast, types
from dsl.nearest import choices_help
from dsl.schema import FieldRef, fold
from dsl.source import Span
from engine import form as f
from engine.check.actions import lower_action
from engine.check.aggregates import paths_in
from engine.check.arguments import fits
from engine.check.effects import connection
from engine.check.events import bind
from engine.check.expressions import condition, value
from engine.check.fields import resolve, written
from engine.check.naming import near_names, near_parts
from engine.check.scope import Scope


@dataclass(frozen=True)
class Change:
    """`with ...`: one thing that the test changes in the sample. kind: field, item or tag."""

    kind: str
    value: f.Value
    target: FieldRef | None = None
    item: int = 0


@dataclass(frozen=True)
class Answer:
    """`given podOS rejects because of ...`; reason None accepts."""

    connection: str
    reason: str | None
    message: str | None


@dataclass(frozen=True)
class Happening:
    event_id: str
    label: str
    values: Mapping[str, f.Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Expectation:
    """One `expect`. kind: condition, rule, action, orders. `happened` for rule and action: whether it should have."""

    kind: str
    text: str
    span: Span
    condition: f.Condition | None = None
    order: int = 1
    title: str = ""
    act: f.Act | None = None
    count: int = 0
    happened: bool = True


@dataclass(frozen=True)
class TestForm:
    __test__ = False

    title: str
    span: Span
    order: str
    changes: tuple[Change, ...] = ()
    now: dt.datetime | None = None
    answers: tuple[Answer, ...] = ()
    whens: tuple[Happening, ...] = ()
    expectations: tuple[Expectation, ...] = ()


def lower_test(test: ast.Test, scope: Scope) -> TestForm | None:
    """The test, or None where what it needs is missing. That its sample is there, the loader has seen to."""
    scope = replace(scope, test=True, events={})
    order = next((s for s in test.steps if isinstance(s, ast.GivenOrder)), None)
    whens = tuple(w for w in (when(s, scope) for s in test.steps if isinstance(s, ast.When)) if w is not None)
    if order is None:
        scope.report.add(
            "E410",
            f"test `{test.title}` has no order",
            test.title_span,
            help='add `given order "samples/..."`',
        )
        return None
    if not whens and not any(isinstance(s, ast.When) for s in test.steps):
        scope.report.add(
            "E410",
            f"test `{test.title}` has no event",
            test.title_span,
            help='add `when "Order is Imported" happens`',
        )
    expectations = tuple(e for e in (expectation(s, scope) for s in test.steps) if e is not None)
    if not any(isinstance(s, EXPECTS) for s in test.steps):
        scope.report.add(
            "E410",
            f"test `{test.title}` expects nothing, so it cannot fail",
            test.title_span,
            help='add `expect order.folder is "..."`, or another `expect`',
        )
    now = next((s.time for s in test.steps if isinstance(s, ast.GivenNow)), None)
    return TestForm(
        title=test.title,
        span=test.title_span,
        order=order.file.value,
        changes=tuple(c for c in (change(x, scope) for x in order.changes) if c is not None),
        now=moment(now, scope) if now is not None else None,
        answers=tuple(
            a for a in (answer(s, scope) for s in test.steps if isinstance(s, ast.GivenAnswer)) if a
        ),
        whens=whens,
        expectations=expectations,
    )


EXPECTS = (ast.ExpectCondition, ast.ExpectRule, ast.ExpectAction, ast.ExpectOrders)


def moment(node: ast.Date | ast.Time, scope: Scope) -> dt.datetime:
    zone = ZoneInfo(scope.schema.store.timezone)
    if isinstance(node, ast.Time):
        return node.value.replace(tzinfo=zone)
    return dt.datetime.combine(node.value, dt.time(), zone)


def change(node: ast.WithField | ast.WithItem | ast.WithTag, scope: Scope) -> Change | None:
    if isinstance(node, ast.WithTag):
        return Change("tag", f.Const(node.tag.value))
    about = scope.about("item") if isinstance(node, ast.WithItem) else scope
    ref = resolve(node.target, about)
    typed = value(node.value, scope)
    if ref is None:
        return None
    if not fits(ref.type, typed):
        scope.error("E306", f"`{written(node.target)}` is of type {ref.type}, found {typed.type}", node.value)
    kind = "item" if isinstance(node, ast.WithItem) else "field"
    return Change(kind, typed.node, ref, node.number if isinstance(node, ast.WithItem) else 0)  # type: ignore[arg-type]


def answer(node: ast.GivenAnswer, scope: Scope) -> Answer | None:
    found = connection(node.connection, scope)
    if found is None:
        return None
    message = node.message.value if node.message else None
    if node.reason is None:
        return Answer(found.name, None, message)
    refusal = scope.schema.refusal(found, node.reason.value)
    if refusal is None:
        names = [
            e.reason_name
            for e in scope.schema.events.values()
            if e.connection == found.name and e.reason_name
        ]
        hint = choices_help("reason", node.reason.value, names)
        fixes = near_names(node.reason.span, node.reason.value, names)
        scope.error("E216", f"{found.label} has no reason `{node.reason.value}`", node.reason, hint, fixes)
        return None
    return Answer(found.name, refusal.reason, message)


def when(node: ast.When, scope: Scope) -> Happening | None:
    ref = node.event
    bound = bind(ref, scope)
    if bound is None:
        return None
    details: dict[str, f.Value] = {}
    for detail in node.details:
        wanted = bound.fields.get(detail.name)
        if wanted is None:
            scope.error(
                "E208",
                f"`{bound.label}` has no field `{detail.name}`",
                detail,
                choices_help("event field", detail.name, bound.fields),
                near_parts(detail.span, detail.name, bound.fields, after="with"),
            )
            continue
        typed = value(detail.value, scope)
        if not fits(wanted, typed) and not (wanted.name == "list" and types.is_text(typed.type)):
            scope.error("E306", f"`{detail.name}` is of type {wanted}, found {typed.type}", detail)
        details[detail.name] = typed.node  # type: ignore[assignment]
    return Happening(bound.id, bound.label, details)


def expectation(step: ast.Step, scope: Scope) -> Expectation | None:
    text = " ".join(step.span.text.split())
    make: Callable[..., Expectation] = lambda kind, **parts: Expectation(kind, text, step.span, **parts)  # noqa: E731
    match step:
        case ast.ExpectCondition(expr):
            return expected_condition(expr, scope, make)
        case ast.ExpectRule(title, fired):
            wanted, names = fold(title.value), scope.names
            if wanted in {fold(t) for t in names.broken}:
                return None
            known = names.rules.get(wanted)
            if known is None:
                known = names.settings.get(wanted)
            if known is None:
                titles = [*names.rules.values(), *names.settings.values()]
                hint = choices_help("rule", title.value, titles)
                fixes = near_names(title.span, title.value, titles)
                scope.error("E214", f"no rule has the title `{title.value}`", title, hint, fixes)
                return None
            return make("rule", title=known, happened=fired)
        case ast.ExpectAction(action, happened):
            act = lower_action(action, "item", scope)
            return None if act is None else make("action", act=act, happened=happened)
        case ast.ExpectOrders(count):
            return make("orders", count=count)
        case _:
            return None


def expected_condition(expr: ast.Expr, scope: Scope, make: Callable[..., Expectation]) -> Expectation:
    numbers = {p.nth or 1 for p in paths_in(expr, scope) if p.root == "order"}
    if len(numbers) > 1:
        scope.error("E410", "this looks at two orders at once, expected one `expect` for each", expr)
    return make("condition", condition=condition(expr, scope), order=max(numbers, default=1))
