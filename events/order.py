"""An order in Order Desk's shape: the one form that rules, stores and adapters work on.

Lenient at the border exactly where the vendor's JSON is loose (empty maps as `[]`, numbers as text, dates without a
zone, which are UTC), strict after it. Fields we do not know are kept and written back (pydantic `extra="allow"`).
Our own additions beside Order Desk's: `folder` (a name), `tags`, `currency`, `submissions`, `parent_id`, `splits` (how
many orders were split from it so far).
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetPydanticSchema
from pydantic_core import CoreSchema, core_schema

from dsl.values import LARGEST, plain, read_number, read_when

_ZONE = ZoneInfo("UTC")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
MOST = 1_000_000_000


def _map(value: object) -> object:
    """PHP writes an empty map as `[]`. Rules read entries as text, so a number or a truth becomes its text."""
    if value is None or value == [] or value == "":
        return {}
    if isinstance(value, dict) and any(not isinstance(v, str) for v in value.values()):
        return {key: entry_text(v) for key, v in value.items()}
    return value


def entry_text(value: Any) -> Any:
    """An entry of a map as rules read it. Null stays missing; what is itself a list or a map is kept as it came."""
    if isinstance(value, (bool, int, Decimal)):
        return plain(value)
    return value


def _part(value: object) -> object:
    return {} if value is None or value == [] or value == "" else value


def _list(value: object) -> object:
    return [] if value is None or value == "" or value == {} else value


def _text(value: object) -> object:
    """Ids and codes come as numbers or text; they are text here. Never through a float."""
    if value is None:
        return ""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return plain(value)
    return value


def _amount(value: object) -> Decimal | None:
    """Text is read as rules read it, but for thousands separators beside a point. Blank is missing."""
    if value is None:
        return None
    if isinstance(value, str):
        return _amount_in(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise ValueError("is not a number")
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite() or abs(number) >= LARGEST:
        raise ValueError("is larger than any order's number")
    return number


@lru_cache(maxsize=2048)
def _amount_in(text: str) -> Decimal | None:
    """The same few prices come again and again."""
    text = text.strip()
    if not text:
        return None
    number = read_number(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text)
    if number is None:
        raise ValueError("is not a number")
    return number


def _whole(value: object) -> int | None:
    """`2`, `"2"` and `2.0` are the same; `2.5` is none."""
    try:
        number = _amount(value)
    except ValueError:
        raise ValueError("is not a whole number") from None
    if number is None:
        return None
    if number != number.to_integral_value():
        raise ValueError("is not a whole number")
    return int(number)


def _count(missing: int) -> Callable[[object], int]:
    def count(value: object) -> int:
        number = _whole(value)
        if number is None:
            return missing
        if not 0 <= number <= MOST:
            raise ValueError("is below zero" if number < 0 else "is larger than any order's quantity")
        return number

    return count


def _time(value: object) -> dt.datetime | None:
    """`YYYY-MM-DD HH:MM:SS` without a zone is UTC; the vendor's empty and zero dates are missing. To the second."""
    if value in (None, "", "0000-00-00 00:00:00", "0000-00-00"):
        return None
    found = read_when(value, _ZONE) if isinstance(value, str) else value
    if isinstance(found, dt.date) and not isinstance(found, dt.datetime):
        found = dt.datetime(found.year, found.month, found.day)
    if not isinstance(found, dt.datetime) or not 1900 <= found.year <= 2999:
        raise ValueError("is not a date such as 2026-01-31 14:30:00")
    found = found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
    return found.replace(microsecond=0)


def _day(value: object) -> dt.datetime | None:
    """Order Desk keeps the day that a parcel left, not the hour."""
    found = _time(value)
    return None if found is None else found.replace(hour=0, minute=0, second=0)


def _words(source: object, handler: object) -> CoreSchema:
    """Nearly every text is one already, and that is seen without calling us."""
    return core_schema.union_schema(
        [
            core_schema.str_schema(strict=True),
            core_schema.no_info_before_validator_function(_text, core_schema.str_schema(strict=True)),
        ],
        mode="left_to_right",
        custom_error_type="string_type",
    )


Words = Annotated[str, GetPydanticSchema(_words)]
Amount = Annotated[Decimal | None, BeforeValidator(_amount)]
Whole = Annotated[int | None, BeforeValidator(_whole)]
When = Annotated[dt.datetime | None, BeforeValidator(_time)]
Day = Annotated[dt.datetime | None, BeforeValidator(_day)]
Entries = Annotated[dict[str, Any], BeforeValidator(_map)]


# What cannot change, asked for by class: pydantic's isinstance is an order of magnitude slower.
_FIXED = frozenset({str, int, Decimal, bool, type(None), dt.datetime})


def _copied(value: Any) -> Any:
    if value.__class__ is dict:
        return {key: v if v.__class__ in _FIXED else _copied(v) for key, v in value.items()}
    if value.__class__ is list:
        return [v if v.__class__ in _FIXED else _copied(v) for v in value]
    return value.copy_whole() if isinstance(value, Model) else copy.deepcopy(value)


# The four slots of a pydantic model, filled without going through its own `__setattr__`, which is slow.
_put_fields, _put_others, _put_given, _put_private = (
    BaseModel.__dict__[name].__set__
    for name in ("__dict__", "__pydantic_extra__", "__pydantic_fields_set__", "__pydantic_private__")
)


class Model(BaseModel):
    model_config = ConfigDict(extra="allow", populate_by_name=True)

    @classmethod
    def of(cls, **fields: Any) -> Self:
        """One of all its fields, each as the border leaves it: nothing is checked."""
        return cls.made(fields, {}, set(fields))

    @classmethod
    def made(cls, fields: dict[str, Any], others: dict[str, Any] | None, given: set[str]) -> Self:
        """One of all its fields, of members that it does not know, and the names of those that were given."""
        new = object.__new__(cls)
        _put_fields(new, fields)
        _put_others(new, others)
        _put_given(new, given)
        _put_private(new, None)
        return new

    def copy_whole(self) -> Self:
        """A copy that shares nothing that an action may change; by hand, because pydantic's deep copy is slow."""
        return self.made(
            _copied(self.__dict__), _copied(self.__pydantic_extra__ or {}), set(self.__pydantic_fields_set__)
        )


class Address(Model):
    first_name: Words = ""
    last_name: Words = ""
    company: Words = ""
    address1: Words = ""
    address2: Words = ""
    address3: Words = ""
    address4: Words = ""
    city: Words = ""
    state: Words = ""
    postal_code: Words = ""
    country: Words = ""
    phone: Words = ""


class ReturnAddress(Model):
    title: Words = ""
    name: Words = ""
    company: Words = ""
    address1: Words = ""
    address2: Words = ""
    city: Words = ""
    state: Words = ""
    postal_code: Words = ""
    country: Words = ""
    phone: Words = ""


class Item(Model):
    """One line. `price` is for one piece, in the order's currency; `weight` for one piece, in the store's unit."""

    id: Words = ""
    name: Words = ""
    price: Amount = Decimal(0)
    quantity: Annotated[int, BeforeValidator(_count(1))] = 1
    weight: Amount = Decimal(0)
    code: Words = ""
    delivery_type: Words = ""
    category_code: Words = ""
    fulfillment_method: Words = ""
    variation_list: Entries = Field(default_factory=dict)
    metadata: Entries = Field(default_factory=dict)


class Shipment(Model):
    id: Words = ""
    order_id: Words = ""
    store_id: Words = ""
    tracking_number: Words = ""
    carrier_code: Words = ""
    shipment_method: Words = ""
    weight: Amount = None
    cost: Amount = None
    status: Words = ""
    tracking_url: Words = ""
    label_format: Words = ""
    label_image: Words = ""
    print_status: Words = ""
    source: Words = ""
    cart_shipment_id: Words = ""
    label_shipment_id: Words = ""
    date_shipped: Day = None
    date_added: When = None


class Discount(Model):
    name: Words = ""
    code: Words = ""
    amount: Amount = None


class Note(Model):
    date_added: When = None
    username: Words = ""
    content: Words = ""


SubmissionState = Literal["scheduled", "accepted", "failed", "cancelled"]


class Submission(Model):
    """What became of sending this order to one connection. `number` counts submissions begun; it is part of the
    idempotency key."""

    connection: str
    number: int = 1
    state: SubmissionState = "scheduled"
    provider_order_id: str = ""
    message: str = ""


class Order(Model):
    """One order. Totals are in `currency`; `weight_total` in the store's weight unit; times are UTC."""

    id: Words = ""
    email: Words = ""
    currency: Words = ""
    folder: Words = ""
    folder_id: Whole = None
    tags: Annotated[list[Words], BeforeValidator(_list)] = Field(default_factory=list)
    tag_name: Words = ""
    tag_color: Words = ""
    source_name: Words = ""
    source_id: Words = ""
    shipping_method: Words = ""
    quantity_total: Annotated[int, BeforeValidator(_count(0))] = 0
    weight_total: Amount = Decimal(0)
    product_total: Amount = Decimal(0)
    shipping_total: Amount = Decimal(0)
    handling_total: Amount = Decimal(0)
    tax_total: Amount = Decimal(0)
    discount_total: Amount = Decimal(0)
    order_total: Amount = Decimal(0)
    refund_total: Amount = None
    processor_balance: Amount = None
    cc_number_masked: Words = ""
    cc_exp: Words = ""
    processor_response: Words = ""
    payment_type: Words = ""
    payment_status: Words = ""
    customer_id: Words = ""
    email_count: Whole = None
    ip_address: Words = ""
    fulfillment_name: Words = ""
    fulfillment_id: Words = ""
    mail_class: Words = ""
    date_added: When = None
    date_updated: When = None
    shipping: Annotated[Address, BeforeValidator(_part)] = Field(default_factory=Address)
    customer: Annotated[Address, BeforeValidator(_part)] = Field(default_factory=Address)
    return_address: Annotated[ReturnAddress, BeforeValidator(_part)] = Field(default_factory=ReturnAddress)
    checkout_data: Entries = Field(default_factory=dict)
    order_metadata: Entries = Field(default_factory=dict)
    discount_list: Annotated[list[Discount], BeforeValidator(_list)] = Field(default_factory=list)
    notes: Annotated[list[Note], BeforeValidator(_list)] = Field(default_factory=list, alias="order_notes")
    items: Annotated[list[Item], BeforeValidator(_list)] = Field(default_factory=list, alias="order_items")
    shipments: Annotated[list[Shipment], BeforeValidator(_list)] = Field(
        default_factory=list, alias="order_shipments"
    )
    submissions: Annotated[list[Submission], BeforeValidator(_list)] = Field(default_factory=list)
    parent_id: Words = ""
    splits: Annotated[int, BeforeValidator(_count(0))] = 0

    @property
    def discount_codes(self) -> list[str]:
        return [d.code for d in self.discount_list if d.code.strip()]

    def copy_sharing(self) -> Order:
        """A copy whose `PARTS` are this one's still: one of them is changed only after `part_from`."""
        return self.made(self.__dict__.copy(), self.__pydantic_extra__, set(self.__pydantic_fields_set__))

    def part_from(self, other: Order, parts: Iterable[str]) -> bool:
        """Copies those of these parts that are still shared with the other. True where items or shipments were."""
        own, its, moved = self.__dict__, other.__dict__, False
        for name in parts:
            if own[name] is its[name]:
                own[name] = _copied(its[name])
                moved |= name in ("items", "shipments")
        return moved

    def item(self, item_id: str) -> Item | None:
        return next((item for item in self.items if item.id == item_id), None)

    def submission(self, connection: str) -> Submission | None:
        return next((s for s in self.submissions if s.connection == connection), None)


PARTS = tuple(name for name, field in Order.model_fields.items() if field.default_factory is not None)
"""Fields that hold what can itself be changed: addresses, lists and maps."""


def as_json(model: Model) -> Mapping[str, Any]:
    """Plain data for `events.jsontext.dumps`: Order Desk's names, Decimals as they are."""
    return model.model_dump(mode="python", by_alias=True)
