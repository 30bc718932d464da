"""The tree: what the author wrote, with its places and nothing else.

Built by `dsl.parser`, read by the checker, the formatter and the language's own tests. Nodes are frozen, have no
behaviour and no types; the span is keyword-only and outside equality, so that two texts that say the same are equal.
Tuples everywhere, so that a tree can be hashed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from dsl.source import NOWHERE, Span


@dataclass(frozen=True, slots=True)
class Node:
    span: Span = field(default=NOWHERE, kw_only=True, compare=False, repr=False)


def parts(node: Node) -> list[object]:
    """What a node holds, field by field."""
    return [getattr(node, name) for name in node.__dataclass_fields__]


def walk(node: object) -> Iterator[Node]:
    """A node, or each of a tuple, and all nodes in it, in the order written."""
    rest = [node]
    while rest:
        current = rest.pop()
        if isinstance(current, tuple):
            rest.extend(reversed(current))
        elif isinstance(current, Node):
            yield current
            rest.extend(reversed(parts(current)))


# -- literals ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text(Node):
    """Plain text: escapes resolved."""

    value: str


@dataclass(frozen=True, slots=True)
class Template(Node):
    """Text with `{path}` parts; plain parts are Text. Only where the language replaces them (section 2)."""

    parts: tuple[Text | Expr, ...]


@dataclass(frozen=True, slots=True)
class Number(Node):
    value: Decimal


@dataclass(frozen=True, slots=True)
class Money(Node):
    """`$50` or `50 USD`. `currency` is the code in capitals, or the sign as written (`$`)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Weight(Node):
    amount: Decimal
    unit: Literal["lb", "oz", "g", "kg"]


@dataclass(frozen=True, slots=True)
class Duration(Node):
    """`3 days`; the unit in the singular: minute, hour, day, week."""

    amount: Decimal
    unit: Literal["minute", "hour", "day", "week"]

    @property
    def delta(self) -> dt.timedelta:
        seconds = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}[self.unit]
        return dt.timedelta(seconds=float(self.amount * seconds))


@dataclass(frozen=True, slots=True)
class Date(Node):
    value: dt.date


@dataclass(frozen=True, slots=True)
class Time(Node):
    """A date with a time of day, in the store's zone; the value has no zone."""

    value: dt.datetime


@dataclass(frozen=True, slots=True)
class Truth(Node):
    value: bool


# -- values -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field(Node):
    """`.country`"""

    name: str


@dataclass(frozen=True, slots=True)
class Key(Node):
    """`["Artwork URL"]`"""

    name: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`[2]`, as in `item.print_url[2]`"""

    number: int


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`order.shipping.country`, `item.variation["Design"]`. `nth` is the 2 of `order 2.folder`, in tests only."""

    root: str
    steps: tuple[Field | Key | Index, ...]
    nth: int | None = None


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A definition or a list by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Lookup(Node):
    """`lookup mail_class(a, b)`, `lookup mail_class(a, b).days`"""

    table: str
    args: tuple[Expr, ...]
    output: str | None = None


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """`number of items where (...)` has no body; `sum of item.price where (...)` says by its body what it is over."""

    kind: Literal["number", "sum", "smallest", "largest"]
    over: Literal["item", "shipment"] | None
    body: Expr | None
    where: Expr | None


@dataclass(frozen=True, slots=True)
class Now(Node):
    pass


@dataclass(frozen=True, slots=True)
class Today(Node):
    pass


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    op: Literal["+", "-", "*", "/"]
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Minus(Node):
    operand: Expr


# -- conditions -------------------------------------------------------------------------------------------------

Operator: TypeAlias = Literal[
    "is", "is exactly", "is one of", "is missing", "is present",
    "contains", "starts with", "ends with", "matches",
    "<", "<=", ">", ">=", "is between",
    "is before", "is after", "is older than", "is newer than",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left operator args`. `negated` for every `not` form; `=` is `is` and `!=` its negation.

    args: one for most, two for `is between`, none for missing and present, the members for `is one of ("A", "B")`
    or one Name for `is one of EU`.
    """

    operator: Operator
    left: Expr
    args: tuple[Expr, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class HasTag(Node):
    tag: Expr
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`any item where (...)`"""

    kind: Literal["any", "every", "no"]
    over: Literal["item", "shipment"]
    where: Expr


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: Expr


@dataclass(frozen=True, slots=True)
class And(Node):
    """Two operands or more."""

    operands: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Two operands or more."""

    operands: tuple[Expr, ...]


Literal_: TypeAlias = Text | Number | Money | Weight | Duration | Date | Time | Truth
Expr: TypeAlias = (
    Text | Template | Number | Money | Weight | Duration | Date | Time | Truth
    | Path | Name | Call | Lookup | Aggregate | Now | Today | Arithmetic | Minus
    | Comparison | HasTag | Quantified | Not | And | Or
)  # fmt: skip

# -- events a rule is bound to ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EventLabel(Node):
    """`"Order is Imported"`"""

    label: str


@dataclass(frozen=True, slots=True)
class EventId(Node):
    """`podos.not_submitted.invalid_sku`"""

    id: str


@dataclass(frozen=True, slots=True)
class Schedule(Node):
    """`every 2 hours for orders in "A"` has an interval; `every monday at 09:00 for orders in ("A", "B")` a day and a time.

    In a test's `when every day at 09:00 happens` there are no folders.
    """

    interval: Duration | None
    day: str | None
    at: dt.time | None
    folders: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Button(Node):
    name: str


EventRef: TypeAlias = EventLabel | EventId | Schedule | Button

# -- actions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MoveToFolder(Node):
    folder: Text


@dataclass(frozen=True, slots=True)
class AddTag(Node):
    tag: Expr


@dataclass(frozen=True, slots=True)
class RemoveTag(Node):
    tag: Expr


@dataclass(frozen=True, slots=True)
class AddNote(Node):
    text: Expr


@dataclass(frozen=True, slots=True)
class Set(Node):
    target: Path
    value: Expr


@dataclass(frozen=True, slots=True)
class Clear(Node):
    target: Path


@dataclass(frozen=True, slots=True)
class Increase(Node):
    target: Path
    by: Expr


@dataclass(frozen=True, slots=True)
class Decrease(Node):
    target: Path
    by: Expr


@dataclass(frozen=True, slots=True)
class RemoveItem(Node):
    pass


@dataclass(frozen=True, slots=True)
class ApplyInventory(Node):
    pass


@dataclass(frozen=True, slots=True)
class AddItem(Node):
    sku: Expr
    quantity: Expr | None = None
    price: Expr | None = None


@dataclass(frozen=True, slots=True)
class AddShipment(Node):
    tracking: Expr
    carrier: Expr | None = None


@dataclass(frozen=True, slots=True)
class SplitItems(Node):
    """`split items where (...) into new order in folder "X"`"""

    where: Expr
    folder: Text | None = None


@dataclass(frozen=True, slots=True)
class SplitBy(Node):
    """`split by item.print_sku into new orders in folder "X"`"""

    key: Expr
    folder: Text | None = None


@dataclass(frozen=True, slots=True)
class Submit(Node):
    connection: Text


@dataclass(frozen=True, slots=True)
class Resubmit(Node):
    connection: Text


@dataclass(frozen=True, slots=True)
class Cancel(Node):
    connection: Text


@dataclass(frozen=True, slots=True)
class SendEmail(Node):
    """`body` or `file`, never both."""

    to: Expr
    subject: Expr
    body: Expr | None = None
    file: Text | None = None


@dataclass(frozen=True, slots=True)
class PostTo(Node):
    url: Expr


@dataclass(frozen=True, slots=True)
class Raise(Node):
    event: Text


@dataclass(frozen=True, slots=True)
class Stop(Node):
    pass


@dataclass(frozen=True, slots=True)
class Argument(Node):
    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Run(Node):
    """`run podos.some_action(name: value)`"""

    connection: Text
    action: str
    args: tuple[Argument, ...] = ()


Action: TypeAlias = (
    MoveToFolder | AddTag | RemoveTag | AddNote | Set | Clear | Increase | Decrease | RemoveItem | ApplyInventory
    | AddItem | AddShipment | SplitItems | SplitBy | Submit | Resubmit | Cancel | SendEmail | PostTo | Raise | Stop | Run
)  # fmt: skip

# -- statements -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule(Node):
    """`title_span` is the place of the title in quotes, the best place for a finding about the whole rule."""

    title: str
    on: tuple[EventRef, ...]
    do: tuple[Action, ...]
    because: Text | None = None
    owner: Text | None = None
    mode: Literal["live", "shadow", "off"] = "live"
    when: Expr | None = None
    for_each: Literal["item", "shipment"] | None = None
    where: Expr | None = None
    title_span: Span = field(default=NOWHERE, kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AnyCell(Node):
    pass


@dataclass(frozen=True, slots=True)
class RangeCell(Node):
    """`10 to 50`, `up to 50`, `50 or more`: both ends count; None is open."""

    low: Literal_ | None
    high: Literal_ | None


@dataclass(frozen=True, slots=True)
class ValuesCell(Node):
    """One value or several."""

    values: tuple[Literal_, ...]


Cell: TypeAlias = AnyCell | RangeCell | ValuesCell


@dataclass(frozen=True, slots=True)
class Row(Node):
    cells: tuple[Cell, ...]
    outputs: tuple[Literal_, ...]


@dataclass(frozen=True, slots=True)
class Table(Node):
    """`otherwise` is the outputs of the last line, or None for `otherwise nothing`. A CSV table has a file instead."""

    name: str
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    otherwise: tuple[Literal_, ...] | None = None
    file: Text | None = None
    name_span: Span = field(default=NOWHERE, kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`list EU = "AT", "BE"`"""

    name: str
    members: tuple[Literal_, ...]
    name_span: Span = field(default=NOWHERE, kw_only=True, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Define(Node):
    name: str
    body: Expr
    name_span: Span = field(default=NOWHERE, kw_only=True, compare=False, repr=False)


# -- tests of rules ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WithField(Node):
    """`with order.shipping.country "DE"`"""

    target: Path
    value: Expr


@dataclass(frozen=True, slots=True)
class WithItem(Node):
    """`with item 1 sku "TEE-404"`, `with item 1 metadata["print_url"] "https://..."`: number from 1, path rooted at item."""

    number: int
    target: Path
    value: Expr


@dataclass(frozen=True, slots=True)
class WithTag(Node):
    tag: Text


@dataclass(frozen=True, slots=True)
class GivenOrder(Node):
    file: Text
    changes: tuple[WithField | WithItem | WithTag, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenNow(Node):
    time: Date | Time


@dataclass(frozen=True, slots=True)
class GivenAnswer(Node):
    """`given podOS rejects because of "Invalid SKU" with message "..."`; `reason` None means accepts."""

    connection: Text
    reason: Text | None = None
    message: Text | None = None


@dataclass(frozen=True, slots=True)
class Detail(Node):
    """`with message "..."` after `happens`: one of the event's own fields."""

    name: str
    value: Literal_


@dataclass(frozen=True, slots=True)
class When(Node):
    event: EventRef
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpectCondition(Node):
    condition: Expr


@dataclass(frozen=True, slots=True)
class ExpectRule(Node):
    title: Text
    fired: bool


@dataclass(frozen=True, slots=True)
class ExpectAction(Node):
    action: Action
    happened: bool


@dataclass(frozen=True, slots=True)
class ExpectOrders(Node):
    count: int


Step: TypeAlias = (
    GivenOrder | GivenNow | GivenAnswer | When | ExpectCondition | ExpectRule | ExpectAction | ExpectOrders
)


@dataclass(frozen=True, slots=True)
class Test(Node):
    __test__ = False  # pytest: not a test class

    title: str
    steps: tuple[Step, ...]
    title_span: Span = field(default=NOWHERE, kw_only=True, compare=False, repr=False)


Statement: TypeAlias = Rule | Table | ListOf | Define | Test


@dataclass(frozen=True, slots=True)
class Comment(Node):
    """From `#` to the line end. Kept beside the tree, so that the formatter loses none."""

    text: str


@dataclass(frozen=True, slots=True)
class Allow(Node):
    """`# allow W512: seasonal, until 2027-01-31`: silences a code on `line`; `until` may be absent, a reason may not."""

    code: str
    reason: str
    until: dt.date | None
    line: int


@dataclass(frozen=True, slots=True)
class File(Node):
    """One parsed rules file: what could be read of it, in order."""

    path: str
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...] = field(default=(), compare=False)
    allows: tuple[Allow, ...] = field(default=(), compare=False)
