"""Stopped anywhere, started again: nothing is lost, nothing is printed twice, nothing overtakes.

The points are found by a first run that counts them: before and after every call to the store, the printer and the mail
server, and inside the printer, between its taking an order and our reading that. `SWEEP=all` tries every pair of points.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from engine.runtime.checkpoints import Checkpoint
from engine.runtime.desk import Desk
from engine.runtime.runtime import Answering, Make
from engine.runtime.tracking import Tracker
from events.order import Order
from events.outcome import Outcome, ProviderShipment, ProviderStatus
from events.store import EffectState, Store
from events.stores.sqlite import SqliteStore
from tests.engine.runtime.world import World, imported, order

PAIRS = 150
"""Of all pairs so many are tried each time, spread evenly."""


class Crash(BaseException):
    """The process is gone. No `except Exception` sees it, as none sees a SIGKILL."""


def flow() -> list[Order]:
    """One that is printed, one that is refused (and mailed about, twice), one that is split; one whose answer is lost."""
    return [order("1001"), order("1002", "TEE-404"), order("1003", "TEE", "MUG"), order("1004", "SLOW")]


LOST: dict[str, list[Outcome | str]] = {"SLOW": ["lost after it was taken"]}
"""What the printer's answers are lost of."""


def new_world() -> World:
    world = World()
    world.printer.script = {sku: list(answers) for sku, answers in LOST.items()}
    return world


def live(world: World, checkpoint: Checkpoint) -> None:
    """The service from its start until nothing is left to do. The cart sends every order again until it was taken."""
    runtime = world.runtime(checkpoint)
    for each in flow():
        runtime.handle(f"import {each.id}", imported(each.id), each)
    worker = world.worker(runtime, checkpoint)
    tracker = Tracker(runtime, "podos")
    for _ in range(40):
        while worker.work_once():
            pass
        for number in world.printer.numbers.values():
            parcel = ProviderShipment(f"parcel {number}", f"1Z{number}", "UPS")
            world.printer.statuses[number] = ProviderStatus("shipped", number, (parcel,))
        tracker.poll()
        waiting = world.store.entries(states=["waiting", "working"])
        if not waiting and all(world.order(each).shipments for each in ("1001", "1003", "1003-1", "1004")):
            return
        world.clock.advance(dt.timedelta(minutes=11))
    raise AssertionError("something waits for ever")


def counting() -> list[str]:
    names: list[str] = []
    world = new_world()
    live(world, names.append)
    check(world)
    return names


def crash_at(number: int) -> Checkpoint:
    passed = 0

    def checkpoint(name: str) -> None:
        nonlocal passed
        passed += 1
        if passed == number:
            raise Crash(name)

    return checkpoint


def lives(*points: int, opening: Callable[[], Store] | None = None) -> World:
    """One life for each point, which ends there, and a last one that does not. opening: the store, once for each life."""
    world = new_world()
    for point in (*points, 0):
        if opening is not None:
            world.store = opening()
        with suppress(Crash):
            live(world, crash_at(point))
    return world


def check(world: World) -> None:
    """What must be so however often it crashed; worked out by hand from the rules in `world.py`."""
    printer, store = world.printer, world.store
    assert sorted(printer.printed) == ["1001.1", "1003-1.1", "1003.1", "1004.1"]  # none lost, none twice
    assert {each.state for each in store.entries()} <= {"done", "failed"}
    for each in ("1001", "1003", "1003-1", "1004"):
        assert world.state(each) == "accepted"
        assert world.order(each).folder == "Shipped"
        assert [line.tracking_number for line in world.order(each).shipments] == [
            f"1Z{printer.numbers[f'{each}.1']}"
        ]
        events = world.events(each)
        first = [] if each == "1003-1" else ["order.imported"]
        assert events == [*first, "podos.before_submit", "podos.after_submit", "shipment.added"]
    assert world.state("1002") == "failed"
    assert world.order("1002").folder == "SKU problems"
    assert len(world.order("1002").notes) == 1
    assert world.events("1002") == [
        "order.imported",
        "podos.before_submit",
        "podos.not_submitted.invalid_sku",
    ]
    # Of e-mails at least one, in order, and a repeat has the same key.
    assert list(dict.fromkeys(subject for _, subject in world.mail.sent)) == ["First", "Second"]
    assert [subject for _, subject in world.mail.sent] == sorted(subject for _, subject in world.mail.sent)
    assert len({key for key, _ in world.mail.sent}) == 2
    assert [order.order.id for order in store.orders()] == ["1001", "1002", "1003", "1003-1", "1004"]


def test_every_point(capsys: pytest.CaptureFixture[str]) -> None:
    names = counting()
    failed = failures([(n,) for n in range(1, len(names) + 1)])
    with capsys.disabled():
        print(f"\nkill sweep: {len(names)} points, {len(set(names))} kinds, {len(failed)} failures")
    assert failed == []
    assert {"printer prints", "printer has a draft", "after podos.submit", "before podos.reconcile", "after store.commit",
            "before store.begin", "after store.save", "after mail.send", "after podos.status"} <= set(names)  # fmt: skip


def test_pairs_of_points(capsys: pytest.CaptureFixture[str]) -> None:
    """The second crash falls into the life after the first, wherever that is by then."""
    points = len(counting())
    pairs = [(first, second) for first in range(1, points + 1) for second in range(1, points + 1)]
    if os.environ.get("SWEEP") != "all":
        pairs = pairs[:: max(len(pairs) // PAIRS, 1)]
    failed = failures(pairs)
    with capsys.disabled():
        print(f"\nkill sweep: {len(pairs)} pairs of {points * points}, {len(failed)} failures")
    assert failed == []


def test_points_on_a_file_that_is_opened_again(tmp_path: Path) -> None:
    for point in range(1, len(counting()) + 1, 25):
        check_on_file(tmp_path / f"{point}.db", point)


def check_on_file(path: Path, point: int) -> None:
    with ExitStack() as opened:  # what a life left open that ended
        check(lives(point, opening=lambda: opened.enter_context(closing(SqliteStore(path)))))


def failures(lives_to_try: Sequence[tuple[int, ...]], enough: int = 10) -> list[tuple[tuple[int, ...], str]]:
    found: list[tuple[tuple[int, ...], str]] = []
    for points in lives_to_try:
        if len(found) == enough:
            break
        try:
            check(lives(*points))
        except AssertionError as wrong:
            found.append((points, str(wrong)[:300]))
    return found


@pytest.mark.parametrize(
    "harm", ["an attempt is not written down", "an answer and its end are two transactions"]
)
def test_the_sweep_sees_planted_bugs(harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bugs that nobody sees who never crashes."""
    monkeypatch.setitem(LOST, "SLOW", [])
    if harm == "an attempt is not written down":
        monkeypatch.setattr(Desk, "begin", lambda desk: setattr(desk, "begun", True))
    else:
        monkeypatch.setattr(Desk, "answer", answered_and_then_ended)
    check(lives())
    points = len(counting())
    assert failures([(n,) for n in range(1, points + 1)], enough=1) != []


def answered_and_then_ended(desk: Desk, make: Make, state: EffectState, message: str = "") -> None:
    about = Answering(desk.key, desk.entry.new.chain)
    desk.runtime.happen(f"{desk.key}:answer", desk.effect.order_id, make, answering=about)
    desk.end(state, message)
