"""How an order changes as a submission goes on, and the event that tells of it.

Called by the dry run with simulated answers and by the worker with real ones, so that both give the same events. Every
function takes an order and returns a copy. `number` is the submission's, which the effect carries; `labels` are the
catalogue's, by event id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from actions.preparing.prepared import Prepared, Refused
from actions.preparing.spec import SubmissionSpec
from dsl.schema import ConnectionSpec
from events.event import Event
from events.failure import Failure, FailureKind
from events.order import Order, Submission, SubmissionState

Answer = tuple[Order, Event]
Labels = Mapping[str, str]

CALLED_OFF = "canceled before it left"
"""What becomes of a submission when a rule cancels it in time, and of that cancellation."""


def before(order: Order, connection: ConnectionSpec, number: int, at: dt.datetime, labels: Labels) -> Answer:
    """The last chance to change what is sent; the order is as it was."""
    return order.copy_whole(), _event(order, connection, "before_submit", number, at, labels)


def accepted(
    order: Order,
    connection: ConnectionSpec,
    number: int,
    provider_order_id: str,
    at: dt.datetime,
    labels: Labels,
    *,
    prepared: Prepared | None = None,
    message: str = "",
) -> Answer:
    """The printer took it. `prepared` says which items were sent."""
    after = _settled(order, connection, number, "accepted", provider_order_id, message)
    event = _event(
        order, connection, "after_submit", number, at, labels,
        provider_order_id=provider_order_id, message=message,
        items=[line.item_id for line in prepared.items] if prepared else [],
    )  # fmt: skip
    return after, event


def refused(
    order: Order,
    connection: ConnectionSpec,
    number: int,
    why: Refused,
    at: dt.datetime,
    labels: Labels,
    *,
    reason_name: str = "",
    provider_order_id: str = "",
) -> Answer:
    """A final failure, found here or told by the printer: exactly one Not Submitted event.

    reason_name: the reason as people say it (`Invalid SKU`); its id where the caller has none.
    """
    after = _settled(order, connection, number, "failed", provider_order_id, why.message)
    decisive = why.failures[0]
    event = _event(
        order, connection, f"not_submitted.{why.reason_id}", number, at, labels,
        provider_order_id=provider_order_id, message=why.message, reason=reason_name or why.reason_id,
        kind=decisive.kind.value, provider_code=decisive.provider_code, items=list(why.items),
    )  # fmt: skip
    return after, event


def cancelled(
    order: Order,
    connection: ConnectionSpec,
    number: int,
    at: dt.datetime,
    labels: Labels,
    *,
    message: str = "",
) -> Answer:
    known = _provider_order_id(order, connection)
    after = _settled(order, connection, number, "cancelled", known, message)
    event = _event(
        order, connection, "after_cancel", number, at, labels, provider_order_id=known, message=message
    )  # fmt: skip
    return after, event


def not_cancelled(
    order: Order, connection: ConnectionSpec, number: int, why: Failure, at: dt.datetime, labels: Labels
) -> Answer:
    """The submission stands as it was."""
    event = _event(
        order, connection, "not_canceled", number, at, labels,
        provider_order_id=_provider_order_id(order, connection), message=why.message, kind=why.kind.value,
        provider_code=why.provider_code,
    )  # fmt: skip
    return order.copy_whole(), event


def simulated(reason_id: str, message: str, order: Order, spec: SubmissionSpec) -> Refused:
    """A refusal as `given podOS rejects because of "Invalid SKU"` wants it, of a kind that gives this reason."""
    kinds = [kind for kind in FailureKind if spec.reason(kind) == reason_id]
    kind = FailureKind.GENERAL if FailureKind.GENERAL in kinds or not kinds else kinds[0]
    items = () if kind is FailureKind.GENERAL else tuple(item.id for item in order.items)
    return Refused((Failure(kind, message, items),), reason_id)


def _event(
    order: Order,
    connection: ConnectionSpec,
    name: str,
    number: int,
    at: dt.datetime,
    labels: Labels,
    **values: str | list[str],
) -> Event:
    event_id = f"{connection.name}.{name}"
    told = {"connection": connection.name, "attempt": Decimal(number), **values}
    return Event(event_id, labels.get(event_id, event_id), order.id, at, told)


def _provider_order_id(order: Order, connection: ConnectionSpec) -> str:
    submission = order.submission(connection.name)
    return submission.provider_order_id if submission else ""


def _settled(
    order: Order,
    connection: ConnectionSpec,
    number: int,
    state: SubmissionState,
    provider_order_id: str,
    message: str,
) -> Order:
    """A copy in which this submission stands so. INVARIANT: the answer to an older one changes no newer one."""
    after = order.copy_whole()
    stands = after.submission(connection.name)
    if stands is not None and stands.number > number:
        return after
    others = [each for each in after.submissions if each.connection != connection.name]
    new = Submission(
        connection=connection.name,
        number=number,
        state=state,
        provider_order_id=provider_order_id,
        message=message,
    )
    after.submissions = [*others, new]
    return after
