"""How often and how long something is tried again: the one table of it.

Called by the worker. Exponential, with jitter so that many orders do not knock at once; a printer's own Retry-After is
the least that is waited. The figures of `post to` are Order Desk's: five tries in two hours.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """`first` seconds after the first try, `factor` times as long after each further one, at most `longest`; given up
    after `tries`. jitter: the share of a wait that chance may add."""

    tries: int
    first: float
    factor: float
    longest: float
    jitter: float = 0.2

    def wait(self, tried: int, chance: float, asked: float | None = None) -> dt.timedelta:
        """After `tried` tries, from 1. asked: what the other side asked for, in seconds, which is never cut short."""
        own = min(self.first * self.factor ** (max(tried, 1) - 1), self.longest)
        return dt.timedelta(seconds=max(own, asked or 0) * (1 + self.jitter * chance))

    def exhausted(self, tried: int) -> bool:
        return tried >= self.tries


HOUR = 3600.0

SUBMIT = Backoff(tries=10, first=30, factor=2, longest=2 * HOUR)
"""About seven hours in all: a printer's bad night."""

RECONCILE = Backoff(tries=8, first=30, factor=2, longest=HOUR)
"""Questions whether the printer has it, before a person is asked. The first wait lets a request that is still on its way arrive."""

CANCEL = Backoff(tries=8, first=15, factor=2, longest=900)
"""Soon or never: production does not wait."""

EMAIL = Backoff(tries=8, first=60, factor=2, longest=2 * HOUR)

POST = Backoff(tries=5, first=60, factor=4, longest=5100, jitter=0.05)
"""1, 4, 16 and 64 minutes: the fifth try within two hours of the first."""

BUSY = Backoff(tries=1, first=30, factor=1, longest=30)
"""An order that others are changing all the time is left alone for a moment; that is no try."""

CHECK_PAUSED = dt.timedelta(minutes=5)
"""A connection that is paused is asked so often whether its credentials are right again."""
