"""One cart's document, read field by field, with the place of each field in the merchant's file.

The Shopify and WooCommerce importers read through `Fields`. What an order cannot be without is refused with a sentence
(`Refused`); an amount that cannot be read is left missing and told in one warning, because anonymised orders have texts
where their amounts were.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from dsl.values import LARGEST, folded, plain, read_number, read_when
from events.border import MOST
from events.jsontext import dumps

UTC = ZoneInfo("UTC")


class Refused(Exception):
    """This document gives no order; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def shown(value: Any) -> str:
    """A value of the file in a message: as JSON, cut short."""
    text = dumps(value)
    return text if len(text) <= 40 else text[:37] + "..."


@dataclass
class Findings:
    """What is worth telling about one order that was imported all the same."""

    warnings: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def told(self) -> list[str]:
        if not self.unread:
            return self.warnings
        many = len(self.unread)
        text = (
            f"{self.unread[0]} is not an amount and is left empty"
            if many == 1
            else f"{many} amounts cannot be read and are left empty, the first: {self.unread[0]}"
        )
        return [*self.warnings, text]


class Fields:
    """One object of the document. Where several names are given, the first that is there and not blank counts."""

    def __init__(self, data: dict[str, Any], path: str, findings: Findings) -> None:
        self.data = data
        self.path = path
        self.findings = findings

    def __contains__(self, name: str) -> bool:
        return self.data.get(name) not in (None, "", [], {})

    def where(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def warn(self, sentence: str) -> None:
        self.findings.warnings.append(sentence)

    def refuse(self, name: str, value: Any, reason: str) -> NoReturn:
        raise Refused(f"{self.where(name)}: {shown(value)} {reason}")

    def raw(self, *names: str) -> tuple[str, Any]:
        for name in names:
            value = self.data.get(name)
            if value is not None and value != "":
                return name, value
        return names[0], None

    def text(self, *names: str) -> str:
        name, value = self.raw(*names)
        if isinstance(value, str):
            return value.strip()
        if value is None or value == [] or value == {}:
            return ""
        if isinstance(value, (dict, list)):
            self.refuse(name, value, "is not text")
        return str(plain(value)).strip()

    def true(self, name: str) -> bool:
        return self.data.get(name) in (True, "true", "1", 1)

    def id(self, *names: str) -> str:
        """Carts write 0 where there is none."""
        text = self.text(*names)
        return "" if text == "0" else text

    def amount(self, *names: str) -> Decimal | None:
        name, value = self.raw(*names)
        number = _number(value)
        if number is None and value is not None:
            self.findings.unread.append(f"{self.where(name)} {shown(value)}")
        return number

    def charge(self, *names: str) -> Decimal | None:
        """An amount that is nothing where the document does not say; left missing where it cannot be read."""
        return self.amount(*names) if self.raw(*names)[1] is not None else Decimal(0)

    def count(self, name: str) -> int:
        value = self.data.get(name)
        number = _number(value)
        if number is None or number != number.to_integral_value():
            self.refuse(name, value, "is not a whole number")
        if not 0 <= number <= MOST:
            self.refuse(name, value, "is below zero" if number < 0 else "is larger than any order's quantity")
        return int(number)

    def time(self, *names: str, zone: ZoneInfo = UTC) -> dt.datetime | None:
        """An instant in UTC; `zone` is that of a time that names none."""
        name, value = self.raw(*names)
        if value is None:
            return None
        found = read_when(value, zone) if isinstance(value, str) else None
        if found is None or not 1900 <= found.year <= 2999:
            self.refuse(name, value, "is not a date")
        if not isinstance(found, dt.datetime):
            found = dt.datetime(found.year, found.month, found.day, tzinfo=zone)
        found = found.astimezone(dt.UTC)
        return found.replace(microsecond=0) if found.microsecond else found

    def part(self, *names: str) -> Fields:
        """An object in this one; an empty one where it is absent (PHP writes an empty object as `[]`)."""
        name, value = self.raw(*names)
        if value is None or value == []:
            value = {}
        if not isinstance(value, dict):
            self.refuse(name, value, "is not a group of named values in {...}")
        return Fields(value, self.where(name), self.findings)

    def list(self, name: str) -> list[Any]:
        value = self.data.get(name)
        if value is None or value == "" or value == {}:
            return []
        if not isinstance(value, list):
            self.refuse(name, value, "is not a list in [...]")
        return value

    def rows(self, name: str) -> Iterable[Fields]:
        for number, value in enumerate(self.list(name)):
            if not isinstance(value, dict):
                self.refuse(f"{name}[{number}]", value, "is not a group of named values in {...}")
            yield Fields(value, f"{self.where(name)}[{number}]", self.findings)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, str):
        return read_number(value)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    number = Decimal(value)
    return number if abs(number) < LARGEST else None


def entry(value: Any) -> str:
    """What a cart's property says, as the text that rules read; a nested value as its JSON."""
    return dumps(value) if isinstance(value, (dict, list)) else plain(value) or ""


def put_all(fields: Fields, where: str, triples: Iterable[tuple[dict[str, Any], str, str]]) -> None:
    """Entries (map, name, value) into their maps, and none lost: a name that is taken gets a number,
    `Engraving (2)`, and is told once. Rules find keys without regard to case, so that is how a name is taken.
    """
    taken: dict[int, dict[str, int]] = {}
    repeated = []
    for entries, wanted, value in triples:
        name = wanted or "(no name)"
        counts = taken.setdefault(id(entries), {})
        if not counts:
            counts.update((folded(key), 1) for key in entries)
        free = name
        while folded(free) in counts:
            counts[folded(name)] += 1
            free = f"{name} ({counts[folded(name)]})"
        if free != name:
            repeated.append(name)
        counts[folded(free)] = 1
        entries[free] = value
    if repeated:
        more = f", and so on, {len(repeated)} in all" if len(repeated) > 1 else ""
        fields.warn(
            f'{fields.where(where)}: "{repeated[0]}" occurs again and is kept as "{repeated[0]} (2)"{more}'
        )


def copied_if_missing(fields: Fields, shipping: dict[str, str], customer: dict[str, str]) -> None:
    """Order Desk copies the other address where one is missing; where parcels go is worth a warning."""
    if not located(shipping) and located(customer):
        shipping.update({**customer, **{k: v for k, v in shipping.items() if v}})
        fields.warn("there is no shipping address; the billing address was copied")
    elif not located(customer) and located(shipping):
        customer.update({**shipping, **{k: v for k, v in customer.items() if v}})


def located(address: dict[str, str]) -> bool:
    get = address.get
    return bool(get("address1") or get("city") or get("postal_code") or get("country"))


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """The sum of what is known."""
    return sum((a for a in amounts if a is not None), Decimal(0))
