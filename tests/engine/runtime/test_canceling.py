"""`cancel at X`: what has not left does not leave, what has left is canceled there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from engine.runtime.checkpoints import Checkpoint
from engine.runtime.resolving import Word, resolve
from events.failure import FailureKind
from events.outcome import Failed, ProviderStatus, RetryAfter, Unknown
from tests.engine.runtime.world import World, failure, order

POINTS = 300


def at_point(number: int, act: Callable[[], None]) -> Checkpoint:
    """Does it when so many points have been passed."""
    passed = 0

    def checkpoint(name: str) -> None:
        nonlocal passed
        passed += 1
        if passed == number:
            act()

    return checkpoint


def accepted(world: World) -> World:
    world.take(order())
    world.work()
    return world


def test_an_order_is_canceled_at_the_printer() -> None:
    world = accepted(World())
    world.happens("Give up")
    world.work()
    assert world.printer.canceled == ["P-1"]
    assert world.state() == "cancelled"
    assert world.events()[-1] == "podos.after_cancel"
    assert world.order().folder == "Canceled"


def test_what_cannot_be_canceled_stands() -> None:
    world = accepted(World())
    world.printer.cancel_says = [Failed((failure(FailureKind.REJECTED, "it is printed already"),))]
    world.happens("Give up")
    world.work()
    assert world.state() == "accepted"
    assert world.events()[-1] == "podos.not_canceled"


def test_a_cancellation_whose_answer_was_lost_is_looked_up() -> None:
    world = accepted(World())
    world.printer.cancel_says = [Unknown(failure())]
    world.printer.statuses["P-1"] = ProviderStatus("cancelled", "P-1")
    world.happens("Give up")
    world.settle()
    assert world.printer.canceled == []
    assert world.state() == "cancelled"


def test_what_has_not_left_is_never_sent() -> None:
    world = World()
    world.take(order())
    world.happens("Give up")
    world.work()
    assert world.printer.sent == world.printer.canceled == []
    assert (world.entry(1).state, world.entry(2).state) == ("dropped", "done")
    assert (world.state(), world.order().folder) == ("cancelled", "Canceled")
    assert (
        world.events()[-2:] == ["podos.after_cancel", "folder.changed"]
        or "podos.after_cancel" in world.events()
    )
    assert "not sent to podOS: canceled before it left" in [each.what for each in world.store.history("1001")]


def test_nor_what_waits_for_a_printer_that_is_down() -> None:
    world = World()
    world.printer.script = {"TEE": [RetryAfter(failure())]}
    world.take(order())
    world.work()
    assert len(world.printer.sent) == 1
    world.happens("Give up")
    world.settle()
    assert (len(world.printer.sent), world.printer.printed, world.state()) == (1, [], "cancelled")


@pytest.mark.parametrize(
    ("answer", "printed", "canceled"),
    [("lost after it was taken", ["1001.1"], ["P-1"]), ("lost before it arrived", [], [])],
)
def test_what_may_have_left_is_asked_after_first(
    answer: str, printed: list[str], canceled: list[str]
) -> None:
    """It is canceled there, or not sent again."""
    world = World()
    world.printer.script = {"TEE": [answer]}
    world.take(order())
    world.work()
    world.happens("Give up")
    world.settle()
    assert world.printer.asked == ["1001.1"]
    assert (world.printer.printed, world.printer.canceled) == (printed, canceled)
    assert world.state() == "cancelled"


def test_afterwards_it_can_be_submitted_anew() -> None:
    world = World()
    world.take(order())
    world.happens("Give up")
    world.work()
    world.happens("Reprint")
    world.work()
    assert (world.printer.printed, world.state()) == (["1001.2"], "accepted")


@pytest.mark.parametrize(
    "script", [[], ["lost after it was taken"], ["lost before it arrived"], [RetryAfter(failure())]]
)
def test_at_whatever_moment_it_comes(script: list[object]) -> None:
    """Never sent, or printed once and canceled there; told once either way."""
    moments, sent = 0, set()
    for number in range(1, POINTS):
        world = World()
        world.printer.script = {"TEE": [*script]}  # type: ignore[list-item]
        came: list[int] = []

        def give_up(world: World = world, came: list[int] = came) -> None:
            came.append(1)
            world.happens("Give up")

        runtime = world.runtime(at_point(number, give_up))
        world.take(order())
        worker = world.worker(runtime)
        for _ in range(3):
            world.work(worker)
            world.clock.advance(dt.timedelta(minutes=11))
        if not came:
            break
        world.settle()
        moments += 1
        sent.add(len(world.printer.printed))
        assert world.state() == "cancelled"
        assert len(world.printer.printed) == len(world.printer.canceled) <= 1
        assert world.events().count("podos.after_cancel") == 1
        assert not world.store.entries(states=["waiting", "working", "review"])
    assert moments > 10
    assert sent == {0, 1}


class Crash(BaseException):
    """The process is gone."""


def test_wherever_the_service_stops_after_it() -> None:
    moments = 0
    for number in range(1, POINTS):
        world = World()
        world.take(order())
        world.happens("Give up")

        def stop() -> None:
            raise Crash

        try:
            world.work(world.worker(world.runtime(at_point(number, stop))))
        except Crash:
            moments += 1
        else:
            break
        world.clock.advance(dt.timedelta(minutes=11))
        world.settle()
        assert (world.printer.sent, world.printer.canceled, world.state()) == ([], [], "cancelled")
        assert world.events().count("podos.after_cancel") == 1
    assert moments > 10


@pytest.mark.parametrize(
    ("word", "canceled", "state"),
    [(Word("happened", "P-7"), ["P-7"], "cancelled"), (Word("given up"), [], "failed")],
)
def test_behind_what_a_person_has_to_look_at_it_waits_for_that_person(
    word: Word, canceled: list[str], state: str
) -> None:
    world = World()
    world.printer.script = {"TEE": ["lost after it was taken"]}
    world.printer.reconcile_says = [Unknown(failure())] * 20
    world.take(order())
    for _ in range(40):
        world.work()
        world.clock.advance(dt.timedelta(hours=3))
    assert world.entry(1).state == "review"
    world.happens("Give up")
    world.work()
    assert (world.entry(2).state, world.printer.canceled, world.state()) == ("waiting", [], "scheduled")
    resolve(world.runtime(), 1, word)
    world.settle()
    assert (world.printer.canceled, world.state(), len(world.printer.sent)) == (canceled, state, 1)
