"""The text of a tree: what is parsed from it is the same tree again.

Called by explanations and by everything that shows a piece of a rule in the rule's own words, or writes one. One function
per kind of node, found by its class; comments are not part of the tree and not written. How statements are laid out on
lines is `dsl.formatting`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from dsl import ast, texts, words
from dsl.source import Source
from dsl.texts import plain

_INDENT = " " * 10
"""Where the second word of a clause stands: under `rule "`."""

_OPERATORS = {value: said for said, value in reversed(words.OPERATORS.items())}

# How tightly a node binds, loosest first: what stands in a place that asks for more is put in parentheses.
_OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _UNARY, _PRIMARY = range(8)

_BINDING: dict[type[ast.Node], int] = {
    ast.Or: _OR,
    ast.And: _AND,
    ast.Not: _NOT,
    ast.Comparison: _COMPARISON,
    ast.HasTag: _COMPARISON,
    ast.Quantified: _COMPARISON,
    ast.Aggregate: _SUM,
    ast.Minus: _UNARY,
}


def write(node: ast.Node) -> str:
    """The text of a statement, an expression, an event, an action or a step of a test, without a line end at its end."""
    return _WRITERS[type(node)](node)


def write_file(file: ast.File) -> str:
    """All statements of a file in the canonical layout, with a blank line between."""
    from dsl import formatting  # late: most who write show a piece of a rule

    text = "\n".join(f"{write(statement)}\n" for statement in file.statements)
    return formatting.format(Source(file.path, text)).text or text


# -- values and conditions --------------------------------------------------------------------------------------


def _binding(node: ast.Node) -> int:
    if isinstance(node, ast.Arithmetic):
        return _SUM if node.op in "+-" else _PRODUCT
    return _BINDING.get(type(node), _PRIMARY)


def _in(node: ast.Expr, least: int) -> str:
    """A node as a part of another, in parentheses where it binds less than its place asks for."""
    said = write(node)
    return said if _binding(node) >= least else f"({said})"


def _digits(value: Decimal) -> str:
    return format(value, "f")


def _text(node: ast.Text) -> str:
    return texts.value([node.value], _INDENT)


def _template(node: ast.Template) -> str:
    pieces: list[str | tuple[str]] = [p.value if isinstance(p, ast.Text) else (write(p),) for p in node.parts]
    return texts.value(pieces, _INDENT)


def _measure(amount: Decimal, unit: str) -> str:
    sign, digits = ("-", _digits(-amount)) if amount < 0 else ("", _digits(amount))
    return f"{sign}{unit}{digits}" if unit in "$€£" else f"{sign}{digits} {unit}"


def _duration(node: ast.Duration) -> str:
    return f"{_digits(node.amount)} {node.unit}{'' if node.amount == 1 else 's'}"


def _time(node: ast.Time) -> str:
    return node.value.isoformat(" ", "minutes" if node.value.second == 0 else "seconds")


def _path(node: ast.Path) -> str:
    number = "" if node.nth is None else f" {node.nth}"
    return f"{node.root}{number}{_steps(node.steps)}"


def _steps(steps: Iterable[ast.Field | ast.Key | ast.Index]) -> str:
    return "".join(write(step) for step in steps)


def _call(node: ast.Call) -> str:
    return f"{node.function}({_listed(node.args)})"


def _listed(nodes: Iterable[ast.Node]) -> str:
    return ", ".join(write(node) for node in nodes)


def _lookup(node: ast.Lookup) -> str:
    output = "" if node.output is None else f".{node.output}"
    return f"lookup {node.table}({_listed(node.args)}){output}"


def _aggregate(node: ast.Aggregate) -> str:
    body = f"{node.over}s" if node.body is None else _in(node.body, _PRODUCT)
    where = "" if node.where is None else f" where ({write(node.where)})"
    return f"{node.kind} of {body}{where}"


def _arithmetic(node: ast.Arithmetic) -> str:
    if node.op in "+-":
        # An aggregate may stand beside `+` and `-`, though it binds no tighter than they do.
        right = _in(node.right, _SUM if isinstance(node.right, ast.Aggregate) else _PRODUCT)
        return f"{_in(node.left, _SUM)} {node.op} {right}"
    return f"{_in(node.left, _PRODUCT)} {node.op} {_in(node.right, _UNARY)}"


def _comparison(node: ast.Comparison) -> str:
    said = _OPERATORS[node.operator, node.negated]
    left = _in(node.left, _SUM)
    if node.operator == "is one of":
        members = write(node.args[0]) if _is_list(node.args) else f"({_listed(node.args)})"
        return f"{left} {said} {members}"
    if node.operator == "matches":
        return f"{left} {said} {_pattern(node.args[0])}"
    return " ".join([left, said, " and ".join(_in(arg, _SUM) for arg in node.args)]).rstrip()


def _is_list(args: tuple[ast.Expr, ...]) -> bool:
    return len(args) == 1 and isinstance(args[0], ast.Name)


def _pattern(node: ast.Expr) -> str:
    """Backslashes belong to the pattern; only a quote is ours."""
    if not isinstance(node, ast.Text):
        return write(node)
    said: list[str] = []
    escaped = False
    for char in node.value:
        said.append('\\"' if char == '"' and not escaped else char)
        escaped = char == "\\" and not escaped
    return '"' + "".join(said) + '"'


def _has_tag(node: ast.HasTag) -> str:
    return f"order {'does not have' if node.negated else 'has'} tag {_in(node.tag, _SUM)}"


def _quantified(node: ast.Quantified) -> str:
    return f"{node.kind} {node.over} where ({write(node.where)})"


def _and(node: ast.And) -> str:
    return " and ".join(_in(operand, _NOT) for operand in node.operands)


def _or(node: ast.Or) -> str:
    return " or ".join(_in(operand, _NOT) for operand in node.operands)


# -- events -----------------------------------------------------------------------------------------------------


def _schedule(node: ast.Schedule) -> str:
    if node.interval is not None:
        said = f"every {write(node.interval)}"
    else:
        said = f"every {node.day} at {node.at:%H:%M}"
    folders = ", ".join(plain(folder.value) for folder in node.folders)
    if len(node.folders) > 1:
        folders = f"({folders})"
    return f"{said} for orders in {folders}" if folders else said


# -- actions ----------------------------------------------------------------------------------------------------


def _optional(word: str, node: ast.Expr | None) -> str:
    return "" if node is None else f" {word} {write(node)}"


def _into(words_before: str, folder: ast.Text | None) -> str:
    return "" if folder is None else f" {words_before} {plain(folder.value)}"


def _connection(name: ast.Text) -> str:
    return name.value if words.is_connection(name.value) else plain(name.value)


def _email(node: ast.SendEmail) -> str:
    body = f"body from {plain(node.file.value)}" if node.file is not None else f"body {_whole(node.body)}"
    return f"send email to {write(node.to)} subject {write(node.subject)} {body}"


def _whole(node: ast.Expr | None) -> str:
    return '""' if node is None else write(node)


def _run(node: ast.Run) -> str:
    args = ", ".join(f"{arg.name}: {write(arg.value)}" for arg in node.args)
    return f"run {_connection(node.connection)}.{node.action}({args})"


# -- statements -------------------------------------------------------------------------------------------------


def _rule(node: ast.Rule) -> str:
    lines = [f"rule {plain(node.title)}"]
    if node.because is not None:
        lines.append(_clause("because", plain(node.because.value)))
    if node.owner is not None:
        lines.append(_clause("owner", plain(node.owner.value)))
    if node.mode != "live":
        lines.append(_clause("mode", node.mode))
    lines.append(_clause("on", f"\n{_INDENT}or ".join(write(event) for event in node.on)))
    if node.when is not None:
        lines.append(_clause("when", write(node.when)))
    if node.for_each is not None:
        where = "" if node.where is None else f" where {write(node.where)}"
        lines.append(f"  for each {node.for_each}{where}")
    lines.append(_clause("do", f"\n{_INDENT}".join(write(action) for action in node.do)))
    return "\n".join(lines)


def _clause(word: str, said: str) -> str:
    return f"  {word:<8}{said}"


def _table(node: ast.Table) -> str:
    if node.file is not None:
        return f"table {node.name} from {plain(node.file.value)}"
    lines = [f"table {node.name} ({', '.join(node.inputs)}) -> {', '.join(node.outputs)}"]
    for row in node.rows:
        said = " ".join(f"| {_cell(cell)}" for cell in row.cells)
        lines.append(f"  {said} -> {_literals(row.outputs)}")
    otherwise = "nothing" if node.otherwise is None else _literals(node.otherwise)
    return "\n".join([*lines, f"  otherwise {otherwise}"])


def _cell(node: ast.Cell) -> str:
    if isinstance(node, ast.AnyCell):
        return "any"
    if isinstance(node, ast.ValuesCell):
        return _literals(node.values)
    if node.low is None:
        return "any" if node.high is None else f"up to {_literal(node.high)}"
    return (
        f"{_literal(node.low)} or more"
        if node.high is None
        else f"{_literal(node.low)} to {_literal(node.high)}"
    )


def _literal(node: ast.Literal_) -> str:
    """Where nothing is replaced in a text."""
    return plain(node.value) if isinstance(node, ast.Text) else write(node)


def _literals(nodes: Iterable[ast.Literal_]) -> str:
    return ", ".join(_literal(node) for node in nodes)


def _test(node: ast.Test) -> str:
    return "\n".join([f"test {plain(node.title)}", *(f"  {write(step)}" for step in node.steps)])


def _given_order(node: ast.GivenOrder) -> str:
    return "\n        ".join(
        [f"given order {plain(node.file.value)}", *(write(change) for change in node.changes)]
    )


def _with_field(node: ast.WithField) -> str:
    return f"with {write(node.target)} {_given(node.value)}"


def _with_item(node: ast.WithItem) -> str:
    first, *steps = node.target.steps
    return f"with item {node.number} {first.name if isinstance(first, ast.Field) else ''}{_steps(steps)} {_given(node.value)}"


def _given(node: ast.Expr) -> str:
    return plain(node.value) if isinstance(node, ast.Text) else write(node)


def _answer(node: ast.GivenAnswer) -> str:
    connection = f"given {_connection(node.connection)}"
    if node.reason is None:
        return f"{connection} accepts"
    message = "" if node.message is None else f" with message {plain(node.message.value)}"
    return f"{connection} rejects because of {plain(node.reason.value)}{message}"


def _when(node: ast.When) -> str:
    if isinstance(node.event, ast.Button):
        return f"when {write(node.event)} is pressed"
    details = "".join(f" {write(detail)}" for detail in node.details)
    return f"when {write(node.event)} happens{details}"


_WRITERS: dict[type[ast.Node], Callable[[Any], str]] = {
    ast.Text: _text,
    ast.Template: _template,
    ast.Number: lambda n: _digits(n.value),
    ast.Money: lambda n: _measure(n.amount, n.currency),
    ast.Weight: lambda n: _measure(n.amount, n.unit),
    ast.Duration: _duration,
    ast.Date: lambda n: n.value.isoformat(),
    ast.Time: _time,
    ast.Truth: lambda n: "true" if n.value else "false",
    ast.Field: lambda n: f".{n.name}",
    ast.Key: lambda n: f"[{plain(n.name)}]",
    ast.Index: lambda n: f"[{n.number}]",
    ast.Path: _path,
    ast.Name: lambda n: n.name,
    ast.Call: _call,
    ast.Lookup: _lookup,
    ast.Aggregate: _aggregate,
    ast.Now: lambda n: "now",
    ast.Today: lambda n: "today",
    ast.Arithmetic: _arithmetic,
    ast.Minus: lambda n: f"-{_in(n.operand, _UNARY)}",
    ast.Comparison: _comparison,
    ast.HasTag: _has_tag,
    ast.Quantified: _quantified,
    ast.Not: lambda n: f"not {_in(n.operand, _NOT)}",
    ast.And: _and,
    ast.Or: _or,
    ast.EventLabel: lambda n: plain(n.label),
    ast.EventId: lambda n: n.id,
    ast.Schedule: _schedule,
    ast.Button: lambda n: f"button {plain(n.name)}",
    ast.MoveToFolder: lambda n: f"move to folder {plain(n.folder.value)}",
    ast.AddTag: lambda n: f"add tag {write(n.tag)}",
    ast.RemoveTag: lambda n: f"remove tag {write(n.tag)}",
    ast.AddNote: lambda n: f"add note {write(n.text)}",
    ast.Set: lambda n: f"set {write(n.target)} to {write(n.value)}",
    ast.Clear: lambda n: f"clear {write(n.target)}",
    ast.Increase: lambda n: f"increase {write(n.target)} by {write(n.by)}",
    ast.Decrease: lambda n: f"decrease {write(n.target)} by {write(n.by)}",
    ast.RemoveItem: lambda n: "remove item",
    ast.ApplyInventory: lambda n: "apply inventory",
    ast.AddItem: lambda n: f"add item {write(n.sku)}{_optional('quantity', n.quantity)}{_optional('price', n.price)}",
    ast.AddShipment: lambda n: f"add shipment tracking {write(n.tracking)}{_optional('carrier', n.carrier)}",
    ast.SplitItems: lambda n: f"split items where ({write(n.where)}){_into('into new order in folder', n.folder)}",
    ast.SplitBy: lambda n: f"split by {write(n.key)}{_into('into new orders in folder', n.folder)}",
    ast.Submit: lambda n: f"submit to {_connection(n.connection)}",
    ast.Resubmit: lambda n: f"resubmit to {_connection(n.connection)}",
    ast.Cancel: lambda n: f"cancel at {_connection(n.connection)}",
    ast.SendEmail: _email,
    ast.PostTo: lambda n: f"post to {write(n.url)}",
    ast.Raise: lambda n: f"raise {plain(n.event.value)}",
    ast.Stop: lambda n: "stop",
    ast.Run: _run,
    ast.Rule: _rule,
    ast.Table: _table,
    ast.ListOf: lambda n: f"list {n.name} = {_literals(n.members)}",
    ast.Define: lambda n: f"define {n.name} = {write(n.body)}",
    ast.Test: _test,
    ast.GivenOrder: _given_order,
    ast.WithField: _with_field,
    ast.WithItem: _with_item,
    ast.WithTag: lambda n: f"with tag {plain(n.tag.value)}",
    ast.GivenNow: lambda n: f"given now is {write(n.time)}",
    ast.GivenAnswer: _answer,
    ast.Detail: lambda n: f"with {n.name} {_literal(n.value)}",
    ast.When: _when,
    ast.ExpectCondition: lambda n: f"expect {write(n.condition)}",
    ast.ExpectRule: lambda n: f"expect rule {plain(n.title.value)} {'fired' if n.fired else 'did not fire'}",
    ast.ExpectAction: lambda n: f"expect {'' if n.happened else 'no '}{write(n.action)}",
    ast.ExpectOrders: lambda n: f"expect {n.count} orders",
    ast.AnyCell: _cell,
    ast.RangeCell: _cell,
    ast.ValuesCell: _cell,
}  # fmt: skip
