"""What an answer means where a provider says nothing more exact: the default classifier, for every adapter.

An adapter asks its own rules first. Also here: how long a provider wants to be left alone, and its words made fit to be
shown.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from dsl.values import read_number
from events.failure import FailureKind

_KINDS = {
    400: FailureKind.REJECTED,
    401: FailureKind.AUTH_FAILED,
    402: FailureKind.PAYMENT_REQUIRED,
    403: FailureKind.AUTH_FAILED,
    408: FailureKind.UNAVAILABLE,
    409: FailureKind.DUPLICATE,
    422: FailureKind.REJECTED,
    423: FailureKind.UNAVAILABLE,
    425: FailureKind.UNAVAILABLE,
    429: FailureKind.RATE_LIMITED,
}

LONGEST_WAIT = 24 * 3600.0
LONGEST_TEXT = 300


def default_kind(status: int, *, collection: bool = False) -> FailureKind:
    """collection: the path is there for everyone, so that 404 is a wrong tenant or address: stop and ask. A redirect is
    the same: they are not followed."""
    if status >= 500:
        return FailureKind.UNAVAILABLE
    if 300 <= status < 400 or (status == 404 and collection):
        return FailureKind.AUTH_FAILED
    return _KINDS.get(status, FailureKind.GENERAL)


def wait_of(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """Seconds until it may be tried again, as the provider says it; None where it does not. headers: in lower case."""
    for name in ("retry-after", "x-retry-after", "x-ratelimit-reset"):
        seconds = _seconds(headers.get(name, "").strip(), now)
        if seconds is not None:
            return min(max(seconds, 0.0), LONGEST_WAIT)
    return None


def _seconds(text: str, now: dt.datetime) -> float | None:
    number = read_number(text)
    if number is not None:
        # Beyond a year it is no length but a point of time.
        return float(number) - now.timestamp() if number > 366 * 24 * 3600 else float(number)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = when if when.tzinfo else when.replace(tzinfo=dt.UTC)
    return (aware - now).total_seconds()


def shown(text: str) -> str:
    """A provider's words on one line, without what a terminal would obey, not endless."""
    line = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", " ", text).split())
    return line if len(line) <= LONGEST_TEXT else line[: LONGEST_TEXT - 3] + "..."
