"""How a case shows what was decided, for turns written by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from actions.work import DONE, Done
from engine.decision import ActionRecord, Turn
from engine.form import Act
from events.effect import Effect
from events.event import Event
from events.order import Item, Order
from tests.shown import sections

AT = dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)


def order(order_id: str, folder: str, **more: object) -> Order:
    return Order.model_validate({"id": order_id, "folder": folder, **more})


def event(label: str, order_id: str = "1001", **values: object) -> Event:
    return Event("x", label, order_id, AT, values)


def action(rule: str, act: Act, done: Done, target: str = "order") -> ActionRecord:
    return ActionRecord(rule, act, target, done, {})


NEW, PARKED = order("1001", "New"), order("1001", "Parked", tags=["late"])
PART = order("1001-1", "New", order_items=[Item(id="2")], order_total=Decimal("12.50"))
PART_SENT = order("1001-1", "Sent", order_items=[Item(id="2")], order_total=Decimal("12.50"))

CHAIN = (
    Turn(
        event("Order is Imported"),
        NEW,
        PARKED,
        fired=("Park", "Divide"),
        actions=(
            action("Park", Act("move to folder", 'move to folder "Parked"'), DONE),
            action("Park", Act("add tag", 'add tag "b2b"'), Done("not done", "it is there")),
            action("Divide", Act("set", ""), Done("not done", "the value is missing"), "item 7"),
        ),
        effects=(
            Effect("submit", "1001", "Park", "podos", 1),
            Effect("post", "1001", "Park", values={"url": "u"}),
        ),
        born=(PART,),
    ),
    Turn(event("Folder is Changed", **{"from": "New", "to": "Parked"}), PARKED, PARKED, 0, fired=("File",)),
    Turn(
        event("Order is Split", "1001-1"),
        PART,
        PART_SENT,
        0,
        fired=("Send",),
        effects=(Effect("cancel", "1001-1", "Send", "pov", 1),),
        problems=("loop\nstopped",),
    ),
)


def test_titles_say_which_event_and_order_where_it_was_not_the_first() -> None:
    assert (
        sections(CHAIN)["fired"] == "Park\nDivide\nFile [Folder is Changed]\nSend [Order is Split, 1001-1]\n"
    )


def test_changes_are_over_the_whole_chain_and_a_new_order_has_a_line() -> None:
    assert sections(CHAIN)["changes"].splitlines() == [
        '1001-1 is born: folder "New", items ["2"], order_total 12.50',
        'folder: "New" -> "Parked"',
        'tags: null -> ["late"]',
        '1001-1 folder: "New" -> "Sent"',
    ]


def test_effects_events_problems_and_what_was_not_done_have_a_line_each() -> None:
    shown = sections(CHAIN)
    assert shown["effects"] == 'submit to podos\npost url "u"\ncancel at pov [1001-1]\n'
    assert shown["events"] == 'Folder is Changed: from "New", to "Parked"\nOrder is Split [1001-1]\n'
    assert shown["problems"] == "loop stopped\n"
    assert shown["not done"] == 'add tag "b2b": it is there\nset (item 7): the value is missing\n'


def test_where_nothing_came_of_it_every_section_is_empty() -> None:
    shown = sections((Turn(event("Order is Imported"), NEW, NEW),))
    assert shown == dict.fromkeys(shown, "")
