"""The port to a provider: what the worker asks of an adapter. Adapters do not raise for what the world does.

The only code that speaks HTTP is `actions.http`; an adapter is given its client. Secrets come as `Secret`, which no
repr, log or error prints.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from actions.preparing.prepared import Prepared
from events.outcome import Done, Outcome, ProviderStatus

Steps: TypeAlias = Mapping[str, str]
"""What an adapter has saved of a submission that takes several calls: `{"order_id": "..."}`."""

Idempotency = Literal["native key", "unique reference", "look up first", "none"]


@dataclass(frozen=True)
class Capabilities:
    """evidence: how sure the adapter's facts are; shown wherever it is."""

    two_phase: bool = False
    cancel: bool = False
    status: bool = False
    catalogue: bool = False
    test_mode: bool = False
    idempotency: Idempotency = "look up first"
    evidence: Literal["published", "observed", "unverified"] = "published"


@dataclass(frozen=True)
class Submitting:
    """One submission to be sent.

    reference: our order and submission number, sent as the provider's external reference; found again by reconcile.
    key: idempotency key. saved: what earlier attempts saved; `save` stores more, durably, before the next call.
    """

    prepared: Prepared
    reference: str
    key: str
    saved: Steps
    save: Callable[[Steps], None]


@dataclass(frozen=True)
class NotFound:
    """Reconciled: the provider surely does not have it, so it may be sent."""


class Memory(Protocol):
    """What an adapter remembers from one order to the next, durably: a product that it made for an artwork."""

    def recall(self, name: str) -> str | None: ...

    def remember(self, name: str, value: str) -> None: ...


class Provider(Protocol):
    """One connection's adapter, with its settings and credentials."""

    @property
    def capabilities(self) -> Capabilities: ...

    def check(self) -> Outcome:
        """A cheap read that shows whether credentials, tenant and plan are right."""

    def submit(self, work: Submitting) -> Outcome:
        """All phases; resumes from `work.saved`."""

    def reconcile(self, work: Submitting, since: dt.datetime) -> Done | NotFound | Outcome:
        """After an unknown outcome: does the provider have it? RetryAfter and NeedsReview where that cannot be told."""

    def status(self, provider_order_id: str) -> ProviderStatus | Outcome: ...

    def cancel(self, provider_order_id: str) -> Outcome: ...
