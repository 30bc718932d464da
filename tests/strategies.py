"""Trees of the rule language, for properties: whatever can be written in rules, and nothing that cannot.

Names and texts are few and awkward rather than many: capitals, quotes, braces, line ends, blanks at the ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from dsl import ast, words

AWKWARD = (
    "US", "order is imported", 'say "hi"', "a {brace} and }", "{", "back\\slash", "tab\tand\nline", "two\nlines\n", "  blanks  ",
    '"""', "{{order.email}}", "# no comment", "rule \"x\"\nrule \"y\"", "Größe 😀", "\u00a0no-break", "'single'", "a\\", "\r\n",
)  # fmt: skip

characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
awkward = st.sampled_from(AWKWARD) | st.text(characters, max_size=8)
names = st.sampled_from(["EU", "wholesale", "price", "x_1", "on_hand", "Tag", "folder"])
columns = names | st.sampled_from(["on", "not", "rule", "do"])
"""Where only a name can stand, the language's own words are names too."""

plain = st.builds(ast.Text, awkward)
filled = st.builds(ast.Text, awkward.filter(lambda text: bool(text.strip())))
"""Compared with a blank text, a value is said to be missing instead."""


def decimals(places: int = 3) -> SearchStrategy[Decimal]:
    return st.decimals(min_value=0, max_value=10**6, places=places, allow_nan=False).map(abs) | st.integers(
        0, 99
    ).map(Decimal)


numbers = st.builds(ast.Number, decimals())
money = st.builds(ast.Money, decimals(2), st.sampled_from(["$", "€", "£", "USD", "CAD"]))
weights = st.builds(ast.Weight, decimals(), st.sampled_from(["lb", "oz", "g", "kg"]))
durations = st.builds(ast.Duration, decimals(1), st.sampled_from(["minute", "hour", "day", "week"]))
dates = st.builds(ast.Date, st.dates(min_value=dt.date(1000, 1, 1)))
times = st.builds(
    ast.Time, st.datetimes(min_value=dt.datetime(1000, 1, 1)).map(lambda t: t.replace(microsecond=0))
)
truths = st.builds(ast.Truth, st.booleans())
positive = numbers | money | weights | durations | dates | times | truths


def _negative(node: Any) -> Any:
    if isinstance(node, ast.Number):
        return ast.Number(-node.value)
    return type(node)(-node.amount, node.unit if isinstance(node, ast.Weight) else node.currency)


literals = (
    plain
    | positive
    | (numbers | money | weights).filter(lambda n: bool(getattr(n, "value", 1))).map(_negative)
)


# -- values -----------------------------------------------------------------------------------------------------

steps = st.lists(
    st.builds(ast.Field, st.sampled_from(["shipping", "on", "print_url", "is"]))
    | st.builds(ast.Key, awkward)
    | st.builds(ast.Index, st.integers(1, 9)),
    min_size=1,
    max_size=3,
).map(tuple)


def paths(root: SearchStrategy[str] | None = None, *, numbered: bool = False) -> SearchStrategy[ast.Path]:
    roots = (
        root if root is not None else st.sampled_from(["order", "item", "event", "store", "shipment", "ordr"])
    )
    plain_paths = st.builds(ast.Path, roots, steps)
    return (
        plain_paths | st.builds(ast.Path, st.just("order"), steps, st.integers(1, 9))
        if numbered
        else plain_paths
    )


def _template(parts: list[Any]) -> ast.Text | ast.Template:
    """As the parser makes it: neighbouring plain text is one part, and without another part it is a text."""
    merged: list[Any] = []
    for part in parts:
        if isinstance(part, ast.Text) and merged and isinstance(merged[-1], ast.Text):
            merged[-1] = ast.Text(merged[-1].value + part.value)
        elif not isinstance(part, ast.Text) or part.value:
            merged.append(part)
    if all(isinstance(part, ast.Text) for part in merged):
        return ast.Text("".join(part.value for part in merged))
    return ast.Template(tuple(merged))


def templates(*, numbered: bool = False) -> SearchStrategy[ast.Text | ast.Template]:
    part = plain | paths(numbered=numbered) | st.builds(ast.Name, names)
    return st.lists(part, min_size=1, max_size=4).map(_template)


@st.composite
def values(draw: st.DrawFn, *, numbered: bool = False) -> Any:
    """Composite, so that a failing example is described by this name and not by the whole strategy."""
    return draw(_values(numbered))


@cache
def _values(numbered: bool) -> SearchStrategy[Any]:
    leaves = (
        templates(numbered=numbered) | positive | paths(numbered=numbered) | st.builds(ast.Name, names)
        | st.just(ast.Now()) | st.just(ast.Today())
    )  # fmt: skip

    def grow(inner: SearchStrategy[Any]) -> SearchStrategy[Any]:
        where = st.none() | conditions(numbered=numbered)
        return (
            st.builds(ast.Arithmetic, st.sampled_from(["+", "-", "*", "/"]), inner, inner).filter(_no_date)
            | st.builds(ast.Minus, inner)
            | st.builds(
                ast.Call,
                names | st.sampled_from(["number", "first_of"]),
                st.lists(inner, max_size=3).map(tuple),
            )
            | st.builds(
                ast.Lookup, columns, st.lists(inner, min_size=1, max_size=3).map(tuple), st.none() | columns
            )
            | st.builds(
                ast.Aggregate, st.just("number"), st.sampled_from(["item", "shipment"]), st.none(), where
            )
            | st.builds(
                ast.Aggregate, st.sampled_from(["sum", "smallest", "largest"]), st.none(), inner, where
            )
        )

    return st.recursive(leaves, grow, max_leaves=4)


def _no_date(node: ast.Arithmetic) -> bool:
    """`2026 / 1 / 31` is a date in somebody's mind; the parser says so."""
    return not (node.op in "-/" and isinstance(node.right, ast.Number))


# -- conditions -------------------------------------------------------------------------------------------------

_TWO_SIDED = (
    "<",
    "<=",
    ">",
    ">=",
    "is before",
    "is after",
    "is older than",
    "is newer than",
    "contains",
    "starts with",
    "ends with",
)
PATTERNS = st.text(st.sampled_from('ab.*{}[]()"|^$ '), max_size=6) | st.sampled_from(
    [r"\d+", r"\\", r"^(TEE|MUG)-\d{3}$", r"\\a"]
)


@st.composite
def conditions(draw: st.DrawFn, *, numbered: bool = False) -> Any:
    return draw(_conditions(numbered))


@cache
def _conditions(numbered: bool) -> SearchStrategy[Any]:
    value = values(numbered=numbered)
    good = value.filter(lambda v: not (isinstance(v, ast.Text) and not v.value.strip()))
    negated = st.booleans()

    def comparison(operator: Any, *args: SearchStrategy[Any]) -> SearchStrategy[Any]:
        return st.builds(ast.Comparison, operator, value, st.tuples(*args), negated)

    # `a < b` has no negated form of its own: `not a < b`.
    plainly = st.builds(ast.Comparison, st.sampled_from(_TWO_SIDED[:4]), value, st.tuples(value))
    leaves = (
        plainly
        | comparison(st.sampled_from(["is", "is exactly"]), good)
        | comparison(st.sampled_from(_TWO_SIDED[4:]), value)
        | comparison(st.just("is between"), value, value)
        | comparison(st.sampled_from(["is missing", "is present"]))
        | comparison(st.just("matches"), st.builds(ast.Text, PATTERNS))
        | st.builds(
            ast.Comparison,
            st.just("is one of"),
            value,
            st.lists(good, min_size=1, max_size=3).map(tuple),
            negated,
        )
        | st.builds(ast.HasTag, value, negated)
        | truths
        | paths(numbered=numbered)
        | st.builds(ast.Name, names)
    )

    def grow(inner: SearchStrategy[Any]) -> SearchStrategy[Any]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return (
            st.builds(ast.And, several)
            | st.builds(ast.Or, several)
            | st.builds(ast.Not, inner)
            | st.builds(
                ast.Quantified,
                st.sampled_from(["any", "every", "no"]),
                st.sampled_from(["item", "shipment"]),
                inner,
            )
        )

    return st.recursive(leaves, grow, max_leaves=4)


def expressions(*, numbered: bool = False) -> SearchStrategy[Any]:
    return conditions(numbered=numbered) | values(numbered=numbered)


# -- actions and events -----------------------------------------------------------------------------------------

connections = st.builds(ast.Text, st.sampled_from(["podos", "podos-eu", "podOS EU", "order", 'a "b"']))
folders = st.builds(ast.Text, st.sampled_from(["SKU problems", "New", 'say "x"', "a{b}"]))
labels = st.builds(ast.EventLabel, awkward)
event_ids = st.builds(ast.EventId, st.sampled_from(["podos.not_submitted.invalid_sku", "podos-eu.scheduled"]))
whole_days = st.sampled_from(["day", "monday", "sunday"])
clocks = st.times().map(lambda t: t.replace(second=0, microsecond=0))


def schedules(where: SearchStrategy[tuple[ast.Text, ...]]) -> SearchStrategy[ast.Schedule]:
    return st.builds(ast.Schedule, durations, st.none(), st.none(), where) | st.builds(
        ast.Schedule, st.none(), whole_days, clocks, where
    )


buttons = st.builds(ast.Button, awkward)
some_folders = st.lists(folders, min_size=1, max_size=3).map(tuple)
events = labels | event_ids | buttons | schedules(some_folders)


def actions(expr: SearchStrategy[Any], condition: SearchStrategy[Any]) -> SearchStrategy[Any]:
    target = paths()
    maybe, folder = st.none() | expr, st.none() | folders
    arguments = st.lists(st.builds(ast.Argument, columns, expr), max_size=2).map(tuple)
    return st.one_of(
        st.builds(ast.MoveToFolder, folders),
        *(st.builds(kind, expr) for kind in (ast.AddTag, ast.RemoveTag, ast.AddNote, ast.PostTo)),
        *(st.builds(kind, target, expr) for kind in (ast.Set, ast.Increase, ast.Decrease)),
        st.builds(ast.Clear, target),
        st.just(ast.RemoveItem()) | st.just(ast.ApplyInventory()) | st.just(ast.Stop()),
        st.builds(ast.AddItem, expr, maybe, maybe),
        st.builds(ast.AddShipment, expr, maybe),
        st.builds(ast.SplitItems, condition, folder),
        st.builds(ast.SplitBy, expr, folder),
        *(st.builds(kind, connections) for kind in (ast.Submit, ast.Resubmit, ast.Cancel)),
        st.builds(ast.SendEmail, expr, expr, expr),
        st.builds(ast.SendEmail, expr, expr, st.none(), plain),
        st.builds(ast.Raise, plain),
        st.builds(ast.Run, connections, columns, arguments),
    )


# -- statements -------------------------------------------------------------------------------------------------


def rules() -> SearchStrategy[ast.Rule]:
    condition, maybe = conditions(), st.none() | plain
    do = st.lists(actions(expressions(), condition), min_size=1, max_size=3).map(tuple)
    on = st.lists(events, min_size=1, max_size=2).map(tuple)
    mode: Any = st.sampled_from(["live", "shadow", "off"])
    common: tuple[Any, ...] = (awkward, on, do, maybe, maybe, mode, st.none() | condition)
    return st.builds(ast.Rule, *common) | st.builds(
        ast.Rule, *common, st.sampled_from(["item", "shipment"]), st.none() | condition
    )


def _several(strategy: SearchStrategy[Any]) -> SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, min_size=1, max_size=3).map(tuple)


tables = st.builds(ast.Table, columns, file=plain) | st.builds(
    ast.Table,
    columns,
    _several(columns),
    _several(columns),
    st.lists(
        st.builds(
            ast.Row,
            _several(
                st.just(ast.AnyCell())
                | st.builds(ast.ValuesCell, _several(literals))
                | st.builds(ast.RangeCell, literals, st.none() | literals)
                | st.builds(ast.RangeCell, st.none(), literals)
            ),
            _several(literals),
        ),
        max_size=3,
    ).map(tuple),
    st.none() | _several(literals),
)
lists = st.builds(ast.ListOf, names, _several(literals))
defines = st.builds(ast.Define, names, expressions())


def _item_path(word: str, more: tuple[Any, ...]) -> ast.Path:
    return ast.Path("item", (ast.Field(word), *more))


def tests() -> SearchStrategy[ast.Test]:
    change: SearchStrategy[Any] = (
        st.builds(ast.WithField, paths(st.just("order")), literals)
        | st.builds(
            ast.WithItem, st.integers(1, 9), st.builds(_item_path, columns, st.just(()) | steps), literals
        )
        | st.builds(ast.WithTag, plain)
    )
    action = actions(expressions(numbered=True), conditions(numbered=True))
    occasion = labels | event_ids | schedules(st.just(()))
    step: SearchStrategy[Any] = (
        st.builds(ast.GivenOrder, plain, st.lists(change, max_size=2).map(tuple))
        | st.builds(ast.GivenNow, dates | times)
        | st.builds(ast.GivenAnswer, connections)
        | st.builds(ast.GivenAnswer, connections, plain, st.none() | plain)
        | st.builds(
            ast.When, occasion, st.lists(st.builds(ast.Detail, columns, literals), max_size=2).map(tuple)
        )
        | st.builds(ast.When, buttons)
        | st.builds(ast.ExpectCondition, expressions(numbered=True))
        | st.builds(ast.ExpectRule, plain, st.booleans())
        | st.builds(ast.ExpectAction, action, st.booleans())
        | st.builds(ast.ExpectOrders, st.integers(0, 9))
    )
    return st.builds(ast.Test, awkward, st.lists(step, max_size=4).map(tuple))


def statements() -> SearchStrategy[ast.Statement]:
    return rules() | tables | lists | defines | tests()


KINDS: dict[str, Callable[[], SearchStrategy[Any]]] = {
    "rule": rules,
    "table": lambda: tables,
    "list": lambda: lists,
    "define": lambda: defines,
    "test": tests,
}

assert not any(words.taken(name) for name in ("EU", "wholesale", "price", "x_1", "on_hand", "Tag", "folder"))
