"""SIGKILL to the real process, at every point where it matters: nothing is lost, printed twice, or out of order.

The service runs on an SQLite file in a process of its own; podOS's sandbox, which outlives it, counts what it takes. The
points are found by a first life that is not killed: before and after every write to the store, every HTTP call and every
mail, and at podOS itself, between its having done what was asked and our reading that. Afterwards the service is started
again, and must come to the end that was worked out by hand (`shop.FLOWS`).

`make kill-sweep` tries every pair of points too; here a sample of the pairs is tried.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from actions.sandbox.clock import Clock
from actions.sandbox.podos.site import Podos
from actions.sandbox.server import Reply, Request, Server
from events.stores.sqlite import SqliteStore
from tests.reliability.life import DATABASE, MAILS, POINTS, Nursery
from tests.reliability.shop import FLOWS, KEY, PROJECT, START, wrongs

WHOLE = os.environ.get("KILL_SWEEP") == "all"
PAIRS = 12
"""Of each flow's pairs, so many are tried each time, chosen with a seed."""


@dataclass(frozen=True, order=True)
class Point:
    """where: `here`, in our own process; or `podOS`, which has done what it was asked and has not answered."""

    where: str
    number: int


class DeadlyPodos(Podos):
    """Kills whoever asks, between doing what was asked and answering."""

    def __init__(self) -> None:
        self.calls = self.kill_at = self.victim = 0
        super().__init__(key=KEY, project=PROJECT, clock=Clock(lambda: START))

    def handle(self, request: Request, wrong: str) -> Reply:
        reply = super().handle(request, wrong)
        self.calls += 1
        if self.calls == self.kill_at:
            os.kill(self.victim, signal.SIGKILL)
        return reply


class Sweep:
    """One flow, lived again and again; each case in a folder of its own, on a sandbox that was reset."""

    def __init__(self, flow: str, root: Path, harm: bool = False) -> None:
        self.flow, self.root, self.harm = flow, root, harm
        self.site = DeadlyPodos()
        self.server = Server(self.site).start()
        self.nursery = Nursery()
        self.cases = 0

    def close(self) -> None:
        self.nursery.close()
        self.server.close()

    def life(self, place: Path, point: Point | None) -> bool:
        """Whether it came to its end. Any other end than the one that was meant is a failure."""
        site = self.site
        site.calls, site.kill_at = 0, point.number if point is not None and point.where == "podOS" else 0
        here = point.number if point is not None and point.where == "here" else 0
        ended = self.nursery.life(
            lambda number: setattr(site, "victim", number),
            place=str(place), url=self.server.url, flow=self.flow, kill=here, harm=self.harm,
        )  # fmt: skip
        assert ended in (0, -signal.SIGKILL), f"{self.flow}, {point}: it ended with {ended}"
        return ended == 0

    def case(self, *points: Point) -> bool:
        """A life for each point, and a last one that is not killed. Whether every point was reached."""
        self.server.reset()
        self.cases += 1
        place = self.root / f"case {self.cases}"
        place.mkdir()
        reached = True
        for point in points:
            if self.life(place, point):
                reached = False
                break
        else:
            assert self.life(place, None)
        self.check(place, points)
        return reached

    def check(self, place: Path, points: tuple[Point, ...]) -> None:
        store = SqliteStore(place / DATABASE)
        try:
            wrong = wrongs(FLOWS[self.flow], store, dict(self.site.state()["accepted"]), mails(place))
        finally:
            store.close()
        assert wrong == [], f"{self.flow}, killed at {', '.join(map(str, points))}"

    def points(self) -> tuple[list[Point], list[str]]:
        """Of a life from the start to the end; and the names of those in our own process."""
        self.case()
        names = json.loads((self.root / f"case {self.cases}" / POINTS).read_text("utf-8"))
        here = [Point("here", n) for n in range(1, len(names) + 1)]
        return here + [Point("podOS", n) for n in range(1, self.site.calls + 1)], names


def mails(place: Path) -> list[tuple[str, str]]:
    path = place / MAILS
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [(key, subject) for key, subject in map(json.loads, lines)]


@contextmanager
def swept(flow: str, harm: bool = False) -> Iterator[Sweep]:
    """In memory where there is such a folder: what a killed process has written stays on any of them. (Whether it stays
    when the power fails is up to the disk, and to SQLite's synchronous=FULL.)"""
    memory = Path("/dev/shm")
    where = memory if os.access(memory, os.W_OK) else None
    with TemporaryDirectory(dir=where) as root, closing(Sweep(flow, Path(root), harm)) as sweep:
        yield sweep


@pytest.fixture
def sweep(request: pytest.FixtureRequest) -> Iterator[Sweep]:
    with swept(request.param) as found:
        yield found


every_flow = pytest.mark.parametrize("sweep", FLOWS, indirect=True)


@every_flow
def test_killed_at_every_point(sweep: Sweep, capsys: pytest.CaptureFixture[str]) -> None:
    points, names = sweep.points()
    for point in points:
        assert sweep.case(point), f"{point} was not reached"
    tell(capsys, f"{sweep.flow}: {len(points)} points, of which {len(points) - len(names)} at podOS")
    assert {"before store.commit_many", "after store.commit", "after store.begin", "after http.send"} <= {
        *names
    }


@every_flow
def test_killed_at_pairs_of_points(sweep: Sweep, capsys: pytest.CaptureFixture[str]) -> None:
    """The second point is counted in the life after the first, which ends earlier the later the first was."""
    points, _ = sweep.points()
    tried = all_pairs(sweep, points) if WHOLE else some_pairs(sweep, points)
    tell(capsys, f"{sweep.flow}: {tried} pairs of points")
    assert tried >= PAIRS


def test_a_service_that_writes_nothing_down_beforehand_is_found_out() -> None:
    """Whoever is never killed sees nothing of it."""
    with swept("printed", harm=True) as sweep:
        points, _ = sweep.points()
        with pytest.raises(AssertionError, match=r"podOS prints: \{'1001.1': 2\}"):
            all(sweep.case(point) for point in points)


def all_pairs(sweep: Sweep, points: list[Point]) -> int:
    tried = 0
    for first in points:
        for where in ("here", "podOS"):
            number = 1
            while sweep.case(first, Point(where, number)):
                number += 1
                tried += 1
    return tried


def some_pairs(sweep: Sweep, points: list[Point]) -> int:
    chance, tried = Random(f"pairs of {sweep.flow}"), 0
    while tried < PAIRS:
        first, second = chance.choice(points), chance.choice(points)
        tried += sweep.case(first, second)
    return tried


def tell(capsys: pytest.CaptureFixture[str], line: str) -> None:
    with capsys.disabled():
        print(f"\nkill sweep: {line}")
