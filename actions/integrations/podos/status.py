"""An order of podOS as rules see it: its canonical state, its parcels, why it is on hold."""

from __future__ import annotations

from collections.abc import Mapping

from actions.integrations.podos.shapes import Order, Part
from events.outcome import ProviderShipment, ProviderState, ProviderStatus

_STATES: Mapping[str, ProviderState] = {
    "quote": "draft",
    "new": "draft",
    "paid": "accepted",
    "processing": "in_production",
    "complete": "shipped",
    "refunded": "cancelled",
    "moderation": "on_hold",
}

REASONS = {
    "moderation": "podOS looks at it first",
    "internal_screen_print": "internal screen print",
    "manual": "held by hand",
    "client_credit_control": "the shop's credit is checked",
    "factory_credit_control": "the factory's credit is checked",
    "billing_failed": "it could not be billed",
    "pickface_flagged": "its stock place is flagged",
    "flow_frozen": "the production flow is frozen",
    "fraud": "suspected fraud",
}


def status_of(order: Order, items: Mapping[str, str]) -> ProviderStatus:
    """items: our item ids by podOS's."""
    reasons = _held(order)
    message = f"{order.status} is a status that is not known here" if order.status not in _STATES else ""
    return ProviderStatus(_state(order, bool(reasons)), order.id, _shipments(order, items), reasons, message)


def _state(order: Order, held: bool) -> ProviderState:
    """On hold comes before what the other parts are at: somebody has to see to it."""
    state = _STATES.get(order.status, "unknown")
    if state in ("cancelled", "shipped", "draft"):
        return state
    if held or any(part.status == "moderation" for part in order.fulfillments):
        return "on_hold"
    live = [part for part in order.fulfillments if part.status != "refunded"]
    done = [part for part in live if part.status == "complete"]
    if not done:
        return state
    return "shipped" if len(done) == len(live) else "partially_shipped"


def _held(order: Order) -> tuple[str, ...]:
    """Why, for parts that are neither shipped nor given back."""
    found: list[str] = []
    for part in order.fulfillments:
        if part.frozen and part.status not in ("complete", "refunded"):
            found += [REASONS.get(each, each) for each in part.frozen_reasons] or ["held"]
    if order.status == "moderation" and not found:
        found.append(REASONS["moderation"])
    return tuple(dict.fromkeys(found))


def _shipments(order: Order, items: Mapping[str, str]) -> tuple[ProviderShipment, ...]:
    """A parcel without a number is one all the same, once it is complete."""
    return tuple(
        ProviderShipment(
            id=part.id,
            tracking_number=part.tracking.code.strip() if part.tracking else "",
            carrier=part.tracking.courier if part.tracking else "",
            method=part.shipping_method.name if part.shipping_method else "",
            tracking_url=part.tracking.url if part.tracking else "",
            items=_items(part, items),
        )
        for part in order.fulfillments
        if part.status == "complete"
        or (part.status != "refunded" and part.tracking and part.tracking.code.strip())
    )


def _items(part: Part, items: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items[each.item_id] for each in part.items if each.item_id in items))
