"""How far the sandbox podOS is with an order: nothing is kept but when it was confirmed, all else follows from the time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HELD = ("frozen", "moderation")


@dataclass(frozen=True)
class Pace:
    """Seconds after an order was confirmed. A second factory ships its part as much later again; hold: how long an order
    that was frozen stays so."""

    production: float = 30
    shipping: float = 60
    hold: float = 3600


def seen(order: Mapping[str, Any], now: dt.datetime, pace: Pace) -> dict[str, Any]:
    """The order as podOS answers it at this time."""
    shown = {name: value for name, value in order.items() if name not in ("confirmed", "cancelled", "wrong")}
    if "confirmed" not in order:
        return shown
    gone = (now - order["confirmed"]).total_seconds()
    shown["fulfillments"] = [
        {**part, **_part(order, part, gone, pace, place)}
        for place, part in enumerate(order["fulfillments"], 1)
    ]
    states = [part["status"] for part in shown["fulfillments"]]
    first = next((each for each in ("refunded", "moderation", "processing") if each in states), "paid")
    if first == "paid" and "complete" in states:
        first = "complete" if set(states) == {"complete"} else "processing"
    shown["status"] = first
    return shown


def _part(
    order: Mapping[str, Any], part: Mapping[str, Any], gone: float, pace: Pace, place: int
) -> dict[str, Any]:
    if order.get("cancelled"):
        return {"status": "refunded"}
    if order["wrong"] in HELD and gone < pace.hold:
        moderated = order["wrong"] == "moderation"
        reason = "moderation" if moderated else "manual"
        return {"status": "moderation" if moderated else "paid", "frozen": True, "frozenReasons": [reason]}
    if gone >= pace.shipping * place:
        code = f"SANDBOX{part['id'][:8].upper()}"
        tracking = {"courier": "Royal Mail", "code": code, "url": f"https://track.example/{code}"}
        return {"status": "complete", "tracking": tracking}
    return {"status": "processing" if gone >= pace.production else "paid"}
