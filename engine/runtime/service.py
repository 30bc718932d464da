"""The service: a worker thread for each connection, for e-mail and for posts; one for tracking; and schedules and reloading.

Called by `ordinance run`. A store that fails (a full disk, a lock) is told and tried again; nothing is lost meanwhile, since
nothing counts before it is stored.
"""

from __future__ import annotations

import datetime as dt
import os
import queue
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.folder import FILE, FolderError
from engine.opened import Opened
from engine.runtime.performers import Mailer, Poster
from engine.runtime.runtime import Runtime
from engine.runtime.schedule import run_due
from engine.runtime.tracking import EVERY, Told, Tracker
from engine.runtime.worker import LEASE, Worker, confession
from events.clock import SystemClock
from events.store import Conflict, OutboxEntry, StoreError

if TYPE_CHECKING:
    from engine.adapters import Adapters

IDLE = 0.5
"""Seconds until an idle worker looks again."""

AFTER_STORE_ERROR = 10.0
TICK = 5.0

NEWS = 1000
"""So many messages of printers are taken up at once."""


@dataclass
class Service:
    """changed: the ruleset as it is on disk now where it is another than before, else None; asked at every tick, may raise
    FolderError. connect: the adapters of a ruleset; where its connections have changed they are made anew, and used at once.
    idle: as a worker has it. told: what printers said by themselves, from any thread.

    token: tells its workers from those of any other, also of one that died: in a container every process has the number 1.
    """

    runtime: Runtime
    clock: SystemClock
    mailer: Mailer | None = None
    poster: Poster | None = None
    changed: Callable[[], Opened | None] = lambda: None
    idle: frozenset[str] = frozenset()
    connect: Callable[[Opened], Adapters] | None = None
    trackers: dict[str, Tracker] = field(default_factory=dict)
    threads: dict[str, threading.Thread] = field(default_factory=dict)
    tracked: dt.datetime | None = None
    told: queue.SimpleQueue[Told] = field(default_factory=queue.SimpleQueue)
    token: str = field(default_factory=lambda: secrets.token_hex(4))

    def run(self) -> None:
        """Until the clock is stopped."""
        self.man()
        tracking = threading.Thread(
            target=self.loop, args=(self.track_and_wait,), name="tracking", daemon=True
        )
        tracking.start()
        self.loop(self.tick_and_wait)
        for thread in [tracking, *self.threads.values()]:
            thread.join()

    def man(self) -> None:
        """A thread for each lane, so that a slow printer keeps nobody else waiting. One whose lane is gone ends by itself,
        when what it has in hand is done."""
        for lane in self.lanes():
            thread = self.threads.get(lane)
            if thread is None or not thread.is_alive():
                self.threads[lane] = threading.Thread(
                    target=self.loop, args=self.work(lane), name=lane, daemon=True
                )
                self.threads[lane].start()

    def run_once(self) -> int:
        """Everything that is due now, in one thread; how many effects were done."""
        self.tick()
        self.track()
        worker = self.worker("once")
        count = 0
        while worker.work_once():
            count += 1
        return count

    def lanes(self) -> Sequence[str]:
        return self.worker("any").lanes()

    def worker(self, lane: str) -> Worker:
        return Worker(
            self.runtime,
            f"{socket.gethostname()}/{os.getpid()}/{self.token}/{lane}",
            self.mailer,
            self.poster,
            idle=self.idle,
        )

    def work(self, lane: str) -> tuple[Callable[[], None], Callable[[], bool]]:
        """One step of a lane, and whether there is to be another. What it works with is looked up for each."""

        def once() -> None:
            if not self.worker(lane).work_once(lane):
                self.clock.sleep(IDLE)

        return once, lambda: lane in self.lanes()

    def tick_and_wait(self) -> None:
        self.tick()
        self.man()
        self.clock.sleep(TICK)

    def tick(self) -> None:
        """Reloading and schedules."""
        try:
            opened = self.changed()
        except FolderError as error:
            self.runtime.say(f"the ruleset cannot be read, so the last good one goes on: {error}")
        else:
            if opened is not None:
                self.reload(opened)
        self.unreachable()
        run_due(self.runtime)

    def reload(self, opened: Opened) -> None:
        """What was planned under other credentials or in another mode is not sent under the new ones: each effect knows its
        own, and asks for a person where they are not those that it would be sent with."""
        if opened.checked.errors or self.connect is None or not others(self.runtime.opened, opened):
            self.runtime.reload(opened)
            return
        found = self.connect(opened)
        self.mailer, self.poster, self.idle = found.mailer, found.poster, found.idle
        self.runtime.reload(opened, found.live)

    def track_and_wait(self) -> None:
        self.track()
        self.hear()
        self.clock.sleep(TICK)

    def track(self) -> None:
        """In a thread of its own: with many orders at a slow printer it takes a while."""
        now = self.runtime.clock.now()
        if self.tracked is None or now - self.tracked >= EVERY:
            self.tracked = now
            for name in list(self.runtime.live):
                self.tracker(name).poll()

    def tracker(self, name: str) -> Tracker:
        return self.trackers.setdefault(name, Tracker(self.runtime, name))

    def hear(self) -> None:
        """What printers told since; what is lost of it by a crash is asked for in its turn."""
        news: list[Told] = []
        while not self.told.empty() and len(news) < NEWS:
            news.append(self.told.get())
        for name in list(self.runtime.live):
            if mine := [each for each in news if each.connection == name]:
                self.tracker(name).hear(mine)

    def unreachable(self) -> None:
        """Effects for a connection that ordinance.yaml no longer has would wait for ever, and nobody would know."""
        store = self.runtime.store
        for entry in store.entries(states=["waiting", "working"]):
            name = entry.new.effect.connection
            if name is not None and self.runtime.connection(name) is None and not self.in_hand(entry):
                why = f"ordinance.yaml has no connection `{name}` any more; put it back, or give this up"
                try:
                    store.review(entry.id, None, why, self.runtime.clock.now())
                except Conflict:
                    continue

    def in_hand(self, entry: OutboxEntry) -> bool:
        """A worker that began before the connection went is left to end it."""
        now = self.runtime.clock.now()
        return entry.state == "working" and bool(entry.attempts) and now - entry.attempts[-1].began < LEASE

    def loop(self, step: Callable[[], None], wanted: Callable[[], bool] = lambda: True) -> None:
        while not self.clock.stopped.is_set() and wanted():
            try:
                step()
            except StoreError as error:
                self.runtime.say(f"the store: {error}; trying again in {AFTER_STORE_ERROR:.0f} seconds")
                self.clock.sleep(AFTER_STORE_ERROR)
            except Exception as mistake:  # noqa: BLE001 - the outermost loop: one thread's bug must not end the service
                self.runtime.say(confession(mistake))
                self.clock.sleep(AFTER_STORE_ERROR)


def others(before: Opened, after: Opened) -> bool:
    """Whether the connections may be others: they, mail and posting stand in ordinance.yaml, private printers beside it."""
    return _connecting(before) != _connecting(after)


def _connecting(opened: Opened) -> dict[str, str]:
    return {
        path: source.text
        for path, source in opened.ruleset.sources.items()
        if path == FILE or path.startswith("integrations/")
    }
