"""An order in Order Desk's shape: the one form that rules, stores and adapters work on.

Lenient at the border exactly where the vendor's JSON is loose (`events.border`), strict after it. Fields we do not know
are kept and written back (pydantic `extra="allow"`).
Our own additions beside Order Desk's: `folder` (a name), `tags`, `currency`, `submissions`, `parent_id`, `splits` (how
many orders were split from it so far).
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from events.border import Amount, Day, Entries, When, Whole, Words, count, part, rows

# What cannot change, asked for by class: pydantic's isinstance is an order of magnitude slower.
_FIXED = frozenset({str, int, Decimal, bool, type(None), dt.datetime})


def copied(value: Any) -> Any:
    """A part of an order, sharing nothing that can be changed."""
    if value.__class__ is dict:
        return {key: v if v.__class__ in _FIXED else copied(v) for key, v in value.items()}
    if value.__class__ is list:
        return [v if v.__class__ in _FIXED else copied(v) for v in value]
    return value.copy_whole() if isinstance(value, Model) else copy.deepcopy(value)


# The four slots of a pydantic model, filled without going through its own `__setattr__`, which is slow.
_put_fields, _put_others, _put_given, _put_private = (
    BaseModel.__dict__[name].__set__
    for name in ("__dict__", "__pydantic_extra__", "__pydantic_fields_set__", "__pydantic_private__")
)


class Model(BaseModel):
    model_config = ConfigDict(extra="allow", populate_by_name=True)

    @classmethod
    def made(cls, fields: dict[str, Any], others: dict[str, Any] | None, given: set[str]) -> Self:
        """One of all its fields, each as the border leaves it: nothing is checked. others: members that it does not know.
        given: the names of those that were given."""
        new = object.__new__(cls)
        _put_fields(new, fields)
        _put_others(new, others)
        _put_given(new, given)
        _put_private(new, None)
        return new

    def copy_whole(self) -> Self:
        """A copy that shares nothing that an action may change; by hand, because pydantic's deep copy is slow."""
        return self.made(
            copied(self.__dict__), copied(self.__pydantic_extra__ or {}), set(self.__pydantic_fields_set__)
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
    quantity: Annotated[int, count(1)] = 1
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
    tags: Annotated[list[Words], rows] = Field(default_factory=list)
    tag_name: Words = ""
    tag_color: Words = ""
    source_name: Words = ""
    source_id: Words = ""
    shipping_method: Words = ""
    quantity_total: Annotated[int, count(0)] = 0
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
    shipping: Annotated[Address, part] = Field(default_factory=Address)
    customer: Annotated[Address, part] = Field(default_factory=Address)
    return_address: Annotated[ReturnAddress, part] = Field(default_factory=ReturnAddress)
    checkout_data: Entries = Field(default_factory=dict)
    order_metadata: Entries = Field(default_factory=dict)
    discount_list: Annotated[list[Discount], rows] = Field(default_factory=list)
    notes: Annotated[list[Note], rows] = Field(default_factory=list, alias="order_notes")
    items: Annotated[list[Item], rows] = Field(default_factory=list, alias="order_items")
    shipments: Annotated[list[Shipment], rows] = Field(default_factory=list, alias="order_shipments")
    submissions: Annotated[list[Submission], rows] = Field(default_factory=list)
    parent_id: Words = ""
    splits: Annotated[int, count(0)] = 0

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
                own[name] = copied(its[name])
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
