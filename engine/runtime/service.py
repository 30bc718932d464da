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
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.folder import FolderError
from engine.opened import Opened
from engine.runtime.performers import Mailer, Poster
from engine.runtime.runtime import Runtime
from engine.runtime.schedule import run_due
from engine.runtime.tracking import EVERY, Told, Tracker
from engine.runtime.worker import Worker, confession
from events.clock import SystemClock
from events.store import Conflict, StoreError

IDLE = 0.5
"""Seconds until an idle worker looks again."""

AFTER_STORE_ERROR = 10.0
TICK = 5.0

NEWS = 1000
"""So many messages of printers are taken up at once."""


@dataclass
class Service:
    """changed: the ruleset as it is on disk now where it is another than before, else None; asked at every tick, may raise
    FolderError. A connection that is new in it is used after the next start. idle: as a worker has it. told: what printers
    said by themselves, from any thread.

    token: tells its workers from those of any other, also of one that died: in a container every process has the number 1.
    """

    runtime: Runtime
    clock: SystemClock
    mailer: Mailer | None = None
    poster: Poster | None = None
    changed: Callable[[], Opened | None] = lambda: None
    idle: frozenset[str] = frozenset()
    trackers: list[Tracker] = field(default_factory=list)
    tracked: dt.datetime | None = None
    told: queue.SimpleQueue[Told] = field(default_factory=queue.SimpleQueue)
    token: str = field(default_factory=lambda: secrets.token_hex(4))

    def __post_init__(self) -> None:
        self.trackers = [Tracker(self.runtime, name) for name in self.runtime.live]

    def run(self) -> None:
        """Until the clock is stopped."""
        threads = [
            threading.Thread(target=self.loop, args=(self.work(worker, lane),), name=lane, daemon=True)
            for lane, worker in self.workers().items()
        ]
        threads.append(
            threading.Thread(target=self.loop, args=(self.track_and_wait,), name="tracking", daemon=True)
        )
        for thread in threads:
            thread.start()
        self.loop(self.tick_and_wait)
        for thread in threads:
            thread.join()

    def run_once(self) -> int:
        """Everything that is due now, in one thread; how many effects were done."""
        self.tick()
        self.track()
        worker = self.worker("once")
        count = 0
        while worker.work_once():
            count += 1
        return count

    def workers(self) -> dict[str, Worker]:
        """One for each lane, so that a slow printer keeps nobody else waiting."""
        return {lane: self.worker(lane) for lane in self.worker("any").lanes()}

    def worker(self, lane: str) -> Worker:
        return Worker(
            self.runtime,
            f"{socket.gethostname()}/{os.getpid()}/{self.token}/{lane}",
            self.mailer,
            self.poster,
            idle=self.idle,
        )

    def work(self, worker: Worker, lane: str) -> Callable[[], None]:
        def once() -> None:
            if not worker.work_once(lane):
                self.clock.sleep(IDLE)

        return once

    def tick_and_wait(self) -> None:
        self.tick()
        self.clock.sleep(TICK)

    def tick(self) -> None:
        """Reloading and schedules."""
        try:
            opened = self.changed()
        except FolderError as error:
            self.runtime.say(f"the ruleset cannot be read, so the last good one goes on: {error}")
        else:
            if opened is not None:
                self.runtime.reload(opened)
        self.unreachable()
        run_due(self.runtime)

    def track_and_wait(self) -> None:
        self.track()
        self.hear()
        self.clock.sleep(TICK)

    def track(self) -> None:
        """In a thread of its own: with many orders at a slow printer it takes a while."""
        now = self.runtime.clock.now()
        if self.tracked is None or now - self.tracked >= EVERY:
            self.tracked = now
            for tracker in self.trackers:
                tracker.poll()

    def hear(self) -> None:
        """What printers told since; what is lost of it by a crash is asked for in its turn."""
        news: list[Told] = []
        while not self.told.empty() and len(news) < NEWS:
            news.append(self.told.get())
        for tracker in self.trackers if news else ():
            if mine := [each for each in news if each.connection == tracker.connection]:
                tracker.hear(mine)

    def unreachable(self) -> None:
        """Effects for a connection that ordinance.yaml no longer has would wait for ever, and nobody would know."""
        store = self.runtime.store
        for entry in store.entries(states=["waiting"]):
            name = entry.new.effect.connection
            if name is not None and self.runtime.connection(name) is None:
                why = f"ordinance.yaml has no connection `{name}` any more; put it back, or give this up"
                try:
                    store.review(entry.id, None, why, self.runtime.clock.now())
                except Conflict:
                    continue

    def loop(self, step: Callable[[], None]) -> None:
        while not self.clock.stopped.is_set():
            try:
                step()
            except StoreError as error:
                self.runtime.say(f"the store: {error}; trying again in {AFTER_STORE_ERROR:.0f} seconds")
                self.clock.sleep(AFTER_STORE_ERROR)
            except Exception as mistake:  # noqa: BLE001 - the outermost loop: one thread's bug must not end the service
                self.runtime.say(confession(mistake))
                self.clock.sleep(AFTER_STORE_ERROR)
