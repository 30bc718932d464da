"""Comparisons: which types may stand beside each other, and what a text from outside is read as.

The table is `docs/language.md`'s. `not` forms are the negation of the positive one; nothing else.
"""

from __future__ import annotations

import re2

from dsl import ast, types
from dsl.diagnostics import Fix
from dsl.nearest import choices_help
from dsl.types import Type
from engine import form as f
from engine.check.expressions import lower, met, number_help, value
from engine.check.kinds import common_kind, kind_of
from engine.check.naming import near_names
from engine.check.scope import Scope, Typed
from engine.check.unquoted import unquoted

ORDERED = {"<": ("left", False), "<=": ("left", True), ">": ("right", False), ">=": ("right", True)}
MOST_STEPS = 1000
"""Of a pattern's program. Patterns that people write for SKUs and addresses have less than a hundred."""
TEXT_TESTS = ("contains", "starts with", "ends with")


def comparison(expr: ast.Comparison, scope: Scope) -> Typed:
    node = positive(expr, scope)
    return met(f.Not(node, span=expr.span) if expr.negated else node)


def positive(expr: ast.Comparison, scope: Scope) -> f.Condition:
    operator = expr.operator
    left = value(expr.left, scope)
    if operator in ("is missing", "is present"):
        there = f.Present(left.node, span=expr.span)  # type: ignore[arg-type]
        return there if operator == "is present" else f.Not(there, span=expr.span)
    if operator == "is one of":
        return among(expr, left, scope)
    if operator == "matches":
        return matches(expr, left, scope)
    if operator in ("is older than", "is newer than"):
        return aged(expr, left, scope)
    if operator == "is between":
        return between(expr, left, scope)
    right = value(expr.args[0], scope)
    if operator == "is exactly":
        text_only(expr, expr.left, left, scope)
        text_only(expr, expr.args[0], right, scope)
        return f.Equal("exact", left.node, right.node, span=expr.span)  # type: ignore[arg-type]
    if operator == "contains" and left.type.name == "list":
        text_only(expr, expr.args[0], right, scope)
        return f.HasMember(left.node, right.node, span=expr.span)  # type: ignore[arg-type]
    if operator in TEXT_TESTS:
        text_only(expr, expr.left, left, scope)
        text_only(expr, expr.args[0], right, scope)
        return f.TextTest(operator, left.node, right.node, span=expr.span)  # type: ignore[arg-type]
    if operator in ("is before", "is after"):
        return before_after(expr, left, right, scope)
    ordered = operator in ORDERED
    kind, a, b = agreed(expr, expr.left, left, expr.args[0], right, ordered, scope)
    if not ordered:
        return f.Equal(kind, a, b, span=expr.span)  # type: ignore[arg-type]
    side, or_equal = ORDERED[operator]
    if side == "right":
        a, b = b, a
    return f.Less(kind, a, b, or_equal, span=expr.span)  # type: ignore[arg-type]


def agreed(
    expr: ast.Expr,
    left_expr: ast.Expr,
    left: Typed,
    right_expr: ast.Expr,
    right: Typed,
    ordered: bool,
    scope: Scope,
) -> tuple[str, f.Value, f.Value]:
    """How two values are compared, and the two, texts from outside read as what they are compared with."""
    a: f.Value = left.node  # type: ignore[assignment]
    b: f.Value = right.node  # type: ignore[assignment]
    if left.type == types.OUTSIDE and reads_as(right, ordered):
        a = read_as(a, right)
        return kind_of(right.type), a, b
    if right.type == types.OUTSIDE and reads_as(left, ordered):
        return kind_of(left.type), a, read_as(b, left)
    if ordered and left.type == right.type == types.OUTSIDE:
        return "amount", f.AsAmount(a, "number", span=a.span), f.AsAmount(b, "number", span=b.span)
    if left.currency and right.currency and left.currency != right.currency:
        scope.error("E301", f"{left.currency} and {right.currency} cannot be compared", expr)
    kind = common_kind(left.type, right.type)
    if kind is None or (ordered and kind in ("text", "truth")):
        disagree(expr, left_expr, left.type, right_expr, right.type, ordered, scope)
        return "text", a, b
    return kind, a, b


def reads_as(other: Typed, ordered: bool) -> bool:
    """A text from outside is read as a number, money, weight or date beside a literal of it, or under `<` and its like."""
    readable = types.is_amount(other.type) or types.is_when(other.type)
    return readable and other.type != types.ANY and (other.literal or ordered)


def read_as(node: f.Value, other: Typed) -> f.Value:
    if types.is_when(other.type):
        return f.AsWhen(node, span=node.span)
    unit = {types.MONEY: "money", types.WEIGHT: "weight"}.get(other.type, "number")
    return f.AsAmount(node, unit, other.currency, span=node.span)  # type: ignore[arg-type]


def disagree(
    expr: ast.Expr,
    left_expr: ast.Expr,
    left: Type,
    right_expr: ast.Expr,
    right: Type,
    ordered: bool,
    scope: Scope,
) -> None:
    if left.name == "list":
        found = f"`{left_expr.span.text}` is a {left}, expected one value"
        if isinstance(expr, ast.Comparison) and expr.operator == "is" and types.is_text(right):
            contains = "does not contain" if expr.negated else "contains"
            member = f"{left_expr.span.text} {contains} {right_expr.span.text}"
            scope.error("E315", found, expr, f"write `{member}`", [Fix.write(expr.span, member)])
        else:
            scope.error("E315", found, expr, f"write `{left_expr.span.text} contains ...`")
        return
    if types.MAP in (left, right):
        scope.error("E315", "a whole map cannot be compared, expected one entry of it", expr)
        return
    amount_help = None
    if types.is_amount(right) or types.is_amount(left):
        amount_help = number_help(left_expr, left) or number_help(right_expr, right)
    if isinstance(left_expr, ast.Text):
        amount_help = None
    if types.TRUTH in (left, right) and (types.is_text(left) or types.is_text(right)):
        amount_help = 'a text is compared with a text: `is "true"`'
    fixes: tuple[Fix, ...] = ()
    if isinstance(right_expr, ast.Text) and (types.is_amount(left) or (ordered and left == types.OUTSIDE)):
        amount_help = "write the number without quotes"
        fixes = unquoted(right_expr, left)
    if isinstance(right_expr, ast.Number) and left == types.TEXT:
        amount_help = f'write `"{right_expr.span.text}"`, in quotes'
        fixes = (Fix.write(right_expr.span, f'"{right_expr.span.text}"'),)
    verb = "put in order" if ordered and (left == right or types.ANY in (left, right)) else "compared"
    found = " and ".join(dict.fromkeys(str(each) for each in (left, right) if each != types.ANY))
    scope.error("E301", f"{found} cannot be {verb}", expr, amount_help, fixes)


def text_only(expr: ast.Expr, part: ast.Expr, typed: Typed, scope: Scope) -> None:
    if types.is_text(typed.type):
        return
    if typed.type.name == "list" or typed.type == types.MAP:
        scope.error(
            "E315", f"this takes a text, found a {typed.type}", part, "write `contains` to look for a member"
        )
        return
    scope.error(
        "E302",
        f"this takes a text, found {typed.type}",
        part,
        f"write `text({part.span.text})`, or compare with `is`",
    )


def among(expr: ast.Comparison, left: Typed, scope: Scope) -> f.Condition:
    members = members_of(expr, scope)
    if not members:
        return f.Or((), span=expr.span)
    first = members[0][1]
    shown = left.type.of if left.type.of is not None else left.type
    subject = Typed(left.node, shown, literal=left.literal)
    nodes: list[f.Value] = []
    kind, reader = "text", left.node
    for member_expr, member in members:
        if not same_kind(first.type, member.type) or first.currency != member.currency:
            scope.error("E308", f"a list has one type, found {first.type} and {member.type}", member_expr)
            break
        kind, reader, node = agreed(expr, expr.left, subject, member_expr, member, False, scope)
        nodes.append(node)
        if scope.report.found and scope.report.found[-1].span is expr.span:
            break  # one message for the whole list
    return f.Among(kind, reader, tuple(nodes), span=expr.span)  # type: ignore[arg-type]


def members_of(expr: ast.Comparison, scope: Scope) -> list[tuple[ast.Expr, Typed]]:
    """The members in parentheses, or those of a list by its name."""
    one = expr.args[0] if len(expr.args) == 1 else None
    if isinstance(one, ast.Name) and one.name not in scope.names.definitions:
        found = scope.names.lists.get(one.name)
        scope.names.used.add(one.name)
        if one.name in scope.names.broken:
            return []
        if found is None:
            lists = scope.names.lists
            hint, fixes = choices_help("list", one.name, lists), near_names(one.span, one.name, lists)
            scope.error("E207", f"unknown list `{one.name}`", one, hint, fixes)
            return []
        return [(m, value(m, scope)) for m in found.members]
    return [(a, value(a, scope)) for a in expr.args]


def same_kind(a: Type, b: Type) -> bool:
    return common_kind(a, b) is not None


def matches(expr: ast.Comparison, left: Typed, scope: Scope) -> f.Condition:
    text_only(expr, expr.left, left, scope)
    pattern = expr.args[0]
    if not isinstance(pattern, ast.Text):
        scope.error("E307", "`matches` takes a pattern in quotes", pattern)
        return f.Matches(left.node, "", span=expr.span)  # type: ignore[arg-type]
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        size = re2.compile(pattern.value, options).programsize
    except re2.error as wrong:
        reason = str(wrong.args[0]) if wrong.args else "not a pattern"
        if isinstance(wrong.args[0] if wrong.args else None, bytes):
            reason = wrong.args[0].decode(errors="replace")
        scope.error(
            "E307",
            f"this is not a pattern: {reason[:100]}",
            pattern,
            "patterns are RE2, without look-around and back-references; `contains` looks for plain text",
        )
    else:
        if size > MOST_STEPS:
            found = f"this pattern takes {size:,} steps, expected at most {MOST_STEPS:,}"
            help_ = "a count such as `{1,500}` is written out that often; `+` or a smaller count says the same for most texts"
            scope.report.add("W516", found, pattern.span, help=help_)
    return f.Matches(left.node, pattern.value, span=expr.span)  # type: ignore[arg-type]


def aged(expr: ast.Comparison, left: Typed, scope: Scope) -> f.Condition:
    by = value(expr.args[0], scope)
    node: f.Value = left.node  # type: ignore[assignment]
    if left.type == types.OUTSIDE:
        node = f.AsWhen(node, span=node.span)
    elif not types.is_when(left.type):
        scope.error("E302", f"`{expr.operator}` takes a date or time, found {left.type}", expr.left)
    if by.type not in (types.DURATION, types.ANY):
        scope.error(
            "E302",
            f"expected how long, found {by.type}",
            expr.args[0],
            "write for example `3 days` or `2 hours`",
            unquoted(expr.args[0], types.DURATION),
        )
    return f.Aged("older" if "older" in expr.operator else "newer", node, by.node, span=expr.span)  # type: ignore[arg-type]


def before_after(expr: ast.Comparison, left: Typed, right: Typed, scope: Scope) -> f.Condition:
    sides: list[f.Value] = []
    for part, typed in ((expr.left, left), (expr.args[0], right)):
        node: f.Value = typed.node  # type: ignore[assignment]
        if typed.type == types.OUTSIDE:
            node = f.AsWhen(node, span=node.span)
        elif not types.is_when(typed.type):
            found = f"`{expr.operator}` takes dates and times, found {typed.type}"
            scope.error("E302", found, part, fixes=unquoted(part, types.DATE))
        sides.append(node)
    a, b = sides if expr.operator == "is before" else reversed(sides)
    return f.Less("when", a, b, span=expr.span)


def between(expr: ast.Comparison, left: Typed, scope: Scope) -> f.Condition:
    low, high = (value(a, scope) for a in expr.args)
    kind, reader, a = agreed(expr, expr.left, left, expr.args[0], low, True, scope)
    kind2, _, b = agreed(expr, expr.left, left, expr.args[1], high, True, scope)
    if kind == kind2 == "amount":
        if low.type != high.type and types.NUMBER not in (low.type, high.type):
            scope.error("E301", f"the ends are of two kinds: {low.type} and {high.type}", expr)
        elif low.currency and high.currency and low.currency != high.currency:
            scope.error("E301", f"the ends are in two currencies: {low.currency} and {high.currency}", expr)
    return f.Between(kind, reader, a, b, span=expr.span)  # type: ignore[arg-type]


def has_tag(expr: ast.HasTag, scope: Scope) -> Typed:
    tag = lower(expr.tag, scope)
    text_only(expr, expr.tag, tag, scope)
    tags = f.Read("order", ("tags",), "field", types.list_of(types.TEXT), span=expr.span)
    node: f.Condition = f.HasMember(tags, tag.node, span=expr.span)  # type: ignore[arg-type]
    return met(f.Not(node, span=expr.span) if expr.negated else node)
