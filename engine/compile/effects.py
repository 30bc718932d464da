"""What predicates that are met do to the bits of a table: the bits that they make true, and those that they make false.

Called by `columns`, which finds the predicates that a value meets. A `Ramp` has those of the bounds of an amount, of which
hundreds may be met at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter
from typing import TypeAlias

from engine.compile.value_tests import Test

STEP = 8
"""Predicates of a ramp that are added up beforehand: less is faster, and takes more memory."""

LISTED = 36
"""Bytes of a bit in a list. Where a number takes less than its bits in a list, it is kept instead."""


def mask(bits: Iterable[int]) -> int:
    """The number with these bits set."""
    given = list(bits)
    if len(given) <= 16:
        found = 0
        for bit in given:
            found |= 1 << bit
        return found
    buffer = bytearray(max(given) // 8 + 1)
    for bit in given:
        buffer[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(buffer, "little")


class Predicate:
    """A test, the bits that it makes true, and those that it makes false (where a clause asks that it is not met): in lists
    where they are few, else as a number."""

    __slots__ = ("off", "off_bits", "on", "on_bits", "test")

    def __init__(self, test: Test) -> None:
        self.test = test
        self.on: list[int] = []
        self.off: list[int] = []
        self.on_bits = self.off_bits = 0

    def finish(self, width: int) -> None:
        """After the last bit of `width`."""
        if width < 8 * LISTED * len(self.on):
            self.on_bits, self.on = mask(self.on), []
        if width < 8 * LISTED * len(self.off):
            self.off_bits, self.off = mask(self.off), []


Effect: TypeAlias = tuple[int, int]
"""The bits that are made true, and those that are made false."""

NONE: Effect = (0, 0)


def effect(met: Iterable[Predicate]) -> Effect:
    on: list[int] = []
    off: list[int] = []
    on_bits = off_bits = 0
    for each in met:
        on_bits |= each.on_bits
        off_bits |= each.off_bits
        on += each.on
        off += each.off
    return on_bits | mask(on) if on else on_bits, off_bits | mask(off) if off else off_bits


def joined(one: Effect, other: Effect) -> Effect:
    return one[0] | other[0], one[1] | other[1]


class Ramp:
    """Predicates that are met from a place on. Their effects are added up once for every so many."""

    def __init__(self, starts: Iterable[tuple[int, Predicate]]) -> None:
        given = sorted(starts, key=itemgetter(0))
        self.starts = [start for start, _ in given]
        self.predicates = [each for _, each in given]
        self.sums: list[Effect] = [NONE]
        for at in range(0, len(given) - STEP + 1, STEP):
            self.sums.append(joined(self.sums[-1], effect(self.predicates[at : at + STEP])))

    def at(self, place: int) -> Effect:
        count = bisect_right(self.starts, place)
        return joined(self.sums[count // STEP], effect(self.predicates[count - count % STEP : count]))
