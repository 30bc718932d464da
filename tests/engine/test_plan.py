"""Plans: what they hold, and that they are done only while everything is still as it was planned."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from engine.adapters import Adapters
from engine.apply import Applied, apply, effects_of, perform
from engine.plan import Looked, NoPlan, Plan, Wanted, look, plan_of, read_plan, written
from engine.runtime.performers import Live
from engine.runtime.runtime import Runtime
from events.event import Happening
from events.order import Order
from events.store import Change, Commit
from tests.engine.runtime.world import CONFIG, RULES, START, PrinterClient, World, imported, opened, order

IMPORT = Happening("order.imported", "Order is Imported", START)
REPRINT = Happening("shop.reprint", "Reprint", START)


def planned(world: World, *wanted: Wanted, event: Happening = IMPORT, runtime: Runtime | None = None) -> Plan:
    runtime = runtime or world.runtime()
    looked = list(look(runtime, wanted, event))
    assert all(each.planned is not None for each in looked), looked
    return plan_of(runtime, event, [each.planned for each in looked if each.planned is not None])


def done(world: World, plan: Plan, runtime: Runtime | None = None) -> list[Applied]:
    runtime = runtime or world.runtime()
    applied = list(apply(runtime, plan, "ann"))
    perform(runtime, Adapters(mailer=world.mail), [each.chain for each in applied if each.chain])
    return applied


def changed(world: World, **fields: object) -> None:
    """Somebody else was at the order in the meantime."""
    stored = world.store.order("1001")
    assert stored is not None
    other = Order.model_validate({**stored.order.model_dump(by_alias=True), **fields})
    world.store.commit(Commit(f"by hand {fields}", imported("1001"), (Change(other, stored.version),)))


def test_planning_changes_nothing_and_applying_does_what_was_planned() -> None:
    world = World()
    plan = planned(world, Wanted(order(), new=True))
    assert world.store.order("1001") is None
    assert [(each.kind, each.connection, each.rule) for each in plan.orders[0].effects] == [
        ("submit", "podos", "Print at podOS")
    ]
    (applied,) = done(world, plan)
    assert applied.state == "done"
    assert world.printer.printed == ["1001.1"]
    assert world.order().folder == "In production"
    assert [each.state for each in effects_of(world.runtime(), [applied.chain])[applied.chain]] == ["done"]


def test_a_plan_is_done_once_however_often_it_is_applied() -> None:
    world = World()
    plan = planned(world, Wanted(order(), new=True))
    done(world, plan)
    assert [each.state for each in done(world, plan)] == ["known"]
    again = planned(world, Wanted(world.order()), event=REPRINT)
    assert [each.state for each in [*done(world, again), *done(world, again)]] == ["done", "known"]
    assert world.printer.printed == ["1001.1", "1001.2"]


def test_nothing_but_the_plan_is_done() -> None:
    """What waits for another reason is not sent because somebody applied a plan."""
    world = World()
    world.take(order("2002"))
    done(world, planned(world, Wanted(order(), new=True)))
    assert world.printer.printed == ["1001.1"]
    assert world.state("2002") == "scheduled"


def test_what_the_answer_wants_is_a_part_of_it() -> None:
    """`Not Submitted` sends two e-mails: they belong to the same chain."""
    world = World()
    done(world, planned(world, Wanted(order("1001", "TEE-404"), new=True)))
    assert world.order().folder == "SKU problems"
    assert [subject for _, subject in world.mail.sent] == ["First", "Second"]


def test_a_plan_is_the_same_after_writing_and_reading() -> None:
    plan = planned(World(), Wanted(order(), new=True), Wanted(order("1002", "TEE-404"), new=True))
    assert read_plan(written(plan)) == plan
    assert plan.id


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"schema": "ordinance.plan/1"}', "\x00", '{"schema": "other"}\n', "{" * 500]
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(NoPlan):
        read_plan(text)


def test_a_plan_that_somebody_edited_or_cut_off_is_refused() -> None:
    text = written(planned(World(), Wanted(order(), new=True), Wanted(order("1002"), new=True)))
    for other in (text.replace("1 Main St", "2 Main St"), text[: text.rindex("\n", 0, -1) + 1], text[:-20]):
        with pytest.raises(NoPlan, match="not as it was written"):
            read_plan(other)


def test_a_plan_whose_head_was_edited_decides_nothing_else() -> None:
    """Deciding is done again; what differs from the plan is not done."""
    world = World()
    plan = planned(world, Wanted(order(), new=True))
    forged = replace(plan, orders=(replace(plan.orders[0], effects=()),))
    (applied,) = done(world, forged)
    assert (applied.state, world.printer.printed) == ("refused", [])
    assert "something else would be done now" in applied.why


def test_an_order_that_was_changed_since_is_refused_and_the_change_named() -> None:
    world = World()
    world.take(order())
    world.work()
    plan = planned(world, Wanted(world.order()), event=REPRINT)
    changed(world, email="new@example.com", shipping_method="Express")
    (applied,) = done(world, plan)
    assert applied.state == "refused"
    assert applied.why == (
        'the order was changed since: email was "ann@example.com" and is "new@example.com"; '
        'shipping_method was "Standard" and is "Express"'
    )
    assert world.printer.printed == ["1001.1"]


def test_an_order_that_was_written_but_not_changed_is_done() -> None:
    world = World()
    world.take(order())
    world.work()
    plan = planned(world, Wanted(world.order()), event=REPRINT)
    changed(world)
    assert [each.state for each in done(world, plan)] == ["done"]


def test_an_order_that_is_gone_or_has_come_in_since_is_refused() -> None:
    world = World()
    plan = planned(world, Wanted(order(), new=True), Wanted(order("1002"), new=True))
    other = order().model_copy(update={"source_id": "S9"})
    world.take(other)
    assert [(each.state, each.why) for each in done(world, plan)] == [
        ("refused", "order 1001 has come in since"), ("done", ""),
    ]  # fmt: skip
    reprint = planned(world, Wanted(world.order("1002")), event=REPRINT)
    assert world.store.forget("1002")
    assert [each.why for each in done(world, reprint)] == ["order 1002 is not in the store any more"]


def test_other_rules_refuse_the_whole_plan_and_name_the_file() -> None:
    world = World()
    plan = planned(world, Wanted(order(), new=True))
    world.ruleset = opened(RULES.replace("TEE-404", "TEE-405") + "\n# a comment\n")
    (applied,) = done(world, plan)
    assert applied.state == "refused"
    assert applied.why == "the ruleset is another than planned with: shop.rules was changed"
    world.ruleset = opened(RULES, CONFIG.replace("Standard", "Express"))
    assert "ordinance.yaml was changed" in done(world, plan)[0].why


def test_another_mode_or_other_credentials_refuse_what_goes_there() -> None:
    world = World()
    plan = planned(world, Wanted(order(), new=True))
    test = world.runtime(live={"podos": Live(PrinterClient(world.printer), "test", "key-1")})
    assert done(world, plan, test)[0].why == "podOS was in live mode, and is in test mode now"
    other = world.runtime(live={"podos": Live(PrinterClient(world.printer), "live", "key-2")})
    assert done(world, plan, other)[0].why == "podOS has other credentials now"
    assert world.printer.printed == []


def test_a_plan_made_without_secrets_can_be_applied_where_they_are() -> None:
    """In a pull request's checks nobody has the keys."""
    world = World()
    plan = planned(world, Wanted(order(), new=True), runtime=world.runtime(live={}))
    assert plan.connections["podos"].credentials == ""
    assert [each.state for each in done(world, plan)] == ["done"]
    assert world.printer.printed == ["1001.1"]


def test_what_cannot_be_done_here_waits_for_a_service_that_can() -> None:
    world = World()
    plan = planned(world, Wanted(order(), new=True))
    done(world, plan, world.runtime(live={}))
    assert [each.state for each in world.store.entries()] == ["waiting"]
    world.work()
    assert world.printer.printed == ["1001.1"]


@pytest.mark.parametrize(
    ("wanted", "event", "why"),
    [
        (Wanted(order("1002"), new=True), REPRINT, "it is not in the store"),
        (Wanted(order("1001"), new=True), IMPORT, "order 1001 came in before"),
        (Wanted(Order(), new=True), IMPORT, "the order has no id"),
    ],
)
def test_what_cannot_be_planned_says_why(wanted: Wanted, event: Happening, why: str) -> None:
    world = World()
    world.take(order())
    (looked,) = look(world.runtime(), [wanted], event)
    assert isinstance(looked, Looked)
    assert looked.planned is None
    assert why in looked.why_not


def test_the_time_of_the_plan_is_the_time_of_what_happens() -> None:
    """Rules that ask for `now` decide as they were shown to."""
    rules = RULES + '\nrule "Remember"\n on "Order is Imported"\n do set order.metadata["at"] to now\n'
    world = World(ruleset=opened(rules))
    plan = planned(world, Wanted(order(), new=True))
    world.clock.advance(dt.timedelta(hours=5))
    assert [each.state for each in done(world, plan)] == ["done"]
    assert world.order().order_metadata["at"].startswith("2026-03-02 09:00")


def test_no_credentials_are_in_a_plan() -> None:
    world = World(credentials="a1b2c3d4")
    text = written(planned(world, Wanted(order(), new=True)))
    assert '"credentials":"a1b2c3d4"' in text  # the fingerprint, and nothing else
    assert "PODOS_TOKEN" not in text
