"""An order in Order Desk's shape: the one form that rules, stores and adapters work on.

Lenient at the border exactly where the vendor's JSON is loose (empty maps as `[]`, numbers as text, dates without a
zone, which are UTC), strict after it. Fields we do not know are kept and written back (pydantic `extra="allow"`).
Our own additions beside Order Desk's: `folder` (a name), `tags`, `currency`, `submissions`, `parent_id`, `splits` (how
many orders were split from it so far).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _map(value: object) -> object:
    """PHP writes an empty map as `[]`."""
    return {} if value is None or value == [] or value == "" else value


def _list(value: object) -> object:
    return [] if value is None or value == "" or value == {} else value


def _text(value: object) -> object:
    """Ids and codes come as numbers or text; they are text here. Never through a float."""
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return value


def _amount(value: object) -> object:
    if value is None or value == "":
        return None
    return value.replace(",", "") if isinstance(value, str) and value.count(",") and "." in value else value


def _time(value: object) -> object:
    """`YYYY-MM-DD HH:MM:SS` without a zone is UTC; the vendor's empty and zero dates are missing."""
    if value in (None, "", "0000-00-00 00:00:00", "0000-00-00"):
        return None
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value.strip().replace(" ", "T", 1).replace("Z", "+00:00"))
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=dt.UTC)
    return value


Words = Annotated[str, BeforeValidator(_text)]
Amount = Annotated[Decimal | None, BeforeValidator(_amount), Field(allow_inf_nan=False)]
When = Annotated[dt.datetime | None, BeforeValidator(_time)]
Entries = Annotated[dict[str, Any], BeforeValidator(_map)]


class Model(BaseModel):
    model_config = ConfigDict(extra="allow", populate_by_name=True)


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
    quantity: Annotated[int, BeforeValidator(lambda v: 1 if v in (None, "") else v)] = 1
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
    date_shipped: When = None
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
    folder_id: int | None = None
    tags: Annotated[list[str], BeforeValidator(_list)] = Field(default_factory=list)
    tag_name: Words = ""
    tag_color: Words = ""
    source_name: Words = ""
    source_id: Words = ""
    shipping_method: Words = ""
    quantity_total: Annotated[int, BeforeValidator(lambda v: 0 if v in (None, "") else v)] = 0
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
    email_count: Annotated[int | None, BeforeValidator(lambda v: None if v in (None, "") else v)] = None
    ip_address: Words = ""
    fulfillment_name: Words = ""
    fulfillment_id: Words = ""
    mail_class: Words = ""
    date_added: When = None
    date_updated: When = None
    shipping: Annotated[Address, BeforeValidator(_map)] = Field(default_factory=Address)
    customer: Annotated[Address, BeforeValidator(_map)] = Field(default_factory=Address)
    return_address: Annotated[ReturnAddress, BeforeValidator(_map)] = Field(default_factory=ReturnAddress)
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
    splits: int = 0

    @property
    def discount_codes(self) -> list[str]:
        return [d.code for d in self.discount_list if d.code.strip()]

    def copy_whole(self) -> Order:
        """A copy that shares nothing that an action may change."""
        return self.model_copy(deep=True)

    def item(self, item_id: str) -> Item | None:
        return next((item for item in self.items if item.id == item_id), None)

    def submission(self, connection: str) -> Submission | None:
        return next((s for s in self.submissions if s.connection == connection), None)


def as_json(model: Model) -> Mapping[str, Any]:
    """Plain data for `events.jsontext.dumps`: Order Desk's names, Decimals as they are."""
    return model.model_dump(mode="python", by_alias=True)
