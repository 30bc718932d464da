"""What podOS answers, as far as the adapter reads it. What is absent or null is blank; what does not fit is no answer.

Names are podOS's own. Whatever else an answer holds is let pass: a provider adds fields without asking.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from actions.http import Answer

T = TypeVar("T")


def _text(value: object) -> object:
    return "" if value is None else str(value) if isinstance(value, (int, Decimal)) else value


def _many(value: object) -> object:
    return () if value is None else value


def _ref(value: object) -> object:
    """A reference, whether it stands there itself or in a group of its own."""
    if isinstance(value, Mapping):
        return _text(value.get("ref") or value.get("id"))
    return _text(value)


Text = Annotated[str, BeforeValidator(_text)]
Ref = Annotated[str, BeforeValidator(_ref)]
Many = Annotated[tuple[T, ...], BeforeValidator(_many)]


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Money(Shape):
    amount: Decimal | None = None
    currency_code: Text = ""


class Method(Shape):
    """A shipping method; its id is good for one fulfilment of one order."""

    id: Text = ""
    name: Text = ""


class Tracking(Shape):
    courier: Text = ""
    code: Text = ""
    url: Text = ""


class PartItem(Shape):
    item_id: Text = ""
    quantity: int | None = None


class Part(Shape):
    """A fulfilment: what one factory prints and ships."""

    id: Text = ""
    status: Text = ""
    items: Many[PartItem] = ()
    tracking: Tracking | None = None
    shipping_method: Method | None = None
    available_shipping_methods: Many[Method] = ()
    frozen: bool | None = None
    frozen_reasons: Many[Text] = ()


class OrderItem(Shape):
    id: Text = ""
    variant_ref: Text = ""
    quantity: int | None = None


class Order(Shape):
    id: str = Field(min_length=1)
    ref: Text = ""
    status: str = Field(min_length=1)
    merchant_reference: Text = ""
    fulfillments: Many[Part] = ()
    items: Many[OrderItem] = ()
    total_price: Money | None = None

    @property
    def taken(self) -> bool:
        """It was confirmed, whatever became of it since. `new` says neither."""
        return self.status in ("paid", "processing", "complete", "moderation", "refunded")


class Attribute(Shape):
    name: Text = ""
    value: Text = ""


class Application(Shape):
    technology: Text = ""
    placement: Text = ""
    src: Text = ""


class CatalogueVariant(Shape):
    id: str = Field(min_length=1)
    ref: str = Field(min_length=1)
    sku: Text = ""
    attributes: Many[Attribute] = ()
    applications: Many[Application] = ()
    gfn_variant: Ref = ""


class CatalogueProduct(Shape):
    id: Text = ""
    title: Text = ""
    enabled: bool | None = None
    variants: Many[CatalogueVariant] = ()


class BaseProduct(Shape):
    """A blank, as `View Base Products` lists it."""

    id: str = Field(min_length=1)
    ref: str = Field(min_length=1)
    title: Text = ""
    style_code: Text = ""
    material: Text = ""


class BlankVariant(Shape):
    """Not published; the names under which its product may stand are those of podOS's other shapes."""

    id: str = Field(min_length=1)
    ref: Text = ""
    sku: Text = ""
    title: Text = ""
    product: Ref = Field(
        default="",
        validation_alias=AliasChoices("gfnProductRef", "gfnProduct", "productRef", "product", "gfnProductId"),
    )
    attributes: Many[Attribute] = ()


class Shortage(Shape):
    """One item that could not be confirmed."""

    code: Text = ""
    message: Text = ""
    product_title: Text = ""
    variant_ref: Text = ""
    requested_quantity: int | None = None
    available_quantity: int | None = None


class Complaint(Shape):
    """An error's body."""

    code: Text = ""
    message: Text = ""
    errors: Many[Shortage] = ()


S = TypeVar("S", bound=Shape)


def read(shape: type[S], data: object) -> S | None:
    """None where it is something else: a page, half an answer, an error."""
    try:
        return shape.model_validate(data)
    except ValidationError:
        return None


def complaint(answer: Answer) -> Complaint:
    """What an answer says is wrong; blank where it says nothing."""
    found: Any = read(Complaint, answer.json) if isinstance(answer.json, Mapping) else None
    return found or Complaint()
