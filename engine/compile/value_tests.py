"""Tests of one value against what is known beforehand (`is "US"`, `< 50`, `matches ...`, `is present`): what each means.

Made by `unary` from conditions. The closures of `conditions` and the tables of `columns` share them, so both see a value
in the same way. `met` takes a plain value or None, and None never meets a test.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from dsl.values import folded
from engine.compile.view import as_text

Family: TypeAlias = Literal["text", "list", "amount", "day", "span", "state"]
"""How a value is looked at: as text, list, amount, day in the store's zone, duration, or only whether it is there and true."""

Ordered: TypeAlias = Decimal | dt.date | dt.timedelta


@dataclass(frozen=True, eq=False)
class Test:
    """`operator` and `constants` say the same as `met`, for tables that find many tests at once. Texts are folded, but
    for `exactly` and `matches`."""

    family: Family
    operator: Literal[
        "is", "exactly", "less", "at most", "more", "at least", "between",
        "contains", "starts with", "ends with", "matches", "has", "present", "true", "false",
    ]  # fmt: skip
    constants: frozenset[Any] | tuple[Any, ...]
    met: Callable[[Any], bool]


def text_is(wanted: Iterable[str]) -> Test:
    texts = frozenset(wanted)
    return Test("text", "is", texts, lambda v: v is not None and folded(as_text(v)) in texts)


def text_among(wanted: Iterable[str]) -> Test:
    """Of a list, one member is among them."""
    texts = frozenset(wanted)

    def met(value: Any) -> bool:
        if isinstance(value, (list, tuple)):
            return any(folded(as_text(each)) in texts for each in value if each is not None)
        return value is not None and folded(as_text(value)) in texts

    return Test("text", "is", texts, met)


def text_exactly(wanted: Iterable[str], members: bool) -> Test:
    texts = frozenset(wanted)

    def met(value: Any) -> bool:
        if members and isinstance(value, (list, tuple)):
            return any(as_text(each) in texts for each in value if each is not None)
        return value is not None and as_text(value) in texts

    return Test("text", "exactly", texts, met)


def text_test(operator: Literal["contains", "starts with", "ends with"], part: str) -> Test:
    compare = PARTS[operator]
    return Test("text", operator, (part,), lambda v: v is not None and compare(folded(as_text(v)), part))


PARTS: dict[str, Callable[[str, str], bool]] = {
    "contains": str.__contains__,
    "starts with": str.startswith,
    "ends with": str.endswith,
}


def pattern_test(pattern: str) -> Test:
    import re2  # late: few rulesets have patterns

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    search = re2.compile(pattern, options).search

    def met(value: Any) -> bool:
        if value is None:
            return False
        text = as_text(value).strip()
        try:
            return search(text) is not None
        except (
            UnicodeEncodeError
        ):  # half a character, typed at a command line; the library takes only whole ones
            return search(text.encode("utf-8", "replace").decode()) is not None

    return Test("text", "matches", (pattern,), met)


def has_member(member: str) -> Test:
    def met(value: Any) -> bool:
        return isinstance(value, (list, tuple)) and any(
            folded(as_text(each)) == member for each in value if each is not None
        )

    return Test("list", "has", frozenset({member}), met)


def ordered_is(family: Family, wanted: Iterable[Ordered], members: bool = False) -> Test:
    values = frozenset(wanted)
    kind = KINDS[family]

    def met(value: Any) -> bool:
        if members and isinstance(value, (list, tuple)):
            return any(type(each) is kind and each in values for each in value)
        return type(value) is kind and value in values

    return Test(family, "is", values, met)


def ordered_less(family: Family, bound: Any, or_equal: bool) -> Test:
    kind = KINDS[family]
    if or_equal:
        return Test(family, "at most", (bound,), lambda v: type(v) is kind and v <= bound)
    return Test(family, "less", (bound,), lambda v: type(v) is kind and v < bound)


def ordered_more(family: Family, bound: Any, or_equal: bool) -> Test:
    kind = KINDS[family]
    if or_equal:
        return Test(family, "at least", (bound,), lambda v: type(v) is kind and v >= bound)
    return Test(family, "more", (bound,), lambda v: type(v) is kind and v > bound)


def ordered_between(family: Family, low: Any, high: Any) -> Test:
    kind = KINDS[family]
    return Test(family, "between", (low, high), lambda v: type(v) is kind and low <= v <= high)


KINDS: dict[Family, type] = {"amount": Decimal, "day": dt.date, "span": dt.timedelta}

PRESENT = Test("state", "present", (), lambda v: v is not None)
TRUE = Test("state", "true", (), lambda v: v is True)
FALSE = Test("state", "false", (), lambda v: v is False)
