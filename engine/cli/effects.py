"""Effects in a merchant's words: what is to be done in the world, how it stands, and what a person can do about it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from dsl.schema import fold
from engine.opened import Opened
from engine.report.place import visible
from events.effect import Effect
from events.store import OutboxEntry


def described(effect: Effect, opened: Opened) -> str:
    """`submit to podOS`, `e-mail to ann@example.com: "Your order"`."""
    values = effect.values
    match effect.kind:
        case "submit":
            again = f" (submission {effect.number})" if effect.number > 1 else ""
            return f"submit to {label_of(effect.connection, opened)}{again}"
        case "cancel":
            return f"cancel at {label_of(effect.connection, opened)}"
        case "email":
            return visible(f'e-mail to {values.get("to")}: "{values.get("subject")}"')
        case "post":
            return visible(f"post to {values.get('url')}")
        case "run":
            return visible(f"run {values.get('action')} at {label_of(effect.connection, opened)}")


def label_of(connection: str | None, opened: Opened) -> str:
    known = opened.schema.connection(connection or "")
    return known.told if known is not None else connection or "nobody"


def nameless(entry: OutboxEntry, opened: Opened) -> str | None:
    """Why an effect that waits for a connection would wait for ever: a connection's name is another, or it was taken out."""
    name = entry.new.effect.connection
    if not name or entry.state not in ("waiting", "working"):
        return None
    known = opened.schema.connection(name)
    if known is not None and fold(known.name) == fold(name):
        return None
    return f"ordinance.yaml has no connection `{visible(name)}` any more"


STATES = {
    "waiting": "waits", "working": "is being done", "done": "done", "failed": "failed",
    "review": "needs a person", "dropped": "given up",
}  # fmt: skip


def standing(entry: OutboxEntry, now: dt.datetime, zone: ZoneInfo) -> str:
    if entry.state == "waiting" and entry.due > now:
        return f"waits until {clock_time(entry.due, zone)}"
    return STATES[entry.state]


def clock_time(when: dt.datetime, zone: ZoneInfo) -> str:
    return when.astimezone(zone).strftime("%Y-%m-%d %H:%M")
