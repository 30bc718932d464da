"""`apply inventory`: details filled by SKU, never over what is there, and `code_replace` unpacked."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

from actions.work import Done
from events.inventory import InventoryItem
from events.order import Item, Order
from tests.actions.local_orders import do, order

ART = "https://art.example/tee.png"
TEE = InventoryItem(
    "TEE-1",
    name="Stock tee",
    price=D("20"),
    weight=D("0.4"),
    metadata={"print_sku": "PS-STOCK", "print_url": ART},
    variation_list={"Color": "Blue", "size": "M"},
)
MUG = InventoryItem("MUG-1", name="Stock mug", price=D("12.50"), weight=D("1.1"))


def replaced(code: str, by: str, **details: Any) -> InventoryItem:
    return InventoryItem(code, metadata={"code_replace": by}, **details)


def one(item: Item, **totals: Any) -> Order:
    """An order of that one item, whose totals agree with it."""
    worth = (item.price or D(0)) * item.quantity
    return order(items=[item], quantity_total=item.quantity, product_total=worth, **totals)


def apply(o: Order, *stock: InventoryItem) -> Done:
    return do(o, "apply inventory", stock=stock)


def test_only_empty_details_are_filled() -> None:
    o = order()
    assert apply(o, TEE).outcome == "done"
    tee = o.items[0]
    assert (tee.name, tee.price, tee.weight) == ("Blue tee", D("20.00"), D("0.5"))
    assert tee.metadata == {"print_sku": "PS-1", "print_url": ART}
    assert tee.variation_list == {"Size": "L", "Color": "Blue"}
    assert (o.product_total, o.order_total) == (D("52.50"), D("60.20"))


def test_what_the_customer_chose_is_not_hidden_behind_metadata() -> None:
    o = order()
    o.items[0].variation_list["Print_URL"] = "https://art.example/mine.png"
    apply(o, TEE)
    assert "print_url" not in o.items[0].metadata


def test_a_blank_entry_is_filled_under_its_own_key() -> None:
    o = order()
    o.items[0].metadata["Print_Url"] = " "
    apply(o, TEE)
    assert o.items[0].metadata == {"print_sku": "PS-1", "Print_Url": ART}


def test_a_weight_of_nothing_is_empty_and_a_price_of_nothing_is_a_gift() -> None:
    o = one(Item(id="1", code="mug-1", name="Mug", price=D(0), weight=D(0), quantity=2))
    apply(o, MUG)
    assert (o.items[0].weight, o.items[0].price) == (D("1.1"), D(0))
    assert (o.weight_total, o.product_total) == (D("2.2"), D(0))


def test_a_missing_price_is_filled_and_counts() -> None:
    # nothing was charged for it before: 60.20 + 2 x 12.50 = 85.20
    o = one(Item(id="1", code="MUG-1", name="", price=None, quantity=2))
    apply(o, MUG)
    assert (o.items[0].name, o.items[0].price) == ("Stock mug", D("12.50"))
    assert (o.product_total, o.order_total) == (D("25.00"), D("85.20"))


def test_nothing_to_fill_is_not_done() -> None:
    o = order()
    assert apply(o).reason == 'the inventory does not know "TEE-1", "MUG-1"'
    assert apply(o, MUG).reason == "every detail that the inventory has is already on the items"
    no_codes = order(items=[Item(id="1", name="Gift card")])
    assert apply(no_codes, MUG).reason == "no item has a SKU to find in the inventory"


def test_one_sku_stands_for_another() -> None:
    """What the old SKU's inventory gave goes with it; what is the customer's own stays."""
    item = Item(
        id="1",
        code="OLD-TEE",
        name="Old tee",
        price=D("15"),
        weight=D("0.9"),
        quantity=3,
        metadata={"print_sku": "PS-OLD", "print_url": "https://art.example/mine.png"},
        variation_list={"Size": "L"},
    )
    o = one(item)
    old = InventoryItem("OLD-TEE", metadata={"code_replace": "TEE-1", "print_sku": "PS-OLD"})
    assert apply(o, old, TEE).outcome == "done"
    [tee] = o.items
    assert (tee.id, tee.code, tee.name, tee.quantity) == ("1", "TEE-1", "Stock tee", 3)
    assert (tee.price, tee.weight) == (D("15"), D("0.4"))
    assert tee.metadata == {"print_sku": "PS-STOCK", "print_url": "https://art.example/mine.png"}
    assert tee.variation_list == {"Size": "L", "Color": "Blue"}
    assert (o.weight_total, o.product_total, o.order_total) == (D("1.2"), D("45"), D("60.20"))


def test_a_bundle_is_unpacked_and_its_price_shared() -> None:
    """30.00 by 20 : 12.50 is 18.4615... and 11.5384..., to the cent 18.46 and 11.54; 2 x 30.00 = 60.00 as before."""
    item = Item(
        id="7",
        code="SET-1",
        name="Breakfast set",
        price=D("30.00"),
        quantity=2,
        weight=D("9"),
        variation_list={"Size": "L"},
    )
    o = one(item)
    done = apply(o, replaced("set-1", "TEE-1, MUG-1 ,"), TEE, MUG)
    assert (done.outcome, done.warnings) == ("done", ())
    tee, mug = o.items
    assert [(each.id, each.code, each.name) for each in o.items] == [
        ("7", "TEE-1", "Stock tee"),
        ("7-2", "MUG-1", "Stock mug"),
    ]
    assert (tee.price, mug.price, tee.quantity, mug.quantity) == (D("18.46"), D("11.54"), 2, 2)
    assert tee.metadata == {"print_sku": "PS-STOCK", "print_url": ART}
    assert mug.metadata == {}
    assert tee.variation_list == {"Size": "L", "Color": "Blue"}
    assert mug.variation_list == {"Size": "L"}
    # 2 x 0.4 + 2 x 1.1 = 3.0
    assert (o.quantity_total, o.weight_total) == (4, D("3.0"))
    assert (o.product_total, o.order_total) == (D("60.00"), D("60.20"))


def test_where_a_price_is_unknown_the_bundles_is_shared_evenly() -> None:
    o = one(Item(id="1", code="TRIO", name="Trio", price=D("10")))
    done = apply(o, replaced("TRIO", "A,B,MUG-1"), MUG)
    assert [item.price for item in o.items] == [D("3.34"), D("3.33"), D("3.33")]
    assert [item.name for item in o.items] == ["A", "B", "Stock mug"]
    assert [item.weight for item in o.items] == [None, None, D("1.1")]
    assert done.warnings == (
        "the inventory does not know A, which TRIO is replaced by",
        "the inventory does not know B, which TRIO is replaced by",
    )


def test_a_bundle_in_a_bundle_and_a_second_time() -> None:
    o = one(Item(id="1", code="BIG", price=D("9")))
    stock = (
        replaced("BIG", "DUO, STICKER"),
        replaced("DUO", "TEE-1, MUG-1"),
        TEE,
        MUG,
        InventoryItem("STICKER"),
    )
    apply(o, *stock)
    assert [item.code for item in o.items] == ["TEE-1", "MUG-1", "STICKER"]
    before = o.copy_whole()
    again = apply(o, *stock)
    assert (again.outcome, o) == ("not done", before)


def test_new_ids_are_no_other_items() -> None:
    stock = (replaced("DUO", "TEE-1,MUG-1"), TEE, MUG)
    twice = [Item(id="1", code="DUO"), Item(id="1-2", code="MUG-1"), Item(id="1", code="DUO")]
    o = order(items=twice)
    ids_before = [item.id for item in o.items]
    apply(o, *stock)
    assert [item.code for item in o.items] == ["TEE-1", "MUG-1", "MUG-1", "TEE-1", "MUG-1"]
    born = [o.items[1].id, o.items[4].id]
    assert len({*born, *ids_before}) == len(born) + len(set(ids_before))


def test_the_items_own_code_replace_goes_first_and_is_used_up() -> None:
    o = one(Item(id="1", code="ANY", price=D("5"), metadata={"Code_Replace": "MUG-1", "gift": "yes"}))
    apply(o, replaced("ANY", "TEE-1"), TEE, MUG)
    [mug] = o.items
    assert (mug.code, mug.metadata) == ("MUG-1", {"gift": "yes"})


def test_a_circle_is_not_followed_and_said() -> None:
    o = one(Item(id="1", code="A", name="Thing", price=D("5")))
    done = apply(o, replaced("A", "B", name="From stock"), replaced("B", "C"), replaced("C", "a"))
    assert done.outcome == "not done"
    assert done.reason == 'item 1 (A): code_replace of "C" leads back to "a", so it was left as it is'
    assert [item.code for item in o.items] == ["A"]


def test_a_bundle_that_holds_itself_would_grow_each_time() -> None:
    o = one(Item(id="1", code="TEE-1", name="Tee", price=D("5")))
    stock = InventoryItem("TEE-1", weight=D("0.4"), metadata={"code_replace": "TEE-1, STICKER"})
    done = apply(o, stock)
    assert done.outcome == "done"  # its weight was filled
    assert done.warnings == (
        'item 1 (TEE-1): code_replace of "TEE-1" leads back to "TEE-1", so it was left as it is',
    )
    assert len(o.items) == 1
    assert "code_replace" not in o.items[0].metadata


def test_a_bundle_that_explodes_is_left_alone() -> None:
    levels = [replaced(f"L{n}", f"L{n + 1}, L{n + 1}") for n in range(15)]
    o = one(Item(id="1", code="L0", price=D("5")))
    done = apply(o, *levels)
    assert done.outcome == "not done"
    assert done.reason is not None
    assert done.reason.startswith("item 1 (L0): code_replace of")
    assert done.reason.endswith("gives more than 100 items")
    chain = [replaced(f"N{n}", f"N{n + 1}") for n in range(5000)]
    endless = apply(one(Item(id="1", code="N0", price=D("5"))), *chain)
    assert endless.reason is not None
    assert endless.reason.endswith("goes on for more than 20 steps")
