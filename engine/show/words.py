"""Values, amounts and changes in a merchant's words: what all the readable formats say alike.

Used by the story and the evidence. Nothing here escapes anything: each format does that for its own medium.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from dsl.counting import count
from dsl.values import plain, present
from events.jsontext import dumps
from events.order import Item, Order

LONG = 120
"""Characters of one value that are shown; of a longer one, its beginning."""

LINK = 60
"""Characters of a link that are shown."""

_ROW = re.compile(r"(items|shipments)\[([^\]]+)\](?:\.(.+)|(\[.+))?", re.DOTALL)
_AMOUNT = re.compile(r"(?:.*\.)?(?:(?!quantity|weight)\w+_total|price|cost|processor_balance)")
_OWN_ROWS = ("submissions", "splits", "folder_id")
"""What a rule cannot read, or what the story tells in other words."""


def listed(words: Iterable[str], last: str = "and") -> str:
    """`a, b and c`; last: the word before the last of them."""
    *rest, end = [*words] or [""]
    return f"{', '.join(rest)} {last} {end}" if rest else end


def item_called(item: Item) -> str:
    known = item.code.strip() or item.name.strip()
    return f"item {item.id} ({known})" if known else f"item {item.id}"


def contents(order: Order) -> str:
    """`2 x TEE-1, 1 x MUG`."""
    return ", ".join(f"{i.quantity} x {i.code.strip() or i.name.strip() or 'no SKU'}" for i in order.items)


class Targets:
    """What records are about, as people know it: `item 17 (TEE-1)` for `item 17`, "" for the order itself. orders: where to
    look for it, one after the other."""

    def __init__(self, *orders: Order) -> None:
        self._orders = orders

    @cached_property
    def _items(self) -> Mapping[str, Item]:
        rows = [item for order in self._orders for item in order.items]
        return {f"item {item.id}": item for item in reversed(rows)}

    def called(self, target: str) -> str:
        if target == "order":
            return ""
        found = self._items.get(target)
        return target if found is None else item_called(found)


@dataclass(frozen=True)
class Words:
    """zone: the store's. currency: the order's. whole: nothing is shortened."""

    zone: ZoneInfo
    currency: str = ""
    whole: bool = False

    def short(self, text: str) -> str:
        """On one line and not too long; a link keeps its end as well, by which people know a file."""
        text = " ".join(text.split())
        if self.whole or len(text) <= LINK:
            return text
        if text.startswith(("http://", "https://")) and " " not in text:
            return f"{text[: LINK // 2 - 3]}...{text[-LINK // 2 :]}"
        return text if len(text) <= LONG else text[: LONG - 3].rstrip() + "..."

    def amount(self, value: Decimal | None) -> str:
        """Every digit that there is, and `73.8` as money is written."""
        if value is None:
            return "no amount"
        cents = "0" if value.is_finite() and value.as_tuple().exponent == -1 else ""
        return f"{value:f}{cents} {self.currency}".strip()

    def value(self, value: Any, path: str = "", *, quoted: bool = False) -> str:
        """quoted: text in quotes, so that its blanks and its type are seen. path: of the field, which tells an amount of
        money from a number."""
        value = present(value)
        if value is None:
            return "missing"
        if isinstance(value, str):
            return f'"{self.short(value)}"' if quoted else self.short(value)
        if isinstance(value, Decimal) and _AMOUNT.fullmatch(path):
            return self.amount(value)
        if isinstance(value, dt.timedelta):
            return duration(value)
        if isinstance(value, dt.datetime):
            with suppress(
                OverflowError
            ):  # in the calendar's first or last hours there is no such time elsewhere
                value = value.astimezone(self.zone)
        if isinstance(value, list):
            return ", ".join(self.value(each, quoted=quoted) for each in value)
        return self.short(dumps(value) if isinstance(value, Mapping) else plain(value) or "")

    def changed(self, changes: Mapping[str, Mapping[str, Any]], about: str = "") -> Iterator[str]:
        """A line for each change: `folder: New -> SKU problems`, `tags: + rush`. about: the target that the reader knows
        of already, as a record has it."""
        for path, change in changes.items():
            if path.startswith(_OWN_ROWS):
                continue
            before, after = change["from"], change["to"]
            row = _ROW.fullmatch(path)
            within = row and (row[3] or row[4])
            if row and not within:
                yield _row_changed(row[1].removesuffix("s"), row[2], before, after)
                continue
            name = path
            if row and within:
                who = f"{row[1].removesuffix('s')} {row[2]}"
                name = within if who == about else f"{who}: {within}"
            name = name.replace("variation_list", "variation")
            if not row and isinstance(before or after, list):
                yield self.members_changed(name, before or [], after or [])
            else:
                yield f"{name}: {self.value(before, path)} -> {self.value(after, path)}"

    def members_changed(self, name: str, before: list[Any], after: list[Any]) -> str:
        """Tags, notes, discounts: what came and what went."""
        marks = [f"+ {self.member(x)}" for x in after if x not in before]
        marks += [f"- {self.member(x)}" for x in before if x not in after]
        return f"{name}: {', '.join(marks) or 'in another order'}"

    def member(self, value: Any) -> str:
        if isinstance(value, Mapping):
            value = value.get("content") or value.get("code") or value.get("name") or dict(value)
        return self.value(value)


def _row_changed(kind: str, row_id: str, before: Any, after: Any) -> str:
    one = after or before
    if kind == "shipment":
        known = " ".join(filter(None, (one.get("carrier_code"), one.get("tracking_number")))) or row_id
        return f"shipment added: {known}" if after else f"shipment removed: {known}"
    known = f"{one.get('quantity')} x {one.get('code') or one.get('name') or 'no SKU'}"
    return f"item {row_id} added: {known}" if after else f"item {row_id} gone: {known}"


def duration(value: dt.timedelta) -> str:
    """`3 days`, `2 hours 30 minutes`."""
    seconds = int(abs(value).total_seconds())
    parts = []
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(count(number, unit))
    return ("-" if value < dt.timedelta() else "") + (" ".join(parts) or "0 seconds")
