"""The functions of the language (`lower`, `part`, `first_of`, ...) over plain values. Called by `values`.

Each takes its arguments, all present, and the view; None is missing. What the arguments may be, the checker settled: a
value of another kind is missing here, never an error.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from dsl.values import plain, present, read_money, read_number, read_when, round_half_up
from engine.compile.times import day_of, local
from engine.compile.view import View, as_text

Function: TypeAlias = Callable[..., Any]

FARTHEST = 1_000_000_000
"""No text has so many parts, no amount so many places."""


def lower(view: View, text: Any) -> Any:
    return as_text(text).lower()


def upper(view: View, text: Any) -> Any:
    return as_text(text).upper()


def trim(view: View, text: Any) -> Any:
    return as_text(text).strip()


def length(view: View, value: Any) -> Any:
    return Decimal(len(value) if isinstance(value, (list, tuple, dict)) else len(as_text(value).strip()))


def number(view: View, value: Any) -> Any:
    if not isinstance(value, str):
        return value if isinstance(value, Decimal) else None
    found = read_number(value)
    if found is not None:
        return found
    money = read_money(value, view.store.currency)
    if money is None or (money[1] is not None and not view.is_in(money[1])):
        return None
    return money[0]


def text(view: View, value: Any) -> Any:
    return plain(local(value, view.zone) if isinstance(value, dt.datetime) else value)


def round_(view: View, value: Any, places: Any = Decimal(0)) -> Any:
    count = whole(places)
    return None if count is None or not isinstance(value, Decimal) else round_half_up(value, count)


def replace(view: View, value: Any, old: Any, new: Any) -> Any:
    """Of nothing, nothing is replaced."""
    return as_text(value).replace(as_text(old), as_text(new)) if as_text(old) else value


def part(view: View, value: Any, separator: Any, which: Any) -> Any:
    """Cut at nothing, a text is in one piece."""
    count, between, uncut = whole(which), as_text(separator), as_text(value)
    parts = uncut.split(between) if between else [uncut]
    if not count:
        return None
    if abs(count) > len(parts):
        return None
    return parts[count - 1 if count > 0 else count].strip()


def date(view: View, value: Any) -> Any:
    found = read_when(value, view.zone) if isinstance(value, str) else value
    return day_of(found, view.zone) if isinstance(found, dt.date) else None


def whole(value: Any) -> int | None:
    """A whole number of a size that makes sense, else None."""
    if (
        not isinstance(value, Decimal)
        or not -FARTHEST < value < FARTHEST
        or value != value.to_integral_value()
    ):
        return None
    return int(value)


FUNCTIONS: Mapping[str, Function] = {
    "lower": lower,
    "upper": upper,
    "trim": trim,
    "length": length,
    "number": number,
    "text": text,
    "round": round_,
    "replace": replace,
    "part": part,
    "date": date,
}
"""All but `first_of`, which alone may have missing arguments."""


def called(name: str, view: View, arguments: list[Any]) -> Any:
    return present(FUNCTIONS[name](view, *arguments))
