"""The merchant's own words inside a reason: targets as rules write them, values in quotes."""

from __future__ import annotations

from typing import Any

from dsl.schema import FieldRef
from dsl.values import plain

_SPOKEN_MAPS = {"order_metadata": "metadata", "variation_list": "variation"}


def spoken(ref: FieldRef) -> str:
    """The target as a rule writes it: `order.metadata["gift"]`, `item.print_url[2]`."""
    steps = [_SPOKEN_MAPS.get(step, step) for step in ref.steps]
    if ref.how == "entry":
        return f'{".".join((ref.root, *steps[:-1]))}["{ref.steps[-1]}"]'
    stem, _, tail = steps[0].rpartition("_")
    if ref.how == "print" and tail.isdigit():
        return f"{ref.root}.{stem}[{tail}]"
    return ".".join((ref.root, *steps))


def quoted(value: Any) -> str:
    """A value inside a reason: text in quotes, nothing endless."""
    if isinstance(value, dict):
        return "several entries"
    text = plain(value) or ""
    short = text if len(text) <= 60 else f"{text[:59]}…"
    return f'"{short}"' if isinstance(value, str) else short
