"""A whole connection waits: its credentials were refused, or the printer asked everybody to wait.

Kept as a note in the store, so that every process sees it. It ends by itself at its time, by a check that succeeds, or by
a person's word.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from engine.runtime.retry import CHECK_PAUSED
from engine.runtime.runtime import Runtime
from events.jsontext import dumps, loads
from events.outcome import Done, RetryAfter
from events.store import Store


@dataclass(frozen=True)
class Pause:
    """until: when it ends by itself; None where somebody has to mend something first. checked: when that was last tried."""

    why: str
    since: dt.datetime
    until: dt.datetime | None
    checked: dt.datetime


def paused(store: Store, connection: str) -> Pause | None:
    text = store.note(_name(connection))
    if text is None:
        return None
    data = loads(text)
    times = {
        name: data[name] and dt.datetime.fromisoformat(data[name]) for name in ("since", "until", "checked")
    }
    return Pause(data["why"], **times)


def pause(runtime: Runtime, connection: str, outcome: RetryAfter) -> None:
    now = runtime.clock.now()
    until = None if outcome.seconds is None else now + dt.timedelta(seconds=outcome.seconds)
    _keep(runtime.store, connection, Pause(outcome.failure.message, now, until, now))
    runtime.say(f"{connection} is paused: {outcome.failure.message}")


def resume(runtime: Runtime, connection: str) -> None:
    """A person's word, or a check that succeeded."""
    runtime.store.set_note(_name(connection), None)
    runtime.say(f"{connection} goes on")


def open_again(runtime: Runtime, connection: str) -> bool:
    """Whether it may be used; where it is paused and it is time, the provider is asked."""
    pause = paused(runtime.store, connection)
    if pause is None:
        return True
    now = runtime.clock.now()
    if pause.until is not None:
        if now < pause.until:
            return False
    elif now - pause.checked < CHECK_PAUSED:
        return False
    else:
        _keep(runtime.store, connection, Pause(pause.why, pause.since, None, now))
        if not isinstance(runtime.live[connection].provider.check(), Done):
            return False
    resume(runtime, connection)
    return True


def _keep(store: Store, connection: str, pause: Pause) -> None:
    store.set_note(_name(connection), dumps(vars(pause)))


def _name(connection: str) -> str:
    return f"paused {connection}"
