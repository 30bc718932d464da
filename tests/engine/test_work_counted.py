"""How much work a decision is, counted and not timed: a regression fails here on any machine.

The rules and orders are those of `bench.workload`, at sizes at which they are read in a moment. What must not grow with
the rules is compared between two sizes; what is bounded, with its bound written out.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import pytest

from bench import workload
from bench.ordinance import AT, Ordinance, event_ids, opened, order_of
from bench.ordinance import text as rules_text
from engine import foreign
from engine import form as f
from engine.compile import Program, columns, effects, looks, predicates, program, unary
from engine.compile.columns import MOST_MEMBERS, MOST_REMEMBERED, Memo
from engine.compile.index import LAYERS, Index, shared_out
from engine.compile.looks import MOST_LETTERS, MOST_SHAPES, Entries
from engine.compile.program import MEMORY, CompiledRule
from engine.compile.value_tests import Test as ValueTest
from engine.dry_run import DryRun
from engine.facts import Facts
from events.event import Event
from events.order import Order
from tests.engine.compile_forms import (
    EVENT,
    entry,
    facts_of,
    field,
    form_of,
    number,
    positions,
    program_of,
    rule,
    text,
)
from tests.engine.compile_forms import order_of as order_with

FEW, MANY = 40, 400
"""Rules on one event: ten times as many must not be more work, but for listing those that fire."""


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Memos asked, values worked out because no memo had them, rules asked one by one."""
    seen: Counter[str] = Counter()

    def asked(self: Memo, value: Any) -> int:
        seen["asked"] += 1
        return dict.__getitem__(self, value)

    missing = Memo.__missing__

    def worked_out(self: Memo, value: Any) -> int:
        seen["worked out"] += 1
        return missing(self, value)

    fires = CompiledRule.__dict__["fires"].func

    def examined(self: CompiledRule) -> Any:
        met = fires(self)

        def counting(view: Any) -> Any:
            seen["rules"] += 1
            return met(view)

        return counting

    property_ = cached_property(examined)
    property_.__set_name__(CompiledRule, "fires")
    monkeypatch.setattr(Memo, "__getitem__", asked)
    monkeypatch.setattr(Memo, "__missing__", worked_out)
    monkeypatch.setattr(CompiledRule, "fires", property_)
    return seen


def cases(us: Ordinance, count: int = 40) -> list[Facts]:
    return [us.prepare(0, order_of(each)) for each in workload.orders(count)]


def shared(us: Ordinance) -> program.CompiledEvent:
    (event,) = us.program.reader._events.values()  # type: ignore[attr-defined]
    assert isinstance(event, program.CompiledEvent)
    return event


def test_looking_up_does_not_grow_with_the_rules(counted: Counter[str]) -> None:
    """Every field once, each item's fields once each; so much does the workload ask."""
    most = 0
    for size in (FEW, MANY):
        us = Ordinance(workload.rules(size, events=1), 1)
        given = cases(us)
        for case in given:
            us.fired(case)
        for case in given:
            counted.clear()
            us.fired(case)
            items, entries = len(case.order.items), len(case.order.order_metadata)
            # Source, country, state, folder, method, total, pieces, tags; a SKU, size and color for each item.
            assert counted["asked"] <= 8 + entries + 3 * items
            assert counted["worked out"] <= entries, "whether an entry is there is told without its value"
            assert counted["rules"] == 0, "all of the workload's conditions are told by their clauses"
            most = max(most, counted["asked"])
    assert most > 20, "the fixture counts"


def test_a_value_is_worked_out_when_it_is_first_seen(counted: Counter[str]) -> None:
    us = Ordinance(workload.rules(MANY, events=1), 1)
    case = cases(us, 1)[0]
    us.fired(case)
    first = counted["worked out"]
    counted.clear()
    us.fired(case)
    assert first >= 10
    assert counted["worked out"] <= len(case.order.order_metadata)


def test_only_rules_that_the_clauses_let_pass_are_asked(counted: Counter[str]) -> None:
    """Two things of one item: the clauses tell that some item is a tee and some item is large, not that one is both."""
    both = [
        f.Quantified("any", "item", f.And((f.Equal("text", field("item.code"), text(f"sku-{i}")),
                                           f.Less("amount", number("1"), field("item.quantity")))))
        for i in range(MANY)
    ]  # fmt: skip
    one = program_of(*[rule(each) for each in both])
    items = [{"id": "1", "code": "SKU-7", "quantity": 1}, {"id": "2", "code": "SKU-9", "quantity": 2}]
    order = order_with(order_items=items)
    assert positions(one, order) == [9]
    counted.clear()
    assert one.met(facts_of(order)) == [9]
    assert counted["rules"] == 2


def test_a_write_costs_the_looks_that_read_it_and_no_other(counted: Counter[str]) -> None:
    us = Ordinance(workload.rules(MANY, events=1), 1)
    case = cases(us, 1)[0]
    turn = us.program.reader.begin(case)
    turn.next(0)
    for written, looked_up in (("order.notes", 0), ("order.folder", 1), ("order.shipping.country", 1)):
        counted.clear()
        turn.wrote(frozenset({written}))
        turn.next(0)
        assert counted["asked"] == looked_up, written


def test_only_what_was_written_is_looked_up_again(counted: Counter[str]) -> None:
    names = ["folder", "source_name", "source_id", "mail_class"]
    program = program_of(
        *[rule(f.Equal("text", field(f"order.{name}"), text(str(i)))) for name in names for i in range(100)]
    )
    order = order_with()
    positions(program, order)
    counted.clear()
    turn = program.begin(facts_of(order))
    assert turn.next(0) is None
    assert counted["asked"] == 4
    order.folder = "7"
    turn.wrote(frozenset({"order.folder", "item.code"}))
    found = turn.next(0)
    assert found is not None
    assert found.position == 7
    assert counted["asked"] == 5
    turn.wrote(frozenset({"order.email"}))
    assert turn.next(8) is None
    assert counted["asked"] == 5


def test_candidates_are_found_again_only_where_a_look_gave_something_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    us = Ordinance(workload.rules(MANY, events=1), 1)
    case = cases(us, 1)[0]
    us.fired(case)
    index = shared(us).index
    found, right = Counter[str](), index.looks.candidates

    def counting(held: Any) -> int:
        found["candidates"] += 1
        return right(held)

    monkeypatch.setattr(index.looks, "candidates", counting)
    turn = us.program.reader.begin(case)
    turn.next(0)
    case.order.folder = "no rule names this"
    turn.wrote(frozenset({"order.folder"}))
    turn.next(0)
    case.order.folder = "nor this"
    turn.wrote(frozenset({"order.folder"}))
    turn.next(0)
    assert found["candidates"] == 1


def test_a_decision_in_which_nothing_fires_copies_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    us = Ordinance(workload.rules(MANY, events=1, selective=True), 1)
    silent = [case for case in cases(us, 100) if not us.fired(case)]
    assert silent
    copies: list[Order] = []
    monkeypatch.setattr(Order, "copy_whole", lambda self: copies.append(self))
    for case in silent:
        assert us.program.decide(case.event, case.order).turns[0].after is case.order
    assert copies == []


def test_a_digest_is_worked_out_for_no_rule_that_fires_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine import seen

    digests: list[Any] = []

    def noted(ref: Any, value: Any) -> tuple[str, str, str]:
        digests.append(ref)
        return "", "", ""

    monkeypatch.setattr(seen, "shown", noted)
    one = opened(rules_text(workload.rules(MANY, events=1), ['add tag "t{number}"']), 1)
    us = Ordinance(workload.rules(MANY, events=1), 1, one)
    case = cases(us, 1)[0]
    decision = us.program.decide(case.event, case.order)
    assert len(decision.turns[0].fired) > 5
    assert digests == []
    assert len(decision.chain.fired[case.order.id]) == len(decision.turns[0].fired)
    assert digests, "asked for, they are worked out"


@pytest.mark.parametrize(
    ("action", "written"), [('add note "seen"', ""), ('add tag "t{number}"', "order.tags")]
)
def test_what_a_rule_saw_is_taken_where_it_is_about_to_be_written(
    monkeypatch: pytest.MonkeyPatch, action: str, written: str
) -> None:
    taken: list[int] = []
    right = program.Turn.saw

    def noted(self: program.Turn, position: int) -> Any:
        taken.append(position)
        return right(self, position)

    monkeypatch.setattr(program.Turn, "saw", noted)
    rules = workload.rules(MANY, events=1)
    us = Ordinance(rules, 1, opened(rules_text(rules, [action]), 1))
    case = cases(us, 1)[0]
    (turn,) = us.program.decide(case.event, case.order).turns
    bound = {each.title: [ref.path for ref in each.reads] for each in turn.bound}
    assert len(turn.fired) > 5
    assert len(taken) == sum(written in bound[title] for title in turn.fired)


def test_bytes_of_a_rule() -> None:
    """The compiled program, beside the form: as many rules again take as much again, and each less than 4.5 KB."""
    taken = []
    for size in (MANY, 4 * MANY):
        rules = [
            rule(f.And((f.Equal("text", field("order.folder"), text(f"folder {i % 12}")),
                        f.Less("amount", number(str(i)), field("order.order_total")),
                        f.Quantified("any", "item", f.Equal("text", field("item.code"), text(f"SKU-{i}"))))))
            for i in range(size)
        ]  # fmt: skip
        order = order_with()
        tracemalloc.start()
        one = program_of(*rules)
        positions(one, order)
        taken.append(tracemalloc.get_traced_memory()[0] / size)
        tracemalloc.stop()
    assert taken[1] < 4500
    assert taken[1] < 1.2 * taken[0]


def tables_of(one: Program) -> Sequence[columns.Table]:
    return one._events[EVENT.id].index.tables


def test_clauses_stay_few() -> None:
    """Twelve pairs under `or` would be 4,096 clauses; ten thousand such rules would have no end."""
    pairs = tuple(
        f.And((f.Equal("text", field("order.folder"), text(f"a{i}")), f.Equal("text", field("order.email"), text(f"b{i}"))))
        for i in range(12)
    )  # fmt: skip
    one = program_of(*[rule(f.Or(pairs)) for _ in range(50)])
    assert positions(one, order_with(folder="a3", email="b3")) == list(range(50))
    assert positions(one, order_with(folder="a3", email="b4")) == []
    index = one._events[EVENT.id].index
    assert index.layers <= LAYERS
    kept = sum(
        bits.bit_count()
        for table in index.tables
        for each in table.predicates.values()
        for bits in effects.effect([each])
    )
    assert kept >= 50
    assert kept <= 50 * LAYERS * len(pairs)


def test_a_list_of_a_hundred_thousand_skus_is_held_once() -> None:
    skus = tuple(text(f"SKU-{i}") for i in range(100_000))
    one = program_of(
        *[rule(f.Quantified("any", "item", f.Among("text", field("item.code"), skus))) for _ in range(100)]
    )
    order = order_with(order_items=[{"id": "1", "code": "sku-99999"}])
    assert positions(one, order) == list(range(100))
    assert len(one._compiler._sets) == 1
    (table,) = tables_of(one)
    assert isinstance(table, columns.TextTable)
    assert table.equal == {}, "a list this long is a set of its own"
    assert len(table.predicates) == 1
    assert effects.effect(table.predicates.values())[0].bit_count() == 100


def test_ten_thousand_patterns_are_tried_once_for_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def fake(pattern: str) -> ValueTest:
        def met(value: Any) -> bool:
            tried.append(pattern)
            return value is not None and pattern in value

        return ValueTest("text", "matches", (pattern,), met)

    monkeypatch.setattr(unary, "pattern_test", fake)
    one = program_of(*[rule(f.Matches(field("order.email"), f"<{i}>")) for i in range(10_000)])
    assert positions(one, order_with(email="<77>")) == [77]
    assert len(tried) == 10_000
    assert positions(one, order_with(email="<77>")) == [77]
    assert len(tried) == 10_000, "the second time it is known"


def test_all_rules_on_one_event_are_one_number(counted: Counter[str]) -> None:
    one = program_of(*[rule(f.Equal("text", field("order.folder"), text(f"f{i}"))) for i in range(10_000)])
    order = order_with(folder="f9999")
    assert positions(one, order) == [9999]
    counted.clear()
    assert one.met(facts_of(order)) == [9999]
    assert counted == {"asked": 1}
    (table,) = tables_of(one)
    assert table.all.bit_length() <= 10_000 * one._events[EVENT.id].index.layers


def test_an_order_of_ten_thousand_items_is_walked_once(counted: Counter[str]) -> None:
    conditions: list[Any] = [f.Equal("text", field("item.code"), text(f"sku-{i}")) for i in range(500)]
    conditions += [f.Less("amount", number(str(i)), field("item.quantity")) for i in range(1, 20)]
    one = program_of(*[rule(f.Quantified("any", "item", each)) for each in conditions])
    order = order_with(order_items=[{"id": str(i), "code": f"SKU-{i}", "quantity": 1} for i in range(10_000)])
    assert one.met(facts_of(order)) == list(range(500))
    assert counted["asked"] == 20_000
    assert all(len(table.memo) <= MOST_REMEMBERED for table in tables_of(one))


def test_what_is_remembered_is_bounded_for_the_whole_program() -> None:
    """However many columns there are: they share the program's bytes, a floor of 16 values each apart."""
    names = [name for name in Order.model_fields if name in TEXTS]
    rules = [
        rule(f.Equal("text", field(f"order.{name}"), text(f"v{i}"))) for name in names for i in range(500)
    ]
    one = program_of(*rules)
    order = order_with()
    positions(one, order)
    tables = tables_of(one)
    assert len(tables) == len(names) > 10
    full = sum(table.most * (table.all.bit_length() // 8 + 160) for table in tables)
    assert full <= MEMORY
    table = tables[0]
    for i in range(3 * table.most):
        table.bits(f"never seen twice {i}")
    assert len(table.memo) <= table.most
    assert sum(
        sys.getsizeof(bits) + sys.getsizeof(text_) for text_, bits in table.memo.items()
    ) <= 2 * MEMORY // len(tables)


def test_a_table_that_knows_more_remembers_more() -> None:
    """A hundred SKUs beside two folders: half of the memory is shared evenly, half goes where values are known."""
    assert shared_out(1000, [300, 100]) == [625, 375]
    assert shared_out(1000, [0, 0]) == [250, 250]
    skus = [
        rule(f.Quantified("any", "item", f.Equal("text", field("item.code"), text(f"sku-{i}"))))
        for i in range(100)
    ]
    folders = [rule(f.Equal("text", field("order.folder"), text(name))) for name in ("a", "b")]
    tables = Index(form_of(*skus, *folders).rules[EVENT.id], program_of()._compiler, 200_000).tables
    of_skus, of_folders = sorted((table.most for table in tables), reverse=True)
    assert of_skus > 2 * of_folders
    assert sum(table.most * (table.all.bit_length() // 8 + 160) for table in tables) <= 200_000


TEXTS = frozenset({
    "email", "folder", "tag_name", "source_name", "source_id", "shipping_method", "payment_type", "payment_status",
    "customer_id", "ip_address", "fulfillment_name", "mail_class",
})  # fmt: skip


def test_long_texts_are_not_remembered() -> None:
    one = program_of(rule(f.Equal("text", field("order.email"), text("x"))))
    positions(one, order_with(email="y" * 100_000))
    (table,) = tables_of(one)
    assert list(table.memo) == []


def test_maps_whose_keys_are_never_the_same_twice() -> None:
    one = program_of(rule(f.Equal("text", entry("order.checkout_data", "gift"), text("yes"))))
    order = order_with()
    shapes = entries_of(one, order)
    for i in range(3 * MOST_SHAPES):
        order.checkout_data = {f"key {i}": "x", "GIFT ": "Yes"}
        assert positions(one, order) == [0]
    assert 0 < len(shapes) <= MOST_SHAPES
    shapes.clear()
    order.checkout_data = {"k" * (MOST_LETTERS + 1): "x", "gift": "yes"}
    assert positions(one, order) == [0]
    assert shapes == {}, "nor are long keys kept"


def entries_of(one: Program, order: Order) -> dict[tuple[str, ...], looks.Shape]:
    positions(one, order)
    (bound,) = [
        look
        for look in one._events[EVENT.id].index.looks.looks  # type: ignore[attr-defined]
        if isinstance(getattr(look, "__self__", None), Entries)
    ]
    entries = bound.__self__  # type: ignore[attr-defined]
    assert isinstance(entries, Entries)
    return entries.shapes


def test_a_list_as_long_as_the_table_takes_it_is_spread_and_no_longer() -> None:
    for length, spread in ((MOST_MEMBERS, MOST_MEMBERS), (MOST_MEMBERS + 1, 0)):
        members = tuple(text(f"m{i}") for i in range(length))
        one = program_of(rule(f.Among("text", field("order.folder"), members)))
        assert positions(one, order_with(folder="M3")) == [0]
        (table,) = tables_of(one)
        assert isinstance(table, columns.TextTable)
        assert len(table.equal) == spread


def test_bounds_on_a_field_are_found_by_bisection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand bounds: an amount between two of them is worked out once for all amounts between these two, and of few."""
    one = program_of(
        *[rule(f.Less("amount", field("order.order_total"), number(str(10 * i)))) for i in range(1000)]
    )
    order = order_with()
    taken = Counter[str]()
    positions(one, order)
    (table,) = tables_of(one)
    assert isinstance(table, columns.OrderedTable)
    right = effects.effect

    def counting(met: Any) -> effects.Effect:
        given = list(met)
        taken["predicates"] += len(given)
        return right(given)

    monkeypatch.setattr(effects, "effect", counting)
    for i in range(100):
        order.order_total = Decimal("5001") + Decimal(i) / 100
        assert len(one.met(facts_of(order))) == 499
    assert 0 < taken["predicates"] < 2 * effects.STEP


def test_the_most_selective_clauses_are_kept() -> None:
    """Beyond the cap, what few orders meet is indexed; whether the order's currency is the store's is not that."""
    assert predicates.MOST_CLAUSES >= LAYERS
    texts = [field(f"order.{name}") for name in sorted(TEXTS)[: LAYERS + 1]]
    broad = [f.Not(f.Equal("text", each, text("x"))) for each in texts]
    narrow = f.Equal("text", field("order.id"), text("1001"))
    one = program_of(rule(f.And((*broad, narrow))))
    assert positions(one, order_with()) == [0]
    assert any("1001" in p.test.constants for table in tables_of(one) for p in table.predicates.values())


def test_amounts_in_another_currency_are_looked_for_once_for_each_event_that_happens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every order of a dry run asks for them."""
    one = opened(rules_text(workload.rules(FEW, events=4)), events=4)
    looked: list[str] = []
    found = foreign.amounts_named
    monkeypatch.setattr(
        foreign, "amounts_named", lambda rule, form: (looked.append(rule.title), found(rule, form))[1]
    )
    event_id = event_ids(one, 4)[1]
    event = Event(event_id, "", "100000", AT)
    for order in map(order_of, workload.orders(5)):
        DryRun(one, one.program()).run(replace(event, order_id=order.id), order)
    assert looked == [rule.title for rule in one.checked.form.rules[event_id]]
