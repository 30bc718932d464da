"""Where a missing value would decide silently (W503): a `not` about a text that an order may not have."""

from __future__ import annotations

from engine import form as f
from engine.check.scope import Scope

COMPARES = (f.Equal, f.Among, f.Less, f.Between, f.TextTest, f.Matches, f.Aged)


def advise(rule: f.RuleForm, scope: Scope) -> None:
    nodes = list(f.walk((rule.when, rule.where, tuple(a.where for a in rule.acts))))
    asked = {n.value.path for n in nodes if isinstance(n, f.Present) and isinstance(n.value, f.Read)}
    for node in nodes:
        if isinstance(node, f.Not) and isinstance(node.operand, COMPARES):
            say(node, asked, scope)


def say(node: f.Not, asked: set[str], scope: Scope) -> None:
    for read in f.walk(node.operand):
        if isinstance(read, f.Read) and read.how in ("entry", "print") and read.path not in asked:
            written = read.span.text
            scope.report.add(
                "W503",
                f"this is met where `{written}` is missing",
                node.span,
                help=f"say which is meant: add `{written} is present and`, or `{written} is missing or`",
            )
            return
