"""Cents: how small a currency's money goes, and how an amount is shared so that the parts add up to it exactly.

Called by the totals, by splits and by bundles. Exact: whole units in Python's integers, no division is rounded.
"""

from __future__ import annotations

import decimal
from collections.abc import Sequence
from decimal import Decimal

from dsl.values import LARGEST

_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"), 0),
    **dict.fromkeys(("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
_MOST_DIGITS = 40

WIDE = decimal.Context(prec=100)
"""Sums and differences of sharable amounts are never rounded in it."""


def places(currency: str) -> int:
    """Digits after the point of the currency's smallest money (ISO 4217): 2, but 0 for yen and 3 for dinars."""
    return _DIGITS.get(currency.strip().upper(), 2)


def sharable(amount: Decimal) -> bool:
    """Whether an order can have such an amount; what fails this is rubbish that exact sharing would choke on."""
    return abs(amount) < LARGEST and (not amount or _digits(amount) <= _MOST_DIGITS)


def share(total: Decimal, weights: Sequence[Decimal], cents: int) -> list[Decimal]:
    """`total` in proportion to `weights` (none below zero; all zero shares evenly), by largest remainder.

    To `cents` digits, or as many as the total has. Of equal remainders the earlier part gets the unit.
    """
    digits = max(cents, _digits(total))
    units = _units(total, digits)
    fine = max(_digits(weight) for weight in weights)
    parts = [_units(weight, fine) for weight in weights]
    if not any(parts):
        parts = [1] * len(parts)
    whole = sum(parts)
    shares = [abs(units) * part // whole for part in parts]
    remainders = [abs(units) * part % whole for part in parts]
    for nth in sorted(range(len(parts)), key=lambda nth: -remainders[nth])[: abs(units) - sum(shares)]:
        shares[nth] += 1
    sign = -1 if units < 0 else 1
    return [WIDE.scaleb(Decimal(sign * each), -digits) for each in shares]


def _digits(amount: Decimal) -> int:
    """Digits after the point, without zeros at the end."""
    exponent = WIDE.normalize(amount).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _units(amount: Decimal, digits: int) -> int:
    return int(WIDE.scaleb(amount, digits))
