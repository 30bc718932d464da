"""What preparing a submission gives: what will be sent, or why it cannot be. Plain data.

Made by `actions.preparing.prepare`; shown by a dry run, sent by an adapter, answered by `actions.preparing.answer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from actions.preparing.variants import Variant
from events.failure import Failure

Origin = Literal["metadata", "variation", "inventory"]


@dataclass(frozen=True)
class Print:
    """One print of an item: number 1 is `print_url_1`, or the unnumbered `print_url`. Blank is not given."""

    number: int
    url: str = ""
    location: str = ""
    preview: str = ""


@dataclass(frozen=True)
class Line:
    """One item as it will be sent.

    code: the item's SKU, after Product Code Match. fields: the printer's own item fields that count, by name (with
    Product Code Match done to `print_sku`); where several could name the product, only the most exact one.
    origins: where each field was found. variant: the row of the variant catalogue, where there is one.
    price: for one piece, in the order's currency.
    """

    item_id: str
    code: str
    name: str
    quantity: int
    price: Decimal | None
    fields: Mapping[str, str]
    origins: Mapping[str, Origin]
    prints: tuple[Print, ...] = ()
    variant: Variant | None = None
    variation: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ShippingClass:
    """The printer's method name. `came_from`: it is the printer's own name, the match table's, or the default."""

    value: str
    came_from: Literal["exact", "match", "default"]


@dataclass(frozen=True)
class Asked:
    """What the order itself asks for: what `shipping_class` reads of it, for choosing again among the methods that a printer
    offers once it knows the order."""

    mail_class: str = ""
    shipping_method: str = ""


@dataclass(frozen=True)
class Contact:
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class PostalAddress:
    """`lines` are as many as the printer takes, none blank; `country` in capitals where it is two letters."""

    name: str = ""
    company: str = ""
    lines: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True)
class Prepared:
    """Everything that is known of a submission before the network. `skipped`: why, by item id; those stay on the order."""

    items: tuple[Line, ...]
    shipping_class: ShippingClass
    contact: Contact
    address: PostalAddress
    currency: str = ""
    gift_message: str = ""
    picklist_message: str = ""
    skipped: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    asked: Asked = Asked()
    shipping_total: Decimal | None = None


@dataclass(frozen=True)
class Refused:
    """Why nothing is sent. `failures` holds them all, the decisive one first; `reason_id` is that one's reason.

    items: ids of the items that the failures name. lines: the items that nothing is wrong with. skipped and warnings as
    in `Prepared`.
    """

    failures: tuple[Failure, ...]
    reason_id: str
    lines: tuple[Line, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        return "; ".join(failure.message for failure in self.failures)

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item for failure in self.failures for item in failure.item_ids))
