"""The index and the rules' own closures agree: on generated rules and orders, before and after what rules write. And the
index stays small and quick to ask, counted and not timed, for rulesets and orders that would make it large."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import form as f
from engine.compile import Program
from engine.compile.columns import MOST_REMEMBERED
from engine.compile.generated import MOST_PLACES, listed, places
from engine.compile.index import LAYERS
from engine.compile.predicates import MOST_CLAUSES, Narrowing
from engine.compile.view import View
from events.order import Discount, Item, Order, Shipment
from tests.engine.compile_forms import (
    EVENT,
    entry,
    facts_of,
    field,
    number,
    order_of,
    positions,
    program_of,
    rule,
    span,
    text,
    usd,
)


@given(st.sets(st.integers(0, 700)))
def test_positions_are_listed_in_order(wanted: set[int]) -> None:
    """Few and many, as far as places are kept and beyond."""
    for kept in (0, 1, MOST_PLACES):
        tables = [places(byte) for byte in range(kept)]
        assert listed(sum(1 << at for at in wanted), tables) == sorted(wanted)


both = pytest.mark.usefixtures("both_cores")


def bounded(bound: int) -> list[Any]:
    """Each way of comparing with that amount, negated too."""
    total, amount, above = field("order.order_total"), number(str(bound)), number(str(bound + 7))
    asked: list[Any] = [
        f.Less("amount", total, amount), f.Less("amount", total, amount, or_equal=True),
        f.Less("amount", amount, total), f.Less("amount", amount, total, or_equal=True),
        f.Equal("amount", total, amount), f.Between("amount", total, amount, above),
    ]  # fmt: skip
    return [*asked, *map(f.Not, asked)]


@both
def test_many_bounds_of_every_kind() -> None:
    """More than are added up beforehand, asked at each bound, beside it and beyond all of them."""
    bounds = range(0, 300, 10)
    program = program_of(*[rule(each) for bound in bounds for each in bounded(bound)])
    for value in [Decimal(tenth) / 2 for tenth in range(-4, 630, 5)]:
        expected = []
        for bound in bounds:
            met = [
                value < bound,
                value <= bound,
                value > bound,
                value >= bound,
                value == bound,
                bound <= value <= bound + 7,
            ]
            expected += [*met, *[not each for each in met]]
        found = program.met(facts_of(order_of(order_total=value)))
        assert found == [at for at, fires in enumerate(expected) if fires], value


WORDS = ["a", "A ", "b", "ab", "ba", "Straße", "12", "12.50 EUR", "2026-03-07", ""]
words = st.sampled_from(WORDS)
consts = st.sampled_from([text(w) for w in WORDS if w])
amounts = st.sampled_from(["0", "1", "2", "2.0", "49.90", "100"])

order_texts = st.sampled_from(
    [field("order.folder"), field("order.source_name"), entry("order.checkout_data", "x"), field("order.shipping.country")]
)  # fmt: skip
order_amounts = st.sampled_from(
    [field("order.order_total"), field("order.quantity_total"), f.AsAmount(entry("order.checkout_data", "x"), "money"),
     f.Aggregate("sum", "item", field("item.quantity"), None), f.Aggregate("number", "item", None, None)]
)  # fmt: skip
item_texts = st.sampled_from([field("item.code"), entry("item.metadata", "x"), f.Read("item", ("print_url",), "print", field("item.x").type)])  # fmt: skip
item_amounts = st.sampled_from([field("item.quantity"), field("item.price")])
amount_consts = st.one_of(
    amounts.map(number), amounts.map(usd), amounts.map(lambda a: f.MoneyConst(Decimal(a), "EUR"))
)
whens = st.sampled_from([field("order.date_added"), f.AsWhen(entry("order.checkout_data", "x"))])
days = st.sampled_from([f.Const(dt.date(2026, 3, d)) for d in (6, 7, 8)])


def questions(texts: Any, numbers: Any) -> Any:
    """Conditions on one or two of these values."""
    return st.one_of(
        st.builds(f.Equal, st.sampled_from(["text", "exact"]), texts, st.one_of(consts, texts)),
        st.builds(
            f.Among,
            st.sampled_from(["text", "exact"]),
            texts,
            st.lists(consts, min_size=1, max_size=3).map(tuple),
        ),
        st.builds(f.TextTest, st.sampled_from(["contains", "starts with", "ends with"]), texts, consts),
        st.builds(f.Matches, texts, st.sampled_from(["^a", "b$", "[0-9]+"])),
        st.builds(f.Present, texts),
        st.builds(f.Equal, st.just("amount"), numbers, amount_consts),
        st.builds(
            f.Among, st.just("amount"), numbers, st.lists(amount_consts, min_size=1, max_size=3).map(tuple)
        ),
        st.builds(f.Less, st.just("amount"), numbers, st.one_of(amount_consts, numbers), st.booleans()),
        st.builds(f.Less, st.just("amount"), amount_consts, numbers, st.booleans()),
        st.builds(f.Between, st.just("amount"), numbers, amount_consts, amount_consts),
    )


def joined(leaves: Any) -> Any:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(f.Not),
            st.lists(inner, max_size=3).map(lambda each: f.And(tuple(each))),
            st.lists(inner, max_size=3).map(lambda each: f.Or(tuple(each))),
            inner.map(lambda each: f.Named("d", each)),
        ),
        max_leaves=6,
    )


item_conditions = joined(questions(item_texts, item_amounts))
order_leaves = st.one_of(
    questions(order_texts, order_amounts),
    st.builds(f.HasMember, st.just(field("order.tags")), consts),
    st.builds(
        f.Among,
        st.just("text"),
        st.just(field("order.tags")),
        st.lists(consts, min_size=1, max_size=2).map(tuple),
    ),
    st.builds(
        f.Quantified, st.sampled_from(["any", "every", "no"]), st.sampled_from(["item"]), item_conditions
    ),
    st.builds(
        f.Aged, st.sampled_from(["older", "newer"]), whens, st.sampled_from([span(days=2), span(days=3)])
    ),
    st.builds(f.Less, st.just("when"), whens, days, st.booleans()),
    st.builds(f.Equal, st.just("when"), days, whens),
)
conditions = joined(order_leaves)
rules = st.one_of(
    conditions.map(rule),
    st.builds(
        lambda when, where: rule(when, over="item", where=where),
        st.one_of(st.none(), conditions),
        item_conditions,
    ),
)


@st.composite
def orders(draw: Any) -> Order:
    return order_of(
        folder=draw(words),
        source_name=draw(words),
        currency=draw(st.sampled_from(["USD", "usd", "EUR", ""])),
        checkout_data={draw(st.sampled_from(["x", "X"])): draw(words)},
        tags=draw(st.lists(words, max_size=2)),
        order_total=draw(st.one_of(st.none(), amounts)),
        quantity_total=draw(st.sampled_from([0, 1, 2])),
        date_added=draw(st.sampled_from([None, "2026-03-07 04:30:00", "2026-03-08 12:00:00"])),
        shipping={"country": draw(words)},
        order_items=draw(st.lists(items(), max_size=3)),
    )


@st.composite
def items(draw: Any) -> dict[str, Any]:
    return {
        "id": str(draw(st.integers(0, 9))),
        "code": draw(st.one_of(words, st.just("TEE-1"))),
        "quantity": draw(st.sampled_from([0, 1, 2])),
        "price": draw(st.one_of(st.none(), amounts)),
        "metadata": {draw(st.sampled_from(["x", "X", "print_url"])): draw(words)},
    }


def by_closures(program: Program, order: Order) -> list[int]:
    """Every rule asked in turn, without the index."""
    program.begin(facts_of(order))
    view = View(facts_of(order))
    return [i for i, each in enumerate(program._events[EVENT.id].rules) if each.fires(view) is not None]


WRITES: dict[str, Any] = {
    "order.folder": lambda order, word: setattr(order, "folder", word),
    "order.shipping.country": lambda order, word: setattr(order.shipping, "country", word),
    "order.shipping": lambda order, word: setattr(order.shipping, "country", word),
    "order.checkout_data": lambda order, word: order.checkout_data.update(x=word),
    "order.tags": lambda order, word: order.tags.append(word),
    "order.currency": lambda order, word: setattr(order, "currency", "EUR"),
    "order.order_total": lambda order, word: setattr(order, "order_total", Decimal(2)),
    "item.metadata": lambda order, word: [item.metadata.update(print_url=word) for item in order.items],
    "item.quantity": lambda order, word: [setattr(item, "quantity", 2) for item in order.items],
    "item.code": lambda order, word: [setattr(item, "code", word) for item in order.items],
    "order.items": lambda order, word: order.items.append(Item(id="10", code=word, quantity=2)),
    "order.shipments": lambda order, word: order.shipments.append(Shipment(tracking_number=word)),
    "order.discount_list": lambda order, word: order.discount_list.append(Discount(code=word)),
}  # fmt: skip


@both
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    st.lists(rules, min_size=1, max_size=8),
    st.lists(orders(), min_size=1, max_size=3),
    st.lists(st.tuples(st.sampled_from(sorted(WRITES)), words), max_size=4),
)
def test_the_index_finds_what_the_closures_find(given_rules: Any, given_orders: Any, writes: Any) -> None:
    program = program_of(*given_rules)
    for order in given_orders:
        assert positions(program, order) == by_closures(program, order) == program.met(facts_of(order))
        turn = program.begin(facts_of(order))
        turn.next(0)
        for path, word in writes:
            WRITES[path](order, word)
            turn.wrote(frozenset({path}))
            expected = by_closures(program, order)
            first = turn.next(0)
            assert (first and first.position) == (expected[0] if expected else None)
            found = [m.position for at in range(len(given_rules)) if (m := turn.next(at)) is not None]
            assert sorted(set(found)) == expected


@both
@pytest.mark.parametrize("written", sorted(WRITES))
def test_a_write_is_seen_by_the_rules_that_read_it(written: str) -> None:
    """One rule for each path, met only after the write."""
    seen: dict[str, Any] = {
        "order.folder": f.Equal("text", field("order.folder"), text("new word")),
        "order.shipping.country": f.Equal("text", field("order.shipping.country"), text("new word")),
        "order.shipping": f.TextTest("starts with", field("order.shipping.country"), text("new")),
        "order.checkout_data": f.Equal("text", entry("order.checkout_data", "X"), text("new word")),
        "order.tags": f.HasMember(field("order.tags"), text("new word")),
        "order.currency": f.Less(
            "amount", f.MoneyConst(Decimal(1), "EUR"), field("order.weight_total"), True
        ),
        "order.order_total": f.Equal("amount", field("order.order_total"), usd("2.00")),
        "item.metadata": f.Quantified("every", "item", f.Matches(f.Read("item", ("print_url",), "print", field("item.x").type), "new word")),
        "item.quantity": f.Equal("amount", f.Aggregate("sum", "item", field("item.quantity"), None), number("4")),
        "item.code": f.Quantified("no", "item", f.Equal("text", field("item.code"), text("mug"))),
        "order.items": f.Less("amount", number("2"), f.Aggregate("number", "item", None, None)),
        "order.shipments": f.Quantified("any", "shipment", f.Equal("text", field("shipment.tracking_number"), text("new word"))),
        "order.discount_list": f.HasMember(field("order.discount_codes"), text("new word")),
    }  # fmt: skip
    order = order_of(weight_total="1")
    turn = program_of(rule(seen[written])).begin(facts_of(order))
    assert turn.next(0) is None
    WRITES[written](order, "new word")
    turn.wrote(frozenset({written}))
    assert turn.next(0) is not None


@both
@pytest.mark.parametrize(
    "written", ["order", "order.checkout_data", "order.checkout_data.gift", "order.checkout_data.Gift"]
)
def test_a_write_to_a_part_or_to_the_whole_is_seen(written: str) -> None:
    order = order_of()
    turn = program_of(rule(f.Equal("text", entry("order.checkout_data", "gift"), text("now")))).begin(
        facts_of(order)
    )
    assert turn.next(0) is None
    order.checkout_data["gift"] = "now"
    turn.wrote(frozenset({"order.checkout", "order.folder"}))
    turn.wrote(frozenset({written}))
    assert turn.next(0) is not None


def test_a_thousand_rules_on_one_field_ask_no_rule() -> None:
    """Exact clauses need no closure: a rule that does not concern the order is never compiled, let alone run."""
    program = program_of(
        *[
            rule(f.And((f.Equal("text", field("order.folder"), text(f"f{i}")), f.Present(field("order.id")))))
            for i in range(1000)
        ]
    )
    assert positions(program, order_of(folder="F77")) == [77]
    compiled = program._events[EVENT.id].rules
    assert not any("fires" in each.__dict__ for each in compiled)


@both
def test_values_never_seen_twice_are_forgotten() -> None:
    program = program_of(
        rule(f.Equal("text", field("order.source_id"), text("x"))),
        rule(f.Less("amount", field("order.order_total"), number("5"))),
        rule(f.HasMember(field("order.tags"), text("x"))),
    )
    order = order_of()
    for i in range(3 * MOST_REMEMBERED):
        order.source_id, order.order_total, order.tags = f"s{i}", Decimal(i), [f"t{i}"]
        assert positions(program, order) == ([1] if i < 5 else [])
    memos = [table.memo for table in program._events[EVENT.id].index.tables]
    assert len(memos) == 3
    assert all(0 < len(memo) <= MOST_REMEMBERED for memo in memos)


@both
def test_clauses_do_not_explode() -> None:
    """2^40 clauses if it were multiplied out."""
    pairs = [
        f.And((f.Equal("text", field("order.folder"), text(f"{i}")), f.Equal("text", field("order.source_id"), text(f"{i}"))))
        for i in range(40)
    ]  # fmt: skip
    program = program_of(rule(f.Or(tuple(pairs))), rule(f.Not(f.Or(tuple(pairs)))))
    clauses = Narrowing(program._compiler).of(f.Or(tuple(pairs)))
    assert len(clauses.all) <= MOST_CLAUSES
    assert not clauses.exact
    assert positions(program, order_of(folder="3", source_id="3")) == [0]
    assert positions(program, order_of(folder="3", source_id="4")) == [1]
    assert program._events[EVENT.id].index.layers <= LAYERS


def test_definitions_of_definitions_are_walked_once() -> None:
    """Sixty definitions, each the one before twice: written out, 2^60 conditions."""
    node: Any = f.Equal("text", field("order.folder"), text("new"))
    for i in range(60):
        node = f.And((f.Named(f"d{i}", node), f.Named(f"d{i}", node)))
    program = program_of(rule(node))
    assert len(Narrowing(program._compiler).of(node).all) == 1
    assert positions(program, order_of()) == [0]


def test_a_long_list_that_many_rules_name_is_read_once() -> None:
    skus = tuple(text(f"SKU-{i}") for i in range(20_000))
    program = program_of(
        *[
            rule(f.And((f.Among("text", entry("order.checkout_data", f"k{i}"), skus), f.Present(field("order.id")))))
            for i in range(200)
        ]
    )  # fmt: skip
    assert positions(program, order_of(checkout_data={"k7": "sku-19999", "K8": "sku-20000"})) == [7]
    assert len(program._compiler._sets) == 1


def test_a_large_table_is_found_through_its_dictionaries() -> None:
    rows = tuple(
        ((f.Cell(values=(f"sku-{i}",)), f.Cell(any=True) if i % 2 else f.Cell(values=("US", "CA"))), (text(f"{i}"),))
        for i in range(50_000)
    )  # fmt: skip
    table = f.TableForm("t", ("sku", "country"), ("n",), ("text", "text"), ("", ""), rows, None)
    looked_up = f.Lookup("t", (field("order.source_id"), field("order.shipping.country")), 0)
    program = program_of(rule(f.Equal("text", looked_up, text("49998"))), tables={"t": table})
    assert positions(program, order_of(source_id="SKU-49998")) == [0]
    assert positions(program, order_of(source_id="SKU-49998", shipping={"country": "FR"})) == []
    shapes = program._compiler.table("t").shapes
    assert sorted(shapes) == [(0,), (0, 1)]
    assert max(len(found) for rows_of in shapes.values() for found in rows_of.values()) == 1


@both
def test_an_order_of_ten_thousand_items() -> None:
    listed = [{"id": str(i), "code": f"SKU-{i}", "quantity": 1} for i in range(10_000)]
    last = f.Equal("text", field("item.code"), text("sku-9999"))
    program = program_of(rule(f.Quantified("any", "item", last)), rule(over="item", where=last))
    order = order_of(order_items=listed)
    assert positions(program, order) == [0, 1]
    second = program.begin(facts_of(order)).next(1)
    assert second is not None
    assert [each.id for each in second.subjects] == ["9999"]


@both
def test_one_program_for_all_threads() -> None:
    """Sixteen threads ask a program that none has asked before, and each is answered as if it were alone."""
    program = program_of(
        *[
            rule(
                f.And(
                    (
                        f.Equal("text", field("order.folder"), text(f"f{i}")),
                        f.Less("amount", number(str(i)), field("order.order_total")),
                    )
                )
            )
            for i in range(300)
        ]
    )
    given_orders = [order_of(folder=f"f{i}", order_total=Decimal(i + i % 2)) for i in range(160)]

    def some(start: int) -> list[list[int]]:
        return [positions(program, each) for each in given_orders[start::16]]

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(some, range(16)))
    assert found == [[[i] if i % 2 else [] for i in range(start, 160, 16)] for start in range(16)]


@both
def test_no_rules_and_unknown_events() -> None:
    assert positions(program_of(), order_of()) == []
    assert program_of(rule()).rules("nothing.happened") == ()
