"""What every store does with orders, history, journal, chains and notes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from decimal import Decimal

import pytest

from events.store import Change, Commit, Conflict, HistoryLine, Known, Store, Stored
from tests.events.stores.given import (
    LEASE,
    T0,
    asked,
    at,
    effect,
    entry,
    event,
    imported,
    line,
    order,
    settled,
    states,
)


def test_an_empty_store_knows_nothing(store: Store) -> None:
    assert not store.knows("in 1001")
    assert store.order("1001") is None
    assert list(store.orders()) == []
    assert store.find("Shopify", "7") is None
    assert store.history("1001") == ()
    assert store.journal("1001") == ()
    assert store.blob("d") is None
    assert store.chain("c") is None
    assert store.note("n") is None
    assert store.entry(1) is None
    assert list(store.entries()) == []
    assert store.claim("a", T0, LEASE) is None
    assert store.forget("1001") is False


def test_a_commit_is_there_as_a_whole(store: Store) -> None:
    new = order(order_total="19.90", order_metadata={"a": "b"}, extra={"x": Decimal("1.50")})
    store.commit(
        Commit(
            "key",
            event(),
            (Change(new, None),),
            history=(line(), line(what="added tag late")),
            effects=(effect("e1"), effect("e2", connection=None)),
            journal=entry(),
            blobs={"digest": b"\x00rules"},
            chain=("c", '{"fired": {}}'),
        )
    )
    assert store.knows("key")
    assert store.order("1001") == Stored(new, 1)
    assert [found.what for found in store.history("1001")] == ["moved to folder Shipped", "added tag late"]
    assert list(store.history("1001")) == [line(), line(what="added tag late")]
    assert list(store.journal("1001")) == [entry()]
    assert store.blob("digest") == b"\x00rules"
    assert store.chain("c") == ('{"fired": {}}', 1)
    first, second = store.entries()
    assert (first.id, first.new, first.state, first.due) == (1, effect("e1"), "waiting", T0)
    assert (first.attempts, dict(first.saved), first.message) == ((), {}, "")
    assert (second.id, second.new) == (2, effect("e2", connection=None))
    assert store.entry(2) == second


def test_an_order_in_the_store_is_nobodys_working_copy(store: Store) -> None:
    mine = order()
    store.commit(imported(mine))
    mine.folder = "Elsewhere"
    found = store.order("1001")
    assert found is not None
    assert found.order.folder == "New"
    found.order.tags.append("mine")
    again = store.order("1001")
    assert again is not None
    assert again.order.tags == []


def test_an_event_is_handled_once(store: Store) -> None:
    store.commit(imported(order(), "key", effect("e1")))
    again = dataclasses.replace(imported(order("1002"), "key", effect("e2")), history=(line("1002"),))
    with pytest.raises(Known, match="`key` was handled before"):
        store.commit(again)
    assert store.order("1002") is None
    assert states(store) == {"e1": "waiting"}
    assert store.history("1002") == ()


def test_a_known_key_is_told_before_a_conflict(store: Store) -> None:
    store.commit(imported(order(), "key"))
    with pytest.raises(Known):
        store.commit(imported(order(), "key"))


def test_an_order_is_written_on_the_version_that_was_read(store: Store) -> None:
    store.commit(imported(order()))
    for number in (1, 2):
        store.commit(Commit(f"change {number}", event(), (Change(order(folder=f"F{number}"), number),)))
    assert store.order("1001") == Stored(order(folder="F2"), 3)
    for stale in (1, 2, 4):
        with pytest.raises(Conflict, match="order 1001 was changed by somebody else"):
            store.commit(Commit("late", event(), (Change(order(folder="Lost"), stale),)))
    with pytest.raises(Conflict):
        store.commit(imported(order(), "as new"))
    with pytest.raises(Conflict):
        store.commit(Commit("no such", event(), (Change(order("1002"), 1),)))
    assert store.order("1001") == Stored(order(folder="F2"), 3)
    assert not store.knows("late")
    assert not store.knows("as new")


def test_an_order_that_changes_folder_and_number_is_found_by_the_new_ones(store: Store) -> None:
    store.commit(imported(order(source_name="Shopify", source_id="7")))
    moved = order(folder="Old", source_name="Woo", source_id="8")
    store.commit(Commit("move", event(), (Change(moved, 1),)))
    assert [s.order.folder for s in store.orders(folder="Old")] == ["Old"]
    assert list(store.orders(folder="New")) == []
    assert store.find("Woo", "8") == Stored(moved, 2)
    assert store.find("Shopify", "7") is None


def test_two_changes_of_one_order_in_one_commit_are_one_too_many(store: Store) -> None:
    with pytest.raises(Conflict):
        store.commit(Commit("key", event(), (Change(order(), None), Change(order(), None))))
    assert store.order("1001") is None


BREAKING = {
    "an order's version": lambda c: dataclasses.replace(c, changes=(*c.changes, Change(order("1003"), 5))),
    "a chain's version": lambda c: dataclasses.replace(c, chain=("c", "{}"), chain_version=7),
    "an effect's key": lambda c: dataclasses.replace(c, effects=(*c.effects, effect("used"))),
    "an effect's key twice": lambda c: dataclasses.replace(c, effects=(effect("two"), effect("two"))),
    "an effect nobody holds": lambda c: dataclasses.replace(c, settles=settled("", 1).settles),
}


@pytest.mark.parametrize("what", BREAKING)
def test_a_commit_that_is_refused_half_way_leaves_nothing(store: Store, what: str) -> None:
    store.commit(imported(order("1000"), "before", effect("used", "1000"), chain=("c", "[]")))
    whole = Commit(
        "key",
        event(),
        (Change(order(), None), Change(order("1000", folder="Lost"), 1)),
        (line(), line("1000")),
        (effect("fresh"),),
        entry(),
        {"digest": b"x"},
    )
    with pytest.raises(Conflict):
        store.commit(BREAKING[what](whole))
    assert not store.knows("key")
    assert store.order("1001") is None
    assert store.order("1000") == Stored(order("1000"), 1)
    assert store.history("1000") == ()
    assert store.history("1001") == ()
    assert store.journal("1001") == ()
    assert states(store) == {"used": "waiting"}
    assert store.blob("digest") is None
    assert store.chain("c") == ("[]", 1)
    store.commit(whole)
    assert store.entry(2) is not None
    assert store.order("1000") == Stored(order("1000", folder="Lost"), 2)


def test_an_error_of_ours_half_way_leaves_nothing(store: Store) -> None:
    broken = imported(order(), "key", effect("e"), history=(line(), None))  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        store.commit(broken)
    with pytest.raises(AttributeError):
        store.commit_many([imported(order("1002")), broken])
    assert not store.knows("key")
    assert list(store.orders()) == []
    assert states(store) == {}
    assert store.history("1001") == ()
    store.commit(imported(order(), "key", effect("e")))


def test_several_commits_at_once_are_each_for_itself(store: Store) -> None:
    answers = store.commit_many(
        [
            imported(order("1"), "a", effect("e1", "1")),
            imported(order("2"), "a"),
            imported(order("1"), "b"),
            imported(order("3"), "c", effect("e1", "3")),
            Commit("d", event("1"), (Change(order("1", folder="Two"), 1),)),
        ]
    )
    assert [type(answer) for answer in answers] == [type(None), Known, Conflict, Conflict, type(None)]
    assert [(s.order.id, s.order.folder, s.version) for s in store.orders()] == [("1", "Two", 2)]
    assert store.knows("a")
    assert not store.knows("b")
    assert not store.knows("c")
    assert store.knows("d")
    assert states(store) == {"e1": "waiting"}
    assert list(store.commit_many([])) == []


def test_orders_come_in_the_order_of_their_first_commit(store: Store) -> None:
    for order_id in ("9", "10", "a", "1"):
        store.commit(imported(order(order_id, folder="Odd" if order_id in "91" else "New")))
    store.commit(Commit("again", event("9"), (Change(order("9", folder="Odd"), 1),)))
    assert [s.order.id for s in store.orders()] == ["9", "10", "a", "1"]
    assert [s.order.id for s in store.orders(folder="Odd")] == ["9", "1"]
    assert [s.order.id for s in store.orders(folder="odd")] == []
    assert [s.order.id for s in store.orders(ids=["1", "nobody", "10", "1"])] == ["10", "1"]
    assert [s.order.id for s in store.orders(ids=["1", "10"], folder="Odd")] == ["1"]
    assert list(store.orders(ids=[])) == []


def test_orders_may_be_changed_while_they_are_gone_through(store: Store) -> None:
    """A schedule's sweep; more of them than a store reads at a time."""
    store.commit_many([imported(order(str(n))) for n in range(250)])
    seen = []
    for stored in store.orders(folder="New"):
        seen.append(stored.order.id)
        moved = order(stored.order.id, folder="Swept")
        store.commit(Commit(f"sweep {stored.order.id}", event(), (Change(moved, stored.version),)))
    assert seen == [str(n) for n in range(250)]
    assert list(store.orders(folder="New")) == []


def test_the_carts_own_number_finds_the_first_order_that_has_it(store: Store) -> None:
    store.commit(imported(order("1", source_name="Shopify", source_id="77")))
    store.commit(imported(order("2", source_name="Woo", source_id="77")))
    store.commit(imported(order("1-2", source_name="Shopify", source_id="77", parent_id="1")))
    store.commit(imported(order("3")))
    found = [
        store.find(name, number)
        for name, number in (("Shopify", "77"), ("Woo", "77"), ("Woo", "7"), ("", ""))
    ]
    assert [None if s is None else s.order.id for s in found] == ["1", "2", None, None]


def test_ids_are_told_apart_to_the_letter(store: Store) -> None:
    ids = [
        "abc",
        "ABC",
        "a/b",
        "a-b",
        "../x",
        "",
        "#1",
        "é",
        "e\u0301",
        " 1",
        "con",
        "x" * 300,
        "a\0b",
        "%2e",
        ".",
    ]
    for order_id in ids:
        store.commit(imported(order(order_id), history=(line(order_id),), journal=entry(order_id)))
    assert [s.order.id for s in store.orders()] == ids
    for order_id in ids:
        found = store.order(order_id)
        assert found is not None
        assert found.order.id == order_id
        assert [one.order_id for one in store.history(order_id)] == [order_id]
        assert [one.order_id for one in store.journal(order_id)] == [order_id]
        assert store.knows(f"in {order_id}")
    assert not store.knows("in aBC")


def test_forgetting_takes_all_but_the_keys(store: Store) -> None:
    secret = effect("mail", connection=None)
    store.commit(imported(order(source_name="Shopify", source_id="7"), "key", secret, effect("sent")))
    store.commit(imported(order("1002"), "other", effect("theirs", "1002")))
    store.commit(Commit("more", event(), history=(line(), line("1002")), journal=entry()))
    for number, key in ((1, "s1"), (2, "s2")):
        assert store.claim("a", T0, LEASE) is not None
        store.begin(number, "a", T0)
        store.commit(settled(key, number))
    assert store.forget("1001") is True
    assert store.order("1001") is None
    assert store.find("Shopify", "7") is None
    assert store.history("1001") == ()
    assert store.journal("1001") == ()
    assert store.entry(1) is None
    assert states(store) == {"theirs": "waiting"}
    assert list(store.entries(order_id="1001")) == []
    assert len(store.history("1002")) == 1
    assert store.forget("1001") is False
    assert store.knows("key")
    with pytest.raises(Known):
        store.commit(imported(order(), "key"))
    with pytest.raises(Conflict, match="`sent` was asked for before"):
        store.commit(imported(order(), "by hand", effect("sent")))
    store.commit(imported(order(), "by hand", effect("new one")))
    assert store.order("1001") == Stored(order(), 1)
    assert [s.order.id for s in store.orders()] == ["1002", "1001"]
    assert [found.id for found in store.entries()] == [3, 4]


@pytest.mark.parametrize("state", ["waiting", "working", "review"])
def test_an_order_with_something_to_be_sent_is_not_forgotten(store: Store, state: str) -> None:
    store.commit(imported(order(), "key", effect("e")))
    if state != "waiting":
        store.claim("a", T0, LEASE)
    if state == "review":
        store.review(1, "a", "look", T0)
    assert states(store) == {"e": state}
    with pytest.raises(Conflict, match="order 1001 still has something to be sent"):
        store.forget("1001")
    assert store.order("1001") is not None


def test_history_and_journal_grow_in_order(store: Store) -> None:
    for number in range(12):
        store.commit(
            Commit(
                f"k{number}",
                event(),
                history=(line(what=str(number), minutes=-number),),
                journal=entry(number=number),
            )
        )
    assert [one.what for one in store.history("1001")] == [str(n) for n in range(12)]
    assert [one.id for one in store.journal("1001")] == [f"d{n}" for n in range(12)]


def test_texts_come_back_to_the_letter(store: Store) -> None:
    odd = 'two\nlines\r\n\ttab "quoted" \\ \u2028 \0 é 日本 😀'
    told = HistoryLine("1001", at(1.5), odd, odd, odd, odd, odd)
    kept = dataclasses.replace(entry(), event=odd, orders=odd, chain=odd, context=odd, lines=odd)
    store.commit(Commit(odd, event(), history=(told,), journal=kept, chain=(odd, odd)))
    assert list(store.history("1001")) == [told]
    assert list(store.journal("1001")) == [kept]
    assert store.chain(odd) == (odd, 1)
    assert store.knows(odd)
    store.set_note(odd, odd)
    assert store.note(odd) == odd


def test_half_a_character_is_no_reason_to_lose_anything(store: Store) -> None:
    """A provider's broken answer: `"\\ud83d"` cut in the middle of a smiley."""
    broken = "cut \ud83d"
    store.commit(
        imported(
            order(email=broken), broken, effect("e"), history=(line(what=broken),), chain=(broken, broken)
        )
    )
    assert store.claim("a", T0, LEASE) is not None
    store.save(1, "a", {"answer": broken})
    store.postpone(1, "a", at(1), "retry", broken, T0)
    store.set_note("n", broken)
    assert store.knows(broken)
    for text in (store.history("1001")[0].what, store.entries()[0].message, store.note("n")):
        assert text in (broken, "cut \\ud83d")


def test_a_blob_is_kept_as_it_first_came(store: Store) -> None:
    store.commit(Commit("1", event(), blobs={"d": b"first", "empty": b""}))
    store.commit(Commit("2", event(), blobs={"d": b"second", "e": b"\xff"}))
    assert [store.blob(digest) for digest in ("d", "e", "empty")] == [b"first", b"\xff", b""]


def test_a_chain_goes_on_from_where_it_was_read(store: Store) -> None:
    store.commit(Commit("1", event(), chain=("c", "one")))
    with pytest.raises(Conflict, match="the chain `c` went on"):
        store.commit(Commit("2", event(), chain=("c", "lost"), chain_version=0))
    store.commit(Commit("2", event(), chain=("c", "two"), chain_version=1))
    with pytest.raises(Conflict):
        store.commit(Commit("3", event(), chain=("c", "lost"), chain_version=1))
    with pytest.raises(Conflict):
        store.commit(Commit("3", event(), chain=("other", "lost"), chain_version=2))
    assert store.chain("c") == ("two", 2)
    assert store.chain("other") is None
    assert not store.knows("3")


def test_a_note_is_written_over_and_taken_away(store: Store) -> None:
    store.set_note("cursor", "1")
    store.set_note("cursor", "2")
    store.set_note("Cursor", "other")
    assert (store.note("cursor"), store.note("Cursor")) == ("2", "other")
    store.set_note("cursor", None)
    store.set_note("never", None)
    assert store.note("cursor") is None
    store.set_note("cursor", "")
    assert store.note("cursor") == ""


def test_everything_is_there_when_it_is_opened_again(reopened: Callable[[], Store]) -> None:
    store = reopened()
    store.commit(
        imported(
            order(),
            "key",
            effect("e1"),
            history=(line(),),
            journal=entry(),
            blobs={"d": b"x"},
            chain=("c", "{}"),
        )
    )
    claimed = store.claim("a", T0, LEASE)
    store.begin(1, "a", T0)
    store.save(1, "a", {"order_id": "P1"})
    store.set_note("n", "v")
    before = store.entries()
    store.close()
    again = reopened()
    assert claimed is not None
    assert again.order("1001") == Stored(order(), 1)
    assert again.knows("key")
    assert list(again.history("1001")) == [line()]
    assert list(again.journal("1001")) == [entry()]
    assert again.blob("d") == b"x"
    assert again.chain("c") == ("{}", 1)
    assert again.note("n") == "v"
    assert list(again.entries()) == list(before)
    again.save(1, "a", {"step": "2"})
    again.commit(asked("more", effect("e2", "1002")))
    assert [(found.id, dict(found.saved)) for found in again.entries()] == [
        (1, {"order_id": "P1", "step": "2"}),
        (2, {}),
    ]
    again.close()
