"""The messages that go with a parcel: which field of the order holds them is a setting of the connection.

Carts keep a gift message under names of their own, so the setting names a checkout-data field first; `order.x`,
`checkout_data.x` and `order_metadata.x` are understood as well.
"""

from __future__ import annotations

from actions.preparing import settings
from actions.preparing.details import entry, text_of
from dsl.schema import ConnectionSpec
from dsl.values import fold
from events.order import Address, Order

_ADDRESSES = ("shipping", "customer")
_MAPS = {"checkout_data": "checkout_data", "order_metadata": "order_metadata", "metadata": "order_metadata"}


def message_of(order: Order, connection: ConnectionSpec, setting: str) -> str:
    """The text of the field that the setting names; blank where the setting or the field is missing."""
    name = settings.text(connection, setting)
    return (_read(order, name) or "") if name else ""


def _read(order: Order, name: str) -> str | None:
    path = name[6:] if fold(name).startswith("order.") else name
    root, dot, rest = path.partition(".")
    if dot and fold(root) in _MAPS:
        return entry(getattr(order, _MAPS[fold(root)]), rest)
    if dot and fold(root) in _ADDRESSES:
        address = getattr(order, fold(root))
        return _field(address, rest, frozenset(Address.model_fields))
    fields = frozenset(Order.model_fields) | frozenset(order.model_extra or ())
    own = _field(order, path, fields)
    return entry(order.checkout_data, name) or own or entry(order.order_metadata, name)


def _field(model: Order | Address, name: str, fields: frozenset[str]) -> str | None:
    alike = sorted(field for field in fields if fold(field) == fold(name))
    known = name if name in fields else next(iter(alike), None)
    return None if known is None else text_of(getattr(model, known))
