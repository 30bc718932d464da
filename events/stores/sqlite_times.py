"""Times as SQLite keeps them: whole microseconds since 1970. No float ever holds one."""

from __future__ import annotations

import datetime as dt

_START = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_STEP = dt.timedelta(microseconds=1)


def instant(at: dt.datetime) -> int:
    return (at - _START) // _STEP


def time(instant: int) -> dt.datetime:
    return _START + instant * _STEP
