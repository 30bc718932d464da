"""What a cart says anew of an order that is there: taken over where nothing of ours is lost by it, and said in words.

Called by `engine.runtime.carts` with the order as it is here and as the cart has it now. Payment and the cart's own states
are always the cart's. The address is, as long as nobody changed it here and no printer has it. Items never are: rules have
prepared them; that they differ is said. Three entries of the order's metadata remember what the cart said last.
"""

from __future__ import annotations

import hashlib

from events.export import export_order
from events.jsontext import dumps
from events.order import Order

TOLD, ADDRESS, ITEMS = "cart_told", "cart_address", "cart_items"

CREATED, PAID, CANCELLED = "created", "paid", "cancelled"

_STATES = ("payment_status", "payment_type", "refund_total")
_REACHED = ("email", "shipping", "customer")


def marked(order: Order) -> Order:
    """A new order with what has to be remembered of it; nothing is told of it yet."""
    after = order.copy_whole()
    after.order_metadata |= {TOLD: "", ADDRESS: _address(order), ITEMS: _items(order)}
    return after


def standing(order: Order) -> tuple[str, ...]:
    """What can be said of it, each of which is told once."""
    said = order.order_metadata
    cancelled = bool(said.get("cancelled_at")) or said.get("woocommerce_status") == "cancelled"
    return (
        CREATED,
        *([PAID] if order.payment_status == "Captured" else []),
        *([CANCELLED] if cancelled else []),
    )


def told(order: Order) -> tuple[str, ...]:
    """What rules have been told of it; of an order that came in from a file, what it says itself."""
    said = order.order_metadata.get(TOLD)
    return tuple(str(said).split()) if said is not None else standing(order)


def telling(order: Order, word: str) -> Order:
    after = order.copy_whole()
    after.order_metadata[TOLD] = " ".join([*told(order), word])
    return after


def is_stale(order: Order, theirs: Order) -> bool:
    """Whether the cart has said something newer before: messages overtake each other."""
    return (
        order.date_updated is not None
        and theirs.date_updated is not None
        and theirs.date_updated < order.date_updated
    )


def refreshed(order: Order, theirs: Order) -> tuple[Order, list[str]]:
    """The order as it is to be from now on, and what is different, in the words of a note."""
    after = order.copy_whole()
    words = []
    for name in _STATES:
        new = getattr(theirs, name)
        if new not in (None, "") and new != getattr(order, name):
            setattr(after, name, new)
            words.append(f"{name.replace('_', ' ')} is {new}")
    for name, entry in theirs.order_metadata.items():
        if order.order_metadata.get(name) != entry:
            after.order_metadata[name] = entry
            words.append(f"{name.replace('_', ' ')} is {entry or 'blank'}")
    words += _readdressed(after, order, theirs)
    seen = order.order_metadata.get(ITEMS)
    if seen is not None and seen != _items(theirs):
        words.append("its items are others, which are not taken over")
    after.date_updated = theirs.date_updated or order.date_updated
    after.order_metadata |= {TOLD: " ".join(told(order)), ADDRESS: _address(theirs), ITEMS: _items(theirs)}
    return after, words


def _readdressed(after: Order, order: Order, theirs: Order) -> list[str]:
    seen = order.order_metadata.get(ADDRESS)
    if _address(theirs) in (seen, _address(order)):
        return []
    if any(each.state == "accepted" for each in order.submissions):
        return ["its address is another, and it is at the printer with the old one"]
    if seen != _address(order):
        return ["its address is another, which is not taken over since it was changed here"]
    for name in _REACHED:
        setattr(after, name, getattr(theirs.copy_whole(), name))
    return ["its address is another"]


def _address(order: Order) -> str:
    data = export_order(order)
    return _digest({name: data[name] for name in _REACHED})


def _items(order: Order) -> str:
    return _digest([[each.id, each.code, each.quantity, each.variation_list] for each in order.items])


def _digest(value: object) -> str:
    return hashlib.sha256(dumps(value).encode()).hexdigest()[:16]
