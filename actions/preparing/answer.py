"""How an order changes as a submission goes on, and the event that tells of it.

Called by the dry run with simulated answers and by the worker with real ones, so that both give the same events. Every
function takes an order and returns a copy. Labels are the catalogue's, found by the caller.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from actions.preparing.prepared import Prepared, Refused
from actions.preparing.spec import SubmissionSpec
from dsl.schema import ConnectionSpec
from events.event import Event
from events.failure import Failure, FailureKind
from events.order import Order, Submission, SubmissionState

Answer = tuple[Order, Event]


def before(
    order: Order,
    connection: ConnectionSpec,
    number: int,
    at: dt.datetime,
    labels: Mapping[str, str],
    attempt: int = 1,
) -> Answer:
    """`Before Order Submitted`: the last chance to change what is sent."""
    return order.copy_whole(), _event(order, connection, "before_submit", at, labels, attempt=attempt)


def accepted(
    order: Order,
    connection: ConnectionSpec,
    number: int,
    provider_order_id: str,
    at: dt.datetime,
    labels: Mapping[str, str],
    *,
    prepared: Prepared | None = None,
    message: str = "",
    attempt: int = 1,
) -> Answer:
    after = _settled(order, connection, number, "accepted", provider_order_id, message)
    items = [line.item_id for line in prepared.items] if prepared else []
    event = _event(
        order, connection, "after_submit", at, labels,
        message=message, provider_order_id=provider_order_id, items=items, attempt=attempt,
    )  # fmt: skip
    return after, event


def refused(
    order: Order,
    connection: ConnectionSpec,
    number: int,
    why: Refused,
    at: dt.datetime,
    labels: Mapping[str, str],
    *,
    attempt: int = 1,
) -> Answer:
    """A final failure, found here or told by the printer: exactly one Not Submitted event."""
    after = _settled(order, connection, number, "failed", "", why.message)
    decisive = why.failures[0] if why.failures else Failure(FailureKind.GENERAL, "")
    event = _event(
        order, connection, f"not_submitted.{why.reason_id}", at, labels,
        message=why.message, reason=why.reason_id, kind=str(decisive.kind), provider_code=decisive.provider_code,
        items=why.items, attempt=attempt,
    )  # fmt: skip
    return after, event


def cancelled(
    order: Order,
    connection: ConnectionSpec,
    number: int,
    at: dt.datetime,
    labels: Mapping[str, str],
    *,
    message: str = "",
) -> Answer:
    after = _settled(order, connection, number, "cancelled", _provider_order_id(order, connection), message)
    return after, _event(order, connection, "after_cancel", at, labels, message=message)


def not_cancelled(
    order: Order,
    connection: ConnectionSpec,
    number: int,
    message: str,
    at: dt.datetime,
    labels: Mapping[str, str],
) -> Answer:
    """The submission stands as it was."""
    return order.copy_whole(), _event(order, connection, "not_canceled", at, labels, message=message)


def simulated(reason_id: str, message: str, order: Order, spec: SubmissionSpec) -> Refused:
    """A refusal as `given podOS rejects because of "Invalid SKU"` wants it, with the kind that gives this reason."""
    kinds = [kind for kind in FailureKind if spec.reason(kind) == reason_id]
    kind = FailureKind.GENERAL if FailureKind.GENERAL in kinds or not kinds else kinds[0]
    items = () if kind is FailureKind.GENERAL else tuple(item.id for item in order.items)
    return Refused((Failure(kind, message, items),), reason_id)


def _event(
    order: Order,
    connection: ConnectionSpec,
    name: str,
    at: dt.datetime,
    labels: Mapping[str, str],
    *,
    message: str = "",
    reason: str = "",
    kind: str = "",
    provider_order_id: str | None = None,
    provider_code: str = "",
    items: Sequence[str] = (),
    attempt: int = 1,
) -> Event:
    event_id = f"{connection.name}.{name}"
    if provider_order_id is None:
        provider_order_id = _provider_order_id(order, connection)
    values = {
        "message": message,
        "reason": reason,
        "kind": kind,
        "connection": connection.name,
        "provider_order_id": provider_order_id,
        "provider_code": provider_code,
        "items": list(items),
        "attempt": Decimal(attempt),
    }
    return Event(event_id, labels.get(event_id, event_id), order.id, at, values)


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
    """A copy whose submission of this number stands so. INVARIANT: an answer to an older submission changes no newer one."""
    after = order.copy_whole()
    newest = after.submission(connection.name)
    if newest is None:
        newest = Submission(connection=connection.name, number=number)
        after.submissions.append(newest)
    if newest.number <= number:
        newest.number = number
        newest.state = state
        newest.provider_order_id = provider_order_id
        newest.message = message
    return after
