"""The whole service: threads, two services on one store, a store that fails for a while; and the small parts it is made of."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from engine.runtime.limits import Bucket, Rate
from engine.runtime.performers import Live, fingerprint
from engine.runtime.retry import POST, SUBMIT, Backoff
from engine.runtime.runtime import Runtime
from engine.runtime.service import Service
from events.clock import FakeClock, SystemClock
from events.store import StoreError
from tests.engine.runtime.world import CONFIG, START, PrinterClient, World, imported, opened, order


def service(world: World, store: Any = None) -> tuple[Service, Runtime]:
    clock = SystemClock()
    live = {"podos": Live(PrinterClient(world.printer), "live", "key-1", Rate(per_second=1000, burst=1000))}
    runtime = Runtime(world.ruleset, store or world.store, clock, live, world.said.append)
    return Service(runtime, clock, world.mail), runtime


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.01)


def running(*services: Service) -> list[threading.Thread]:
    threads = [threading.Thread(target=each.run, daemon=True) for each in services]
    for thread in threads:
        thread.start()
    return threads


def stop(services: list[Service], threads: list[threading.Thread]) -> None:
    for each in services:
        each.clock.stop()
    for thread in threads:
        thread.join(timeout=10)
        assert not thread.is_alive()


def test_two_services_on_one_store_print_everything_once() -> None:
    world = World()
    (one, runtime), (other, _) = service(world), service(world)
    threads = running(one, other)
    for number in range(1001, 1021):
        runtime.handle(f"import {number}", imported(str(number)), order(str(number)))
    until(lambda: not world.store.entries(states=["waiting", "working"]))
    stop([one, other], threads)
    assert sorted(world.printer.printed) == [f"{n}.1" for n in range(1001, 1021)]
    assert {world.state(str(n)) for n in range(1001, 1021)} == {"accepted"}


def test_a_store_that_fails_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runtime.service.AFTER_STORE_ERROR", 0.05)
    world = World()
    full = threading.Event()
    full.set()

    class Full:
        """A disk that is full for a while."""

        def __getattr__(self, name: str) -> Any:
            if full.is_set() and name in ("claim", "commit"):
                raise StoreError("the disk is full; make room, nothing is lost")
            return getattr(world.store, name)

    world.take(order())
    one, _ = service(world, Full())
    threads = running(one)
    until(lambda: any("the disk is full" in line for line in world.said))
    full.clear()
    until(lambda: world.state() == "accepted")
    stop([one], threads)
    assert world.printer.printed == ["1001.1"]


def test_once_does_all_that_is_due_and_ends() -> None:
    world = World()
    one, runtime = service(world)
    runtime.handle("a", imported("1001"), order("1001", "TEE", "MUG"))
    assert one.run_once() == 2
    assert world.state("1001-1") == "accepted"


def test_no_two_workers_have_the_same_name() -> None:
    """Not even those of a service that took the place of another, in a container where all have the same number."""
    names = [service(World())[0].worker("podos").owner for _ in range(50)]
    assert len(set(names)) == 50


def test_what_waits_for_a_connection_that_is_gone_is_brought_to_a_person() -> None:
    world = World()
    world.take(order())
    world.ruleset = opened('rule "Nothing" on "Order is Imported" do stop\n', CONFIG.split("connections:")[0])
    one, _ = service(world)
    one.tick()
    assert world.entry().state == "review"
    assert "no connection `podos` any more" in world.entry().message


def test_a_changed_ruleset_is_taken_up() -> None:
    world = World()
    one, runtime = service(world)
    changed = [opened('rule "New" on "Order is Imported" do add tag "new"\n')]
    one.changed = lambda: changed.pop() if changed else None
    one.tick()
    runtime.handle("a", imported("1001"), order())
    assert world.order().tags == ["new"]


def test_waits_grow_and_are_never_shorter_than_asked() -> None:
    backoff = Backoff(tries=4, first=10, factor=3, longest=50, jitter=0.5)
    assert [backoff.wait(n, 0.0).total_seconds() for n in (1, 2, 3)] == [10, 30, 50]
    assert backoff.wait(1, 1.0).total_seconds() == 15
    assert backoff.wait(1, 0.0, asked=90).total_seconds() == 90
    assert [backoff.exhausted(n) for n in (3, 4)] == [False, True]


def test_a_post_is_tried_five_times_in_two_hours() -> None:
    waits = [POST.wait(n, 1.0) for n in range(1, POST.tries)]
    assert len(waits) == 4
    assert dt.timedelta(hours=1) < sum(waits, dt.timedelta()) <= dt.timedelta(hours=2)


def test_a_submission_outlasts_a_night() -> None:
    waits = [SUBMIT.wait(n, 0.0) for n in range(1, SUBMIT.tries)]
    assert sum(waits, dt.timedelta()) > dt.timedelta(hours=4)


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = Bucket(Rate(per_second=2, burst=3))
    assert [bucket.take(START) for _ in range(4)] == [0, 0, 0, 0.5]
    assert bucket.take(START + dt.timedelta(seconds=0.5)) == 0
    later = START + dt.timedelta(hours=1)
    assert [bucket.take(later) for _ in range(4)] == [0, 0, 0, 0.5]


def test_a_fingerprint_tells_credentials_apart_and_tells_nothing_else() -> None:
    one = fingerprint({"token": "secret-1", "project": "acme"})
    assert one == fingerprint({"project": "acme", "token": "secret-1"})
    assert one != fingerprint({"token": "secret-2", "project": "acme"})
    assert len(one) == 8


def test_the_clock_of_tests_stands_still() -> None:
    clock = FakeClock(START, seed=7)
    clock.sleep(2)
    clock.advance(dt.timedelta(seconds=3))
    assert clock.now() - START == dt.timedelta(seconds=5)
    same = FakeClock(START, seed=7)
    assert [clock.chance() for _ in range(3)] == [same.chance() for _ in range(3)]


def test_the_systems_clock_is_woken_when_it_stops() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() == dt.timedelta()
    clock.stop()
    began = time.monotonic()
    clock.sleep(30)
    assert time.monotonic() - began < 5
    assert 0 <= clock.chance() < 1
