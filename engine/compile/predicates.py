"""Conditions as clauses over predicates with identity: what the index can find without asking each rule.

`Narrowing.of` gives the clauses that a condition implies: all of them must hold where it is met. Where `exact`, the
reverse is true too; else whoever finds a rule by its clauses asks the rule's own closure as well. So what would explode,
relates two fields or asks two things of the same item loses speed and never meaning. Called by `index`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, product
from typing import Any, NamedTuple, TypeAlias

from engine import form as f
from engine.compile.compiler import Compiler
from engine.compile.unary import CurrencyIs
from engine.compile.value_tests import Family, Test
from engine.compile.view import Over

MOST_CLAUSES = 8
"""Beyond this an `or` of `and`s is not multiplied out: the most selective clause of each side stands for it."""


class Column(NamedTuple):
    """A value that predicates ask about, as it is looked at. `value` is the identity of its node.

    over, every: the value of any item (of every item) instead of the order's.
    """

    value: int
    family: Family
    over: Over | None = None
    every: bool = False


class Literal(NamedTuple):
    """A test of a column that is met, or (not `positive`) that is not."""

    column: Column
    node: f.Node
    test: Test
    positive: bool


Clause: TypeAlias = tuple[Literal, ...]
"""One of them holds."""


class Clauses(NamedTuple):
    """All of them hold."""

    all: tuple[Clause, ...]
    exact: bool


UNKNOWN = Clauses((), False)


class Narrowing:
    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._found: dict[tuple[int, bool], Clauses] = {}

    def of(self, node: Any, positive: bool = True) -> Clauses:
        key = self._compiler.identity(node), positive
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._narrow(node, positive)
        return found

    def _narrow(self, node: Any, positive: bool) -> Clauses:
        if isinstance(node, f.Named):
            return self.of(node.body, positive)
        if isinstance(node, f.Truth):
            return self.of(node.condition, positive)
        if isinstance(node, f.IsTrue) and isinstance(node.value, (f.Truth, f.Named)):
            return self.of(node.value, positive)
        if isinstance(node, f.Not):
            return self.of(node.operand, not positive)
        if isinstance(node, (f.And, f.Or)):
            parts = [self.of(each, positive) for each in node.operands]
            return both(parts) if isinstance(node, f.And) is positive else either(parts)
        if isinstance(node, f.Quantified):
            inner = self.of(
                node.where, positive if node.kind == "any" else positive is (node.kind == "every")
            )
            some = (node.kind == "any") is positive
            return of_some(inner, node.over) if some else of_every(inner, node.over)
        if not self._compiler.is_condition(node):
            return self.of(f.IsTrue(node), positive)
        found = self._compiler.unary(node)
        if found is None:
            apart = without_money(node)
            return UNKNOWN if apart is None else self.of(apart, positive)
        value, test = found
        column = Column(self._compiler.identity(value), test.family)
        return Clauses(((Literal(column, value, test, positive),),), True)


def both(parts: Sequence[Clauses]) -> Clauses:
    clauses = list(dict.fromkeys(chain.from_iterable(part.all for part in parts)))
    kept = most_selective(clauses, MOST_CLAUSES)
    return Clauses(tuple(kept), len(kept) == len(clauses) and all(part.exact for part in parts))


def either(parts: Sequence[Clauses]) -> Clauses:
    """One clause of each, in all ways; of a part without clauses there is none to take, and nothing is asked."""
    exact, many = all(part.exact for part in parts), 1
    for part in parts:
        many *= len(part.all)
        if many > MOST_CLAUSES:
            exact = False
            parts = [Clauses(tuple(most_selective(part.all, 1)), False) for part in parts]
            break
    clauses = [
        tuple(dict.fromkeys(chain.from_iterable(chosen))) for chosen in product(*[part.all for part in parts])
    ]
    return Clauses(tuple(clauses), exact)


def of_some(inner: Clauses, over: Over) -> Clauses:
    """Of some item all clauses hold: each holds of some item. The reverse only where there is one clause."""
    clauses = [about(clause, over, every=False) for clause in inner.all]
    kept = [clause for clause in clauses if clause is not None]
    return Clauses(tuple(kept), inner.exact and len(inner.all) == 1 and len(kept) == 1)


def of_every(inner: Clauses, over: Over) -> Clauses:
    """Of every item all clauses hold: each holds of every item. One with two literals cannot be told apart by columns."""
    clauses = [about(clause, over, every=True) if len(clause) == 1 else None for clause in inner.all]
    kept = [clause for clause in clauses if clause is not None]
    return Clauses(tuple(kept), inner.exact and len(kept) == len(inner.all))


def about(clause: Clause, over: Over, every: bool) -> Clause | None:
    """The clause about the value of any (every) item; None where it is about a column of items already."""
    if any(literal.column.over is not None for literal in clause):
        return None
    return tuple(
        literal._replace(column=literal.column._replace(over=over, every=every)) for literal in clause
    )


def most_selective(clauses: Iterable[Clause], count: int) -> list[Clause]:
    """The clauses that most orders will not meet, in the order given."""
    given = list(clauses)
    if len(given) <= count:
        return given
    best = sorted(range(len(given)), key=lambda i: (breadth(given[i]), len(given[i])))[:count]
    return [given[i] for i in sorted(best)]


NARROW = frozenset({"is", "exactly", "has"})
BROAD = frozenset({"less", "at most", "more", "at least", "present", "true", "false"})


def breadth(clause: Clause) -> int:
    """How many orders a clause lets pass, roughly: 0 few (`is "US"`) to 3 most (`is not "US"`)."""
    return max((width(literal) for literal in clause), default=0)


def width(literal: Literal) -> int:
    if not literal.positive:
        return 3
    if literal.test.operator in BROAD:
        return 2
    return 0 if literal.test.operator in NARROW else 1


def without_money(node: Any) -> Any:
    """A comparison with `$50` as one with 50 in an order of that currency; None where it has no money literal."""
    if isinstance(node, f.Among):
        return among_without_money(node)
    if isinstance(node, (f.Equal, f.Less)):
        names: tuple[str, ...] = ("left", "right")
    elif isinstance(node, f.Between):
        names = ("value", "low", "high")
    else:
        return None
    parts = {name: plain_amount(getattr(node, name)) for name in names}
    currencies = dict.fromkeys(currency for _, currency in parts.values() if currency is not None)
    if not currencies:
        return None
    plain: dict[str, Any] = {name: value for name, (value, _) in parts.items()}
    kept = {name: getattr(node, name) for name in ("kind", "or_equal") if hasattr(node, name)}
    return f.And((type(node)(**kept, **plain), *[CurrencyIs(each) for each in currencies]))  # type: ignore[arg-type]


def among_without_money(node: f.Among) -> Any:
    if not any(isinstance(each, (f.MoneyConst, f.Named, f.Minus)) for each in node.members):
        return None
    groups: dict[str | None, list[f.Value]] = {}
    for each in node.members:
        value, currency = plain_amount(each)
        groups.setdefault(currency, []).append(value)
    if set(groups) <= {None}:
        return None
    choices: list[Any] = []
    for currency, members in groups.items():
        plain = f.Among(node.kind, node.left, tuple(members))
        choices.append(plain if currency is None else f.And((plain, CurrencyIs(currency))))  # type: ignore[arg-type]
    return f.Or(tuple(choices))


def plain_amount(node: f.Value) -> tuple[f.Value, str | None]:
    """A money literal as its amount and its currency; anything else as it is."""
    if isinstance(node, f.MoneyConst):
        return f.Const(node.amount), node.currency
    if isinstance(node, f.Named) and isinstance(node.body, (f.MoneyConst, f.Named, f.Minus)):
        value, currency = plain_amount(node.body)
        return (value, currency) if currency is not None else (node, None)
    if isinstance(node, f.Minus):
        value, currency = plain_amount(node.operand)
        return (f.Minus(value), currency) if currency is not None else (node, None)
    return node, None
