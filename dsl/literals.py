"""From the grammar's matches to the tree, first third: texts, numbers, amounts, dates, and the place of everything.

Lark calls a method for each rule of `grammar.lark` as it is read, with the tokens and nodes it is made of. Slips that
are good grammar (a date in the 13th month, a unit that is none) are found here. `dsl.expressions` has the second third.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from dsl import ast, texts, values
from dsl.chunks import on_one_line
from dsl.diagnostics import Diagnostic, Fix
from dsl.mending import Mended
from dsl.phrases import UNITS
from dsl.source import Source, Span

Children = list[Any]
"""Tokens (str with start_pos and end_pos) and nodes, in the order of the text; None for what is optional and absent."""

_NO_NUMBER = Decimal(1)


class Literals:
    """One statement at a time: `begin` says which text the tokens are of."""

    def __init__(self) -> None:
        self.source = Source("", "")
        self.mended = Mended("", 0)
        self.found: list[Diagnostic] = []
        self.read_part: Callable[[str, int], ast.Expr | None] = lambda text, start: None

    def begin(self, source: Source, mended: Mended) -> None:
        self.source, self.mended = source, mended
        self.found = []

    # -- places

    def span(self, c: Children) -> Span:
        first, last = c[0], c[-1]
        at = -1
        while last is None:
            at -= 1
            last = c[at]
        place = self.mended.place
        start = first.span.start if isinstance(first, ast.Node) else place(first.start_pos)
        end = last.span.end if isinstance(last, ast.Node) else place(last.end_pos)
        return Span(self.source, start, end)

    def at(self, token: Any) -> Span:
        place = self.mended.place
        return Span(self.source, place(token.start_pos), place(token.end_pos))

    def wrong(self, code: str, message: str, span: Span, fix: str | None = None, *fixes: Fix) -> None:
        self.found.append(Diagnostic(code, on_one_line(message), span, fix and on_one_line(fix), (), fixes))

    # -- texts

    def plain(self, c: Children) -> ast.Text:
        """Text in which nothing is replaced."""
        pieces = self._pieces(c[0], template=False)
        return ast.Text("".join(p for p in pieces if isinstance(p, str)), span=self.at(c[0]))

    def text(self, c: Children) -> ast.Text | ast.Template:
        """Text in which `{...}` is replaced."""
        token, span = c[0], self.at(c[0])
        pieces = self._pieces(token, template=True)
        if all(isinstance(p, str) for p in pieces):
            return ast.Text("".join(cast("list[str]", pieces)), span=span)
        parts: list[ast.Text | ast.Expr] = []
        for piece in pieces:
            if isinstance(piece, str):
                parts.append(ast.Text(piece, span=span))
                continue
            part = self.read_part(token[piece.start : piece.end], token.start_pos + piece.start)
            if part is not None:
                parts.append(part)
        return ast.Template(tuple(parts), span=span)

    def _pieces(self, token: Any, *, template: bool) -> list[str | texts.Part]:
        pieces, wrong = texts.read(token, template=template)
        if wrong:
            self._wrong_texts(token, wrong, template)
        return pieces

    def _wrong_texts(self, token: Any, wrong: list[texts.Wrong], template: bool) -> None:
        place, start = self.mended.place, token.start_pos
        first = {
            w.kind: w for w in reversed(wrong)
        }  # a text in another syntax has many: one message each kind
        for w in first.values():
            span = Span(self.source, place(start + w.start), place(start + w.end))
            said = token[w.start : w.end]
            if w.kind == "escape":
                fix = 'the language knows `\\"`, `\\\\`, `\\n`, `\\t` and `\\u{1F600}`; a backslash itself is `\\\\`'
                meant = said[1:] if said == "\\'" else f"\\{said}"
                sure = not said.startswith("\\u")
                found = f"found `{said}` in a text, which means nothing"
                self.wrong("E106", found, span, fix, Fix.write(span, meant, safe=sure))
            elif template:
                fix = "write `{{` or `}}` for a brace; `{order.email}` is replaced by its value"
                found = f"found a `{said}` without its other half"
                self.wrong("E108", found, span, fix, Fix.write(span, said * 2, safe=False))
            else:
                fix = "a brace itself is `\\u{7B}` or `\\u{7D}`; only values such as notes replace what stands in braces"
                found = f"found `{said}` in a text where nothing is replaced"
                number = f"\\u{{{ord(said[0]):X}}}"
                self.wrong(
                    "E107", found, span, fix, *[Fix.write(span, number, safe=False)] * (len(said) == 1)
                )

    def pattern(self, c: Children) -> ast.Text:
        return ast.Text(re.sub(r'\\(["\\]|.)', _pattern_escape, c[0][1:-1]), span=self.at(c[0]))

    # -- numbers and measures

    def _amount(self, token: Any, text: str) -> Decimal:
        value = values.read_number(text)
        if value is None:
            self.wrong(
                "E112",
                f"`{text[:40]}` has too many digits",
                self.at(token),
                "numbers have less than 19 digits",
            )
            return _NO_NUMBER
        if len(text) > 1 and text[0] == "0" and text[1] != ".":
            number = text.lstrip("0") or "0"
            number = f"0{number}" if number[0] == "." else number
            fix = f'if it is a code, put it in quotes: `"{text}"`; if a number, write `{number}`'
            found = f"found a number that begins with 0, `{text}`"
            both = [Fix.write(self.at(token), said, safe=False) for said in (f'"{text}"', number)]
            self.wrong("E112", found, self.at(token), fix, *(both if str(token) == text else ()))
        return value

    def number(self, c: Children) -> ast.Number:
        return ast.Number(self._amount(c[0], str(c[0])), span=self.at(c[0]))

    def money(self, c: Children) -> ast.Money | ast.Weight:
        text = str(c[0])
        if text[0] in "$€£":
            return ast.Money(self._amount(c[0], text[1:].lstrip()), text[0], span=self.at(c[0]))
        amount, currency = text[:-3].rstrip(), text[-3:]
        unit: Any = UNITS.get(currency.lower(), currency)
        if unit in ("lb", "oz", "g", "kg", "minutes", "hours", "days", "weeks"):
            said = f"`{currency}` is no unit of the language"
            self.wrong(
                "E114",
                said,
                self.at(c[0]),
                f"write `{amount} {unit}`",
                Fix.write(self.at(c[0]), f"{amount} {unit}"),
            )
            kind: Any = ast.Weight if len(unit) <= 2 else ast.Duration
            return cast(
                "ast.Weight", kind(self._amount(c[0], amount), unit.removesuffix("s"), span=self.at(c[0]))
            )
        return ast.Money(self._amount(c[0], amount), currency, span=self.at(c[0]))

    def weight(self, c: Children) -> ast.Weight:
        amount, unit = _split(c[0])
        return ast.Weight(self._amount(c[0], amount), cast(Any, unit), span=self.at(c[0]))

    def duration(self, c: Children) -> ast.Duration:
        amount, unit = _split(c[0])
        return ast.Duration(self._amount(c[0], amount), cast(Any, unit.removesuffix("s")), span=self.at(c[0]))

    def negative(self, c: Children) -> ast.Number | ast.Money | ast.Weight:
        node = c[1]
        if isinstance(node, ast.Number):
            return ast.Number(-node.value, span=self.span(c))
        return cast("ast.Money | ast.Weight", replace(node, amount=-node.amount, span=self.span(c)))

    def moment(self, c: Children) -> ast.Date | ast.Time:
        span = self.at(c[0])
        day, _, clock = c[0].replace("T", " ").replace("\t", " ").partition(" ")
        try:
            date = dt.date.fromisoformat(day)
            if not clock:
                return ast.Date(date, span=span)
            hour, minute, second = [*(int(part) for part in clock.strip().split(":")), 0][:3]
            return ast.Time(dt.datetime.combine(date, dt.time(hour, minute, second)), span=span)
        except ValueError:
            fix = "dates are year, month, day, such as `2026-01-31`; times `2026-01-31 14:30`"
            self.wrong("E113", f"`{c[0]}` is not in the calendar", span, fix)
            return ast.Date(dt.date(2000, 1, 1), span=span)

    def truth(self, c: Children) -> ast.Truth:
        return ast.Truth(c[0] == "true", span=self.at(c[0]))

    def now(self, c: Children) -> ast.Now:
        return ast.Now(span=self.at(c[0]))

    def today(self, c: Children) -> ast.Today:
        return ast.Today(span=self.at(c[0]))

    def whole(self, token: Any, *, least: int) -> int:
        """A whole number of a size that an order can have."""
        text = str(token)
        number = int(text) if len(text) < 7 and text.isdecimal() else -1
        if number < least:
            what = f"a whole number from {least}"
            self.wrong(
                "E131",
                f"found `{text[:40]}`, expected {what}",
                self.at(token),
                f"they are counted from {least}",
            )
            return least
        return number


def _pattern_escape(escape: re.Match[str]) -> str:
    return '"' if escape[1] == '"' else escape[0]


def _split(token: Any) -> tuple[str, str]:
    digits = re.match(r"[0-9.]+", token)
    amount = digits[0] if digits else ""
    return amount, str(token[len(amount) :].strip())
