"""The printer's shipping class for an order: its own name, the match table's, or the default, and which of them it was.

Called by `prepare` with the names that are known offline, and by an adapter again with those the printer offers for the
order. The default is never taken silently.
"""

from __future__ import annotations

from collections.abc import Sequence

from actions.preparing import settings
from actions.preparing.prepared import Asked, ShippingClass
from dsl.nearest import FEW, listed
from dsl.schema import ConnectionSpec
from dsl.values import fold
from events.failure import Failure, FailureKind
from events.order import Order


def shipping_class(
    order: Order | Asked, connection: ConnectionSpec, offered: Sequence[str] = ()
) -> tuple[ShippingClass | Failure, list[str]]:
    """offered: the printer's method names, where they are known; the connection's `shipping_methods` otherwise.

    Where neither is known, the names that the settings themselves use for the printer's methods are taken for it.
    A mail class that a rule set comes first, then the order's shipping method, then the default.
    """
    names = tuple(offered) or settings.names(connection, "shipping_methods")
    table = settings.table(connection, "shipping_class_match")
    default = settings.text(connection, "default_mail_class")
    known = {fold(name): name for name in names or (*table.values(), *((default,) if default else ()))}
    warnings: list[str] = []
    chosen = order.mail_class.strip()
    for name in dict.fromkeys(n for n in (chosen, order.shipping_method.strip()) if n):
        if fold(name) in known:
            return ShippingClass(known[fold(name)], "exact"), warnings
        matched = settings.matched(table, name)
        if matched is not None and (not names or fold(matched) in known):
            return ShippingClass(known.get(fold(matched), matched), "match"), warnings
        if matched is not None:
            what = f"shipping_class_match turns `{name}` into `{matched}`"
            warnings.append(f"{what}, which {_not_offered(connection, names)}")
        elif name == chosen and not names:
            return ShippingClass(name, "exact"), warnings
        elif name == chosen:
            warnings.append(f"mail class `{name}` of the order {_not_offered(connection, names)}")
    return _default(order, connection, default, names, warnings)


def _default(
    order: Order | Asked, connection: ConnectionSpec, default: str, names: Sequence[str], warnings: list[str]
) -> tuple[ShippingClass | Failure, list[str]]:
    method = order.shipping_method.strip()
    unmatched = f"shipping method `{method}` has no match at {connection.label}" if method else ""
    why = unmatched or "the order names no shipping method"
    place = f"connection `{connection.name}` in ordinance.yaml"
    if not default:
        way_out = f"set default_mail_class of {place}"
        if method:
            way_out = f"add it to shipping_class_match or {way_out}"
        message = f"{why}, and there is no default: {way_out}"
        return Failure(FailureKind.INVALID_SHIPPING_METHOD, message), warnings
    spelled = {fold(name): name for name in names}
    if names and fold(default) not in spelled:
        message = f"{why}, and default_mail_class `{default}` of {place} {_not_offered(connection, names)}"
        return Failure(FailureKind.INVALID_SHIPPING_METHOD, message), warnings
    default = spelled.get(fold(default), default)
    warnings = [*warnings, f"{why}, so the default mail class `{default}` is used"]
    return ShippingClass(default, "default"), warnings


def _not_offered(connection: ConnectionSpec, names: Sequence[str]) -> str:
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return f"is not a shipping method of {connection.label} (it has {listed(names[:FEW])}{more})"
