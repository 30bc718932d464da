"""Conditions: each is met or not met, and a comparison with a missing value is not met."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import re2

from dsl import values as v
from dsl.schema import fold
from engine import form as f
from engine.reference.values import Values, text_of
from engine.trace import Step
from events.order import Item, Shipment


class Evaluator(Values):
    """Values and conditions of one form for one set of facts."""

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
                here = replace(self, readings=[])
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


def called(subject: Item | Shipment) -> str:
    """An item or shipment in the merchant's words."""
    if isinstance(subject, Item):
        return f"item {subject.id}" + (f" ({subject.code})" if subject.code.strip() else "")
    return f"shipment {subject.tracking_number or subject.id}"
