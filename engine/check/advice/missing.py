"""Where a missing value would decide silently (W503): a `not` about a text that an order may not have.

Looked at is what stands below a `not`, also within `and`, `or` and definitions; a second `not` turns it round again.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine import form as f
from engine.check.scope import Scope

COMPARES = (f.Equal, f.Among, f.Less, f.Between, f.TextTest, f.Matches, f.Aged)


def advise(rule: f.RuleForm, scope: Scope) -> None:
    nodes = list(f.nodes_of(rule.when, rule.where, *[a.where for a in rule.acts]))
    asked = {n.value.path for n in nodes if isinstance(n, f.Present) and isinstance(n.value, f.Read)}
    inner: set[int] = set()
    for node in nodes:
        if isinstance(node, f.Not) and id(node) not in inner:
            inner.update(id(each) for each in f.walk(node.operand) if isinstance(each, f.Not))
            if any(say(node, each, asked, scope) for each in denied(node.operand)):
                continue


def denied(node: f.Condition, turned: bool = False) -> Iterator[f.Condition]:
    """The comparisons that a `not` around makes hold where they are not met. turned: by another `not` within."""
    match node:
        case f.Not(operand):
            yield from denied(operand, not turned)
        case f.And(operands) | f.Or(operands):
            for each in operands:
                yield from denied(each, turned)
        case f.Named(_, body):
            yield from denied(body, turned)  # type: ignore[arg-type]
        case _ if not turned and isinstance(node, COMPARES):
            yield node


def say(node: f.Not, comparison: f.Condition, asked: set[str], scope: Scope) -> bool:
    """Whether there is something to say of it; once for each `not`."""
    for read in f.walk(comparison):
        if isinstance(read, f.Read) and read.how in ("entry", "print") and read.path not in asked:
            written = read.span.text
            scope.report.add(
                "W503",
                f"this is met where `{written}` is missing",
                node.span,
                help=f"say which is meant: add `{written} is present and`, or `{written} is missing or`",
            )
            return True
    return False
