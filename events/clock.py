"""The time and chance of the world, behind a port, so that a simulator can have its own.

The runtime and its workers ask here and nowhere else; deciding asks nobody: an event carries its own time.
"""

from __future__ import annotations

import datetime as dt
import random
import threading
from typing import Protocol


class Clock(Protocol):
    """Times are aware, in UTC."""

    def now(self) -> dt.datetime: ...

    def sleep(self, seconds: float) -> None: ...

    def chance(self) -> float:
        """At least 0 and below 1, for jitter."""


class SystemClock:
    """`stop` wakes everybody who sleeps, for good: a service that ends need not be waited for."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self._random = random.Random()

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.stopped.wait(seconds)

    def chance(self) -> float:
        return self._random.random()

    def stop(self) -> None:
        self.stopped.set()


class FakeClock:
    """Stands still but for `sleep` and `advance`; the same seed has the same chance."""

    def __init__(self, now: dt.datetime, seed: int = 0) -> None:
        self._now = now.astimezone(dt.UTC)
        self._random = random.Random(seed)
        self._lock = threading.Lock()

    def now(self) -> dt.datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.advance(dt.timedelta(seconds=max(seconds, 0)))

    def advance(self, by: dt.timedelta) -> None:
        with self._lock:
            self._now += by

    def chance(self) -> float:
        with self._lock:
            return self._random.random()


__all__ = ["Clock", "FakeClock", "SystemClock"]
