"""The one form that all readers of rules share: for each event an ordered list of rules, with every name resolved.

Made from a checked ruleset by `engine.lower`; read by the reference evaluator, the compiler, the explanation and the
export. Values and conditions are small frozen nodes. `not` forms are `Not` of the positive; synonyms are gone; what a
text from outside is read as is written down (`AsAmount`, `AsWhen`), definitions are named but inlined.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any, Literal, TypeAlias

from dsl.schema import FieldRef, StoreSpec
from dsl.source import NOWHERE, Span

Scalar: TypeAlias = str | Decimal | bool | dt.date | dt.datetime | dt.timedelta


@dataclass(frozen=True, slots=True)
class Node:
    span: Span = field(default=NOWHERE, kw_only=True, compare=False, repr=False)


# -- values: each gives a plain value or None for missing -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Const(Node):
    """A literal. Weights are already in the store's unit; times are aware; text is as written (not folded)."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class MoneyConst(Node):
    """`$50`: its amount where the order is in that currency, else missing."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Read(FieldRef, Node):
    """The value of a field."""


@dataclass(frozen=True, slots=True)
class AsAmount(Node):
    """Text from outside read as a number. `unit` says what signs it may carry.

    unit: `number` none; `money` a currency sign or code, which must be `currency` (or the order's, where that is ""),
    else missing; `weight` a weight unit, converted to the store's.
    """

    value: Value
    unit: Literal["number", "money", "weight"]
    currency: str = ""


@dataclass(frozen=True, slots=True)
class AsWhen(Node):
    """Text from outside read as an ISO date or time (aware: store's zone where it has none)."""

    value: Value


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    op: Literal["+", "-", "*", "/"]
    left: Value
    right: Value
    kind: Literal["amount", "when"] = "amount"


@dataclass(frozen=True, slots=True)
class Minus(Node):
    operand: Value


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function by name: lower upper trim length number text round replace part first_of date."""

    function: str
    args: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Lookup(Node):
    """`output` is the column's position among the outputs."""

    table: str
    args: tuple[Value, ...]
    output: int


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    kind: Literal["number", "sum", "smallest", "largest"]
    over: Literal["item", "shipment"]
    body: Value | None
    where: Condition | None


@dataclass(frozen=True, slots=True)
class Now(Node):
    pass


@dataclass(frozen=True, slots=True)
class Today(Node):
    pass


@dataclass(frozen=True, slots=True)
class Template(Node):
    """Text with values in it. `lenient`: a missing part is printed as `[missing: order.x]` (notes, e-mail); else the
    whole is missing."""

    parts: tuple[Value, ...]
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Named(Node):
    """A definition's value or condition, inlined; the name is for the reader."""

    name: str
    body: Value | Condition


@dataclass(frozen=True, slots=True)
class Truth(Node):
    """A condition as a value (true or false, never missing)."""

    condition: Condition


# -- conditions: each gives met or not met ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Equal(Node):
    """How values are compared: `text` folded, `exact` text to the letter, `amount`, `truth`,
    `when`: times as instants; where either side is a date, days in the store's zone."""

    kind: Literal["text", "exact", "amount", "truth", "when", "duration"]
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Among(Node):
    """`is one of`: `left` equals one of the members. Also used for a list value on the left: one of it is among them."""

    kind: Literal["text", "exact", "amount", "when"]
    left: Value
    members: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Less(Node):
    """`left < right`, or `<=` with `or_equal`. `kind` as for Equal."""

    kind: Literal["amount", "when", "duration"]
    left: Value
    right: Value
    or_equal: bool = False


@dataclass(frozen=True, slots=True)
class Between(Node):
    """Both ends count."""

    kind: Literal["amount", "when", "duration"]
    value: Value
    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class TextTest(Node):
    """Folded text: `contains`, `starts with`, `ends with`."""

    operator: Literal["contains", "starts with", "ends with"]
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Matches(Node):
    left: Value
    pattern: str


@dataclass(frozen=True, slots=True)
class HasMember(Node):
    """`order.tags` or another list has a member equal (folded) to `member`."""

    values: Value
    member: Value


@dataclass(frozen=True, slots=True)
class Aged(Node):
    """`older`: the event's time minus `value` is more than `by`; `newer`: less than `by`. A date counts from its midnight
    in the store's zone."""

    operator: Literal["older", "newer"]
    value: Value
    by: Value


@dataclass(frozen=True, slots=True)
class Present(Node):
    value: Value


@dataclass(frozen=True, slots=True)
class IsTrue(Node):
    """A truth value that is present and true."""

    value: Value


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    kind: Literal["any", "every", "no"]
    over: Literal["item", "shipment"]
    where: Condition


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: Condition


@dataclass(frozen=True, slots=True)
class And(Node):
    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    operands: tuple[Condition, ...]


Value: TypeAlias = (
    Const | MoneyConst | Read | AsAmount | AsWhen | Arithmetic | Minus | Call | Lookup | Aggregate | Now | Today
    | Template | Named | Truth
)  # fmt: skip
Condition: TypeAlias = (
    Equal | Among | Less | Between | TextTest | Matches | HasMember | Aged | Present | IsTrue | Quantified | Not | And | Or | Named
)  # fmt: skip

# -- tables -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """`any`: nothing else set, matches missing too. `values`: equal to one. Else a range: both ends count, None is open."""

    any: bool = False
    values: tuple[Scalar, ...] = ()
    low: Scalar | None = None
    high: Scalar | None = None


@dataclass(frozen=True, slots=True)
class TableForm:
    """First row that matches wins. `kinds[i]` says how input i is compared: text (folded), amount, when, truth;
    `currencies[i]` is the currency its money cells are in ("" where none): in an order of another currency such an
    input is missing. `otherwise` None gives missing."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    kinds: tuple[Literal["text", "amount", "when", "truth"], ...]
    currencies: tuple[str, ...]
    rows: tuple[tuple[tuple[Cell, ...], tuple[Const | MoneyConst, ...]], ...]
    otherwise: tuple[Const | MoneyConst, ...] | None


# -- rules ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Act(Node):
    """One action. `verb` is the catalogue's (`move to folder`, `set`, `submit`, ...); `text` as written on its line.

    args: plain settings known beforehand (folder, connection, event id) by name.
    values: what is worked out when the rule fires, by name; the `key` of `split by` for each item.
    target: for set, clear, increase, decrease. where: the items that `split items` takes.
    per_item: done for every matching item (shipment) instead of once.
    writes: canonical paths of the order that it may change, for readers that remember what they looked up.
    """

    verb: str
    text: str
    args: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    target: FieldRef | None = None
    where: Condition | None = None
    per_item: bool = False
    writes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RuleForm(Node):
    """`setting`: a rule nobody wrote (`after_import_move_to`); not done where a written rule moved the order, and not
    stopped by `stop`. reads: every field that its conditions and values look at."""

    title: str
    events: tuple[str, ...]
    acts: tuple[Act, ...]
    when: Condition | None = None
    over: Literal["item", "shipment"] | None = None
    where: Condition | None = None
    mode: Literal["live", "shadow"] = "live"
    because: str = ""
    owner: str = ""
    setting: bool = False
    reads: tuple[FieldRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A whole ruleset, ready to be evaluated or compiled. `rules` by event id, in order, settings last."""

    rules: Mapping[str, tuple[RuleForm, ...]]
    tables: Mapping[str, TableForm]
    store: StoreSpec
    labels: Mapping[str, str]
    chain_limit: int = 100


def walk(node: object) -> Iterator[Node]:
    """A node and all nodes in it, in the order written."""
    return iter(_flat(node))


def nodes_of(*nodes: Node | None) -> Iterator[Node]:
    """All nodes in these, as by `walk`; for whole conditions, which one reader after another looks through: laid out once."""
    return chain.from_iterable([_laid_out(_Itself(node)) for node in nodes if node is not None])


def _flat(node: object) -> list[Node]:
    found: list[Node] = []
    rest: list[object] = [node]
    while rest:
        current = rest.pop()
        kind = type(current)
        names = _INNER.get(kind)
        if names is not None:
            found.append(current)  # type: ignore[arg-type]
            if kind is Named:
                found += _laid_out(_Itself(current.body))  # type: ignore[attr-defined]
            else:
                for name in names:
                    rest.append(getattr(current, name))
        elif kind is tuple:
            rest += reversed(current)  # type: ignore[call-overload]
        elif kind is dict:
            rest += reversed(current.values())  # type: ignore[attr-defined]
        elif isinstance(current, Node):
            _INNER[kind] = _inner(type(current))
            rest.append(current)
    return found


class _Itself:
    """A node as a key: this one, and not another that says the same."""

    __slots__ = ("node",)

    def __init__(self, node: Node) -> None:
        self.node = node

    def __hash__(self) -> int:
        return id(self.node)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.node is other.node


@lru_cache(32)
def _laid_out(node: _Itself) -> tuple[Node, ...]:
    return tuple(_flat(node.node))


_PLAIN = frozenset(
    {"span", "type", "steps", "how", "root", "kind", "op", "operator", "function", "reads", "writes"}
)
"""Fields in which no node stands; and those of the classes that hold a literal."""
_INNER: dict[type, tuple[str, ...]] = {Const: (), MoneyConst: (), Read: ()}
"""By class the fields in which others may stand, last first; filled as classes are met."""


def _inner(kind: type[Node]) -> tuple[str, ...]:
    return tuple(name for name in reversed(kind.__dataclass_fields__) if name not in _PLAIN)


def reads_of(*nodes: object) -> tuple[FieldRef, ...]:
    """Every field that these look at, each once."""
    found: dict[tuple[str, tuple[str, ...], str], Read] = {}
    for each in nodes:
        for n in nodes_of(each) if isinstance(each, Node) else walk(each):
            if type(n) is Read:
                found[n.root, n.steps, n.how] = n
    return tuple(FieldRef(n.root, n.steps, n.how, n.type) for n in found.values())


def mentions(node: object, root: str) -> bool:
    """Whether a value is about the item (shipment) in hand: names it outside a quantifier or aggregate of its own."""
    if isinstance(node, (Aggregate, Quantified)) and node.over == root:
        return False
    if isinstance(node, Read):
        return node.root == root
    if isinstance(node, tuple):
        return any(mentions(each, root) for each in node)
    if isinstance(node, Mapping):
        return any(mentions(each, root) for each in node.values())
    if isinstance(node, Node):
        return any(mentions(getattr(node, name), root) for name in node.__dataclass_fields__)
    return False
