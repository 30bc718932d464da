"""One event is decided and stored in one transaction, once; what was decided can be decided again from the journal."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from engine.dry_run import DryRun, Told
from engine.runtime import journal
from engine.runtime.runtime import RULESET_PROBLEM, NoSuchOrder
from engine.show.lines import decision_lines
from events.event import Event
from events.jsontext import dumps
from events.order import Order
from tests.engine.runtime.world import START, World, imported, opened, order


def test_an_event_is_handled_once() -> None:
    world = World()
    first = world.runtime().handle("a", imported("1001"), order())
    again = world.runtime().handle("a", imported("1001"), order())
    assert first is not None
    assert again is None
    assert [each.new.key for each in world.store.entries()] == ["submit|1001|podos|1"]


def test_everything_of_a_decision_is_stored() -> None:
    world = World()
    world.take(order("1001", "TEE", "MUG"))
    assert world.order().folder == "New"
    assert world.order("1001-1").folder == "Mugs"
    assert [(e.new.effect.order_id, e.new.mode, e.new.credentials) for e in world.store.entries()] == [
        ("1001", "live", "key-1"),
        ("1001-1", "live", "key-1"),
    ]
    told = [(line.who, line.what, line.because) for line in world.store.history("1001")]
    assert ("Print at podOS", "scheduled to podOS", "everything that is paid is printed") in told
    assert all(line.ruleset == world.ruleset.ruleset.digest for line in world.store.history("1001"))
    assert ("Mugs are made elsewhere", "split off order 1001") in [
        (line.who, line.what) for line in world.store.history("1001-1")
    ]


def test_an_event_about_nobodys_order_is_refused() -> None:
    with pytest.raises(NoSuchOrder, match="there is no order 1001"):
        World().runtime().handle("a", imported("1001"))


def test_an_order_that_others_changed_meanwhile_is_decided_on_again() -> None:
    world = World()
    world.take(order())
    meddled: list[str] = []

    def meddle(name: str) -> None:
        if name == "before store.commit" and not meddled:
            meddled.append(name)
            world.runtime().happen("by hand", "1001", tagged)

    def tagged(now: Order) -> tuple[Order, Event]:
        after = now.copy_whole()
        after.tags.append("by hand")
        return after, Event("order.details_changed", "Order Details Changed", "1001", START)

    event = Event("shop.reprint", "Reprint", "1001", START)
    decision = world.runtime(meddle).handle("reprint", event)
    assert decision is not None
    assert decision.turns[0].before.tags == ["by hand"]
    assert world.order().tags == ["by hand"]


def test_the_same_bytes_are_decided_again_from_the_store_alone() -> None:
    world = World()
    world.take(order("1001", "TEE", "MUG"), order("1002", "TEE-404"))
    world.settle()
    entries = [entry for each in ("1001", "1001-1", "1002") for entry in world.store.journal(each)]
    assert len(entries) == 3 + 2 + 3  # each comes in or is born, then Before, then the answer
    for entry in entries:
        decided = journal.redecide(world.store, entry)
        assert journal.written(decided) == entry.lines


def test_a_ruleset_that_was_lost_is_said_to_be() -> None:
    world = World()
    world.take(order())
    (entry,) = world.store.journal("1001")
    context = dumps({**vars(journal.Context.read(entry)), "files": "0" * 64})
    with pytest.raises(journal.NotKept, match="not in the store any more"):
        journal.redecide(world.store, replace(entry, context=context))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (order("1001", "TEE-404"), {"podos": Told("invalid_sku", "TEE-404 is not known")}),
        (order("1001", "TEE"), {}),
        (order("1001", "TEE", "MUG"), {}),
    ],
    ids=["rejected", "accepted", "split"],
)
def test_live_decides_as_a_dry_run_does(given: Order, told: dict[str, Told]) -> None:
    """The JSON of the whole chain, line by line: through the outbox it keeps its identity."""
    world = World()
    world.printer.named = lambda n, work: f"dry-run-podos-{work.reference[-1]}"
    world.take(given)
    world.work()
    (first, *_) = world.store.journal("1001")
    entries = journal.chain_entries(world.store, "1001", first.id)
    live = journal.chain_run(world.store, entries)
    ruleset = world.ruleset
    landed = world.runtime().landed(given)
    at = START.astimezone(ruleset.zone)
    dry = DryRun(ruleset, ruleset.program(), told).run(replace(imported("1001"), at=at), landed)
    assert [dumps(line) for line in decision_lines(live, 0)] == [
        dumps(line) for line in decision_lines(dry, 0)
    ]


def test_a_loop_through_the_printer_is_stopped_live_as_well() -> None:
    """Resubmitting whatever fails would go on for ever; the chain remembers through the outbox (language.md 7.4)."""
    rules = """
rule "Print" on "Order is Imported" do submit to podOS
rule "Again and again" on "Order Not Submitted to podOS Because of Invalid SKU" do resubmit to podOS
"""
    world = World(opened(rules))
    given = order("1001", "TEE-404")
    world.take(given)
    world.settle()
    dry = DryRun(
        world.ruleset, world.ruleset.program(), {"podos": Told("invalid_sku", "TEE-404 is not known")}
    )
    run = dry.run(
        replace(imported("1001"), at=START.astimezone(world.ruleset.zone)), world.runtime().landed(given)
    )
    assert len(world.printer.sent) == sum(len(each) for each in run.performed.values())
    stopped = [line.what for line in world.store.history("1001") if "loop stopped" in line.what]
    assert stopped == [problem for turn in run.turns for problem in turn.problems]
    assert stopped


def test_a_ruleset_with_errors_leaves_the_last_good_one() -> None:
    from engine.folder import MemoryFolder
    from engine.opened import open_ruleset

    world = World()
    runtime = world.runtime()
    good = runtime.ruleset
    broken = open_ruleset(
        MemoryFolder({"ordinance.yaml": b"language: 1\n", "shop.rules": b'rule "X" on "Nothing" do stop'})
    )
    assert runtime.reload(broken) is False
    assert runtime.ruleset is good
    assert "the last good one goes on" in world.said[-1]
    assert world.store.note(RULESET_PROBLEM) is not None
    other = opened('rule "Only this" on "Order is Imported" do add tag "new rules"\n')
    assert runtime.reload(other) is True
    assert world.store.note(RULESET_PROBLEM) is None
    runtime.handle("a", imported("1001"), order())
    assert world.order().tags == ["new rules"]


def test_history_says_who_changed_an_order_by_hand_and_what_rules_made_of_it() -> None:
    def moved(now: Order) -> tuple[Order, Event]:
        after = now.copy_whole()
        after.folder = "Trouble"
        return after, Event(
            "order.folder_changed", "Folder is Changed", "1001", START, {"from": "New", "to": "Trouble"}
        )

    rules = """
rule "Mark trouble"
  because "somebody has to call"
  on "Folder is Changed"
  when event.to is "Trouble"
  do add tag "call {order.email}"
     set order.shipping_method to "Express"
"""
    world = World(opened(rules))
    world.take(order())
    world.runtime().happen("by hand", "1001", moved, who="ann")
    assert [(line.who, line.what, line.because) for line in world.store.history("1001")] == [
        ("Ordinance", "Order is Imported", ""),
        ("ann", "Folder is Changed: Trouble", ""),
        ("Mark trouble", 'added the tag "call ann@example.com"', "somebody has to call"),
        ("Mark trouble", 'set order.shipping_method to "Express"', "somebody has to call"),
    ]


def test_events_carry_the_stores_own_time() -> None:
    world = World()
    world.take(order())
    (entry,) = world.store.journal("1001")
    assert entry.at.utcoffset() == dt.timedelta(hours=-5)
