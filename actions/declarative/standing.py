"""What has become of an order at a provider: its words for states and parcels in ours.

Called by the adapter with the answers of the calls that `status` names. A state that the description does not know is
`unknown`, never a guess.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from actions.classify import shown
from actions.declarative.shape import filled
from actions.declarative.spec import Reading, Shipments
from actions.declarative.template import Scope, Template
from dsl.values import fold, plain, read_when
from events.outcome import ProviderShipment, ProviderState, ProviderStatus

_UTC = ZoneInfo("UTC")
_GOING_ON = ("accepted", "in_production", "partially_shipped")


def standing(reading: Reading, provider_order_id: str, scope: Scope) -> ProviderStatus:
    """scope: with each call's answer under its name."""
    said = reading.state.words(scope)
    state, why = known_state(reading, said), ""
    parcels = tuple(shipments(reading.shipments, scope)) if reading.shipments else ()
    if state in _GOING_ON:
        state, why = _by_lines(reading, scope, state)
        if state in ("accepted", "in_production") and parcels and reading.lines is None:
            state = "partially_shipped"
    why = (shown(reading.reason.words(scope)) if reading.reason else "") or why
    if state == "on_hold" and not why:
        why = f"the provider says `{shown(said)}`"
    message = f"the provider says `{shown(said)}`" if state == "unknown" and said else ""
    return ProviderStatus(state, provider_order_id, parcels, (why,) if why else (), message)


def known_state(reading: Reading, said: str) -> ProviderState:
    return next((state for theirs, state in reading.states.items() if fold(theirs) == fold(said)), "unknown")


def _by_lines(reading: Reading, scope: Scope, state: ProviderState) -> tuple[ProviderState, str]:
    """What the lines know more closely than the order: all shipped, some of them, one that is stuck, and why."""
    if reading.lines is None:
        return state, ""
    words = [reading.lines.state.words(each) for each in reading.lines.for_each.scopes(scope)]
    lines = [(known_state(reading, word), word) for word in words]
    if stuck := next((word for line, word in lines if line == "on_hold"), ""):
        return "on_hold", f"the provider says `{shown(stuck)}` of an item"
    return _of_all([line for line, _ in lines if line != "cancelled"], state), ""


def _of_all(live: list[ProviderState], state: ProviderState) -> ProviderState:
    if live and all(line in ("shipped", "delivered") for line in live):
        return "shipped"
    if any(line in ("shipped", "delivered") for line in live):
        return "partially_shipped"
    return "in_production" if "in_production" in live else state


def shipments(spec: Shipments, scope: Scope) -> Iterator[ProviderShipment]:
    """Each once; one without any id or number tells nothing."""
    seen: set[str] = set()
    for each in spec.for_each.scopes(scope):
        number, own = _words(spec.tracking_number, each), _words(spec.id, each)
        own = own or number
        if not own or own in seen:
            continue
        seen.add(own)
        yield ProviderShipment(
            id=own,
            tracking_number=number,
            carrier=_words(spec.carrier, each),
            method=_words(spec.method, each),
            tracking_url=_words(spec.tracking_url, each),
            shipped_at=_when(_words(spec.shipped_at, each)),
            items=tuple(_items(filled(spec.items, each))),
        )


def _words(template: Template | None, scope: Scope) -> str:
    return shown(template.words(scope)) if template is not None else ""


def _items(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _items(each)
    elif isinstance(value, (str, int)):
        yield plain(value) or ""


def _when(text: str) -> dt.datetime | None:
    found = read_when(text, _UTC) if text else None
    if found is None or isinstance(found, dt.datetime):
        return found
    return dt.datetime(found.year, found.month, found.day, tzinfo=dt.UTC)
