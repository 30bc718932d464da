"""When a rule runs, in English: "an order is imported". Called by `sentence` and by the page's index of events."""

from __future__ import annotations

from dataclasses import dataclass

from dsl import ast, printer
from dsl.schema import EventSpec, Schema
from engine.booklet.naming import quoted
from engine.show.words import listed

HAPPENS = {
    "order.imported": "an order is imported",
    "order.created_manually": "an order is created by hand",
    "order.folder_changed": "an order is moved to another folder",
    "order.confirmed": "an order is confirmed by its recipient",
    "order.duplicated": "an order is duplicated",
    "order.split": "an order is split",
    "order.details_changed": "an order's details are edited by hand",
    "order.address_changed": "an order's address is edited by hand",
    "order.posted": "an order has been posted to a web address",
    "order.not_posted": "an order could not be posted to a web address",
    "shipment.added": "a shipment is added to an order",
    "pdf.created": "a PDF is made for an order",
    "email.sent": "an e-mail about an order has been sent",
    "email.not_sent": "an e-mail about an order could not be sent",
}
"""By the event's id; what is not here is said by what it answers, else by its label."""

ANSWERS = {
    "scheduled": "an order is scheduled to be sent to {}",
    "before": "an order is about to be sent to {}",
    "accepted": "an order has been taken by {}",
    "cancelled": "an order has been canceled at {}",
}


@dataclass(frozen=True)
class Occasion:
    """said: with its first word, "when" or "every". it: whether the order may be called "it" after it."""

    said: str
    it: bool


def occasion(event: ast.EventRef, schema: Schema) -> Occasion:
    if isinstance(event, ast.Schedule):
        return Occasion(_schedule(event), True)
    if isinstance(event, ast.Button):
        return Occasion(f"when somebody presses the button {quoted(event.name)} for an order", False)
    name = event.label if isinstance(event, ast.EventLabel) else event.id
    spec = schema.event(name)
    clause = happens(spec, schema) if spec is not None else f"{quoted(name)} happens to an order"
    return Occasion(f"when {clause}", clause.startswith("an order "))


def happens(spec: EventSpec, schema: Schema) -> str:
    if spec.id in HAPPENS:
        return HAPPENS[spec.id]
    connection = schema.connection(spec.connection) if spec.connection else None
    if connection is not None and spec.after == "rejected":
        return f"an order is refused by {connection.label} ({spec.reason_name})"
    if connection is not None and spec.after in ANSWERS:
        return ANSWERS[spec.after].format(connection.label)
    if connection is not None and spec.id.endswith(".not_canceled"):
        return f"an order could not be canceled at {connection.label}"
    return f"{quoted(spec.label)} happens to an order"


def _schedule(event: ast.Schedule) -> str:
    if event.interval is not None:
        often = printer.write(event.interval)
        often = often.removeprefix("1 ") if event.interval.amount == 1 else often
        begin = f"every {often}"
    else:
        day = event.day or "day"
        begin = f"every {day if day == 'day' else day.capitalize()} at {event.at:%H:%M}"
    folders = listed([quoted(folder.value) for folder in event.folders], "or") if event.folders else ""
    return f"{begin}, for each order in the folder {folders}" if folders else begin
