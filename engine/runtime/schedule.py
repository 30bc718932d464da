"""Custom events: when each schedule of the ruleset is due, by the store's calendar, and what happens then.

Called by the service every few seconds. Runs that were missed while nothing was running are made up for once, for the last
due time, and not once for each.

A time of day that a change of the clocks skips is due when the gap is over; one that comes twice is due the first time.
Intervals of minutes and hours are counted in real time from 1970-01-01 UTC, those of whole days and weeks in days of the
store's calendar (a week begins on Monday).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from dsl.schema import fold
from dsl.values import plain
from engine import form as f
from engine.runtime.group import LARGEST, Group, Handled
from engine.runtime.runtime import Runtime
from events.event import Event
from events.store import Conflict

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SECONDS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}

_EVERY = re.compile(r"every (?:(?P<amount>[0-9.]+) )?(?P<unit>minute|hour|day|week)s?")
_AT = re.compile(r"every (?P<day>day|[a-z]+day)(?: at (?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}))?")


@dataclass(frozen=True)
class Schedule:
    """interval: in seconds of real time. days: every so many days of the calendar. weekday: 0 is Monday, None every day.

    Exactly one of interval and days is set; `at` and weekday go with days.
    """

    event_id: str
    label: str
    interval: Decimal | None = None
    days: int | None = None
    weekday: int | None = None
    at: dt.time = dt.time()

    def last_due(self, now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
        """The last due time at `now` or before."""
        if self.interval is not None:
            step = int(self.interval * 1_000_000)
            elapsed = (now - _EPOCH) // dt.timedelta(microseconds=1)
            return (_EPOCH + dt.timedelta(microseconds=elapsed // step * step)).astimezone(zone)
        day = now.astimezone(zone).date()
        while True:
            if self.falls_on(day):
                due = _moment(day, self.at, zone)
                if due.astimezone(dt.UTC) <= now.astimezone(dt.UTC):
                    return due
            day -= dt.timedelta(days=1)

    def falls_on(self, day: dt.date) -> bool:
        if self.weekday is not None:
            return day.weekday() == self.weekday
        return (day - _MONDAY).days % (self.days or 1) == 0


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MONDAY = dt.date(1970, 1, 5)


def _moment(day: dt.date, at: dt.time, zone: ZoneInfo) -> dt.datetime:
    """Through UTC, so that a time in a gap becomes one that there is."""
    return dt.datetime.combine(day, at, zone).astimezone(dt.UTC).astimezone(zone)


def schedule_of(event_id: str, label: str) -> Schedule:
    """From its canonical words, which the checker writes."""
    if (found := _AT.fullmatch(label)) and (found["hour"] or found["day"] != "day"):
        at = dt.time(int(found["hour"] or 0), int(found["minute"] or 0))
        weekday = None if found["day"] == "day" else DAYS.index(found["day"])
        return Schedule(event_id, label, days=1, weekday=weekday, at=at)
    words = _EVERY.fullmatch(label)
    assert words is not None, f"the checker writes no schedule as {label}"
    amount, unit = Decimal(words["amount"] or 1), words["unit"]
    if unit in ("day", "week") and amount == amount.to_integral_value():
        return Schedule(event_id, label, days=int(amount) * (7 if unit == "week" else 1))
    return Schedule(event_id, label, interval=amount * SECONDS[unit])


def schedules(form: f.Form) -> Iterator[Schedule]:
    for event_id in form.rules:
        if event_id.startswith("schedule."):
            yield schedule_of(event_id, form.labels[event_id])


def folders_of(form: f.Form, event_id: str) -> set[str]:
    """Every folder that a rule of the schedule names, folded: no order elsewhere can meet its condition."""
    found = set()
    for node in f.walk(tuple(rule.when for rule in form.rules[event_id])):
        if isinstance(node, f.Among) and isinstance(node.left, f.Read) and node.left.path == "order.folder":
            found |= {fold(plain(each.value) or "") for each in node.members if isinstance(each, f.Const)}
    return found


def run_due(runtime: Runtime) -> int:
    """Does what is due now; how many orders it happened to. A crash half-way is made up for: each order has its own key."""
    form, now = runtime.ruleset.program.form, runtime.now()
    count = 0
    for schedule in schedules(form):
        name = f"schedule {schedule.label}"
        due = schedule.last_due(now, runtime.opened.zone)
        last = runtime.store.note(name)
        if last is not None and dt.datetime.fromisoformat(last) >= due:
            continue
        # A schedule that is new begins with its next time, not with the one before it was written.
        swept = sweep(runtime, schedule, due) if last is not None else Swept()
        count += swept.happened
        if swept.whole:
            runtime.store.set_note(name, due.isoformat())
    return count


@dataclass
class Swept:
    """happened: to so many orders. whole: none has to be tried again."""

    happened: int = 0
    whole: bool = True

    def tally(self, handled: list[Handled]) -> list[Handled]:
        """What is stored is counted, and let go of; the rest."""
        for each in handled:
            if each.stored:
                self.happened += each.decision is not None
                self.whole &= not isinstance(each.failed, Conflict)
        return [each for each in handled if not each.stored]


def sweep(runtime: Runtime, schedule: Schedule, due: dt.datetime) -> Swept:
    """For every order that it may concern; one that is gone meanwhile is no matter. Each has a key of its own, so that a
    crash half-way is made up for."""
    folders = folders_of(runtime.ruleset.program.form, schedule.event_id)
    ids = [each.order.id for each in runtime.store.orders() if fold(each.order.folder) in folders]
    group, swept = Group(runtime), Swept()
    handled: list[Handled] = []
    for order_id in ids:
        key = f"{schedule.label}|{due.astimezone(dt.UTC):%Y-%m-%dT%H:%M}|{order_id}"
        handled.append(group.handle(key, Event(schedule.event_id, schedule.label, order_id, due)))
        if len(handled) > LARGEST:
            handled = swept.tally(handled)
    group.store()
    swept.tally(handled)
    return swept
