"""The sandbox's time: this machine's, and what it was told to skip (`/sandbox/tick`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Clock:
    def __init__(self, base: Callable[[], dt.datetime] = _now) -> None:
        self._base = base
        self._skipped = dt.timedelta()

    def now(self) -> dt.datetime:
        return self._base() + self._skipped

    def tick(self, seconds: float) -> None:
        self._skipped += dt.timedelta(seconds=seconds)


def text(when: dt.datetime) -> str:
    """To the millisecond, in UTC: `2026-03-01T09:30:00.000Z`."""
    return when.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
