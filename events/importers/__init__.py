"""Orders from files: Order Desk's, Shopify's, WooCommerce's and our own JSON, told apart by shape.

Called by whatever takes orders in: samples of a ruleset, `--orders`, `ordinance import`. One bad order in a list does
not lose the others. Which folder a new order lands in, and what happens to it, is left to the runtime.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from dsl.schema import StoreSpec
from events.importers import orderdesk, shopify, woocommerce
from events.importers.completion import complete
from events.importers.reading import Findings, Refused
from events.importers.shapes import (
    ORDER_DESK,
    SHOPIFY,
    SHOPIFY_DRAFT,
    WRAPPERS,
    order_kind,
    refusal,
)
from events.jsontext import LARGEST_FILE, Unreadable, loads
from events.order import Order

__all__ = ["Imported", "each_order", "read_orders"]

_NO_ORDERS = "this is an empty list, there are no orders in it"


@dataclass(frozen=True)
class Imported:
    """One document: an order, or the sentence why it is none.

    kind: `Shopify order`, `WooCommerce order (legacy API)`, ...; blank where it is no order.
    place: where in the merchant's files it stands: `a.json`, `a.json, order 3`, `a.jsonl, line 7`.
    """

    order: Order | None
    error: str | None
    warnings: tuple[str, ...]
    kind: str
    place: str


def read_orders(
    data: bytes, *, name: str, store: StoreSpec, folders: Mapping[int, str] | None = None
) -> list[Imported]:
    """As `each_order`, all at once."""
    return list(each_order(data, name=name, store=store, folders=folders))


def each_order(
    data: bytes,
    *,
    name: str,
    store: StoreSpec,
    folders: Mapping[int, str] | None = None,
    line: int | None = None,
) -> Iterator[Imported]:
    """Every order of one file, one after the other; at least one. `name` is the file's name for messages; `.jsonl` has one
    order a line.

    folders: the names of Order Desk's folder ids, as ordinance.yaml has them. line: `data` is that line of the file alone.
    """
    for place, document in _documents(data, name) if line is None else _parsed(data, name, line):
        yield _imported(document, place, name=name, store=store, folders=folders or {})


def _documents(data: bytes, name: str) -> Iterator[tuple[str, Any]]:
    if not name.lower().endswith(".jsonl") or len(data) > LARGEST_FILE:
        yield from _parsed(data, name)
        return
    empty = True
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            empty = False
            yield from _parsed(line, name, number)
    if empty:
        yield name, Unreadable("the file is empty")


def _parsed(data: bytes, name: str, line: int | None = None) -> Iterator[tuple[str, Any]]:
    place = name if line is None else f"{name}, line {line}"
    try:
        yield from _unwrapped(loads(data), place)
    except Unreadable as unreadable:
        at = unreadable.line if line is None else None
        yield (place if at is None else f"{name}, line {at}"), unreadable


def _unwrapped(document: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Arrays and envelopes opened, one level of each; what is in them is numbered from 1."""
    if isinstance(document, dict) and order_kind(document) is None:
        for wrapper in WRAPPERS:
            if isinstance(document.get(wrapper), (dict, list)):
                document = document[wrapper]
                break
    if not isinstance(document, list):
        yield place, document
        return
    if not document:
        yield place, Unreadable(_NO_ORDERS)
    for number, member in enumerate(document, 1):
        where = f"{place}, order {number}"
        if isinstance(member, dict) and order_kind(member) is None:
            inner = next((member[w] for w in WRAPPERS if isinstance(member.get(w), dict)), member)
            yield where, inner
        else:
            yield where, member


def _imported(
    document: Any, place: str, *, name: str, store: StoreSpec, folders: Mapping[int, str]
) -> Imported:
    if isinstance(document, Unreadable):
        return Imported(None, document.sentence, (), "", place)
    kind = order_kind(document) if isinstance(document, dict) else None
    if kind is None:
        return Imported(None, refusal(document), (), "", place)
    findings = Findings()
    try:
        order = _read(kind, document, store, findings)
        order.id = order.id.strip() or order.source_id.strip() or _called(name, place)
        order = complete(order, store=store, folders=folders, findings=findings)
    except Refused as refused:
        return Imported(None, refused.sentence, (), kind, place)
    return Imported(order, None, tuple(findings.told()), kind, place)


def _called(name: str, place: str) -> str:
    """An order that has no id of its own: by its file, and its number there."""
    numbers = re.findall(r", (?:order|line) (\d+)", place[len(name) :])
    return "-".join([PurePath(name).stem, *numbers])


def _read(kind: str, document: dict[str, Any], store: StoreSpec, findings: Findings) -> Order:
    if kind == ORDER_DESK:
        return orderdesk.read(document)
    if kind in (SHOPIFY, SHOPIFY_DRAFT):
        return shopify.read(document, store, findings)
    return woocommerce.read(document, store, findings)
