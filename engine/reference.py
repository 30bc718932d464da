"""The reference evaluator: slow and obviously right. Every other reader of rules is tested against it.

It walks the form as it stands, one rule after the other, and keeps what it read, so that it is also what explains a
decision. It shares nothing with the compiled program but missing values, folding and decimals (`dsl.values`).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import decimal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import re2

from dsl import values as v
from dsl.schema import FieldRef, fold
from engine import form as f
from engine.facts import Facts
from engine.matcher import Match, Subject
from engine.trace import Reading, RuleTrace, Step
from events import jsontext
from events.order import Item, Order, Shipment


@dataclass
class Evaluator:
    """Values and conditions of one form for one set of facts. `readings` collects what values were read."""

    form: f.Form
    facts: Facts
    readings: list[Reading] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.form.store.timezone)

    @property
    def currency(self) -> str:
        return self.facts.order.currency or self.form.store.currency

    def about(self, subject: Subject) -> Evaluator:
        """The same, looking at one item or shipment."""
        item = subject if isinstance(subject, Item) else None
        shipment = subject if isinstance(subject, Shipment) else None
        return Evaluator(self.form, replace(self.facts, item=item, shipment=shipment), self.readings)

    def subjects(self, over: str) -> Sequence[Item | Shipment]:
        return self.facts.order.items if over == "item" else self.facts.order.shipments

    # values

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

    def noted(self, value: Any, problem: str) -> Any:
        """Marks the last reading where what was read could not be used."""
        if value is None and self.readings:
            self.readings[-1] = replace(self.readings[-1], note=problem)
        return value

    def read(self, ref: FieldRef) -> Any:
        value, origin = self.find(ref)
        value = v.present(value)
        self.readings.append(Reading(self.shown_path(ref), value, origin if value is not None else "missing"))
        return value

    def shown_path(self, ref: FieldRef) -> str:
        if ref.how == "entry":
            return ".".join((ref.root, *ref.steps[:-1])) + f'["{ref.steps[-1]}"]'
        return ref.path

    def find(self, ref: FieldRef) -> tuple[Any, str]:
        """The value as it stands, and where it came from."""
        facts = self.facts
        if ref.root == "event":
            return plain_number(facts.event.values.get(ref.steps[0])), "event"
        if ref.root == "store":
            return getattr(self.form.store, ref.steps[0]), "store"
        at: Any = {"order": facts.order, "item": facts.item, "shipment": facts.shipment}[ref.root]
        if at is None:
            return None, ref.root
        if ref.how == "print":
            return self.find_print(at, ref.steps[0])
        if ref.how == "entry":
            for step in ref.steps[:-1]:
                at = getattr(at, step)
            return entry(at, ref.steps[-1]), ref.root
        for step in ref.steps:
            at = getattr(at, step)
        return plain_number(at), ref.root

    def find_print(self, item: Item, name: str) -> tuple[Any, str]:
        names = [name]
        if name.endswith("_1"):
            names.append(name.removesuffix("_1"))
        elif not name.rsplit("_", 1)[-1].isdigit():
            names.append(f"{name}_1")
        stock = self.facts.world.inventory.get(fold(item.code))
        places: list[tuple[Mapping[str, Any], str]] = [
            (item.metadata, "item metadata"),
            (item.variation_list, "variation"),
        ]
        if stock is not None:
            places += [(stock.metadata, "inventory"), (stock.variation_list, "inventory variation")]
        for each in names:
            for place, origin in places:
                if (value := v.present(entry(place, each))) is not None:
                    return value, origin
        return None, "item"

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

    def lookup(self, table: f.TableForm, args: list[Any], output: int) -> Any:
        inputs = [
            self.table_input(arg, kind, currency)
            for arg, kind, currency in zip(args, table.kinds, table.currencies, strict=True)
        ]
        for cells, outputs in table.rows:
            if all(self.cell(c, x, k) for c, x, k in zip(cells, inputs, table.kinds, strict=True)):
                return self.value(outputs[output])
        return self.value(table.otherwise[output]) if table.otherwise is not None else None

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

    def aggregate(self, node: f.Aggregate) -> Any:
        """Its own reading says over how many, and how many were missing; those of the single items are left out."""
        apart = Evaluator(self.form, self.facts)
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

    # comparisons

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

    # conditions

    def step(self, node: f.Condition) -> Step:
        """Whether a condition is met, and what was read for it."""
        match node:
            case f.Not(operand):
                inner = self.step(operand)
                if inner.kind == "test":  # `is not`: one comparison to the author
                    return replace(inner, text=text_of(node), met=not inner.met)
                return Step("not", text_of(node), not inner.met, steps=(inner,))
            case f.And(operands):
                steps = tuple(self.step(o) for o in operands)
                return Step("and", text_of(node), all(s.met for s in steps), steps=steps)
            case f.Or(operands):
                steps = tuple(self.step(o) for o in operands)
                return Step("or", text_of(node), any(s.met for s in steps), steps=steps)
            case f.Named(name, body):
                inner = self.step(body)  # type: ignore[arg-type]
                return Step("define", name, inner.met, steps=(inner,))
            case f.Quantified(kind, over, where):
                each = tuple(
                    replace(self.about(s).step(where), subject=called(s)) for s in self.subjects(over)
                )
                met = {
                    "any": any(s.met for s in each),
                    "every": all(s.met for s in each),
                    "no": not any(s.met for s in each),
                }[kind]
                return Step(kind, text_of(node), met, steps=each)
            case _:
                here = Evaluator(self.form, self.facts)
                met = here.test(node)
                return Step("test", text_of(node), met, tuple(here.readings))

    def test(self, node: f.Condition) -> bool:
        match node:
            case f.Equal(kind, left, right):
                return self.equal(kind, self.value(left), self.value(right))
            case f.Among(kind, left, members):
                found = self.value(left)
                ones = found if isinstance(found, list) else [found]
                wanted = [self.value(m) for m in members]
                return any(self.equal(kind, one, member) for one in ones for member in wanted)
            case f.Less(kind, left, right, or_equal):
                a, b = self.value(left), self.value(right)
                if not self.comparable(kind, a, b):
                    return False
                return self.compare(kind, a, b) < (1 if or_equal else 0)
            case f.Between(kind, value, low, high):
                x, a, b = self.value(value), self.value(low), self.value(high)
                if not self.comparable(kind, x, a, b):
                    return False
                return self.compare(kind, a, x) <= 0 and self.compare(kind, x, b) <= 0
            case f.TextTest(operator, left, right):
                a, b = self.value(left), self.value(right)
                if a is None or b is None:
                    return False
                a, b = fold(self.shown(a)), fold(self.shown(b))
                if operator == "contains":
                    return b in a
                return bool(a.startswith(b) if operator == "starts with" else a.endswith(b))
            case f.Matches(left, pattern):
                text = self.value(left)
                if text is None:
                    return False
                return re2.search(pattern, self.shown(text).strip(), re2_options()) is not None
            case f.HasMember(values, member):
                ones, wanted = self.value(values), self.value(member)
                if ones is None or wanted is None:
                    return False
                return any(fold(self.shown(one)) == fold(self.shown(wanted)) for one in ones)
            case f.Aged(operator, value, by):
                when, limit = self.value(value), self.value(by)
                if not isinstance(when, dt.date) or not isinstance(limit, dt.timedelta):
                    return False
                if not isinstance(when, dt.datetime):
                    when = dt.datetime.combine(when, dt.time(), self.zone)
                age = v.instant(self.facts.event.at) - v.instant(when)
                return age > limit if operator == "older" else age < limit
            case f.Present(value):
                return self.value(value) is not None
            case f.IsTrue(value):
                return self.value(value) is True
            case _:
                raise TypeError(f"no condition: {type(node).__name__}")


def re2_options() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return options


def plain_number(value: Any) -> Any:
    """Whole numbers of the models as the language's exact decimals."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def entry(entries: Mapping[str, Any], key: str) -> str | None:
    """A map's entry as text: the exact key first, then without regard to case."""
    if key in entries:
        return entry_text(entries[key])
    wanted = fold(key)
    for name, value in entries.items():
        if fold(name) == wanted:
            return entry_text(value)
    return None


def entry_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (list, dict)):
        return jsontext.dumps(value) if value else None
    return v.plain(Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value)


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
    """As the author wrote it, on one line."""
    return " ".join(node.span.text.split())


def name_of(node: f.Value) -> str:
    return text_of(node) or (node.path if isinstance(node, f.Read) else "value")


def called(subject: Item | Shipment) -> str:
    """An item or shipment in the merchant's words."""
    if isinstance(subject, Item):
        return f"item {subject.id}" + (f" ({subject.code})" if subject.code.strip() else "")
    return f"shipment {subject.tracking_number or subject.id}"


@dataclass
class ReferenceMatcher:
    """Looks at every rule in turn, on the order as it is now."""

    form: f.Form
    facts: Facts
    traces: dict[int, RuleTrace] = field(default_factory=dict)

    @property
    def rules(self) -> Sequence[f.RuleForm]:
        return self.form.rules.get(self.facts.event.id, ())

    def next(self, position: int) -> Match | None:
        for at in range(position, len(self.rules)):
            rule = self.rules[at]
            trace, subjects = self.examine(rule)
            self.traces[at] = trace
            if trace.why == "fired":
                return Match(at, subjects)
        return None

    def examine(self, rule: f.RuleForm) -> tuple[RuleTrace, list[Item | Shipment]]:
        eye = Evaluator(self.form, self.facts)
        when = eye.step(rule.when) if rule.when is not None else None
        if when is not None and not when.met:
            return RuleTrace(rule.title, "not met", when), []
        if rule.over is None:
            return RuleTrace(rule.title, "fired", when), []
        subjects = list(eye.subjects(rule.over))
        if rule.where is None:
            where: tuple[Step, ...] = ()
            chosen = subjects
        else:
            where = tuple(replace(eye.about(s).step(rule.where), subject=called(s)) for s in subjects)
            chosen = [s for s, step in zip(subjects, where, strict=True) if step.met]
        return RuleTrace(rule.title, "fired" if chosen else "no item matched", when, where), chosen

    def values(self, position: int, act: int, subject: Subject) -> Mapping[str, Any]:
        one = self.rules[position].acts[act]
        eye = Evaluator(self.form, self.facts).about(subject)
        if one.verb == "split items" and one.where is not None:
            taken = [i.id for i in self.facts.order.items if eye.about(i).step(one.where).met]
            return {"items": taken}
        if one.verb == "split by":
            keys = {i.id: eye.about(i).value(one.values["key"]) for i in self.facts.order.items}
            return {"keys": {k: None if x is None else eye.shown(x) for k, x in keys.items()}}
        return {name: eye.value(node) for name, node in one.values.items()}

    def onto(self, order: Order) -> None:
        self.facts = replace(self.facts, order=order)

    def wrote(self, paths: frozenset[str]) -> None:
        """Nothing is remembered, so nothing can be stale."""


@dataclass(frozen=True)
class Reference:
    """A form read as it stands."""

    form: f.Form

    def rules(self, event_id: str) -> Sequence[f.RuleForm]:
        return self.form.rules.get(event_id, ())

    def begin(self, facts: Facts) -> ReferenceMatcher:
        return ReferenceMatcher(self.form, facts)
