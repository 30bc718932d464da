"""Tables: what kind each column is, whether every row can be reached, and `lookup`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from dsl import ast, types, values
from dsl.nearest import choices_help
from dsl.source import Span
from dsl.types import Type
from engine import form as f
from engine.check.expressions import literal, unknown, value
from engine.check.kinds import common_kind, kind_of
from engine.check.naming import near_parts
from engine.check.reachable import unreachable
from engine.check.scope import Scope, Typed

Kind: TypeAlias = Literal["text", "amount", "when", "truth"]
"""How an input is compared."""


def lookup(expr: ast.Lookup, scope: Scope) -> Typed:
    args = [value(a, scope) for a in expr.args]
    table = scope.names.tables.get(expr.table)
    if expr.table in scope.names.broken:
        return unknown(expr)
    if table is None:
        scope.error(
            "E204",
            f"unknown table `{expr.table}`",
            expr,
            choices_help("table", expr.table, scope.names.tables),
            near_parts(expr.span, expr.table, scope.names.tables, after="lookup"),
        )
        return unknown(expr)
    scope.names.used.add(expr.table)
    if len(args) != len(table.inputs):
        wanted = ", ".join(table.inputs)
        scope.error(
            "E310", f"`{expr.table}` takes {len(table.inputs)} values ({wanted}), found {len(args)}", expr
        )
        return unknown(expr)
    output = output_of(expr, table, scope)
    if output is None:
        return unknown(expr)
    kinds = tuple(column_kind(table, i, args[i].type) for i in range(len(args)))
    nodes = tuple(argument(expr, table, i, args[i], kinds[i], scope) for i in range(len(args)))
    key = lowered(table, kinds, scope)
    return Typed(f.Lookup(key, nodes, output, span=expr.span), output_type(table, output, scope))


def output_of(expr: ast.Lookup, table: ast.Table, scope: Scope) -> int | None:
    if expr.output is None:
        if len(table.outputs) == 1:
            return 0
        names = ", ".join(f"`.{o}`" for o in table.outputs)
        scope.error(
            "E209",
            f"`{expr.table}` has several outputs, expected one of them after it",
            expr,
            f"the outputs are {names}",
        )
        return None
    if expr.output not in table.outputs:
        scope.error(
            "E209",
            f"`{expr.table}` has no output `{expr.output}`",
            expr,
            choices_help("output", expr.output, table.outputs),
            near_parts(_output(expr), expr.output, table.outputs),
        )
        return None
    return table.outputs.index(expr.output)


def _output(expr: ast.Lookup) -> Span:
    """Where `.days` stands, after the last parenthesis."""
    return Span(expr.span.source, expr.span.start + expr.span.text.rfind(")") + 1, expr.span.end)


def literals_of(cell: ast.Cell) -> Sequence[ast.Literal_]:
    match cell:
        case ast.ValuesCell(found):
            return found
        case ast.RangeCell(low, high):
            return [x for x in (low, high) if x is not None]
        case _:
            return ()


def column(table: ast.Table, index: int) -> list[ast.Literal_]:
    return [x for row in table.rows if index < len(row.cells) for x in literals_of(row.cells[index])]


def literal_type(node: ast.Literal_) -> Type:
    return {
        ast.Text: types.TEXT,
        ast.Number: types.NUMBER,
        ast.Money: types.MONEY,
        ast.Weight: types.WEIGHT,
        ast.Duration: types.DURATION,
        ast.Date: types.DATE,
        ast.Time: types.TIME,
        ast.Truth: types.TRUTH,
    }[type(node)]


def column_kind(table: ast.Table, index: int, argument_type: Type | None = None) -> Kind:
    """How an input is compared. In a CSV file cells have no quotes: a column beside a text field is text."""
    found = {literal_type(x) for x in column(table, index)}
    if not found:
        return "text"
    if table.file is not None and (len({kind_of(t) for t in found}) > 1 or argument_type == types.TEXT):
        return "text"
    if (
        table.file is not None
        and argument_type == types.OUTSIDE
        and not all(plain_amounts(column(table, index)))
    ):
        return "text"
    kind = kind_of(next(iter(found)))
    kinds: dict[str, Kind] = {"amount": "amount", "when": "when", "truth": "truth"}
    return kinds.get(kind, "text")


def plain_amounts(cells: list[ast.Literal_]) -> list[bool]:
    """False for a number with leading zeros, such as a postal code: it is a text to whoever wrote it."""
    return [
        not (
            isinstance(x, ast.Number)
            and len(x.span.text.strip()) > 1
            and x.span.text.strip()[0] == "0"
            and "." not in x.span.text
        )
        for x in cells
    ]


def argument(
    expr: ast.Lookup, table: ast.Table, index: int, typed: Typed, kind: str, scope: Scope
) -> f.Value:
    node: f.Value = typed.node  # type: ignore[assignment]
    if typed.type == types.OUTSIDE or typed.type == types.ANY:
        return node  # read as the column's kind when it is looked up
    fits = {
        "text": types.is_text(typed.type),
        "amount": types.is_amount(typed.type),
        "when": types.is_when(typed.type),
        "truth": typed.type == types.TRUTH,
    }[kind]
    cells = [literal_type(x) for x in column(table, index)]
    mixed = any(common_kind(cells[0], each) is None for each in cells)  # the table's own mistake, said there
    if fits and kind == "amount":
        fits = all(common_kind(each, typed.type) for each in cells)
    if cells and not fits and not mixed:
        holds = "text" if kind == "text" else cells[0]
        scope.error(
            "E301",
            f"column `{table.inputs[index]}` of `{table.name}` holds {holds}, found {typed.type}",
            expr.args[index],
        )
    return node


def output_type(table: ast.Table, output: int, scope: Scope) -> Type:
    rows = [row.outputs[output] for row in table.rows if output < len(row.outputs)]
    if table.otherwise is not None and output < len(table.otherwise):
        rows.append(table.otherwise[output])
    found = {literal_type(x) for x in rows}
    if len(found) == 1:
        return found.pop()
    if found and table.file is not None:
        return types.TEXT
    return types.ANY


def lowered(table: ast.Table, kinds: tuple[Kind, ...], scope: Scope) -> str:
    """The table in the form, made once for each way its columns are compared; its key there."""
    key = (
        table.name
        if kinds == tuple(column_kind(table, i) for i in range(len(table.inputs)))
        else f"{table.name}:{','.join(kinds)}"
    )
    if key not in scope.names.lowered:
        texts = [
            table.file is not None and output_type(table, i, scope) == types.TEXT
            for i in range(len(table.outputs))
        ]
        rows = tuple(
            (
                tuple(cell(c, k, scope) for c, k in zip(row.cells, kinds, strict=True)),
                tuple(output_const(o, as_text, scope) for o, as_text in zip(row.outputs, texts, strict=True)),
            )
            for row in table.rows
            if len(row.cells) == len(kinds) and len(row.outputs) == len(texts)
        )
        otherwise = None
        if table.otherwise is not None:
            otherwise = tuple(
                output_const(o, as_text, scope) for o, as_text in zip(table.otherwise, texts, strict=False)
            )
        currencies = tuple(currency_of(table, i, scope) for i in range(len(kinds)))
        scope.names.lowered[key] = f.TableForm(
            key,
            table.inputs,
            table.outputs,
            kinds,
            currencies,
            rows,
            otherwise,
        )
        if len(rows) == len(table.rows):
            unreachable(table, scope.names.lowered[key], scope)
    return key


def lower_again(key: str, scope: Scope) -> None:
    """For a key that `lowered` gave before, when the form was begun anew."""
    if key not in scope.names.lowered:
        name, _, written = key.partition(":")
        table = scope.names.tables[name]
        own = tuple(column_kind(table, i) for i in range(len(table.inputs)))
        lowered(table, tuple(written.split(",")) if written else own, scope)  # type: ignore[arg-type]


def output_const(node: ast.Literal_, as_text: bool, scope: Scope) -> f.Const | f.MoneyConst:
    if as_text and not isinstance(node, ast.Text):
        return f.Const(node.span.text.strip(), span=node.span)
    made = literal(node, scope).node
    assert isinstance(made, (f.Const, f.MoneyConst))
    return made


def currency_of(table: ast.Table, index: int, scope: Scope) -> str:
    money = [x for x in column(table, index) if isinstance(x, ast.Money)]
    return values.sign_currency(money[0].currency, scope.schema.store.currency) if money else ""


def cell(node: ast.Cell, kind: str, scope: Scope) -> f.Cell:
    match node:
        case ast.AnyCell():
            return f.Cell(any=True)
        case ast.ValuesCell(found):
            return f.Cell(values=tuple(scalar(x, kind, scope) for x in found))
        case ast.RangeCell(low, high):
            return f.Cell(
                low=None if low is None else scalar(low, kind, scope),
                high=None if high is None else scalar(high, kind, scope),
            )


def scalar(node: ast.Literal_, kind: str, scope: Scope) -> f.Scalar:
    if kind == "text" and not isinstance(node, ast.Text):
        return node.span.text.strip()
    made = literal(node, scope).node
    assert isinstance(made, (f.Const, f.MoneyConst))
    return made.amount if isinstance(made, f.MoneyConst) else made.value


def check_table(table: ast.Table, scope: Scope) -> None:
    """A table on its own: columns of one kind, rows that fit, rows that can be reached."""
    width, outs = len(table.inputs), len(table.outputs)
    for row in table.rows:
        if len(row.cells) != width or len(row.outputs) != outs:
            scope.error(
                "E309",
                f"this row has {len(row.cells)} inputs and {len(row.outputs)} outputs, expected {width} and {outs}",
                row,
            )
    if table.otherwise is not None and len(table.otherwise) != outs:
        scope.error(
            "E309", f"`otherwise` has {len(table.otherwise)} outputs, expected {outs}", table.otherwise[0]
        )
    if any(len(r.cells) != width or len(r.outputs) != outs for r in table.rows):
        return
    if table.file is None:
        for index, name in enumerate(table.inputs):
            one_kind(column(table, index), f"column `{name}`", scope)
        for index, name in enumerate(table.outputs):
            one_kind([r.outputs[index] for r in table.rows], f"output `{name}`", scope)
    for row in table.rows:
        for each in row.cells:
            if isinstance(each, ast.RangeCell):
                check_range(each, scope)
    if table.file is None:  # whether `01234` is `1234` depends on what a file's column is compared with
        lowered(table, tuple(column_kind(table, i) for i in range(width)), scope)


def one_kind(found: Sequence[ast.Literal_], what: str, scope: Scope) -> None:
    if not found:
        return
    first = found[0]
    for each in found[1:]:
        same = common_kind(literal_type(first), literal_type(each)) is not None
        money = (
            isinstance(first, ast.Money) and isinstance(each, ast.Money) and first.currency != each.currency
        )
        if not same or money:
            scope.error(
                "E309",
                f"{what} has one type, found {literal_type(first)} and {literal_type(each)}"
                if not money
                else f"{what} has one currency, found two",
                each,
            )
            return


def check_range(each: ast.RangeCell, scope: Scope) -> None:
    ends = [x for x in (each.low, each.high) if x is not None]
    if any(isinstance(x, (ast.Text, ast.Truth)) for x in ends):
        scope.error("E309", "a range goes from one number or date to another", each)
    elif len(ends) == 2:
        low, high = (literal(x, scope).node for x in ends)
        a, b = (getattr(x, "amount", getattr(x, "value", None)) for x in (low, high))
        if type(a) is type(b) and a > b:  # type: ignore[operator]
            scope.error("E309", "this range is empty: its first end is above its second", each)
