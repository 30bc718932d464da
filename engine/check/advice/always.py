"""Conditions that can never be met, or always are (W501, W502), as far as it can be seen from one `and` or `or`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from dsl.schema import fold
from dsl.types import is_amount
from engine import form as f
from engine.check.scope import Scope


def advise(rule: f.RuleForm, scope: Scope) -> None:
    for node in f.nodes_of(rule.when, rule.where):
        examine(node, scope)
    for act in rule.acts:
        for node in f.walk((act.values, act.where)):
            examine(node, scope)


def examine(node: f.Node, scope: Scope) -> None:
    kind = type(node)
    if kind not in TELLING:
        return
    if isinstance(node, f.And):
        why = never(node)
        if why:
            say("W501", "never", why, node, scope)
    elif isinstance(node, f.Or):
        why = either_way(node)
        if why:
            say("W502", "always", why, node, scope)
    elif isinstance(node, f.Between) and isinstance(node.low, f.Const) and isinstance(node.high, f.Const):
        if comparable(node.low.value, node.high.value) and node.low.value > node.high.value:  # type: ignore[operator]
            say("W501", "never", "its first end is above its second", node, scope)
    elif isinstance(node, f.Equal) and isinstance(node.left, f.Const) and isinstance(node.right, f.Const):
        same = key(node.left.value) == key(node.right.value)
        say(
            "W502" if same else "W501",
            "always" if same else "never",
            "both sides are written out",
            node,
            scope,
        )
    elif isinstance(node, f.IsTrue) and isinstance(node.value, f.Const):
        truth = node.value.value is True
        say("W502" if truth else "W501", "always" if truth else "never", "it is written out", node, scope)


TELLING = frozenset({f.And, f.Or, f.Between, f.Equal, f.IsTrue})


def say(code: str, when: str, why: str, node: f.Node, scope: Scope) -> None:
    scope.report.add(code, f"this condition is {when} met: {why}", node.span)


def comparable(a: object, b: object) -> bool:
    return type(a) is type(b)


def key(x: f.Scalar) -> object:
    return fold(x) if isinstance(x, str) else x


def bare(node: f.Condition) -> f.Condition:
    """Without the name of a definition."""
    while isinstance(node, f.Named):
        node = node.body  # type: ignore[assignment]
    return node


def parts(node: f.And) -> Iterator[f.Condition]:
    for each in node.operands:
        inner = bare(each)
        if isinstance(inner, f.And):
            yield from parts(inner)
        else:
            yield inner


def denied(conditions: Sequence[f.Condition]) -> bool:
    """Whether one of them is the opposite of another."""
    opposites = [bare(each.operand) for each in conditions if isinstance(each, f.Not)]
    return bool(opposites) and not set(conditions).isdisjoint(opposites)


@dataclass
class Known:
    """What the parts of an `and` say of one field."""

    read: f.Read
    allowed: set[object] | None = None
    refused: set[object] = field(default_factory=set)
    low: Decimal | None = None
    high: Decimal | None = None
    open_low: bool = False
    open_high: bool = False
    present: bool = False
    missing: bool = False

    def only(self, values: set[object]) -> None:
        self.allowed = values if self.allowed is None else self.allowed & values
        self.present = True

    def above(self, x: Decimal, or_equal: bool) -> None:
        if self.low is None or x > self.low or (x == self.low and not or_equal):
            self.low, self.open_low = x, not or_equal
        self.present = True

    def below(self, x: Decimal, or_equal: bool) -> None:
        if self.high is None or x < self.high or (x == self.high and not or_equal):
            self.high, self.open_high = x, not or_equal
        self.present = True

    @property
    def contradiction(self) -> str:
        path = self.read.span.text or self.read.path
        if self.present and self.missing:
            return f"`{path}` is missing and compared"
        if self.allowed is not None and not self.allowed - self.refused:
            return f"no value of `{path}` is all of this at once"
        if self.low is not None and self.high is not None:
            empty = self.low > self.high or (self.low == self.high and (self.open_low or self.open_high))
            if empty:
                return f"`{path}` cannot be above {self.low} and below {self.high}"
        amounts = [x for x in self.allowed or () if isinstance(x, Decimal)]
        if amounts and not any(self.inside(x) for x in amounts):
            return f"no value of `{path}` is all of this at once"
        return ""

    def inside(self, x: Decimal) -> bool:
        above = self.low is None or x > self.low or (x == self.low and not self.open_low)
        below = self.high is None or x < self.high or (x == self.high and not self.open_high)
        return above and below


def never(node: f.And) -> str:
    """Why an `and` can never be met, or "" where nothing is seen."""
    conditions = list(parts(node))
    if denied(conditions):
        return "it asks for a condition and for its opposite"
    known: dict[tuple[str, str], Known] = {}
    for each in conditions:
        learn(each, known)
    return next((k.contradiction for k in known.values() if k.contradiction), "")


def learn(node: f.Condition, known: dict[tuple[str, str], Known]) -> None:
    negated = isinstance(node, f.Not)
    inner = bare(node.operand) if isinstance(node, f.Not) else node
    match inner:
        case f.Present(f.Read() as read):
            about = of(read, known)
            about.present, about.missing = about.present or not negated, about.missing or negated
        case f.Equal(_, left, f.Const(value)) if (one := field_of(left)) is not None:
            refuse_or_allow(of(one, known), {key(value)}, negated)
        case f.Among(_, left, members) if (some := field_of(left)) is not None:
            if all(isinstance(m, f.Const) for m in members):
                refuse_or_allow(
                    of(some, known), {key(m.value) for m in members if isinstance(m, f.Const)}, negated
                )
        case f.Less("amount", left, right, or_equal) if not negated:
            learn_order(left, right, or_equal, known)
        case f.Between("amount", value, low, high) if not negated and (ranged := field_of(value)) is not None:
            about = of(ranged, known)
            if (a := amount(low)) is not None:
                about.above(a, True)
            if (b := amount(high)) is not None:
                about.below(b, True)


def learn_order(left: f.Value, right: f.Value, or_equal: bool, known: dict[tuple[str, str], Known]) -> None:
    if (read := field_of(left)) is not None and (x := amount(right)) is not None:
        of(read, known).below(x, or_equal)
    if (read := field_of(right)) is not None and (x := amount(left)) is not None:
        of(read, known).above(x, or_equal)


def refuse_or_allow(about: Known, values: set[object], negated: bool) -> None:
    if negated:
        about.refused |= values
    else:
        about.only(values)


def of(read: f.Read, known: dict[tuple[str, str], Known]) -> Known:
    return known.setdefault((read.path, read.how), Known(read))


def field_of(value: f.Value) -> f.Read | None:
    if isinstance(value, f.AsAmount):
        value = value.value
    if isinstance(value, f.Read) and value.type.name != "list":
        return value
    return None


def amount(value: f.Value) -> Decimal | None:
    if isinstance(value, f.Const) and isinstance(value.value, Decimal):
        return value.value
    return value.amount if isinstance(value, f.MoneyConst) else None


def either_way(node: f.Or) -> str:
    """Why an `or` is always met, or ""."""
    conditions = [bare(o) for o in node.operands]
    if denied(conditions):
        return "it takes a condition and its opposite"
    refused: dict[str, set[object]] = {}
    for each in conditions:
        if isinstance(each, f.Not) and isinstance(each.operand, f.Equal):
            left, right = each.operand.left, each.operand.right
            if isinstance(left, f.Read) and isinstance(right, f.Const) and not is_amount(left.type):
                refused.setdefault(left.path, set()).add(key(right.value))
    for path, values in refused.items():
        if len(values) > 1:
            return f"`{path}` cannot be two values at once, so one of these holds; `and` was meant"
    return ""
