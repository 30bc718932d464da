"""A provider's words for states and parcels, in ours."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from actions.declarative.spec import Reading
from actions.declarative.standing import standing

WORDS = {
    "new": "draft", "taken": "accepted", "making": "in_production", "stuck": "on_hold", "sent": "shipped", "off": "cancelled",
}  # fmt: skip
READING = Reading.model_validate(
    {
        "calls": "read",
        "state": "{read.state}",
        "states": WORDS,
        "reason": "{read.why}",
        "lines": {"for_each": {"line": "{read.lines}"}, "state": "{line.state}"},
        "shipments": {
            "for_each": {"parcel": "{read.parcels}"},
            "id": "{parcel.id}",
            "tracking_number": "{parcel.number}",
            "carrier": "{parcel.carrier}",
            "shipped_at": "{parcel.at}",
            "items": {"for_each": {"line": "{parcel.lines}"}, "give": "{line.ref}"},
        },
    }
)


def read(**said: Any) -> Any:
    return standing(READING, "7", {"read": said})


@pytest.mark.parametrize(
    ("state", "lines", "expected"),
    [
        ("Taken", [], "accepted"),
        ("new", ["sent"], "draft"),
        ("making", ["making", "making"], "in_production"),
        ("taken", ["taken", "making"], "in_production"),
        ("making", ["sent", "making"], "partially_shipped"),
        ("making", ["sent", "sent"], "shipped"),
        ("making", ["sent", "off"], "shipped"),
        ("making", ["sent", "stuck"], "on_hold"),
        ("making", ["what?"], "in_production"),
        ("off", ["sent"], "cancelled"),
        ("sent", ["making"], "shipped"),
        ("abducted", [], "unknown"),
        ("", [], "unknown"),
    ],
)
def test_the_state_is_the_orders_and_its_lines_know_it_more_closely(
    state: str, lines: list[str], expected: str
) -> None:
    assert read(state=state, lines=[{"state": each} for each in lines]).state == expected


def test_an_order_on_hold_says_why_or_at_least_what_the_provider_calls_it() -> None:
    assert read(state="stuck", why="artwork unclear").reasons == ("artwork unclear",)
    assert read(state="stuck").reasons == ("the provider says `stuck`",)
    assert read(state="making", lines=[{"state": "stuck"}]).reasons == (
        "the provider says `stuck` of an item",
    )


def test_parcels_are_told_once_each_with_our_items() -> None:
    parcel = {
        "id": 5,
        "number": "1Z",
        "carrier": "UPS",
        "at": "2026-03-02",
        "lines": [{"ref": "101"}, {"ref": 102}],
    }
    (found,) = read(state="sent", parcels=[parcel, parcel, {"carrier": "UPS"}]).shipments
    assert (found.id, found.tracking_number, found.carrier, found.items) == ("5", "1Z", "UPS", ("101", "102"))
    assert found.shipped_at == dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def test_a_parcel_without_an_id_goes_by_its_number() -> None:
    (found,) = read(state="sent", parcels={"number": "1Z", "at": "yesterday"}).shipments
    assert (found.id, found.shipped_at) == ("1Z", None)


@pytest.mark.parametrize("strange", [None, [], "x", 3, {"parcels": 3, "lines": "x", "state": []}])
def test_whatever_is_answered_is_a_status(strange: Any) -> None:
    assert standing(READING, "7", {"read": strange}).state == "unknown"
