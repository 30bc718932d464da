"""How fast a connection may be used: a token bucket for each, on the runtime's clock.

Asked by the runtime before every submission, cancellation and question to a provider; all threads share a bucket.
"""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rate:
    """`burst` at once, then `per_second`."""

    per_second: float = 2.0
    burst: int = 5


@dataclass
class Bucket:
    """Full at first. Safe for several threads."""

    rate: Rate
    tokens: float = field(init=False)
    seen: dt.datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.tokens = float(self.rate.burst)

    def take(self, now: dt.datetime) -> float:
        """0 where a token was taken; else how many seconds until there is one, and none is taken."""
        with self.lock:
            if self.seen is not None:
                gone = max((now - self.seen).total_seconds(), 0)
                self.tokens = min(self.tokens + gone * self.rate.per_second, float(self.rate.burst))
            self.seen = now
            if self.tokens >= 1 - 1e-9:
                self.tokens = max(self.tokens - 1, 0)
                return 0.0
            return (1 - self.tokens) / self.rate.per_second
