"""What became of an effect, as data: the world's failures are outcomes, never exceptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from events.failure import Failure


@dataclass(frozen=True)
class Done:
    """It happened, exactly once. `provider_order_id` for a submission; values: what an answer event may carry."""

    provider_order_id: str = ""
    message: str = ""
    charged: Decimal | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RetryAfter:
    """It surely did not happen, and may later. `seconds` where the provider said how long; `pause`: the whole connection
    waits (credentials, a limit)."""

    failure: Failure
    seconds: float | None = None
    pause: bool = False


@dataclass(frozen=True)
class Unknown:
    """It may have happened: a time-out after the request left, half an answer. Reconciled first, never repeated blindly."""

    failure: Failure


@dataclass(frozen=True)
class NeedsReview:
    """It cannot be told whether it happened, or it must not be tried again without a person."""

    failure: Failure


@dataclass(frozen=True)
class Failed:
    """It did not happen and will not: final. The decisive failure first."""

    failures: tuple[Failure, ...]


Outcome: TypeAlias = Done | RetryAfter | Unknown | NeedsReview | Failed

ProviderState: TypeAlias = Literal[
    "draft", "accepted", "on_hold", "in_production", "partially_shipped", "shipped", "delivered", "cancelled",
    "rejected", "unknown",
]  # fmt: skip
"""The canonical states of an order at a provider."""


@dataclass(frozen=True)
class ProviderShipment:
    """One parcel. `items`: our item ids where the provider says which; `id`: the provider's own, for telling repeats."""

    id: str
    tracking_number: str
    carrier: str = ""
    method: str = ""
    tracking_url: str = ""
    shipped_at: dt.datetime | None = None
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProviderStatus:
    state: ProviderState
    provider_order_id: str
    shipments: tuple[ProviderShipment, ...] = ()
    reasons: tuple[str, ...] = ()
    message: str = ""
