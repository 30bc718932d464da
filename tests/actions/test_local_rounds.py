"""A round: what an action does for each of many items one after the other is what it does to each of them by itself."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from actions.local.running import Running, added_up
from actions.local.totals import FEW
from actions.perform import perform
from actions.work import Task
from dsl.schema import FieldRef
from dsl.types import MONEY, NUMBER, WEIGHT
from events.changes import Since, changes
from events.jsontext import dumps
from events.order import Item, Order, as_json
from tests.actions.local_orders import field, world

AMOUNTS = st.one_of(
    st.none(),
    st.decimals(0, 500, places=2),
    st.sampled_from(
        [Decimal(each) for each in ("0", "0.10", "1E+2", "1e-30", "999999999999999999", "-4.005")]
    ),
    st.sampled_from([Decimal("3.333333333333333333333333333"), Decimal("0.0000000001")]),
)
ITEMS = st.builds(
    Item,
    price=AMOUNTS,
    weight=AMOUNTS,
    quantity=st.integers(1, 1_000_000),
    code=st.sampled_from(["TEE-1", "MUG-1", "CAP-1"]),
)
QUANTITY, PRICE, HEAVY = (
    field("item.quantity", NUMBER),
    field("item.price", MONEY),
    field("item.weight", WEIGHT),
)
ACTIONS: list[tuple[str, FieldRef | None, Callable[[Item], dict[str, Any]]]] = [
    ("increase", QUANTITY, lambda item: {"by": Decimal(1)}),
    ("decrease", PRICE, lambda item: {"by": Decimal("0.01")}),
    ("set", PRICE, lambda item: {"value": Decimal(item.quantity)}),
    ("clear", PRICE, lambda item: {}),
    ("set", HEAVY, lambda item: {"value": Decimal("0.250")}),
    ("remove item", None, lambda item: {}),
    ("add item", None, lambda item: {"sku": item.code, "price": item.price}),
    ("add tag", None, lambda item: {"tag": item.code}),
    ("add shipment", None, lambda item: {"tracking": f"{item.code} {item.quantity % 3}"}),
]


def order_of(items: list[Item], product_total: Decimal | None) -> Order:
    order = Order(
        id="1", order_items=items, product_total=product_total, order_total=Decimal("20.00")
    ).copy_whole()
    for number, item in enumerate(order.items):
        item.id = "added-3" if number == 2 else str(number)
    return order


@given(
    st.lists(ITEMS, min_size=1, max_size=2 * FEW),
    st.one_of(st.none(), st.decimals(0, 50, places=2)),
    st.sampled_from(ACTIONS),
    st.randoms(use_true_random=False),
)
def test_an_action_does_the_same_in_a_round(
    items: list[Item], product_total: Decimal | None, action: Any, chance: Any
) -> None:
    verb, target, values = action
    alone, together = order_of(items, product_total), order_of(items, product_total)
    which = chance.sample(range(len(items)), chance.randint(1, len(items)))
    here = world()
    in_a_round = here.going_round(together.items)
    rows = [*alone.items], [*together.items]
    for at in which:
        answers = [
            perform(order, Task(verb, "r", {}, values(its[at]), target, its[at]), where)
            for order, its, where in ((alone, rows[0], here), (together, rows[1], in_a_round))
        ]
        assert answers[0] == answers[1]
        assert dumps(as_json(together)) == dumps(as_json(alone)), "after each of them, to the digit"


WRITTEN = {
    "remove item": {"order.items"},
    "add item": {"order.items"},
    "add tag": {"order.tags", "order.tag_name"},
    "add shipment": {"order.shipments"},
}
TOTALS = {"order.product_total", "order.quantity_total", "order.weight_total", "order.order_total"}


@given(
    st.lists(ITEMS, min_size=1, max_size=8),
    st.lists(st.tuples(st.sampled_from(ACTIONS), st.sets(st.integers(0, 7), min_size=1)), max_size=4),
)
def test_what_each_action_of_a_round_changed_is_what_comparing_the_orders_gives(
    items: list[Item], acts: list[Any]
) -> None:
    """But for tags that came: of these the new ones are told."""
    order = order_of(items, Decimal("9.00"))
    since = Since(order)
    for (verb, target, values), which in acts:
        here, rows = world().going_round(order.items), [*order.items]
        paths = WRITTEN.get(verb, set()) | TOTALS | ({target.path} if target is not None else set())
        for row in [rows[at] for at in sorted(which) if at < len(rows)]:
            before = order.copy_whole()
            perform(order, Task(verb, "r", {}, values(row), target, row), here)
            expected = changes(before, order)
            if "tags" in expected:
                expected["tags"] = {"from": None, "to": order.tags[len(before.tags) :]}
            assert since.wrote(paths, row) == expected
        assert since.wrote({"order"}) == {}, "and nothing is left over"


@given(st.lists(ITEMS, max_size=12), st.lists(st.tuples(st.integers(0, 11), AMOUNTS, st.booleans())))
def test_a_sum_that_follows_its_lines_is_what_adding_up_gives(
    items: list[Item], changes: list[tuple[int, Decimal | None, bool]]
) -> None:
    def line(item: Item) -> Decimal | None:
        return item.price

    there = [*items]
    running = Running(there, line)
    for at, price, gone in changes:
        if at >= len(items):
            continue
        items[at].price = price
        if gone:
            there = [each for each in there if each is not items[at]]
            running.drop(items[at])
        else:
            there = there if any(each is items[at] for each in there) else [*there, items[at]]
            running.put(items[at])
        assert repr(running.total) == repr(added_up(there, line))


def test_lines_are_added_up_before_they_are_rounded_and_in_any_order() -> None:
    """A third of a cent a thousand times over: 28 digits hold each line and not their sum."""
    third = Decimal("0.003333333333333333333333333333")
    items = [Item(price=price) for price in [Decimal("1e17"), *[third] * 1000, Decimal("-1e17")]]
    assert added_up(items, lambda item: item.price) == Decimal("3.333333333333333333333333333")
    assert added_up(items[::-1], lambda item: item.price) == Decimal("3.333333333333333333333333333")


def test_who_was_taken_off_is_not_there_any_more_in_the_round() -> None:
    order = order_of([Item(code=str(n)) for n in range(6)], None)
    here = world().going_round(order.items)
    rows = [*order.items]
    task = Task("remove item", "r", subject=rows[4])
    assert perform(order, task, here).outcome == "done"
    assert perform(order, task, here).reason == "the item is no longer on this order"
    for at in (0, 5, 2):
        assert perform(order, Task("remove item", "r", subject=rows[at]), here).outcome == "done"
    assert [item.code for item in order.items] == ["1", "3"]
