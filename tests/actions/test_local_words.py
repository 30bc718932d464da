"""Folder, tags, notes, `raise` and `stop`: what a rule says about an order without changing what is in it."""

from __future__ import annotations

import datetime as dt

from actions.work import Caused
from tests.actions.local_orders import NOW, do, order


def test_a_move_changes_the_folder_and_causes_the_event() -> None:
    o = order()
    done = do(o, "move to folder", args={"folder": "In production"})
    assert done.outcome == "done"
    assert (o.folder, o.folder_id) == ("In production", None)
    moved = {"from": "New", "to": "In production"}
    assert done.caused == (Caused("order.folder_changed", "1001", moved),)


def test_a_move_knows_the_folders_number_where_it_is_given() -> None:
    o = order()
    do(o, "move to folder", args={"folder": "Shipped", "folder_id": 40112})
    assert o.folder_id == 40112


def test_a_move_to_where_the_order_is_is_not_done() -> None:
    o = order()
    done = do(o, "move to folder", args={"folder": "new "})
    assert (done.outcome, done.reason, done.caused) == ("not done", 'the order is already in "New"', ())
    assert (o.folder, o.folder_id) == ("New", 1)


def test_the_first_move_comes_from_nowhere() -> None:
    done = do(order(folder=""), "move to folder", args={"folder": "New"})
    assert done.caused[0].values == {"from": None, "to": "New"}


def test_a_tag_is_added_once() -> None:
    o = order(tags=["b2b"])
    assert do(o, "add tag", tag=" rush ").outcome == "done"
    again = do(o, "add tag", tag="RUSH")
    assert (again.outcome, again.reason) == ("not done", 'the order already has the tag "RUSH"')
    assert o.tags == ["b2b", "rush"]


def test_order_desks_own_tag_is_a_member_too() -> None:
    o = order(tag_name="Rush", tag_color="red", tags=["Rush", "b2b"])
    assert do(o, "add tag", tag="rush").outcome == "not done"
    assert do(o, "remove tag", tag="rush").outcome == "done"
    assert (o.tags, o.tag_name, o.tag_color) == (["b2b"], "", "")


def test_removing_another_tag_leaves_order_desks_own() -> None:
    o = order(tag_name="Rush", tag_color="red", tags=["Rush", "b2b"])
    do(o, "remove tag", tag="B2B")
    assert (o.tags, o.tag_name, o.tag_color) == (["Rush"], "Rush", "red")


def test_a_tag_that_is_not_there_is_not_removed() -> None:
    done = do(order(), "remove tag", tag="rush")
    assert (done.outcome, done.reason) == ("not done", 'the order does not have the tag "rush"')


def test_a_missing_tag_is_not_done() -> None:
    for verb in ("add tag", "remove tag"):
        assert do(order(), verb, tag=None).reason == "the tag is missing"
        assert do(order(), verb, tag="  ").reason == "the tag is missing"


def test_a_note_has_the_events_time_and_our_name() -> None:
    o = order()
    assert do(o, "add note", text="podOS said: TEE-1 is not known").outcome == "done"
    [note] = o.notes
    assert (note.content, note.username) == ("podOS said: TEE-1 is not known", "Ordinance")
    assert note.date_added == NOW
    assert note.date_added.tzinfo is dt.UTC


def test_a_note_without_text_is_not_done() -> None:
    o = order()
    assert do(o, "add note", text=None).reason == "the note's text is missing"
    assert o.notes == []


def test_raise_causes_the_event_and_stop_changes_nothing() -> None:
    o = order()
    before = o.copy_whole()
    done = do(o, "raise", args={"event_id": "shop.artwork_approved"})
    assert (done.outcome, done.caused) == ("done", (Caused("shop.artwork_approved", "1001"),))
    assert do(o, "stop").outcome == "done"
    assert o == before
