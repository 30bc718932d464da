"""Text from outside read as an amount, as a rule compares it: `$49.90`, `12`, `8 oz`. Called by `values` and `tables`."""

from __future__ import annotations

from decimal import Decimal

from dsl.values import folded, read_money
from engine.compile.view import View


def money(text: str, currency: str, view: View) -> Decimal | None:
    """In `currency`, or the order's where that is blank. An amount that names none is in the order's."""
    found = read_money(text, view.store.currency)
    if found is None:
        return None
    amount, named = found
    if named is None:
        return amount if not currency or view.is_in(currency) else None
    return amount if folded(named) == folded(currency or view.currency) else None
