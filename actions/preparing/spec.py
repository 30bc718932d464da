"""What a printer asks of a submission, as data: the integration's own `submission.yaml`.

Read by `prepare` and by adapters; a private printer carries the same mapping in its file of the ruleset folder.
Reasons, item fields and address limits are the printer's own; how they are applied is written once, in the steps here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

from events.failure import REASONS, FailureKind

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ItemField(Part):
    """One field that makes an item printable, found in item metadata, the variation or the inventory.

    column: the id column of the variant catalogue that holds its values. by_variation: it names a product, whose variant
    is picked by the item's variation data. artwork: what it names is printed with the item's own artwork.
    """

    name: str
    column: Literal["variant_id", "gfn_variant_id", "gfn_product_id"] | None = None
    by_variation: bool = False
    artwork: bool = False


class Items(Part):
    """need: `all` of the fields, or `any` of them, where the first present in the order written wins.

    absent: an item without them is skipped (it is not for this printer), or the order is refused.
    """

    need: Literal["all", "any"]
    fields: tuple[ItemField, ...] = Field(min_length=1)
    absent: Literal["skip", "refuse"]


class Prints(Part):
    """The fields of one print; numbered ones (`print_url_2`) make several prints of an item."""

    url: str = "print_url"
    location: str = "print_location"
    preview: str = "print_preview"


ContactField = Literal["email", "phone"]
AddressField = Literal["name", "company", "address1", "city", "state", "postal_code", "country", "phone"]


class AddressRules(Part):
    """required: refused without it. expected: sent without it, with a warning. lines: how many address lines the printer
    takes (the rest are joined into the last). line_length: the longest line; single_line_length: where there is one."""

    required: tuple[AddressField, ...] = ()
    expected: tuple[AddressField, ...] = ()
    state_required_in: tuple[str, ...] = ()
    iso_country: bool = False
    lines: Annotated[int, Field(ge=1, le=4)] | None = None
    line_length: Annotated[int, Field(gt=0)] | None = None
    single_line_length: Annotated[int, Field(gt=0)] | None = None


class Limits(Part):
    """The most that the printer takes in one order: lines, and pieces of all lines together."""

    items: Annotated[int, Field(gt=0)] | None = None
    quantity: Annotated[int, Field(gt=0)] | None = None


class SubmissionSpec(Part):
    """reasons: kinds whose reason differs from `events.failure.REASONS`. shipping_methods: the printer's fixed method
    names, where it has any. email_expected: warn where the order has no e-mail address. contact_required: refused without it,
    the customer's own phone counting; a connection may have a `contact_email` for orders without."""

    items: Items
    prints: Prints = Prints()
    address: AddressRules = AddressRules()
    limits: Limits = Limits()
    email_expected: bool = False
    contact_required: tuple[ContactField, ...] = ()
    shipping_methods: tuple[str, ...] = ()
    reasons: Mapping[FailureKind, str] = Field(default_factory=dict)

    def reason(self, kind: FailureKind) -> str:
        return self.reasons.get(kind, REASONS[kind])


@lru_cache
def submission_spec(integration: str) -> SubmissionSpec | None:
    """The spec that ships with an integration; None where orders are not submitted to it."""
    if not _NAME.fullmatch(integration):
        return None
    file = files("actions.integrations").joinpath(integration, "submission.yaml")
    if not file.is_file():
        return None
    return SubmissionSpec.model_validate(YAML(typ="safe").load(file.read_text(encoding="utf-8")))
