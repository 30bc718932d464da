"""When a schedule is due, by the store's calendar, and that it happens once to each order in its folders.

The expected times are those of a calendar: New York goes to summer time on 2026-03-08 at 2:00 and back on 2026-11-01 at 2:00.
"""

from __future__ import annotations

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.runtime.checkpoints import watched
from engine.runtime.schedule import run_due, schedule_of, schedules
from tests.engine.runtime.world import START, World, opened, order

NEW_YORK = ZoneInfo("America/New_York")
LABELS = (
    "every 15 minutes", "every hour", "every 2 hours", "every 1.5 hours", "every day", "every 3 days", "every week",
    "every 2 weeks", "every day at 09:00", "every day at 02:30", "every day at 01:30", "every monday at 09:00", "every sunday",
)  # fmt: skip


def last(label: str, now: str, zone: ZoneInfo = NEW_YORK) -> str:
    """The last due time; the offset shows which of two equal hours it is."""
    at = dt.datetime.fromisoformat(now)
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    return schedule_of("schedule", label).last_due(at, zone).isoformat(" ", "minutes")


@pytest.mark.parametrize(
    ("label", "now", "due"),
    [
        ("every day at 09:00", "2026-03-02 09:00", "2026-03-02 09:00-05:00"),
        ("every day at 09:00", "2026-03-02 08:59", "2026-03-01 09:00-05:00"),
        ("every day at 09:00", "2026-03-08 08:59", "2026-03-07 09:00-05:00"),
        ("every day at 09:00", "2026-03-08 09:01", "2026-03-08 09:00-04:00"),
        ("every monday at 09:00", "2026-03-02 10:00", "2026-03-02 09:00-05:00"),
        ("every monday at 09:00", "2026-03-08 23:00", "2026-03-02 09:00-05:00"),
        ("every sunday", "2026-03-02 10:00", "2026-03-01 00:00-05:00"),
        # 2:30 does not come on 2026-03-08: it is due at 3:30, and not twice
        ("every day at 02:30", "2026-03-08 03:29", "2026-03-07 02:30-05:00"),
        ("every day at 02:30", "2026-03-08 03:31", "2026-03-08 03:30-04:00"),
        # 1:30 comes twice on 2026-11-01: it is due the first time
        ("every day at 01:30", "2026-11-01 05:45+00:00", "2026-11-01 01:30-04:00"),
        ("every day at 01:30", "2026-11-01 06:45+00:00", "2026-11-01 01:30-04:00"),
        ("every day", "2026-03-08 12:00", "2026-03-08 00:00-05:00"),
        ("every hour", "2026-03-08 03:10", "2026-03-08 03:00-04:00"),
        ("every 2 hours", "2026-03-02 14:59+00:00", "2026-03-02 09:00-05:00"),
        ("every 15 minutes", "2026-03-02 09:44", "2026-03-02 09:30-05:00"),
        ("every week", "2026-03-04 12:00", "2026-03-02 00:00-05:00"),
    ],
)
def test_the_last_due_time(label: str, now: str, due: str) -> None:
    assert last(label, now) == due


def test_two_days_apart_is_two_days_of_the_calendar() -> None:
    due = {last("every 2 days", f"2026-03-{day:02} 12:00")[:16] for day in range(2, 12)}
    days = sorted(dt.date.fromisoformat(each[:10]) for each in due)
    assert {(after - before).days for before, after in itertools.pairwise(days)} == {2}
    assert {each[11:] for each in due} == {"00:00"}


@given(
    label=st.sampled_from(LABELS),
    now=st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2027, 1, 1), timezones=st.just(dt.UTC)),
    zone=st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
)
def test_a_due_time_is_past_and_its_own_last(label: str, now: dt.datetime, zone: str) -> None:
    schedule = schedule_of("schedule", label)
    due = schedule.last_due(now, ZoneInfo(zone)).astimezone(dt.UTC)
    assert due <= now
    assert schedule.last_due(due, ZoneInfo(zone)).astimezone(dt.UTC) == due
    assert schedule.last_due(due - dt.timedelta(seconds=1), ZoneInfo(zone)).astimezone(dt.UTC) < due


RULES = """
rule "Look at them" on every day at 09:00 for orders in ("New", "Trouble") do increase order.metadata["looked"] by 1
rule "Look at mugs" on every day at 09:00 for orders in "Mugs" when order.source_name is "Nobody" do stop
rule "Often" on every 2 hours for orders in "Mugs" do increase order.metadata["often"] by 1
"""


def shop() -> World:
    world = World(opened(RULES))
    for number, folder in (("1", "New"), ("2", "Trouble"), ("3", "Shipped"), ("4", "Mugs")):
        each = order(number)
        each.folder = folder
        world.take(each)
    return world


def looked(world: World, key: str = "looked") -> list[str | None]:
    return [world.order(each).order_metadata.get(key) for each in "1234"]


def test_the_schedules_of_a_ruleset_are_found_in_its_rules() -> None:
    assert [each.label for each in schedules(shop().ruleset.checked.form)] == [
        "every day at 09:00",
        "every 2 hours",
    ]


def test_it_happens_once_to_each_order_in_its_folders() -> None:
    world = shop()
    assert run_due(world.runtime()) == 0  # a schedule that is new begins with its next time
    world.clock.advance(dt.timedelta(minutes=1) + to_nine(world))
    run_due(world.runtime())
    run_due(world.runtime())
    assert looked(world) == ["1", "1", None, None]
    assert looked(world, "often") == [None, None, None, "1"]


def to_nine(world: World) -> dt.timedelta:
    """START is 9:00 in New York; this is until the next one."""
    assert world.clock.now() == START
    return dt.timedelta(days=1)


def test_runs_that_were_missed_are_made_up_for_once() -> None:
    world = shop()
    run_due(world.runtime())
    world.clock.advance(dt.timedelta(days=10))
    run_due(world.runtime())
    run_due(world.runtime())
    assert looked(world) == ["1", "1", None, None]
    assert looked(world, "often") == [None, None, None, "1"]


def test_a_run_that_was_cut_short_goes_on_with_the_orders_that_are_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.runtime.group.LARGEST", 1)

    class Cut(BaseException):
        pass

    commits: list[str] = []

    def cut(name: str) -> None:
        if name == "after store.commit_many":
            commits.append(name)
            raise Cut

    world = shop()
    run_due(world.runtime())
    world.clock.advance(dt.timedelta(days=1))
    runtime = world.runtime()
    runtime.store = watched(world.store, "store", cut)
    with pytest.raises(Cut):
        run_due(runtime)
    run_due(world.runtime())
    assert commits
    assert looked(world) == ["1", "1", None, None]


def test_the_event_has_the_due_time() -> None:
    world = shop()
    run_due(world.runtime())
    world.clock.advance(dt.timedelta(days=1, hours=3))
    run_due(world.runtime())
    entry = world.store.journal("1")[-1]
    assert entry.at == dt.datetime(2026, 3, 3, 9, tzinfo=NEW_YORK)
