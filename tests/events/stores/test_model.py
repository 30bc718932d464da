"""Random histories: every store answers, and afterwards is, as a model that is too simple to be wrong.

The model is a few dictionaries that are copied before every step and put back when the step is refused.
"""

from __future__ import annotations

import copy
import datetime as dt
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.store import Attempt, Change, Commit, Conflict, HistoryLine, Known, Settled, Store
from tests.events.stores.conftest import STORES
from tests.events.stores.given import at, effect, event, line, order

LEASE = dt.timedelta(minutes=3)
CLOSED = ("done", "failed", "dropped")


@dataclass
class Kept:
    """An effect in the model."""

    id: int
    key: str
    order_id: str
    connection: str
    due: dt.datetime
    state: str = "waiting"
    holder: str = ""
    until: dt.datetime | None = None
    attempts: list[Attempt] = field(default_factory=list)
    saved: dict[str, str] = field(default_factory=dict)
    message: str = ""
    forgotten: bool = False


@dataclass
class State:
    keys: set[str] = field(default_factory=set)
    orders: dict[str, tuple[str, int]] = field(default_factory=dict)
    history: list[HistoryLine] = field(default_factory=list)
    effects: list[Kept] = field(default_factory=list)
    chains: dict[str, tuple[str, int]] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


class Model:
    def __init__(self) -> None:
        self.state = State()

    def do(self, name: str, *given: Any) -> Any:
        before = copy.deepcopy(self.state)
        try:
            return getattr(self, name)(*given)
        except (Known, Conflict):
            self.state = before
            raise

    def commit(self, commit: Commit) -> None:
        s = self.state
        if commit.key in s.keys:
            raise Known
        s.keys.add(commit.key)
        if (settles := commit.settles) is not None:
            kept = self.held(settles.effect_id, settles.owner)
            if kept.attempts and kept.attempts[-1].outcome in ("", "unknown"):
                last = kept.attempts.pop()
                kept.attempts.append(
                    Attempt(last.number, last.began, last.ended or commit.event.at, settles.outcome)
                )
            kept.state, kept.holder, kept.message = settles.state, "", settles.message
        for change in commit.changes:
            if s.orders.get(change.order.id, ("", None))[1] != change.version:
                raise Conflict
            s.orders[change.order.id] = (change.order.folder, (change.version or 0) + 1)
        if commit.chain is not None:
            if s.chains.get(commit.chain[0], ("", 0))[1] != commit.chain_version:
                raise Conflict
            s.chains[commit.chain[0]] = (commit.chain[1], commit.chain_version + 1)
        for new in commit.effects:
            if any(kept.key == new.key for kept in s.effects):
                raise Conflict
            number = len(s.effects) + 1
            s.effects.append(Kept(number, new.key, new.effect.order_id, new.connection, new.at))
        s.history += commit.history
        s.blobs = {**commit.blobs, **s.blobs}

    def held(self, effect_id: int, owner: str) -> Kept:
        kept = self.known(effect_id)
        if kept.state != "working" or kept.holder != owner:
            raise Conflict
        return kept

    def known(self, effect_id: int) -> Kept:
        for kept in self.state.effects:
            if kept.id == effect_id and kept.state not in CLOSED:
                return kept
        raise Conflict

    def claim(self, owner: str, now: dt.datetime, lanes: Sequence[str]) -> int | None:
        seen = []
        for kept in self.state.effects:
            if kept.state in CLOSED:
                continue
            lane = (kept.order_id, kept.connection)
            first = lane not in seen
            seen.append(lane)
            ready = kept.state == "waiting" and kept.due <= now
            lapsed = kept.state == "working" and kept.until is not None and kept.until <= now
            if first and (ready or lapsed) and (not lanes or kept.connection in lanes):
                kept.state, kept.holder, kept.until = "working", owner, now + LEASE
                self.lost(kept)
                return kept.id
        return None

    def lost(self, kept: Kept) -> None:
        self.end(kept, "unknown", None)

    def end(self, kept: Kept, outcome: str, now: dt.datetime | None) -> None:
        if kept.attempts and kept.attempts[-1].outcome == "":
            last = kept.attempts.pop()
            kept.attempts.append(Attempt(last.number, last.began, now, outcome))

    def begin(self, effect_id: int, owner: str, now: dt.datetime) -> None:
        kept = self.held(effect_id, owner)
        if kept.until is None or now >= kept.until:
            raise Conflict
        kept.attempts.append(Attempt(len(kept.attempts) + 1, now))

    def save(self, effect_id: int, owner: str, steps: dict[str, str]) -> None:
        self.held(effect_id, owner).saved.update(steps)

    def postpone(
        self, effect_id: int, owner: str, until: dt.datetime, outcome: str, message: str, now: dt.datetime
    ) -> None:
        kept = self.held(effect_id, owner)
        self.end(kept, outcome, now)
        kept.state, kept.holder, kept.due, kept.message = "waiting", "", until, message

    def review(self, effect_id: int, owner: str | None, message: str, now: dt.datetime) -> None:
        kept = self.known(effect_id) if owner is None else self.held(effect_id, owner)
        self.end(kept, "unknown", now)
        kept.state, kept.holder, kept.message = "review", "", message

    def resolve(self, effect_id: int, state: str, message: str, now: dt.datetime) -> None:
        kept = self.known(effect_id)
        if kept.state == "working" and kept.until is not None and kept.until > now:
            raise Conflict
        self.lost(kept)
        kept.state, kept.holder, kept.message = state, "", message
        if state == "waiting":
            kept.due = now

    def forget(self, order_id: str) -> bool:
        s = self.state
        if order_id not in s.orders:
            return False
        mine = [kept for kept in s.effects if kept.order_id == order_id and not kept.forgotten]
        if any(kept.state not in CLOSED for kept in mine):
            raise Conflict
        for kept in mine:
            kept.forgotten = True
        del s.orders[order_id]
        s.history = [one for one in s.history if one.order_id != order_id]
        return True

    def set_note(self, name: str, value: str | None) -> None:
        self.state.notes.pop(name, None)
        if value is not None:
            self.state.notes[name] = value


ids = st.sampled_from(["1", "2"])
keys = st.sampled_from([f"k{n}" for n in range(12)])
numbers = st.integers(1, 5)
owners = st.sampled_from(["a", "b"])
minutes = st.integers(0, 12)
times = minutes.map(at)
versions = st.sampled_from([None, None, 1, 2, 3])
effects = st.builds(
    effect, st.sampled_from([f"e{n}" for n in range(8)]), ids, st.sampled_from(["podos", None]), minutes
)
commits = st.builds(
    Commit,
    keys,
    st.builds(event, ids, minutes),
    st.lists(
        st.builds(Change, st.builds(order, ids, folder=st.sampled_from(["New", "Old"])), versions), max_size=2
    ).map(tuple),
    st.lists(st.builds(line, ids, st.sampled_from(["x", "y"]), minutes), max_size=2).map(tuple),
    st.lists(effects, max_size=2).map(tuple),
    blobs=st.dictionaries(st.sampled_from(["d1", "d2"]), st.binary(max_size=3), max_size=1),
    chain=st.none() | st.tuples(st.sampled_from(["c1", "c2"]), st.sampled_from(["{}", "[]"])),
    chain_version=st.integers(0, 2),
    settles=st.none()
    | st.builds(
        Settled,
        numbers,
        owners,
        st.sampled_from([*CLOSED, "review"]),
        st.sampled_from(["done", "failed"]),
        st.just("m"),
    ),
)
plain = st.builds(
    Commit,
    keys,
    st.builds(event, ids),
    effects=st.lists(effects, max_size=2, unique_by=lambda e: e.key).map(tuple),
)
lanes = st.sampled_from([(), (), ("podos",), ("email", "podos"), ("pov",)])
steps = st.one_of(
    st.tuples(st.just("commit"), commits),
    st.tuples(st.just("commit"), plain),
    st.tuples(st.just("claim"), owners, times, lanes),
    st.tuples(st.just("claim"), owners, times, lanes),
    st.tuples(st.just("begin"), numbers, owners, times),
    st.tuples(st.just("save"), numbers, owners, st.dictionaries(st.sampled_from("xy"), st.text(max_size=2), max_size=2)),
    st.tuples(st.just("postpone"), numbers, owners, times, st.sampled_from(["retry", "unknown"]), st.just("p"), times),
    st.tuples(st.just("review"), numbers, st.none() | owners, st.just("r"), times),
    st.tuples(st.just("resolve"), numbers, st.sampled_from(["waiting", *CLOSED]), st.just("w"), times),
    st.tuples(st.just("forget"), ids),
    st.tuples(st.just("set_note"), st.sampled_from(["n", "m"]), st.none() | st.text(max_size=3)),
)  # fmt: skip


def do(store: Store, name: str, *given: Any) -> Any:
    if name == "claim":
        owner, now, lanes = given
        claimed = store.claim(owner, now, LEASE, lanes)
        return None if claimed is None else claimed.id
    answer = getattr(store, name)(*given)
    return None if name == "begin" else answer


def tried(step: Callable[..., Any], *given: Any) -> Any:
    try:
        return step(*given)
    except (Known, Conflict) as refused:
        return type(refused)


def same(store: Store, model: Model) -> None:
    s = model.state
    assert [(f.order.id, f.order.folder, f.version) for f in store.orders()] == [
        (order_id, *rest) for order_id, rest in s.orders.items()
    ]
    for order_id in ("1", "2"):
        assert list(store.history(order_id)) == [one for one in s.history if one.order_id == order_id]
    for chain_id in ("c1", "c2"):
        assert store.chain(chain_id) == s.chains.get(chain_id)
    for name in ("d1", "d2"):
        assert store.blob(name) == s.blobs.get(name)
    for name in ("n", "m"):
        assert store.note(name) == s.notes.get(name)
    assert {f"k{n}" for n in range(12) if store.knows(f"k{n}")} == s.keys
    assert [
        (e.id, e.new.key, e.state, e.due, list(e.attempts), dict(e.saved), e.message) for e in store.entries()
    ] == [(k.id, k.key, k.state, k.due, k.attempts, k.saved, k.message) for k in s.effects if not k.forgotten]


@pytest.mark.usefixtures("without_waiting_for_the_disk")
@pytest.mark.parametrize(("kind", "examples"), [("memory", 150), ("sqlite", 40), ("folder", 25)])
def test_every_store_is_as_the_model(kind: str, examples: int) -> None:
    counted = {"done": 0, "refused": 0}

    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(steps, min_size=10, max_size=40))
    def check(history: list[tuple[Any, ...]]) -> None:
        with tempfile.TemporaryDirectory() as place:
            store, model = STORES[kind](Path(place)), Model()
            for name, *given in history:
                expected = tried(model.do, name, *given)
                assert tried(do, store, name, *given) == expected, (name, given)
                counted["refused" if expected in (Known, Conflict) else "done"] += 1
            same(store, model)
            store.close()

    check()
    assert min(counted.values()) > examples  # it saw both
