"""Why an order did not reach a printer: the kinds of failure, which comes first, and the reason each becomes.

Used by the local preparation, by adapters and by simulated answers. Where several things are wrong, the first kind in
`PRECEDENCE` names the event; all failures are kept. An integration may give a kind another reason in its own data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class FailureKind(StrEnum):
    """The value is what `event.kind` holds; rules compare it without regard to case."""

    INVALID_SKU = "InvalidSku"
    NO_PRODUCTS = "NoProducts"
    MISSING_PRINT_DETAILS = "MissingPrintDetails"
    INVALID_ADDRESS = "InvalidAddress"
    OUT_OF_STOCK = "OutOfStock"
    INVALID_ARTWORK = "InvalidArtwork"
    INVALID_SHIPPING_METHOD = "InvalidShippingMethod"
    DUPLICATE = "Duplicate"
    PAYMENT_REQUIRED = "PaymentRequired"
    AUTH_FAILED = "AuthFailed"
    RATE_LIMITED = "RateLimited"
    UNAVAILABLE = "Unavailable"
    UNKNOWN_OUTCOME = "UnknownOutcome"
    REJECTED = "Rejected"
    GENERAL = "General"


PRECEDENCE = (
    FailureKind.AUTH_FAILED,
    FailureKind.RATE_LIMITED,
    FailureKind.UNAVAILABLE,
    FailureKind.NO_PRODUCTS,
    FailureKind.INVALID_SKU,
    FailureKind.MISSING_PRINT_DETAILS,
    FailureKind.INVALID_ARTWORK,
    FailureKind.OUT_OF_STOCK,
    FailureKind.INVALID_ADDRESS,
    FailureKind.INVALID_SHIPPING_METHOD,
    FailureKind.DUPLICATE,
    FailureKind.PAYMENT_REQUIRED,
    FailureKind.UNKNOWN_OUTCOME,
    FailureKind.REJECTED,
    FailureKind.GENERAL,
)

GENERAL_ERROR = "general_error"

_OWN_REASON = {FailureKind.INVALID_SKU: "invalid_sku", FailureKind.NO_PRODUCTS: "no_products"}

REASONS = {kind: _OWN_REASON.get(kind, GENERAL_ERROR) for kind in FailureKind}
"""The reason's id in `{connection}.not_submitted.<reason>`, unless the integration says otherwise."""


@dataclass(frozen=True)
class Failure:
    """One thing that is wrong. `message` names it in the merchant's words; `item_ids` is empty where it is the order's."""

    kind: FailureKind
    message: str
    item_ids: tuple[str, ...] = ()
    provider_code: str = ""


def by_precedence(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """The decisive one first; those of one kind stay in the order they were found in."""
    return tuple(sorted(failures, key=lambda failure: PRECEDENCE.index(failure.kind)))
