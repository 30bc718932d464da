"""From the grammar's matches to the tree, second third: paths, values and conditions.

As in `dsl.literals`, lark calls a method for each rule of the grammar. Slips that are good grammar
(`order.a is "US" or "CA"`) are found here. Types and names are the checker's. `dsl.build` has the last third.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from dsl import ast, words
from dsl.chunks import on_one_line
from dsl.depth import DEEPEST, TooDeep
from dsl.diagnostics import Edit, Fix
from dsl.literals import Children, Literals
from dsl.mending import Mended
from dsl.source import Source, Span

_ABSENT = {"empty": "missing", "blank": "missing", "null": "missing", "none": "missing", "set": "present"}
_LITERALS = (ast.Text, ast.Template, ast.Number, ast.Money, ast.Weight, ast.Duration, ast.Date, ast.Time)
_BETWEEN = ("(", ",", ")", "and")


class Expressions(Literals):
    """nested and chains: how deep things are; numbered: paths such as `order 2.folder`, which only tests may have."""

    def __init__(self) -> None:
        super().__init__()
        self.nested = 0
        self.chains: dict[int, tuple[int, ast.Expr | None]] = {}
        self.numbered: list[ast.Path] = []

    def begin(self, source: Source, mended: Mended) -> None:
        super().begin(source, mended)
        self.nested = 0
        self.chains.clear()
        self.numbered.clear()

    # -- paths, names, calls

    def field(self, c: Children) -> ast.Field:
        return ast.Field(str(c[0][1:]), span=self.at(c[0]))

    def key(self, c: Children) -> ast.Key:
        return ast.Key(c[1].value, span=self.span(c))

    def index(self, c: Children) -> ast.Index:
        return ast.Index(self.whole(c[1], least=1), span=self.span(c))

    def path(self, c: Children) -> ast.Path:
        root, nth = str(c[0]), c[1]
        number = None if nth is None else self.whole(nth, least=1)
        path = ast.Path(root, tuple(c[2:]), number, span=self.span(c))
        if number is not None:
            self.numbered.append(path)
        return path

    def name(self, c: Children) -> ast.Name:
        word, span = str(c[0]), self.at(c[0])
        if not word.islower() and words.taken(word.lower()):
            fix = f"write `{word.lower()}`"
            self.wrong(
                "E110",
                f"`{word}` is written in capitals; the words of the language are in small letters",
                span,
                fix,
                Fix.write(span, word.lower()),
            )
        return ast.Name(word, span=span)

    def call(self, c: Children) -> ast.Call:
        return ast.Call(str(c[0]), _nodes(c), span=self.span(c))

    def lookup(self, c: Children) -> ast.Lookup:
        output = None if c[-1] is None else str(c[-1][1:])
        return ast.Lookup(str(c[1]), _nodes(c), output, span=self.span(c))

    def parenthesis(self, c: Children) -> ast.Expr:
        return cast("ast.Expr", replace(c[1], span=self.span(c)))

    # -- arithmetic

    def arithmetic(self, c: Children) -> ast.Expr:
        node = ast.Arithmetic(cast(Any, str(c[1])), c[0], c[2], span=self.span(c))
        self._deeper(node, c[0], c[2])
        if c[1] in "-/" and isinstance(c[2], ast.Number) and (date := _SHORT_DATE.fullmatch(node.span.text)):
            return self._loose_date(node, date)
        return node

    def _loose_date(self, node: ast.Arithmetic, date: re.Match[str]) -> ast.Expr:
        text = node.span.text
        year, month, day = (date["y"], date["m"], date["d"]) if date["y"] else ("", "", "")
        if not year:
            self.wrong(
                "E113", f"found `{text}`, expected a date", node.span, "write year, month, day: `2026-01-31`"
            )
            return node
        meant = f"{year}-{int(month):02}-{int(day):02}"
        found = f"found `{text}`, expected a date such as `{meant}`"
        try:
            read = ast.Date(dt.date.fromisoformat(meant), span=node.span)
        except ValueError:
            self.wrong("E113", found, node.span, f"write `{meant}`")
            return node
        self.wrong("E113", found, node.span, f"write `{meant}`", Fix.write(node.span, meant))
        return read

    def minus(self, c: Children) -> ast.Minus:
        node = ast.Minus(c[1], span=self.span(c))
        self._deeper(node, c[1])
        return node

    def _deeper(self, node: ast.Expr, *parts: ast.Expr) -> None:
        self.nested += 1
        deep = 1 + max([self.chains.get(id(part), _FLAT)[0] for part in parts])
        if deep > DEEPEST:
            raise TooDeep(node.span)
        self.chains[id(node)] = (deep, node)  # the node is held, so that its id is not another's

    def count(self, c: Children) -> ast.Aggregate:
        over = cast(Any, str(c[2]).removesuffix("s"))
        return ast.Aggregate("number", over, None, c[5], span=self.span(c))

    def aggregate(self, c: Children) -> ast.Aggregate:
        return ast.Aggregate(cast(Any, str(c[0])), None, c[2], c[5], span=self.span(c))

    # -- conditions

    def compare(self, c: Children) -> ast.Comparison:
        said = " ".join(
            [token for token in c[1:] if not isinstance(token, ast.Node) and token not in _BETWEEN]
        )
        operator, negated = words.OPERATORS[said]
        args = _nodes(c[1:])
        span = self.span(c)
        if operator == "is" and isinstance(args[0], ast.Name) and args[0].name in _ABSENT:
            word = _ABSENT[args[0].name]
            meant = f"is not {word}" if negated else f"is {word}"
            found = f"found `{said} {args[0].name}`, expected `{meant}`"
            self.wrong("E111", found, args[0].span, f"write `{meant}`", Fix.write(args[0].span, word))
            return ast.Comparison(cast(Any, f"is {word}"), c[0], (), negated, span=span)
        if operator in ("is", "is exactly", "is one of"):
            for arg in args:
                if isinstance(arg, ast.Text) and not arg.value.strip():
                    meant = "is present" if negated else "is missing"
                    found = "found a comparison with a text that is empty"
                    written = Span(self.source, c[0].span.end, arg.span.end)
                    fixes = [Fix.write(written, f" {meant}", f"write `{meant}`")]
                    several = operator == "is one of"
                    self.wrong("E119", found, arg.span, f"write `{meant}`", *(() if several else fixes))
        return ast.Comparison(operator, c[0], args, negated, span=span)

    def has_tag(self, c: Children) -> ast.HasTag:
        left = c[0]
        if left != ast.Name("order"):
            fix = (
                'write `order has tag "rush"`; for an item, compare a field: `item.metadata["tag"] is "rush"`'
            )
            self.wrong(
                "E132", f"found a tag of `{left.span.text[:60]}`, but only an order has tags", left.span, fix
            )
        return ast.HasTag(c[-1], len(c) > 4, span=self.span(c))

    def quantified(self, c: Children) -> ast.Quantified:
        self.nested += 1
        return ast.Quantified(cast(Any, str(c[0])), cast(Any, str(c[1])), c[4], span=self.span(c))

    def negate(self, c: Children) -> ast.Not:
        node = ast.Not(c[1], span=self.span(c))
        self._deeper(node, c[1])
        return node

    def conditions(self, c: Children) -> ast.And:
        self.nested += 1
        return ast.And(self._bare("and", c[::2]), span=self.span(c))

    def alternatives(self, c: Children) -> ast.Or:
        self.nested += 1
        operands = c[::2]
        if any(_open_and(operand) for operand in operands):
            self._mixed(operands, self.span(c))
        return ast.Or(self._bare("or", operands), span=self.span(c))

    def _mixed(self, operands: list[ast.Expr], span: Span) -> None:
        """`a and b or c`: the operands of the `or` with what each is joined of."""
        parts = [o.operands if isinstance(o, ast.And) and _open_and(o) else (o,) for o in operands]
        first = " or ".join(f"({_said(p, ' and ')})" if len(p) > 1 else _said(p, "") for p in parts)
        groups: list[list[ast.Expr]] = [[]]
        for at, part in enumerate(parts):
            for position, operand in enumerate(part):
                if at and position == 0:
                    groups[-1].append(operand)
                elif position == 0:
                    groups = [[operand]]
                else:
                    groups.append([operand])
        second = " and ".join(f"({_said(g, ' or ')})" if len(g) > 1 else _said(g, "") for g in groups)
        fix = f"write `{first}`, or `{second}`"
        found = "found `and` beside `or`, which can be read in two ways"
        readings = ((first, parts), (second, groups))
        self.wrong("E117", found, span, fix, *[_bracketed(said, joined) for said, joined in readings])

    def _bare(self, joined: str, operands: list[ast.Expr]) -> tuple[ast.Expr, ...]:
        """`order.a is "US" or "CA"`: a value that stands where a condition should, after a comparison."""
        if not any(isinstance(o, _LITERALS) for o in operands):
            return tuple(operands)
        good: list[ast.Expr] = []
        bare: list[ast.Expr] = []
        before: ast.Comparison | None = None
        for operand in operands:
            last = good[-1] if good else None
            if isinstance(last, ast.And) and _open_and(last):
                last = last.operands[-1]
            if not isinstance(operand, _LITERALS):
                good.append(operand)
            elif bare and before is not None:
                bare.append(operand)
            elif isinstance(last, ast.Comparison) and len(last.args) == 1:
                before, bare = last, [operand]
            else:
                good.append(operand)
        if before is None:
            return tuple(operands)
        left = before.left.span.text
        all_values = [before.args[0], *bare]
        negation = " not" if before.negated else ""
        if before.operator == "is":
            meant = f"{left} is{negation} one of ({', '.join(v.span.text for v in all_values)})"
        else:
            operator = before.span.text[len(left) : before.args[0].span.start - before.span.start].strip()
            meant = f" {joined} ".join(f"{left} {operator} {v.span.text}" for v in all_values)
        told = f"found `{joined} {bare[0].span.text[:60]}`, which is a value, expected a condition"
        written = Span(self.source, before.span.start, bare[-1].span.end)
        beside = self.source.text[before.args[0].span.end : bare[0].span.start].strip() == joined
        sure = (joined == "or") is not before.negated
        fixes = [Fix.write(written, meant, f"write `{on_one_line(meant)}`", safe=sure)]
        self.wrong("E118", told, bare[0].span, f"write `{meant}`", *(fixes if beside else ()))
        repeated = (
            ast.Comparison(before.operator, before.left, (b,), before.negated, span=b.span) for b in bare
        )
        return (*good, *repeated)


_FLAT: tuple[int, ast.Expr | None] = (0, None)
_SHORT_DATE = re.compile(
    r"(?P<y>[0-9]{4})[-/](?P<m>0?[1-9]|1[0-2])[-/](?P<d>0?[1-9]|[12][0-9]|3[01])|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}"
)


def _nodes(c: Children) -> tuple[Any, ...]:
    return tuple([child for child in c if isinstance(child, ast.Node)])


def _open_and(node: ast.Expr) -> bool:
    """An `and` without parentheses of its own: it begins where its first operand begins."""
    return isinstance(node, ast.And) and node.span.start == node.operands[0].span.start


def _bracketed(said: str, groups: Sequence[Sequence[ast.Expr]]) -> Fix:
    """One of two readings: the conditions of each group put in parentheses."""
    edits = []
    for group in groups:
        if len(group) > 1:
            first, last = group[0].span, group[-1].span
            edits.append(Edit(Span(first.source, first.start, first.start), "("))
            edits.append(Edit(Span(last.source, last.end, last.end), ")"))
    return Fix(f"write `{on_one_line(said)}`", tuple(edits), safe=False)


def _said(operands: tuple[ast.Expr, ...] | list[ast.Expr], joined: str) -> str:
    said = (" ".join(o.span.text.split()) for o in operands)
    return joined.join(s if len(s) <= 60 else s[:57] + "..." for s in said)
