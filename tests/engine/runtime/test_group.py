"""Many events stored at once: nothing is told before it stands, and each comes to what it would have come to alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from engine.runtime import group as grouping
from engine.runtime.group import Group
from engine.runtime.intake import Taken, take_in
from engine.runtime.runtime import NoSuchOrder, Runtime
from events.event import Event
from events.importers import Imported
from events.order import Order
from events.store import Change, Commit, Conflict, Known, StoreError
from tests.engine.runtime.world import START, World, imported, order


@dataclasses.dataclass
class Counting:
    """The store, and how many events each transaction held. refuses: the first so many transactions fail."""

    store: Any
    groups: list[int] = dataclasses.field(default_factory=list)
    refuses: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def commit(self, commit: Commit) -> None:
        self.groups.append(1)
        self.store.commit(commit)

    def commit_many(self, commits: Sequence[Commit]) -> Sequence[Known | Conflict | None]:
        if self.refuses:
            self.refuses -= 1
            raise StoreError("the disk is full")
        self.groups.append(len(commits))
        answers: Sequence[Known | Conflict | None] = self.store.commit_many(commits)
        return answers


def counted(world: World) -> tuple[Runtime, Counting]:
    runtime = world.runtime()
    store = Counting(world.store)
    runtime.store = store
    return runtime, store


def documents(*orders: Order) -> Iterator[Imported]:
    for number, each in enumerate(orders):
        yield Imported(each, None, (), "Shopify order", f"{number}.json")


def states(taken: Iterator[Taken]) -> list[tuple[str, str]]:
    return [(each.state, each.order_id) for each in taken]


def test_what_waits_is_stored_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "LARGEST", 3)
    world = World()
    runtime, store = counted(world)
    numbers = [str(n) for n in range(1001, 1009)]
    assert states(take_in(runtime, documents(*map(order, numbers)))) == [("new", n) for n in numbers]
    assert store.groups == [3, 3, 2]
    assert [each.order.id for each in world.store.orders()] == numbers
    world.work()
    assert world.printer.printed == [f"{n}.1" for n in numbers]


def test_in_a_group_all_comes_out_as_it_does_alone() -> None:
    given = [order("1001"), order("1002", "TEE", "MUG"), order("1003", "TEE-404")]
    alone, together = World(), World()
    alone.take(*given)
    found = Group(together.runtime())
    for each in given:
        found.handle(f"import {each.id}", imported(each.id), each)
    found.store()
    for world in (alone, together):
        world.settle()
    for each in alone.store.orders():
        there = together.store.order(each.order.id)
        assert there == each
        assert together.store.history(each.order.id) == alone.store.history(each.order.id)
        assert together.store.journal(each.order.id) == alone.store.journal(each.order.id)
    assert together.printer.printed == alone.printer.printed


def test_nobody_is_told_before_it_stands() -> None:
    world = World()
    runtime, store = counted(world)
    store.refuses = 1
    told = take_in(runtime, documents(order("1001"), order("1002")))
    with pytest.raises(StoreError):
        next(told)
    assert list(world.store.orders()) == []
    assert states(take_in(runtime, documents(order("1001"), order("1002")))) == [
        ("new", "1001"),
        ("new", "1002"),
    ]
    world.work()
    assert world.printer.printed == ["1001.1", "1002.1"]


def test_the_same_order_twice_in_a_group_comes_in_once() -> None:
    world = World()
    runtime, store = counted(world)
    found = take_in(runtime, documents(order("1001"), order("1002"), order("1001"), order("1003")))
    assert states(found) == [("new", "1001"), ("new", "1002"), ("known", "1001"), ("new", "1003")]
    assert store.groups == [2, 1]


def test_orders_of_two_shops_with_one_number_are_two() -> None:
    world = World()
    other, third = order("1001"), order("woo-1001")
    other.source_name = third.source_name = "Woo"
    third.source_id = "another"
    runtime, _ = counted(world)
    found = take_in(runtime, documents(order("1001"), third, other))
    assert states(found) == [("new", "1001"), ("new", "woo-1001"), ("refused", "")]


def test_what_cannot_be_read_is_told_in_its_place() -> None:
    world = World()
    bad = Imported(None, "this is a refund, not an order", (), "", "x.json")
    runtime, _ = counted(world)
    found = take_in(runtime, [*documents(order("1001")), bad, *documents(order("1002"))])
    assert states(found) == [("new", "1001"), ("refused", ""), ("new", "1002")]


def test_events_of_one_order_keep_their_order_and_see_each_other() -> None:
    world = World()
    runtime, store = counted(world)
    found = Group(runtime)
    found.handle("in", imported("1001"), order("1001", "TEE", "MUG"))
    reprint = Event("reprint", "Reprint", "1001-1", START)
    handled = found.handle("again", dataclasses.replace(reprint, id=event_id(world, "Reprint")))
    found.handle("other", imported("1002"), order("1002"))
    found.store()
    assert handled.decision is not None, "the order that was split off was there"
    assert [each.event_id for each in world.store.journal("1001-1")] == [event_id(world, "Reprint")]
    assert store.groups == [1, 2]


def event_id(world: World, label: str) -> str:
    spec = world.ruleset.schema.event(label)
    assert spec is not None
    return spec.id


def test_what_others_changed_meanwhile_is_decided_again() -> None:
    world = World()
    world.take(order("1001"), order("1002"))
    runtime, _ = counted(world)
    found = Group(runtime)
    reprint = event_id(world, "Reprint")
    first, second = (found.handle(f"r {n}", Event(reprint, "Reprint", n, START)) for n in ("1001", "1002"))
    stored = world.store.order("1001")
    assert stored is not None
    stored.order.tags.append("seen")
    world.store.commit(Commit("by hand", imported("1001"), (Change(stored.order, stored.version),)))
    found.store()
    assert (first.failed, second.failed) == (None, None)
    assert world.order("1001").tags == ["seen"]
    assert [each.event_id for each in world.store.journal("1001")][-1] == reprint


def test_an_order_that_is_not_there_stops_nobody_else() -> None:
    world = World()
    runtime, _ = counted(world)
    found = Group(runtime)
    handled = [
        found.handle("a", imported("1001"), order("1001")),
        found.handle("b", Event("x", "X", "nobody", START)),
        found.handle("c", imported("1002"), order("1002")),
    ]
    found.store()
    assert [type(each.failed) for each in handled] == [type(None), NoSuchOrder, type(None)]
    assert [each.order.id for each in world.store.orders()] == ["1001", "1002"]


def test_the_rulesets_files_are_stored_whichever_event_is_refused() -> None:
    """The first of a group brings them; where it was handled by somebody else meanwhile, the others need them too."""
    world = World()
    runtime, _ = counted(world)
    found = Group(runtime)
    found.handle("import 1001", imported("1001"), order("1001"))
    found.handle("import 1002", imported("1002"), order("1002"))
    bare = World(store=world.store)
    other = bare.runtime()
    turned = other.decided("import 1001", "1001", lambda now: (now, imported("1001")), order("1001"))
    assert turned is not None
    world.store.commit(turned.commit)  # without the files, as a store that lost them would be
    found.store()
    assert world.store.blob(runtime.ruleset.files) is not None
