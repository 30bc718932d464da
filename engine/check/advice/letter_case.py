"""Two texts that are one (W515): they differ by capitals only, and text is compared without regard to these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dsl import ast
from dsl.diagnostics import Edit, Fix
from dsl.schema import fold
from dsl.source import Span
from engine import form as f
from engine.check.scope import Scope


def advise(rule: f.RuleForm, scope: Scope) -> None:
    for node in f.nodes_of(rule.when, rule.where, *[act.where for act in rule.acts]):
        if isinstance(node, f.Among) and node.kind == "text":
            written = [m for m in node.members if isinstance(m, f.Const) and _within(m.span, node.span)]
            listed([(m.value, m.span) for m in written if isinstance(m.value, str)], scope)
        elif isinstance(node, f.Or):
            for pairs in _compared(node):
                say(pairs, scope, ())


def about_lists(lists: Iterable[ast.ListOf], scope: Scope) -> None:
    for each in lists:
        listed([(m.value, m.span) for m in each.members if isinstance(m, ast.Text)], scope)


def listed(members: Sequence[tuple[str, Span]], scope: Scope) -> None:
    """Of the members of a list the second can be left out."""
    seen: dict[str, int] = {}
    for at, (text, span) in enumerate(members):
        first = seen.setdefault(fold(text), at)
        if first != at:
            gone = Span(span.source, members[at - 1][1].end, span.end)
            fix = Fix("leave it out", (Edit(gone, ""),))
            say([members[first], members[at]], scope, [fix] if gone.text.strip().startswith(",") else [])


def say(pair: Sequence[tuple[str, Span]], scope: Scope, fixes: Sequence[Fix]) -> None:
    (first, _), (second, span) = pair
    found = (
        f"`{second}` is there twice"
        if first == second
        else f"`{second}` and `{first}` are the same: text is compared without regard to capitals"
    )
    scope.report.add("W515", found, span, help="leave one of the two out", fixes=fixes)


def _compared(node: f.Or) -> Iterator[list[tuple[str, Span]]]:
    """What one field is said to be in two parts of an `or`."""
    seen: dict[tuple[str, str], tuple[str, Span]] = {}
    for each in node.operands:
        match each:
            case f.Equal("text", f.Read() as read, f.Const(str() as value, span=span)):
                key = (read.path, fold(value))
                if key in seen:
                    yield [seen[key], (value, span)]
                seen.setdefault(key, (value, span))


def _within(inner: Span, outer: Span) -> bool:
    """Members of a list that is named are not: what is said of these is said where the list stands."""
    return inner.source is outer.source and outer.start <= inner.start and inner.end <= outer.end
