"""What a rule saw is the same to both readers, is told apart by its digest, and does not change with the order."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from actions.work import World
from dsl.schema import FieldRef
from dsl.types import ANY
from engine import form as f
from engine.compile import compile as compiled
from engine.decide import Program
from engine.decision import Chain
from engine.reference import Reference
from engine.seen import digest
from events.event import Event
from tests.engine.compile_forms import AT, STORE, entry, field, form_of, order_of, rule, text
from tests.engine.test_agreement import decided, opened, orders, told


def test_both_readers_see_the_same() -> None:
    random = Random("seen")
    some = 0
    for _ in range(20):
        one = opened(random)
        quick, plain = one.program(), one.program(reference=True)
        for order in orders(random, 10):
            answers = told(random)
            expected = decided(one, order, answers, plain).chain.fired
            assert decided(one, order, answers, quick).chain.fired == expected
            some += sum(len(titles) for titles in expected.values())
    assert some > 200


def ref(path: str) -> FieldRef:
    root, *steps = path.split(".")
    return FieldRef(root, tuple(steps), "field", ANY)


def sight(reads: list[FieldRef], values: list[Any], **event_values: Any) -> str:
    one = f.RuleForm("r", ("e",), (), reads=tuple(reads))
    found = [r for r in reads if r.root != "event"], values
    return digest(one, Event("e", "E", "1", AT, event_values), found)


def test_a_sight_is_told_apart_by_event_values_and_fields() -> None:
    folder, codes = ref("order.folder"), ref("item.code")
    first = sight([folder], ["New"], message="a")
    assert first == sight([folder], ["New"], message="a")
    assert first != sight([folder], ["new"], message="a")
    assert first != sight([folder], ["New"], message="b")
    assert first != sight([ref("order.mail_class")], ["New"], message="a")
    assert sight([codes], [[("1", "A")]]) != sight([codes], [[("2", "A")]])
    assert sight([folder], [""]) == sight([folder], [None]), "blank is missing"


def test_a_count_of_attempts_is_no_new_sight_but_for_a_rule_that_reads_it() -> None:
    assert sight([], [], attempt=1) == sight([], [], attempt=2)
    asked = [ref("event.attempt")]
    assert sight(asked, [], attempt=1) != sight(asked, [], attempt=2)


def looping(reads: tuple[f.Read, ...], *acts: f.Act) -> f.Form:
    """A rule that raises its own event."""
    again = f.Act("raise", "raise", {"event_id": "order.imported"})
    return form_of(f.RuleForm("again", ("order.imported",), (*acts, again), reads=reads))


def test_a_loop_is_found_also_across_a_stored_chain() -> None:
    """What was read is a list and a map, both of which the rule itself changes after its first firing."""
    tagged = f.Act("add tag", "", values={"tag": text("x")}, writes=frozenset({"order.tags"}))
    form = looping((field("order.tags"), entry("order.checkout_data", "Gift")), tagged)
    happened = Event("order.imported", "Order is Imported", "1001", AT)
    for reader in (compiled(form), Reference(form)):
        program = Program(form, reader, World(STORE, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)))
        decision = program.decide(happened, order_of())
        assert [turn.fired for turn in decision.turns] == [("again",), ("again",), ()], (
            "seen with x twice, without once"
        )
        assert "loop stopped" in decision.turns[-1].problems[0]
        stored = Chain.stored(decision.chain.fired, decision.chain.events)
        after = program.decide(happened, decision.orders["1001"], stored)
        assert [turn.fired for turn in after.turns] == [()]
        assert after.chain.fired == stored.fired
        changed = order_of(tags=["other"])
        assert program.decide(happened, changed, stored).turns[0].fired == ("again",)


def test_a_rule_that_reads_nothing_fires_once() -> None:
    form = form_of(rule(None, f.Act("raise", "raise", {"event_id": "order.imported"})))
    program = Program(form, compiled(form), World(STORE, AT))
    decision = program.decide(Event("order.imported", "", "1001", AT), order_of())
    assert [turn.fired for turn in decision.turns] == [("r",), ()]
