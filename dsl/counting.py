"""A number with its noun, as every message, summary and page says it. Imports nothing, since a warm `check` says it too."""

from __future__ import annotations


def count(number: int, one: str, many: str = "") -> str:
    """`1 order`, `2,000 orders`. many: where it is not the noun with an `s`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
