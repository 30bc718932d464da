"""Dates, times and durations under plus, minus and age. Times are instants; a date is its midnight in the store's zone.

Called by `values` and `predicates`. Comparing is `dsl.values.compare_when`; what no calendar holds is None.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal
from zoneinfo import ZoneInfo

from dsl.values import day


def local(value: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    try:
        return value.astimezone(zone)
    except OverflowError:  # the calendar's first and last day
        return value


def day_of(value: Any, zone: ZoneInfo) -> dt.date | None:
    """The day in the store's zone, None for what is no date or time."""
    return day(value, zone) if isinstance(value, dt.date) else None


def midnight(value: dt.date | dt.datetime, zone: ZoneInfo) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    return dt.datetime(value.year, value.month, value.day, tzinfo=zone)


def between(later: dt.datetime, earlier: dt.datetime) -> dt.timedelta:
    """As instants. Python's own minus forgets the clock change where both are in one zone."""
    naive = later.replace(tzinfo=None) - earlier.replace(tzinfo=None)
    return naive - ((later.utcoffset() or dt.timedelta()) - (earlier.utcoffset() or dt.timedelta()))


def age(at: dt.datetime, value: Any, zone: ZoneInfo) -> dt.timedelta | None:
    return between(at, midnight(value, zone)) if isinstance(value, dt.date) else None


def shifted(value: dt.date | dt.datetime, by: dt.timedelta, zone: ZoneInfo) -> dt.date | dt.datetime:
    if not isinstance(value, dt.datetime) and by == dt.timedelta(by.days):
        return value + by
    start = midnight(value, zone)
    return (start.astimezone(dt.UTC) + by).astimezone(start.tzinfo)


def combined(op: Literal["+", "-", "*", "/"], left: Any, right: Any, zone: ZoneInfo) -> Any:
    """`when + duration`, `when - duration`, `when - when`, `duration + duration`; anything else is missing."""
    span_left, span_right = isinstance(left, dt.timedelta), isinstance(right, dt.timedelta)
    when_left, when_right = isinstance(left, dt.date), isinstance(right, dt.date)
    try:
        if op == "+":
            if span_left and span_right:
                return left + right
            if when_left and span_right:
                return shifted(left, right, zone)
            if span_left and when_right:
                return shifted(right, left, zone)
        elif op == "-":
            if span_left and span_right:
                return left - right
            if when_left and span_right:
                return shifted(left, -right, zone)
            if when_left and when_right:
                return elapsed(left, right, zone)
    except (OverflowError, ValueError):
        return None
    return None


def elapsed(left: dt.date, right: dt.date, zone: ZoneInfo) -> dt.timedelta | None:
    if isinstance(left, dt.datetime) and isinstance(right, dt.datetime):
        return between(left, right)
    first, last = day_of(right, zone), day_of(left, zone)
    return None if first is None or last is None else last - first
