"""Values: every node gives a plain value, or None for missing."""

from __future__ import annotations

import contextlib
import datetime as dt
import decimal
from abc import abstractmethod
from dataclasses import replace
from decimal import Decimal
from typing import Any, Self

from dsl import values as v
from dsl.schema import fold
from engine import form as f
from engine.matcher import Subject
from engine.reference.reading import Reader
from engine.trace import Reading, Step


class Values(Reader):
    """What conditions are about. A condition as a value is `Evaluator`'s (`step`)."""

    @abstractmethod
    def step(self, node: f.Condition) -> Step: ...

    def about(self, subject: Subject) -> Self:
        """The same, looking at one item or shipment."""
        return replace(self, facts=self.facts_about(subject))

    def value(self, node: f.Value | f.Condition) -> Any:
        match node:
            case f.Const(value):
                return value
            case f.MoneyConst(amount, currency):
                if fold(currency) == fold(self.currency):
                    return amount
                self.readings.append(
                    Reading(f"{amount} {currency}", None, "rule", f"the order is in {self.currency}")
                )
                return None
            case f.Read():
                return self.read(node)
            case f.AsAmount(inner, unit, currency):
                return self.as_amount(self.value(inner), unit, currency)
            case f.AsWhen(inner):
                value = self.value(inner)
                if isinstance(value, str):
                    return self.noted(v.read_when(value, self.zone), "not a date")
                return value
            case f.Arithmetic(op, left, right, kind):
                a, b = self.value(left), self.value(right)
                if a is None or b is None:
                    return None
                return v.arithmetic(op, a, b) if kind == "amount" else self.when_arithmetic(op, a, b)
            case f.Minus(operand):
                value = self.value(operand)
                return None if value is None else self.negative(value)
            case f.Call(function, args):
                return self.call(function, [self.value(a) for a in args])
            case f.Lookup(table, args, output):
                found = self.lookup(self.form.tables[table], [self.value(a) for a in args], output)
                self.readings.append(Reading(text_of(node), found, "table"))
                return found
            case f.Aggregate():
                return self.aggregate(node)
            case f.Now():
                return self.facts.event.at
            case f.Today():
                return v.day(self.facts.event.at, self.zone)
            case f.Template(parts, lenient):
                return self.template(parts, lenient)
            case f.Named(_, body):
                return self.value(body)
            case f.Truth(condition):
                return self.step(condition).met
            case _:
                raise TypeError(f"no value: {type(node).__name__}")

    def as_amount(self, value: Any, unit: str, currency: str) -> Any:
        if not isinstance(value, str):
            return value
        if unit == "number":
            return self.noted(v.read_number(value), "not a number")
        if unit == "weight":
            return self.noted(v.read_weight(value, self.form.store.weight_unit), "not a weight")
        return self.noted(self.as_money(value, currency), "not an amount in that currency")

    def as_money(self, text: str, currency: str) -> Decimal | None:
        wanted = currency or self.currency
        found = v.read_money(text, self.form.store.currency)
        if found is None or fold(found[1] or self.currency) != fold(wanted):
            return None
        return found[0]

    def negative(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return value.copy_negate() if value else value.copy_abs()  # nobody writes -0
        return -value

    def when_arithmetic(self, op: str, left: Any, right: Any) -> Any:
        try:
            if isinstance(right, dt.timedelta):
                delta = right if op == "+" else -right
                if isinstance(left, dt.timedelta):
                    return left + delta
                return self.moved(left, delta)
            if isinstance(left, dt.timedelta):
                return self.moved(right, left)
            if isinstance(left, dt.datetime) and isinstance(right, dt.datetime):
                return v.instant(left) - v.instant(right)
            return v.day(left, self.zone) - v.day(right, self.zone)
        except OverflowError:
            return None

    def moved(self, when: dt.date | dt.datetime, delta: dt.timedelta) -> dt.date | dt.datetime:
        if isinstance(when, dt.datetime):
            return (when.astimezone(dt.UTC) + delta).astimezone(when.tzinfo)
        if not delta % dt.timedelta(days=1):
            return when + delta
        midnight = dt.datetime.combine(when, dt.time(), self.zone)
        return (midnight.astimezone(dt.UTC) + delta).astimezone(self.zone)

    def call(self, function: str, args: list[Any]) -> Any:
        if function == "first_of":
            return next((a for a in args if not v.missing(a)), None)
        if any(a is None for a in args):
            return None
        first = args[0]
        match function:
            case "lower":
                result: Any = str(first).lower()
            case "upper":
                result = str(first).upper()
            case "trim":
                result = str(first).strip()
            case "length":
                result = Decimal(len(first.strip() if isinstance(first, str) else first))
            case "number":
                result = first
                if isinstance(first, str):
                    read = v.read_number(first)
                    result = self.noted(
                        read if read is not None else self.as_money(first, ""), "not a number"
                    )
            case "text":
                result = self.shown(first)
            case "round":
                places = args[1] if len(args) > 1 else Decimal(0)
                whole = places == places.to_integral_value() and abs(places) <= 12
                result = v.round_half_up(first, int(places)) if whole else None
            case "replace":
                result = first.replace(args[1], args[2]) if args[1] else first
            case "part":
                result = part(first, args[1], args[2])
            case "date":
                when = v.read_when(first, self.zone) if isinstance(first, str) else first
                result = None if when is None else v.day(when, self.zone)
            case _:
                raise TypeError(f"no function: {function}")
        return v.present(result)

    def aggregate(self, node: f.Aggregate) -> Any:
        """Its own reading says over how many, and how many were missing; those of the single items are left out."""
        apart = replace(self, readings=[])
        chosen = [apart.about(s) for s in self.subjects(node.over)]
        if node.where is not None:
            chosen = [each for each in chosen if each.step(node.where).met]
        origin = f"{len(chosen)} {node.over}{'' if len(chosen) == 1 else 's'}"
        if node.body is None:
            self.readings.append(Reading(text_of(node), Decimal(len(chosen)), origin))
            return Decimal(len(chosen))
        found = [each.value(node.body) for each in chosen]
        there = [x for x in found if x is not None]
        left_out = len(found) - len(there)
        value = self.gathered(node.kind, there)
        note = f"{left_out} missing, left out" if left_out else ""
        self.readings.append(Reading(text_of(node), value, origin, note))
        return value

    def gathered(self, kind: str, there: list[Any]) -> Any:
        if kind == "sum":
            total: Decimal | None = Decimal(0)
            for x in there:
                total = None if total is None else v.arithmetic("+", total, x)
            return total
        if not there:
            return None
        best = there[0]
        for x in there[1:]:
            order = self.compare("when" if isinstance(x, dt.date) else "amount", x, best)
            if (order < 0) if kind == "smallest" else (order > 0):
                best = x
        return best

    def lookup(self, table: f.TableForm, args: list[Any], output: int) -> Any:
        at = self.row(table, args)
        if at is not None:
            return self.value(table.rows[at][1][output])
        return self.value(table.otherwise[output]) if table.otherwise is not None else None

    def row(self, table: f.TableForm, args: list[Any]) -> int | None:
        """The first row that matches; None where only `otherwise` is left."""
        inputs = [
            self.table_input(arg, kind, currency)
            for arg, kind, currency in zip(args, table.kinds, table.currencies, strict=True)
        ]
        for at, (cells, _) in enumerate(table.rows):
            if all(self.cell(c, x, k) for c, x, k in zip(cells, inputs, table.kinds, strict=True)):
                return at
        return None

    def table_input(self, value: Any, kind: str, currency: str) -> Any:
        if currency and fold(currency) != fold(self.currency):
            return None
        if kind == "amount" and isinstance(value, str):
            return self.as_money(value, currency) if currency else v.read_number(value)
        if kind == "when" and isinstance(value, str):
            return v.read_when(value, self.zone)
        return value

    def cell(self, cell: f.Cell, value: Any, kind: str) -> bool:
        if cell.any:
            return True
        if value is None:
            return False
        if cell.values:
            return any(self.equal(kind, value, member) for member in cell.values)
        return (cell.low is None or self.compare(kind, cell.low, value) <= 0) and (
            cell.high is None or self.compare(kind, value, cell.high) <= 0
        )

    def template(self, parts: tuple[f.Value, ...], lenient: bool) -> str | None:
        texts = []
        for each in parts:
            value = self.value(each)
            if value is None and not lenient:
                return None
            texts.append(f"[missing: {name_of(each)}]" if value is None else self.shown(value))
        return v.present("".join(texts))  # type: ignore[no-any-return]

    def shown(self, value: Any) -> str:
        if isinstance(value, dt.datetime):
            with contextlib.suppress(OverflowError):  # the calendar's first and last hours
                value = value.astimezone(self.zone)
        return v.plain(value) or ""

    def equal(self, kind: str, left: Any, right: Any) -> bool:
        if left is None or right is None:
            return False
        if kind == "text":
            return fold(self.shown(left)) == fold(self.shown(right))
        if kind == "exact":
            return self.shown(left) == self.shown(right)
        if kind == "truth":
            return left is right
        return self.comparable(kind, left, right) and self.compare(kind, left, right) == 0

    def comparable(self, kind: str, *values: Any) -> bool:
        types = {"amount": Decimal, "when": dt.date, "duration": dt.timedelta}[kind]
        return all(isinstance(x, types) for x in values)

    def compare(self, kind: str, left: Any, right: Any) -> int:
        if kind == "when":
            return v.compare_when(left, right, self.zone)
        return int((left > right) - (left < right))


def part(text: str, separator: str, number: Decimal) -> str | None:
    try:
        n = int(number) if number == number.to_integral_value() else 0
    except (decimal.DecimalException, OverflowError):
        return None
    pieces = text.split(separator) if separator else [text]
    if n > 0 and n <= len(pieces):
        return pieces[n - 1].strip()
    if n < 0 and -n <= len(pieces):
        return pieces[n].strip()
    return None


def text_of(node: f.Condition | f.Value) -> str:
    """As the author wrote it, on one line; a setting's condition as an author would have written it."""
    written = " ".join(node.span.text.split())
    if not written and isinstance(node, f.Equal) and isinstance(node.right, f.Const):
        return f'{name_of(node.left)} is "{v.plain(node.right.value)}"'
    return written


def name_of(node: f.Value) -> str:
    return text_of(node) or (node.path if isinstance(node, f.Read) else "value")
