"""Values of the form as closures over a view: each gives a plain value, or None for missing.

One function for each kind of node, found through `VALUES` by `Compiler.value`. Missing values, folding and arithmetic
are `dsl.values`'; conditions are `conditions`'.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from dsl.values import arithmetic as amount_of
from dsl.values import compare_when, plain, present, read_number, read_weight, read_when
from engine import form as f
from engine.compile.amounts import money
from engine.compile.compiler import Compiler
from engine.compile.functions import called
from engine.compile.reads import reading
from engine.compile.tables import constant
from engine.compile.times import age, combined, day_of, local
from engine.compile.unary import AgeOf, DayOf, OrderCurrency, negated
from engine.compile.view import Met, Reading, View


def const(node: f.Const, compiler: Compiler) -> Reading:
    value = node.value
    return lambda view: value


def money_const(node: f.MoneyConst, compiler: Compiler) -> Reading:
    return lambda view: constant(node, view)


def read(node: f.Read, compiler: Compiler) -> Reading:
    return reading(node)


def as_amount(node: f.AsAmount, compiler: Compiler) -> Reading:
    inner, unit, currency = compiler.value(node.value), node.unit, node.currency

    def find(view: View) -> Decimal | None:
        value = inner(view)
        if not isinstance(value, str):
            return value if isinstance(value, Decimal) else None
        if unit == "number":
            return read_number(value)
        if unit == "weight":
            return read_weight(value, view.store.weight_unit)
        return money(value, currency, view)

    return find


def as_when(node: f.AsWhen, compiler: Compiler) -> Reading:
    inner = compiler.value(node.value)

    def find(view: View) -> dt.date | None:
        value = inner(view)
        if isinstance(value, str):
            return read_when(value, view.zone)
        return value if isinstance(value, dt.date) else None

    return find


def arithmetic(node: f.Arithmetic, compiler: Compiler) -> Reading:
    op, left, right = node.op, compiler.value(node.left), compiler.value(node.right)
    if node.kind == "when":
        return lambda view: combined(op, left(view), right(view), view.zone)

    def find(view: View) -> Decimal | None:
        a, b = left(view), right(view)
        return amount_of(op, a, b) if isinstance(a, Decimal) and isinstance(b, Decimal) else None

    return find


def minus(node: f.Minus, compiler: Compiler) -> Reading:
    inner = compiler.value(node.operand)
    return lambda view: negated(inner(view))


def call(node: f.Call, compiler: Compiler) -> Reading:
    name, arguments = node.function, [compiler.value(each) for each in node.args]

    def first_of(view: View) -> Any:
        for each in arguments:
            value = present(each(view))
            if value is not None:
                return value
        return None

    def find(view: View) -> Any:
        values = []
        for each in arguments:
            value = each(view)
            if value is None:
                return None
            values.append(value)
        return called(name, view, values)

    return first_of if name == "first_of" else find


def lookup(node: f.Lookup, compiler: Compiler) -> Reading:
    table, output = compiler.table(node.table), node.output
    arguments = [compiler.value(each) for each in node.args]
    return lambda view: table.find([each(view) for each in arguments], output, view)


def aggregate(node: f.Aggregate, compiler: Compiler) -> Reading:
    over, kind = node.over, node.kind
    where = None if node.where is None else compiler.condition(node.where)
    if kind == "number" or node.body is None:
        return lambda view: Decimal(len(view.matching(over, where)))
    body, combine = compiler.value(node.body), COMBINED[kind]

    def find(view: View) -> Any:
        values = []
        before = view.hold(over, None)
        for subject in view.subjects(over):
            view.hold(over, subject)
            if where is None or where(view):
                value = body(view)
                if value is not None:
                    values.append(value)
        view.hold(over, before)
        return combine(values, view)

    return find


def total(values: list[Any], view: View) -> Decimal | None:
    result: Decimal | None = Decimal(0)
    for value in values:
        if result is None or not isinstance(value, Decimal):
            return None
        result = amount_of("+", result, value)
    return result


def smallest(values: list[Any], view: View) -> Any:
    return extreme(values, view, -1)


def largest(values: list[Any], view: View) -> Any:
    return extreme(values, view, 1)


def extreme(values: list[Any], view: View, wanted: int) -> Any:
    """The first of the smallest (largest)."""
    if not values:
        return None
    best = values[0]
    for value in values[1:]:
        if isinstance(value, dt.date):
            better = isinstance(best, dt.date) and compare_when(value, best, view.zone) == wanted
        else:
            better = type(value) is type(best) and (value > best if wanted > 0 else value < best)
        if better:
            best = value
    return best


COMBINED: Mapping[str, Callable[[list[Any], View], Any]] = {
    "sum": total,
    "smallest": smallest,
    "largest": largest,
}


def now(node: f.Now, compiler: Compiler) -> Reading:
    return lambda view: view.event.at


def today(node: f.Today, compiler: Compiler) -> Reading:
    return lambda view: day_of(view.event.at, view.zone)


def template(node: f.Template, compiler: Compiler) -> Reading:
    """The fixed texts are known beforehand, and where one of them is not blank, the whole is not."""
    fixed, parts = [""], []
    for each in node.parts:
        if isinstance(each, f.Const) and isinstance(each.value, str):
            fixed[-1] += each.value
        else:
            parts.append(printed(each, compiler, node.lenient))
            fixed.append("")
    blank = not any(map(present, fixed))
    if len(parts) == 1:
        ((before, after), (part,)) = fixed, parts

        def around(view: View) -> str | None:
            text = part(view)
            return None if text is None else before + text + after

        return made_present(around) if blank else around
    pattern = "%s".join([each.replace("%", "%%") for each in fixed])

    def filled(view: View) -> str | None:
        texts = tuple([part(view) for part in parts])
        return None if None in texts else pattern % texts

    return made_present(filled) if blank else filled


def made_present(find: Reading) -> Reading:
    return lambda view: present(find(view))


def printed(node: f.Value, compiler: Compiler, lenient: bool) -> Callable[[View], str | None]:
    """What gives the text of a part of a template; None where it is missing and that cannot be said."""
    value, blank = compiler.value(node), f"[missing: {spoken(node)}]" if lenient else None

    def text(view: View) -> str | None:
        found = value(view)
        if found.__class__ is str:
            return found
        if isinstance(found, dt.datetime):
            found = local(found, view.zone)
        return blank if found is None else plain(found)

    return text


def spoken(node: f.Value) -> str:
    """A part of a template as its author wrote it."""
    if node.span.text:
        return node.span.text
    if isinstance(node, f.Read):
        return node.path
    return node.name if isinstance(node, f.Named) else "value"


def named(node: f.Named, compiler: Compiler) -> Reading:
    body: Any = node.body
    return compiler.value(body) if type(body) in VALUES else compiler.condition(body)


def truth(node: f.Truth, compiler: Compiler) -> Met:
    return compiler.condition(node.condition)


def day(node: DayOf, compiler: Compiler) -> Reading:
    inner = compiler.value(node.value)

    def find(view: View) -> Any:
        value = inner(view)
        if isinstance(value, (list, tuple)):
            return [day_of(each, view.zone) for each in value]
        return day_of(value, view.zone)

    return find


def age_of(node: AgeOf, compiler: Compiler) -> Reading:
    inner = compiler.value(node.value)
    return lambda view: age(view.event.at, inner(view), view.zone)


def order_currency(node: OrderCurrency, compiler: Compiler) -> Reading:
    return lambda view: view.currency


VALUES: dict[type[Any], Callable[[Any, Compiler], Reading]] = {
    f.Const: const,
    f.MoneyConst: money_const,
    f.Read: read,
    f.AsAmount: as_amount,
    f.AsWhen: as_when,
    f.Arithmetic: arithmetic,
    f.Minus: minus,
    f.Call: call,
    f.Lookup: lookup,
    f.Aggregate: aggregate,
    f.Now: now,
    f.Today: today,
    f.Template: template,
    f.Named: named,
    f.Truth: truth,
    DayOf: day,
    AgeOf: age_of,
    OrderCurrency: order_currency,
}
