"""A sum over an order's lines, and one that follows them: where one changes, the others are not added up again.

Called by `totals`. Both are exact until they are asked for, so the same lines give the same sum, whatever they were before.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TypeAlias

from dsl.values import EXACT
from events.order import Item

Line: TypeAlias = Callable[[Item], Decimal | None]
"""What one line comes to, in 28 digits; None where that is no number."""

_UNROUNDED = decimal.Context(prec=150)
"""A line of the largest price and the most pieces beside one of the smallest price that an order's 60 digits can write."""

_NO_LINE = (None, 0)


def added_up(items: Iterable[Item], line: Line) -> Decimal | None:
    """The sum of all lines, to 28 digits; None where a line is no number."""
    exact = Decimal(0)
    for item in items:
        each = line(item)
        if each is None or not each.is_finite():
            return None
        exact = _UNROUNDED.add(exact, each)
    return EXACT.plus(exact)


class Running:
    """What `added_up` would give, to the digit: how many lines have how many digits after the point is kept as well, because a
    sum has as many as the line with the most."""

    __slots__ = ("_exact", "_line", "_lines", "_places", "_unknown")

    def __init__(self, items: Iterable[Item], line: Line) -> None:
        self._line = line
        self._lines: dict[int, tuple[Decimal | None, int]] = {}
        self._exact = Decimal(0)
        self._places = {0: 1}
        self._unknown = 0
        for item in items:
            self.put(item)

    def put(self, item: Item) -> None:
        """It has come, or it has changed."""
        self.drop(item)
        line = self._line(item)
        exponent = None if line is None else line.as_tuple().exponent
        if line is None or not isinstance(exponent, int):
            self._lines[id(item)] = _NO_LINE
            self._unknown += 1
            return
        self._lines[id(item)] = line, exponent
        self._exact = _UNROUNDED.add(self._exact, line)
        self._places[exponent] = self._places.get(exponent, 0) + 1

    def drop(self, item: Item) -> None:
        """It is gone, if it was there."""
        known = self._lines.pop(id(item), None)
        if known is None:
            return
        line, exponent = known
        if line is None:
            self._unknown -= 1
        else:
            self._exact = _UNROUNDED.subtract(self._exact, line)
            self._places[exponent] -= 1

    @property
    def total(self) -> Decimal | None:
        if self._unknown:
            return None
        total = EXACT.plus(self._exact)
        places = min([each for each, lines in self._places.items() if lines])
        exponent = total.as_tuple().exponent
        if isinstance(exponent, int) and exponent < places:  # of a line that is not there any more
            return EXACT.quantize(total, Decimal((0, (1,), places)))
        return total
