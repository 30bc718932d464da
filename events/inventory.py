"""Item details by SKU: the `inventory.csv` of a ruleset, or a store's own.

Read when a ruleset is loaded; `apply inventory` and the print fields look items up. What a problem looks like on the
screen is left to the caller, who knows the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from dsl.values import fold, read_number


@dataclass(frozen=True)
class InventoryItem:
    """None or "" is an unknown detail. `price` in the store's currency, `weight` in the store's unit."""

    code: str
    name: str = ""
    location: str = ""
    stock: Decimal | None = None
    weight: Decimal | None = None
    price: Decimal | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    variation_list: Mapping[str, str] = field(default_factory=dict)


Inventory: TypeAlias = Mapping[str, InventoryItem]
"""Keyed by `dsl.schema.fold(code)`."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the file: the line (from 1) and a lower-case sentence."""

    line: int
    message: str


_TEXTS = ("code", "name", "location")
_NUMBERS = ("stock", "weight", "price")
_MAPS = {"metadata": "metadata", "variation": "variation_list"}


def read_inventory(text: str) -> tuple[Inventory, list[Problem]]:
    """The items of an `inventory.csv` and what is wrong with it. A row with a problem gives no item; the others do."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    items: dict[str, InventoryItem] = {}
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    columns: list[tuple[str, str | None]] | None = None
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            at = rows.line_num
            if columns is None:
                columns, wrong = _columns(row)
                problems += [Problem(at, message) for message in wrong]
                if wrong:
                    break
                continue
            item, wrong = _item(columns, row)
            problems += [Problem(at, message) for message in wrong]
            if item is None:
                continue
            key = fold(item.code)
            if key in items:
                problems.append(Problem(at, f"the code `{item.code}` stands in line {lines[key]} already"))
                continue
            items[key], lines[key] = item, at
    except csv.Error as broken:
        problems.append(
            Problem(max(rows.line_num, 1), f"this line is not CSV ({broken}); is a quote not closed?")
        )
    if columns is None and not problems:
        problems.append(
            Problem(1, "the file is empty; its first line names the columns, and one of them is `code`")
        )
    return items, problems


def _columns(row: list[str]) -> tuple[list[tuple[str, str | None]], list[str]]:
    """(attribute, key of the map or None) for each column, and what is wrong with the header."""
    columns: list[tuple[str, str | None]] = []
    wrong = []
    for cell in row:
        written = cell.strip()
        prefix, dot, key = written.partition(".")
        attribute = fold(prefix)
        column: tuple[str, str | None]
        if dot and attribute in _MAPS and key.strip():
            column = (_MAPS[attribute], key.strip())
        elif not dot and attribute in (*_TEXTS, *_NUMBERS):
            column = (attribute, None)
        else:
            wrong.append(
                f"unknown column `{written[:40]}`; the columns are {', '.join((*_TEXTS, *_NUMBERS))}, "
                "`metadata.NAME` and `variation.NAME`"
            )
            continue
        if any(a == column[0] and fold(k or "") == fold(column[1] or "") for a, k in columns):
            wrong.append(f"the column `{written[:40]}` occurs twice")
        columns.append(column)
    if len(row) == 1 and ";" in row[0]:
        return columns, ["the columns are separated by semicolons; save the file with commas"]
    if not wrong and ("code", None) not in columns:
        wrong.append("there is no column `code`; it holds the SKU")
    return columns, wrong


def _item(columns: list[tuple[str, str | None]], row: list[str]) -> tuple[InventoryItem | None, list[str]]:
    if len(row) > len(columns):
        return None, [f"this line has {len(row)} cells, the first line has {len(columns)} columns"]
    wrong = []
    plain: dict[str, Any] = {}
    maps: dict[str, dict[str, str]] = {"metadata": {}, "variation_list": {}}
    plain.update(maps)
    for (attribute, key), cell in zip(columns, row, strict=False):
        value = cell.strip()
        if not value:
            continue
        if key is not None:
            maps[attribute][key] = value
        elif attribute in _NUMBERS:
            plain[attribute] = read_number(value)
            if plain[attribute] is None:
                wrong.append(f"{attribute}: `{value[:40]}` is not a plain number such as 12 or 9.50")
        else:
            plain[attribute] = value
    if "code" not in plain:
        wrong.append("the code is blank; every item has its SKU there")
    return (None if wrong else InventoryItem(**plain)), wrong
