"""Missing values, text folding and exact arithmetic: the ONE definition of each (language.md section 4).

Every reader of rules uses these and nothing else for them: the reference evaluator, the compiled program, actions,
tables, tests. Plain functions over plain values; None is missing.
"""

from __future__ import annotations

import datetime as dt
import decimal
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from dsl.schema import fold as fold

EXACT = decimal.Context(
    prec=28,
    rounding=decimal.ROUND_HALF_EVEN,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
"""28 digits, half-even."""

LARGEST = Decimal("1e18")
"""Beyond this an amount from outside is not a number: no order has it, and it would make arithmetic slow."""

GRAMS = {
    "lb": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
    "g": Decimal(1),
    "kg": Decimal(1000),
}


SHORT = 120
"""Longer texts are not remembered: they are rarely seen twice, and memory stays bounded by count."""

MOST_FOLDED = 8192


class _Folds(dict[str, str]):
    def __missing__(self, text: str) -> str:
        found = fold(text)
        if len(text) <= SHORT:
            if len(self) >= MOST_FOLDED:
                self.clear()
            self[text] = found
        return found


folded: Callable[[str], str] = _Folds().__getitem__
"""`fold`, remembered for short texts."""


def present(value: Any) -> Any:
    """The value, or None where the language calls it missing: null, blank text, an empty list, an empty map."""
    if value is None:
        return None
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, (list, dict, tuple)):
        return value if value else None
    return value


def missing(value: Any) -> bool:
    return present(value) is None


def arithmetic(op: Literal["+", "-", "*", "/"], left: Decimal, right: Decimal) -> Decimal | None:
    """Exact to 28 digits, half-even. Division by zero is missing, and so is a result no order can have."""
    try:
        if op == "+":
            return EXACT.add(left, right)
        if op == "-":
            return EXACT.subtract(left, right)
        if op == "*":
            return EXACT.multiply(left, right)
        return EXACT.divide(left, right) if right else None
    except decimal.DecimalException:
        return None


def round_half_up(value: Decimal, places: int) -> Decimal | None:
    """`round(2.345, 2)` is 2.35; to the cent everywhere money is rounded. Missing beyond 12 places either way."""
    if abs(places) > 12:
        return None
    try:
        return value.quantize(Decimal(1).scaleb(-places), rounding=decimal.ROUND_HALF_UP)
    except decimal.DecimalException:
        return None


def convert_weight(amount: Decimal, unit: str, to: str) -> Decimal:
    if unit == to:
        return amount
    return EXACT.divide(EXACT.multiply(amount, GRAMS[unit]), GRAMS[to])


_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_SIGNED_MONEY = re.compile(r"([+-]?)([$€£])\s*([0-9]+(?:\.[0-9]+)?)")
_CODED_MONEY = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]{3})")
_WEIGHT = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)\s*(lb|oz|g|kg)", re.IGNORECASE)
SIGNS = {"€": "EUR", "£": "GBP"}
DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD"})


def sign_currency(sign: str, store_currency: str) -> str:
    """`$` is the store's currency where that is a dollar, else USD; `€` EUR; `£` GBP."""
    if sign == "$":
        return store_currency if store_currency in DOLLARS else "USD"
    return SIGNS.get(sign, sign.upper())


def _small(text: str) -> Decimal | None:
    if len(text) > 40:
        return None
    value = Decimal(text)
    return value if abs(value) < LARGEST else None


def read_number(text: str) -> Decimal | None:
    """Optional sign, ASCII digits, one point; nothing else (not `1e3`, `1_0`, `1,5`, `NaN`). None if it is not so."""
    text = text.strip()
    return _small(text) if _NUMBER.fullmatch(text) else None


def read_money(text: str, store_currency: str) -> tuple[Decimal, str | None] | None:
    """The amount and the currency it names (None where it names none); None if it is no money."""
    text = text.strip()
    plain = read_number(text)
    if plain is not None:
        return plain, None
    if m := _SIGNED_MONEY.fullmatch(text):
        amount = _small(m[1] + m[3])
        return None if amount is None else (amount, sign_currency(m[2], store_currency))
    if m := _CODED_MONEY.fullmatch(text):
        amount = _small(m[1])
        return None if amount is None else (amount, m[2].upper())
    return None


def read_weight(text: str, store_unit: str) -> Decimal | None:
    """In the store's unit; a plain number is in it already."""
    text = text.strip()
    plain = read_number(text)
    if plain is not None:
        return plain
    if m := _WEIGHT.fullmatch(text):
        amount = _small(m[1])
        return None if amount is None else convert_weight(amount, m[2].lower(), store_unit)
    return None


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def read_when(text: str, zone: dt.tzinfo) -> dt.date | dt.datetime | None:
    """An ISO date, or a time (aware; the store's zone where it has none)."""
    text = text.strip()
    try:
        if _TIME.fullmatch(text):
            value = dt.datetime.fromisoformat(text)
            # `replace` would take six times as long, for every time of every order that is read.
            return value if value.tzinfo else dt.datetime.combine(value, value.time(), zone)
        if _DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        return None
    return None


def day(value: dt.date | dt.datetime, zone: ZoneInfo) -> dt.date:
    """The day in the store's zone."""
    if not isinstance(value, dt.datetime):
        return value
    try:
        return value.astimezone(zone).date()
    except OverflowError:  # in the calendar's first or last hours there is no day elsewhere
        return value.date()


def instant(value: dt.datetime) -> dt.datetime:
    """In UTC. Python compares and subtracts two times of one zone by the clock on the wall, which a change moves."""
    try:
        return value.astimezone(dt.UTC)
    except OverflowError:  # the calendar's first and last hours
        return value.replace(tzinfo=dt.UTC)


def compare_when(left: dt.date | dt.datetime, right: dt.date | dt.datetime, zone: ZoneInfo) -> int:
    """-1, 0 or 1. Two times as instants; where either is a date, as days in the store's zone."""
    a: Any
    b: Any
    if isinstance(left, dt.datetime) and isinstance(right, dt.datetime):
        a, b = instant(left), instant(right)
    else:
        a, b = day(left, zone), day(right, zone)
    return int(a > b) - int(a < b)


def plain(value: Any) -> str | None:
    """A value as text in a template, a tag, a variation: numbers as written, lists with commas, times in ISO, durations
    in words."""
    if value is None:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, dt.timedelta):
        return _spoken(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(plain(v) or "" for v in value)
    return str(value)


def _spoken(length: dt.timedelta) -> str:
    """`3 days 2 hours`, as durations are written in rules."""
    seconds = abs(length) // dt.timedelta(seconds=1)
    parts = []
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(f"{number} {unit}{'' if number == 1 else 's'}")
    sign = "-" if length < dt.timedelta(0) else ""
    return sign + (" ".join(parts) or "0 minutes")
