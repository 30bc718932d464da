"""Orders come in once, under an id of their own; what is no order says so."""

from __future__ import annotations

from engine.runtime.intake import take_in
from engine.runtime.runtime import Runtime
from events.importers import Imported
from events.order import Order
from tests.engine.runtime.world import World, order


def imports(runtime: Runtime, *orders: Order) -> list[tuple[str, str]]:
    documents = [Imported(each, None, (), "order", "a.json") for each in orders]
    return [(taken.state, taken.order_id) for taken in take_in(runtime, documents)]


def test_an_order_comes_in_once() -> None:
    world = World()
    runtime = world.runtime()
    assert imports(runtime, order(), order()) == [("new", "1001"), ("known", "1001")]
    assert imports(world.runtime(), order()) == [("known", "1001")]
    assert world.order().folder == "New"


def test_another_shops_order_with_the_same_number_is_another_order() -> None:
    world = World()
    other = order()
    other.source_name, other.source_id = "WooCommerce", "77"
    runtime = world.runtime()
    assert imports(runtime, order(), other) == [("new", "1001"), ("new", "woocommerce-1001")]
    assert imports(runtime, other) == [("known", "woocommerce-1001")]


def test_an_order_that_was_forgotten_does_not_come_in_again() -> None:
    world = World()
    runtime = world.runtime()
    imports(runtime, order())
    world.work()
    assert world.store.forget("1001")
    assert imports(runtime, order()) == [("known", "1001")]
    assert world.store.order("1001") is None


def test_what_is_no_order_says_why_and_loses_no_other() -> None:
    world = World()
    nameless = order()
    nameless.id, nameless.source_id = " ", ""
    documents = [
        Imported(None, "this is a product, not an order", (), "", "p.json"),
        Imported(nameless, None, (), "order", "n.json"),
        Imported(order(), None, (), "order", "a.json"),
    ]
    found = [(t.place, t.state, t.what) for t in take_in(world.runtime(), documents)]
    assert found == [
        ("p.json", "refused", "this is a product, not an order"),
        ("n.json", "refused", "the order has no id"),
        ("a.json", "new", ""),
    ]
