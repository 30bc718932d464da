"""What every store does as it grows: orders that stand at a printer are found without the others, and what nobody needs goes."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from events.order import Order
from events.store import Change, Commit, Pruned, Store
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
)

DAY = 24 * 60


def standing(
    order_id: str, *states: str, status: str = "", parcel: dt.datetime | None = None, number: str = "P"
) -> Order:
    """states: of its submissions, the first at podos."""
    shipments = [] if parcel is None else [{"id": "1", "date_added": parcel.isoformat()}]
    return order(
        order_id,
        submissions=[
            {"connection": name, "state": state, "provider_order_id": number}
            for name, state in zip(("podos", "pov"), states, strict=False)
        ],
        order_metadata={"podos_status": status} if status else {},
        order_shipments=shipments,
    )


@pytest.mark.parametrize(
    ("given", "until"),
    [
        (standing("1", "accepted"), "always"),
        (standing("1", "accepted", status="in production"), "always"),
        (standing("1", "accepted", status="shipped"), "always"),
        (standing("1", "accepted", status="shipped", parcel=T0), "three days"),
        (standing("1", "accepted", status="delivered", parcel=T0), "three days"),
        (standing("1", "accepted", status="partially shipped", parcel=T0), "always"),
        (standing("1", "accepted", number=""), "never"),
        (standing("1", "scheduled"), "never"),
        (standing("1", "cancelled"), "never"),
        (order("1"), "never"),
    ],
)  # fmt: skip
def test_an_order_is_asked_about_while_it_stands_at_a_printer(store: Store, given: Order, until: str) -> None:
    store.commit(imported(given))
    days = [0, 2.99, 3, 1000]
    found = [list(store.standing("podos", at(each * DAY))) == ["1"] for each in days]
    assert found == {
        "always": [True, True, True, True],
        "three days": [True, True, False, False],
        "never": [False, False, False, False],
    }[until]  # fmt: skip


def test_each_printer_has_its_own_and_an_order_may_stand_at_two(store: Store) -> None:
    store.commit_many(
        [
            imported(standing("9", "accepted", "accepted")),
            imported(standing("1", "accepted")),
            imported(order("2")),
            imported(standing("3", "failed", "accepted")),
        ]
    )
    assert list(store.standing("podos", T0)) == ["9", "1"]
    assert list(store.standing("pov", T0)) == ["9", "3"]
    assert list(store.standing("POV", T0)) == []


def test_it_follows_the_order_as_it_changes(store: Store) -> None:
    store.commit(imported(standing("1", "scheduled")))
    found = []
    for version, state in enumerate(["accepted", "accepted", "cancelled", "accepted"], 1):
        store.commit(Commit(str(version), event("1"), (Change(standing("1", state), version),)))
        found.append(list(store.standing("podos", T0)))
    assert found == [["1"], ["1"], [], ["1"]]
    store.forget("1")
    assert list(store.standing("podos", T0)) == []


def test_what_was_settled_long_ago_is_pruned_and_never_done_again(store: Store) -> None:
    store.commit(
        imported(order(), "in", effect("old"), effect("open"), history=(line(),), journal=entry(), chain=("chain of 1001", "{}"))
    )  # fmt: skip
    store.commit(asked("more", effect("young", "1002", minutes=DAY)))
    for number, lane in ((1, "old"), (3, "young")):
        claimed = store.claim("a", at(DAY), LEASE)
        assert claimed is not None
        assert (claimed.id, claimed.new.key) == (number, lane)
        store.begin(number, "a", at(DAY))
        store.commit(settled(f"end {number}", number))
        if number == 1:
            store.claim("a", at(DAY), LEASE)  # the second of the lane goes on being open
    assert store.prune(at(1), ()) == Pruned(effects=1)
    assert [each.new.key for each in store.entries()] == ["open", "young"]
    assert store.entry(1) is None
    assert store.chain("chain of 1001") == ("{}", 1)
    assert (list(store.history("1001")), list(store.journal("1001"))) == ([line()], [entry()])
    with pytest.raises(Exception, match="an effect with the key `old` was asked for before"):
        store.commit(asked("again", effect("old")))
    assert store.prune(at(1), ()) == Pruned()


def test_a_chain_goes_with_the_last_of_its_effects(store: Store) -> None:
    store.commit(imported(order(), "in", effect("e"), chain=("chain of 1001", "{}")))
    store.commit(imported(order("2"), chain=("of nobody", "{}")))
    assert store.prune(at(1), ()) == Pruned(chains=1)
    store.claim("a", T0, LEASE)
    store.commit(settled("end", 1))
    assert store.prune(at(1), ()) == Pruned(effects=1, chains=1)
    assert (store.chain("chain of 1001"), store.chain("of nobody")) == (None, None)


def test_blobs_that_are_needed_stay(store: Store) -> None:
    digests = {hashlib.sha256(text).hexdigest(): text for text in (b"rules", b"tables")}
    store.commit(Commit("in", event(), blobs=digests))
    rules, tables = digests
    assert store.prune(T0, {rules}) == Pruned(blobs=1)
    assert (store.blob(rules), store.blob(tables)) == (b"rules", None)
    store.commit(Commit("again", event(), blobs=digests))
    assert store.blob(tables) == b"tables"
