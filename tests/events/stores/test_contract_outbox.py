"""What every store does with effects: lanes, leases, attempts, and a person's word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from events.store import Attempt, Commit, Conflict, OutboxEntry, Settled, Store
from tests.events.stores.given import LEASE, T0, asked, at, effect, event, settled, states


def key(claimed: OutboxEntry | None) -> str | None:
    return None if claimed is None else claimed.new.key


def test_the_oldest_effect_is_claimed_first(store: Store) -> None:
    store.commit(asked("k1", effect("late", "1", minutes=5), effect("first", "2"), effect("second", "3")))
    assert key(store.claim("a", T0, LEASE)) == "first"
    assert key(store.claim("b", T0, LEASE)) == "second"
    assert store.claim("c", T0, LEASE) is None
    assert key(store.claim("c", at(5), LEASE, ["podos"])) == "late"


def test_an_effect_is_due_to_the_microsecond(store: Store) -> None:
    store.commit(asked("k", effect("e", minutes=1)))
    assert store.claim("a", at(1) - at(0) + T0 - (LEASE / 60_000_000), LEASE) is None
    assert key(store.claim("a", at(1), LEASE)) == "e"


def test_effects_of_one_order_at_one_connection_are_done_in_order(store: Store) -> None:
    store.commit(
        asked(
            "k",
            effect("1st"),
            effect("2nd"),
            effect("pov", connection="pov"),
            effect("mail", connection=None),
        )
    )
    assert [key(store.claim(owner, T0, LEASE)) for owner in "abcd"] == ["1st", "pov", "mail", None]
    store.commit(settled("s", 1))
    assert key(store.claim("d", T0, LEASE)) == "2nd"


@pytest.mark.parametrize("state", ["done", "failed", "dropped"])
def test_a_settled_effect_lets_its_lane_go_on(store: Store, state: str) -> None:
    store.commit(asked("k", effect("1st"), effect("2nd")))
    store.claim("a", T0, LEASE)
    store.commit(settled("s", 1, state=state))
    assert states(store) == {"1st": state, "2nd": "waiting"}
    assert key(store.claim("a", T0, LEASE)) == "2nd"


def test_an_effect_that_waits_or_is_in_review_keeps_its_lane_waiting(store: Store) -> None:
    store.commit(asked("k", effect("1st"), effect("2nd"), effect("other", "1002")))
    store.claim("a", T0, LEASE)
    store.postpone(1, "a", at(10), "retry", "busy", T0)
    assert key(store.claim("a", T0, LEASE)) == "other"
    assert store.claim("a", at(1), LEASE, ["pov"]) is None
    assert key(store.claim("a", at(10), LEASE)) == "1st"
    store.review(1, "a", "look", at(10))
    store.commit(Commit("s", event(), settles=Settled(3, "a", "done", "done")))
    assert store.claim("a", at(1000), LEASE) is None


def test_a_worker_asks_for_the_connections_it_serves(store: Store) -> None:
    store.commit(asked("k", effect("p", "1"), effect("v", "2", "pov"), effect("m", "3", None)))
    assert store.claim("a", T0, LEASE, ["printful"]) is None
    assert key(store.claim("a", T0, LEASE, ["email"])) == "m"
    assert key(store.claim("a", T0, LEASE, ["printful", "pov", "podos"])) == "p"
    assert key(store.claim("a", T0, LEASE, ["pov", "pov"])) == "v"


def test_a_worker_may_do_what_belongs_to_one_chain_and_nothing_else(store: Store) -> None:
    store.commit(asked("k", effect("p", "1"), effect("v", "2", "pov"), effect("m", "2", None)))
    assert store.claim("a", T0, LEASE, chains=["chain of 3"]) is None
    assert store.claim("a", T0, LEASE, ["podos"], ["chain of 2"]) is None
    assert key(store.claim("a", T0, LEASE, ["email", "podos"], ["chain of 2"])) == "m"
    assert key(store.claim("a", T0, LEASE, chains=["chain of 3", "chain of 2"])) == "v"
    assert key(store.claim("a", T0, LEASE)) == "p"


def test_an_earlier_effect_of_another_chain_still_goes_first(store: Store) -> None:
    later = replace(effect("2nd"), chain="another")
    store.commit(asked("k", effect("1st"), later))
    assert store.claim("a", T0, LEASE, chains=["another"]) is None
    store.claim("a", T0, LEASE)
    store.commit(settled("s", 1))
    assert key(store.claim("a", T0, LEASE, chains=["another"])) == "2nd"


def test_an_effect_is_held_until_its_lease_runs_out(store: Store) -> None:
    store.commit(asked("k", effect("e")))
    first = store.claim("a", T0, LEASE)
    assert first is not None
    assert first.state == "working"
    assert first.attempts == ()
    assert store.claim("b", T0 + LEASE - LEASE / 1000, LEASE) is None
    assert key(store.claim("b", T0 + LEASE, LEASE)) == "e"
    for refused in (
        lambda: store.begin(1, "a", T0),
        lambda: store.save(1, "a", {"x": "y"}),
        lambda: store.postpone(1, "a", at(5), "retry", "", T0),
        lambda: store.review(1, "a", "", T0),
        lambda: store.commit(settled("s", 1, "a")),
    ):
        with pytest.raises(Conflict, match="effect 1 is not held by a"):
            refused()
    assert not store.knows("s")
    assert store.entries()[0].attempts == ()
    assert dict(store.entries()[0].saved) == {}
    store.commit(settled("s", 1, "b"))


def test_nothing_is_begun_after_the_lease(store: Store) -> None:
    """Another worker may claim it at the same moment."""
    store.commit(asked("k", effect("e")))
    store.claim("a", T0, LEASE)
    with pytest.raises(Conflict, match="held too long"):
        store.begin(1, "a", T0 + LEASE)
    assert store.entries()[0].attempts == ()


def test_what_was_found_out_after_the_lease_is_kept_where_nobody_else_came(store: Store) -> None:
    store.commit(asked("k", effect("e")))
    store.claim("a", T0, LEASE)
    store.begin(1, "a", T0)
    store.save(1, "a", {"order_id": "P1"})
    store.commit(settled("s", 1, minutes=60))
    assert states(store) == {"e": "done"}


def test_attempts_are_counted_and_ended(store: Store) -> None:
    store.commit(asked("k", effect("e")))
    store.claim("a", T0, LEASE)
    assert store.begin(1, "a", T0) == Attempt(1, T0)
    assert store.entries()[0].attempts == (Attempt(1, T0),)
    store.postpone(1, "a", at(2), "retry", "busy", at(0.5))
    waiting = store.entry(1)
    assert waiting is not None
    assert not waiting.uncertain
    assert (waiting.state, waiting.due, waiting.message) == ("waiting", at(2), "busy")
    assert waiting.attempts == (Attempt(1, T0, at(0.5), "retry"),)
    claimed = store.claim("a", at(2), LEASE)
    assert claimed is not None
    assert claimed.attempts == waiting.attempts
    assert store.begin(1, "a", at(2)) == Attempt(2, at(2))
    store.commit(settled("s", 1, minutes=2.5))
    done = store.entry(1)
    assert done is not None
    assert (done.state, done.message) == ("done", "it is done")
    assert done.attempts == (Attempt(1, T0, at(0.5), "retry"), Attempt(2, at(2), at(2.5), "done"))


def test_a_crash_leaves_the_attempt_unknown(store: Store) -> None:
    store.commit(asked("k", effect("e")))
    store.claim("a", T0, LEASE)
    store.begin(1, "a", T0)
    held = store.entry(1)
    assert held is not None
    assert held.uncertain
    claimed = store.claim("b", at(1), LEASE)
    assert claimed is not None
    assert claimed.uncertain
    assert claimed.attempts == (Attempt(1, T0, None, "unknown"),)
    assert store.entry(1) == claimed


def test_no_retry_unmakes_what_is_unknown(store: Store) -> None:
    store.commit(asked("k", effect("e")))
    store.claim("a", T0, LEASE)
    store.begin(1, "a", T0)
    store.postpone(1, "a", at(1), "unknown", "timed out", at(0.5))
    store.claim("a", at(1), LEASE)
    store.postpone(1, "a", at(2), "retry", "the look-up is busy", at(1.1))
    after = store.entry(1)
    assert after is not None
    assert after.uncertain
    assert after.message == "the look-up is busy"
    assert after.attempts == (Attempt(1, T0, at(0.5), "unknown"),)
    store.claim("a", at(2), LEASE)
    store.begin(1, "a", at(2))
    store.postpone(1, "a", at(3), "retry", "", at(2.5))
    certain = store.entry(1)
    assert certain is not None
    assert not certain.uncertain
    assert [attempt.outcome for attempt in certain.attempts] == ["unknown", "retry"]


def test_what_was_unknown_is_settled_by_finding_it(store: Store) -> None:
    store.commit(asked("k", effect("e")))
    store.claim("a", T0, LEASE)
    store.begin(1, "a", T0)
    store.claim("b", at(1), LEASE)
    store.commit(settled("s", 1, "b", minutes=1.5))
    done = store.entry(1)
    assert done is not None
    assert not done.uncertain
    assert done.attempts == (Attempt(1, T0, at(1.5), "done"),)


def test_an_effect_is_postponed_without_an_attempt(store: Store) -> None:
    store.commit(asked("k", effect("e")))
    store.claim("a", T0, LEASE)
    store.postpone(1, "a", at(3), "retry", "podOS is paused", T0)
    waiting = store.entry(1)
    assert waiting is not None
    assert (waiting.attempts, waiting.due) == ((), at(3))
    with pytest.raises(Conflict):
        store.postpone(1, "a", at(3), "retry", "", T0)


def test_an_effect_settles_without_an_attempt(store: Store) -> None:
    """Refused by the preparation: nothing left the machine."""
    store.commit(asked("k", effect("e")))
    store.claim("a", T0, LEASE)
    store.commit(settled("s", 1, state="failed"))
    failed = store.entry(1)
    assert failed is not None
    assert (failed.state, failed.attempts) == ("failed", ())


def test_an_attempt_that_ended_keeps_its_outcome(store: Store) -> None:
    """Given up after a try that surely did not reach the provider: that try is no failure of its own."""
    store.commit(asked("k", effect("e")))
    store.claim("a", T0, LEASE)
    store.begin(1, "a", T0)
    store.postpone(1, "a", at(1), "retry", "busy", at(0.5))
    store.claim("a", at(1), LEASE)
    store.commit(settled("s", 1, state="failed", minutes=1))
    failed = store.entry(1)
    assert failed is not None
    assert failed.attempts == (Attempt(1, T0, at(0.5), "retry"),)


def test_steps_are_kept_beside_each_other(store: Store) -> None:
    store.commit(asked("k", effect("e")))
    store.claim("a", T0, LEASE)
    store.save(1, "a", {"order_id": "P1", "phase": "created"})
    store.save(1, "a", {"phase": "confirmed"})
    store.postpone(1, "a", at(1), "retry", "", T0)
    claimed = store.claim("b", at(1), LEASE)
    assert claimed is not None
    assert dict(claimed.saved) == {"order_id": "P1", "phase": "confirmed"}


def test_an_attempt_ends_when_it_did_not_when_its_event_happened(store: Store) -> None:
    """An event's time is to the second, so that it may be before the attempt."""
    store.commit(asked("key", effect("e")))
    store.claim("a", at(1), LEASE)
    store.begin(1, "a", at(1.01))
    store.commit(Commit("answer", event(minutes=1), settles=Settled(1, "a", "done", "done", "", at(1.02))))
    entry = store.entry(1)
    assert entry is not None
    assert [(each.began, each.ended) for each in entry.attempts] == [(at(1.01), at(1.02))]


def test_an_answer_settles_into_review(store: Store) -> None:
    store.commit(asked("k", effect("e")))
    store.claim("a", T0, LEASE)
    store.commit(Commit("s", event(), settles=Settled(1, "a", "review", "unknown", "look")))
    assert states(store) == {"e": "review"}
    assert store.claim("a", at(100), LEASE) is None


@pytest.mark.parametrize("state", ["waiting", "working"])
def test_only_an_end_settles(store: Store, state: str) -> None:
    store.commit(asked("k", effect("e")))
    store.claim("a", T0, LEASE)
    with pytest.raises(ValueError, match="cannot be settled as"):
        store.commit(settled("s", 1, state=state))
    assert not store.knows("s")
    assert states(store) == {"e": "working"}


def test_an_effect_settles_once(store: Store) -> None:
    store.commit(asked("k", effect("e")))
    store.claim("a", T0, LEASE)
    store.commit(settled("s", 1))
    for refused in (
        lambda: store.commit(settled("again", 1)),
        lambda: store.review(1, None, "", T0),
        lambda: store.resolve(1, "waiting", "", T0),
        lambda: store.begin(1, "a", T0),
        lambda: store.resolve(99, "dropped", "", T0),
        lambda: store.commit(settled("nobody", 99)),
    ):
        with pytest.raises(Conflict):
            refused()
    assert states(store) == {"e": "done"}


def test_a_person_lets_an_effect_try_again(store: Store) -> None:
    store.commit(asked("k", effect("e"), effect("next")))
    store.claim("a", T0, LEASE)
    store.begin(1, "a", T0)
    store.review(1, "a", "is it there?", at(0.5))
    reviewed = store.entry(1)
    assert reviewed is not None
    assert (reviewed.state, reviewed.message) == ("review", "is it there?")
    assert reviewed.attempts == (Attempt(1, T0, at(0.5), "unknown"),)
    store.resolve(1, "waiting", "Jo: try it", at(60))
    again = store.entry(1)
    assert again is not None
    assert (again.state, again.due, again.message) == ("waiting", at(60), "Jo: try it")
    assert again.uncertain
    assert key(store.claim("a", at(60), LEASE)) == "e"


@pytest.mark.parametrize("state", ["dropped", "done", "failed"])
def test_a_person_ends_an_effect(store: Store, state: str) -> None:
    store.commit(asked("k", effect("e"), effect("next")))
    store.resolve(1, state, "Jo: sent by hand", T0)  # type: ignore[arg-type]
    assert states(store) == {"e": state, "next": "waiting"}
    assert key(store.claim("a", T0, LEASE)) == "next"


def test_a_persons_word_waits_while_a_worker_is_at_it(store: Store) -> None:
    store.commit(asked("k", effect("e")))
    store.claim("a", T0, LEASE)
    store.begin(1, "a", T0)
    with pytest.raises(Conflict, match="being done at this moment"):
        store.resolve(1, "dropped", "", at(0.5))
    store.resolve(1, "waiting", "the worker is gone", at(1))
    again = store.entry(1)
    assert again is not None
    assert again.state == "waiting"
    assert again.uncertain
    with pytest.raises(Conflict):
        store.commit(settled("s", 1))


def test_a_persons_word_is_one_of_four(store: Store) -> None:
    store.commit(asked("k", effect("e")))
    with pytest.raises(ValueError, match="cannot be settled as `review`"):
        store.resolve(1, "review", "", T0)


def test_an_effect_is_put_into_review_whoever_holds_it(store: Store) -> None:
    store.commit(asked("k", effect("held", "1"), effect("free", "2")))
    store.claim("a", T0, LEASE)
    store.review(1, None, "stop", T0)
    store.review(2, None, "stop", T0)
    assert states(store) == {"held": "review", "free": "review"}
    with pytest.raises(Conflict):
        store.postpone(1, "a", at(1), "retry", "", T0)


def test_entries_are_chosen_by_state_order_and_connection(store: Store) -> None:
    store.commit(
        asked("k", effect("a", "1"), effect("b", "1", "pov"), effect("c", "2"), effect("d", "2", None))
    )
    store.claim("w", T0, LEASE)
    store.commit(settled("s", 1, "w"))

    def keys(**by: object) -> list[str]:
        choose: Callable[..., list[OutboxEntry]] = store.entries  # type: ignore[assignment]
        return [found.new.key for found in choose(**by)]

    assert keys() == ["a", "b", "c", "d"]
    assert keys(states=["waiting"]) == ["b", "c", "d"]
    assert keys(states=["done", "review"]) == ["a"]
    assert keys(order_id="1") == ["a", "b"]
    assert keys(connection="podos") == ["a", "c"]
    assert keys(connection="email") == ["d"]
    assert keys(order_id="2", connection="podos", states=["waiting"]) == ["c"]
    assert keys(order_id="2", states=["done"]) == []
