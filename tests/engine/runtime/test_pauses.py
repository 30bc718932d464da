"""A connection that refuses its credentials, or asks for time, is left alone."""

from __future__ import annotations

import datetime as dt

from engine.runtime.pauses import paused, resume
from events.failure import FailureKind
from events.outcome import Done, Failed, RetryAfter
from tests.engine.runtime.world import World, failure, order


def test_refused_credentials_pause_the_connection_until_a_check_succeeds() -> None:
    world = World()
    auth = failure(FailureKind.AUTH_FAILED, "podOS refused the key")
    world.printer.script["TEE"] = [RetryAfter(auth, pause=True)]
    world.printer.check_says = Failed((auth,))
    world.take(order(), order("1002"))
    world.work()
    assert len(world.printer.sent) == 1
    pause = paused(world.store, "podos")
    assert pause is not None
    assert pause.why == "podOS refused the key"
    world.clock.advance(dt.timedelta(minutes=6))
    assert world.work() == 0
    world.printer.check_says = Done()
    assert world.work() == 0  # it was asked a moment ago
    world.clock.advance(dt.timedelta(minutes=6))
    world.work()
    assert sorted(world.printer.printed) == ["1001.1", "1002.1"]
    assert paused(world.store, "podos") is None


def test_a_person_ends_a_pause() -> None:
    world = World()
    world.printer.script["TEE"] = [RetryAfter(failure(FailureKind.AUTH_FAILED), pause=True)]
    world.take(order())
    world.work()
    resume(world.runtime(), "podos")
    world.clock.advance(dt.timedelta(minutes=1))
    world.work()
    assert world.state() == "accepted"


def test_a_pause_with_an_end_ends_by_itself() -> None:
    world = World()
    world.printer.script["TEE"] = [RetryAfter(failure(FailureKind.RATE_LIMITED), seconds=60, pause=True)]
    world.take(order(), order("1002"))
    world.work()
    assert len(world.printer.sent) == 1
    world.clock.advance(dt.timedelta(seconds=80))
    world.work()
    assert sorted(world.printer.printed) == ["1001.1", "1002.1"]
