"""`split items` and `split by`: the parts, and that their money adds up to the order's exactly."""

from __future__ import annotations

from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.local.cents import share
from actions.work import Caused
from events.order import Discount, Item, Note, Order, Shipment, Submission
from tests.actions.local_orders import do, mug, order, tee

MONEY = ("product_total", "shipping_total", "handling_total", "tax_total", "discount_total", "order_total")


def money(o: Order) -> list[D | None]:
    return [getattr(o, name) for name in MONEY]


def test_one_new_order_with_its_share() -> None:
    """40.00 to 12.50 of 52.50: shipping 5.00 is 3.8095 and 1.1904; handling 1.00 is 0.7619 and 0.2380; tax 4.20 is
    3.20 and 1.00; discount 2.50 is 1.9047 and 0.5952. To the cent, the larger remainder gets the cent that is left."""
    o = order()
    done = do(o, "split items", args={"folder": "Mugs"}, items=["2"])
    [part] = done.born
    assert done.outcome == "done"
    assert money(o) == [D("40.00"), D("3.81"), D("0.76"), D("3.20"), D("1.90"), D("45.87")]
    assert money(part) == [D("12.50"), D("1.19"), D("0.24"), D("1.00"), D("0.60"), D("14.33")]
    assert D("45.87") + D("14.33") == D("60.20")
    assert (o.quantity_total, o.weight_total) == (2, D("1.0"))
    assert (part.quantity_total, part.weight_total) == (1, D("1.1"))
    assert [item.id for item in o.items] == ["1"]
    assert part.items == [mug()]


def test_the_new_order_is_named_after_its_parent_and_both_are_told() -> None:
    o = order()
    done = do(o, "split items", args={"folder": "Mugs", "folder_id": 9}, items=["2"])
    [part] = done.born
    assert (part.id, part.source_id, part.parent_id) == ("1001-1", "5501-1", "1001")
    assert (part.folder, part.folder_id) == ("Mugs", 9)
    assert (o.id, o.source_id, o.parent_id, o.folder) == ("1001", "5501", "", "New")
    assert done.caused == (
        Caused("order.split", "1001", {"parent": "1001", "part": D(0), "parts": D(2)}),
        Caused("order.split", "1001-1", {"parent": "1001", "part": D(1), "parts": D(2)}),
    )


def test_without_a_folder_the_new_order_is_beside_its_parent() -> None:
    [part] = do(order(), "split items", args={"folder": None}, items=["2"]).born
    assert (part.folder, part.folder_id) == ("New", 1)


def test_a_number_is_never_used_again() -> None:
    o = order(items=[tee(), mug(), Item(id="3", code="CAP", price=D("5"))])
    [first] = do(o, "split items", items=["2"]).born
    [second] = do(o, "split items", items=["3"]).born
    assert (first.id, second.id, o.splits) == ("1001-1", "1001-2", 2)
    both = order(id="1001-1", items=[tee(), mug()])
    [grandchild] = do(both, "split items", items=["2"]).born
    assert grandchild.id == "1001-1-1"


def test_a_part_keeps_the_details_and_not_the_history() -> None:
    o = order(
        email="kim@shop.example",
        tags=["rush"],
        notes=[Note(content="ring twice")],
        checkout_data={"Gift": "yes"},
        order_metadata={"k": "v"},
        shipments=[Shipment(id="s1", tracking_number="1Z")],
        submissions=[Submission(connection="podos", number=1, state="failed")],
        refund_total=D("3"),
        processor_balance=D("60.20"),
        unknown_to_us={"a": 1},
    )
    o.shipping.country = "DE"
    [part] = do(o, "split items", items=["2"]).born
    assert (part.email, part.tags, part.shipping.country) == ("kim@shop.example", ["rush"], "DE")
    assert (part.notes, part.checkout_data, part.order_metadata) == (o.notes, {"Gift": "yes"}, {"k": "v"})
    assert part.model_extra == {"unknown_to_us": {"a": 1}}
    assert (part.shipments, part.submissions) == ([], [])
    assert (part.refund_total, part.processor_balance) == (None, None)
    assert (len(o.shipments), len(o.submissions), o.refund_total) == (1, 1, D("3"))
    part.checkout_data["Gift"] = "no"
    part.tags.append("part")
    part.shipping.country = "FR"
    assert (o.checkout_data, o.tags, o.shipping.country) == ({"Gift": "yes"}, ["rush"], "DE")


def test_no_item_or_every_item_is_not_done() -> None:
    o = order()
    before = o.copy_whole()
    assert do(o, "split items", items=[]).reason == "no item matches, so there is nothing to split off"
    assert do(o, "split items", items=["77"]).outcome == "not done"
    every = do(o, "split items", items=["1", "2"])
    assert every.reason == "every item matches, so nothing would be left in this order"
    assert (every.born, every.caused, o) == ((), (), before)


def three() -> Order:
    items = [tee(), mug(), Item(id="3", code="TEE-2", price=D("7.50"), quantity=1, weight=D("0.5"))]
    return order(items=items, product_total=D("60.00"), order_total=D("67.70"))


def test_split_by_keeps_the_first_items_group() -> None:
    o = three()
    done = do(o, "split by", args={"folder": "Parts"}, keys={"1": "Acme", "2": "Beta", "3": " ACME "})
    assert [item.id for item in o.items] == ["1", "3"]
    assert [[item.id for item in part.items] for part in done.born] == [["2"]]
    assert [caused.values["parts"] for caused in done.caused] == [D(2), D(2)]
    assert done.born[0].folder == "Parts"


def test_split_by_keeps_what_has_no_key_and_makes_one_order_for_each_group() -> None:
    """40.00, 12.50 and 7.50 of 60.00 (2/3, 5/24, 1/8). Shipping 5.00: 3.333, 1.0416, 0.625 -> 3.33, 1.04, 0.63 (the
    largest remainder, .5, is the third's). Handling 1.00: 0.666, 0.2083, 0.125 -> 0.67, 0.21, 0.12 (of 0.666 and 0.8333
    both get one; 0.5 none). Tax 4.20: 2.80, 0.875, 0.525 -> 2.80, 0.88, 0.52 (a tie of halves goes to the earlier).
    Discount 2.50: 1.666, 0.5208, 0.3125 -> 1.67, 0.52, 0.31."""
    o = three()
    done = do(o, "split by", args={"folder": None}, keys={"1": None, "2": "Beta", "3": "Gamma"})
    beta, gamma = done.born
    assert (beta.id, gamma.id, o.splits) == ("1001-1", "1001-2", 2)
    assert [[item.id for item in part.items] for part in (o, beta, gamma)] == [["1"], ["2"], ["3"]]
    assert money(o) == [D("40.00"), D("3.33"), D("0.67"), D("2.80"), D("1.67"), D("45.13")]
    assert money(beta) == [D("12.50"), D("1.04"), D("0.21"), D("0.88"), D("0.52"), D("14.11")]
    assert money(gamma) == [D("7.50"), D("0.63"), D("0.12"), D("0.52"), D("0.31"), D("8.46")]
    assert D("45.13") + D("14.11") + D("8.46") == D("67.70")
    assert [(c.order_id, c.values["part"]) for c in done.caused] == [
        ("1001", D(0)),
        ("1001-1", D(1)),
        ("1001-2", D(2)),
    ]


def test_split_by_one_value_or_none_is_not_done() -> None:
    o = order()
    same = do(o, "split by", args={"folder": None}, keys={"1": "Acme", "2": "acme"})
    assert same.reason == "all items have the same value to split by, so the order stays whole"
    none = do(o, "split by", args={"folder": None}, keys={"1": None, "2": "  "})
    assert none.reason == "no item has a value to split by, so the order stays whole"
    empty = do(order(items=[]), "split by", args={"folder": None}, keys={})
    assert empty.reason == "the order has no items to split"
    assert [item.id for item in o.items] == ["1", "2"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            {"submissions": [Submission(connection="podos", state="accepted", provider_order_id="PO-9")]},
            "the order was already accepted by podOS as PO-9; splitting it now could print items twice",
        ),
        (
            {"submissions": [Submission(connection="podos")]},
            "the order is already scheduled to podOS and has no answer yet; splitting it now could print items twice",
        ),
        (
            {"fulfillment_name": "Elsewhere", "fulfillment_id": "E-1"},
            "the order was already accepted by Elsewhere as E-1; splitting it now could print items twice",
        ),
    ],
)
def test_what_a_printer_has_is_not_split(fields: dict[str, object], reason: str) -> None:
    o = order(**fields)
    before = o.copy_whole()
    done = do(o, "split items", items=["2"])
    assert (done.outcome, done.reason, o) == ("not done", reason, before)


def test_after_a_failure_or_a_cancellation_it_may_be_split() -> None:
    for state in ("failed", "cancelled"):
        stands = Submission(connection="podos", state=state, provider_order_id="PO-9")
        o = order(submissions=[stands], fulfillment_name="podOS", fulfillment_id="PO-9")
        done = do(o, "split items", items=["2"])
        assert done.outcome == "done"
        assert done.born[0].fulfillment_id == ""


def test_free_items_are_shared_by_pieces() -> None:
    # 3 pieces to 1: 5.00 is 3.75 and 1.25
    items = [Item(id="1", price=D(0), quantity=3), Item(id="2", price=D(0), quantity=1)]
    o = Order(id="9", items=items, shipping_total=D("5.00"), order_total=D("5.00"))
    [part] = do(o, "split items", items=["2"]).born
    assert (o.shipping_total, part.shipping_total) == (D("3.75"), D("1.25"))
    assert (o.order_total, part.order_total) == (D("3.75"), D("1.25"))


def test_a_tip_that_no_total_names_is_shared_too() -> None:
    # 10.00 + 10.00 of goods and 3.01 of something else: 1.505 each, the first part gets the cent
    items = [Item(id="1", price=D(10)), Item(id="2", price=D(10))]
    o = Order(id="9", items=items, product_total=D(20), order_total=D("23.01"))
    [part] = do(o, "split items", items=["2"]).born
    assert (o.order_total, part.order_total) == (D("11.51"), D("11.50"))


def test_a_discount_written_with_a_minus_takes_away_as_well() -> None:
    items = [Item(id="1", price=D(10)), Item(id="2", price=D(10))]
    discounts = [Discount(name="Spring", code="SPRING", amount=D("-5"))]
    o = Order(
        id="9",
        items=items,
        product_total=D(20),
        discount_total=D(-5),
        order_total=D(15),
        discount_list=discounts,
    )
    [part] = do(o, "split items", items=["2"]).born
    assert [(each.discount_total, each.order_total) for each in (o, part)] == [(D("-2.50"), D("7.50"))] * 2
    assert [each.discount_list[0].amount for each in (o, part)] == [D("-2.50")] * 2
    assert part.discount_codes == ["SPRING"]


def test_either_way_to_write_a_discount_gives_the_same_order_totals() -> None:
    o = order(discount_total=D("-2.50"))
    [part] = do(o, "split items", items=["2"]).born
    assert (o.discount_total, part.discount_total) == (D("-1.90"), D("-0.60"))
    assert (o.order_total, part.order_total) == (D("45.87"), D("14.33"))


def test_totals_that_are_missing_stay_missing() -> None:
    o = order(tax_total=None, order_total=None)
    [part] = do(o, "split items", items=["2"]).born
    assert (o.tax_total, part.tax_total, o.order_total, part.order_total) == (None,) * 4
    assert part.shipping_total == D("1.19")


def test_yen_are_not_cut() -> None:
    items = [Item(id="1", price=D(100)), Item(id="2", price=D(100))]
    o = Order(id="9", currency="JPY", items=items, product_total=D(200), tax_total=D(21), order_total=D(221))
    [part] = do(o, "split items", items=["2"]).born
    assert (o.tax_total, part.tax_total) == (D(11), D(10))


def test_rubbish_amounts_are_refused_in_words() -> None:
    o = order(tax_total=D("1e-60"))
    before = o.copy_whole()
    done = do(o, "split items", items=["2"])
    assert done.reason == "the order has an amount that is too large or too long to be shared"
    assert o == before


def test_prices_with_many_digits_are_no_hindrance() -> None:
    # a WooCommerce line of 10.00 for 3 pieces says 3.3333333333333335 each: 10.0000000000000005 is 10.00
    thirds = Item(id="1", price=D("3.3333333333333335"), quantity=3)
    o = Order(id="9", items=[thirds, Item(id="2", price=D(10))], product_total=D(20), order_total=D(20))
    [part] = do(o, "split items", items=["2"]).born
    assert [(each.product_total, each.order_total) for each in (o, part)] == [(D("10.00"), D("10.00"))] * 2


def test_largest_remainder() -> None:
    assert share(D("0.05"), [D(1), D(1), D(1)], 2) == [D("0.02"), D("0.02"), D("0.01")]
    assert share(D("-1.00"), [D(2), D(1)], 2) == [D("-0.67"), D("-0.33")]
    assert share(D("1.005"), [D(1), D(1)], 2) == [D("0.503"), D("0.502")]
    assert share(D("7"), [D(0), D(0)], 2) == [D("3.50"), D("3.50")]
    assert share(D("7"), [D(0), D("0.001")], 2) == [D("0.00"), D("7.00")]


AMOUNT = st.decimals(min_value=-5000, max_value=99999, places=2, allow_nan=False)
SHARE = st.none() | st.decimals(min_value=0, max_value=9999, places=2) | st.decimals(0, 50, places=3)
LINE = st.tuples(
    st.none() | st.decimals(0, 999, places=2) | st.decimals(-5, 9, places=4),
    st.integers(0, 40),
    st.integers(0, 4),
)


@given(
    lines=st.lists(LINE, min_size=1, max_size=7), stated=AMOUNT, whole=AMOUNT, shares=st.tuples(*[SHARE] * 4)
)
def test_the_parts_always_add_up(
    lines: list[tuple[D | None, int, int]], stated: D, whole: D, shares: tuple[D | None, ...]
) -> None:
    """Whatever an order says of itself, consistent or not, its parts say the same together, to the last digit."""
    items = [Item(id=str(nth), price=price, quantity=n) for nth, (price, n, _) in enumerate(lines)]
    names = ("shipping_total", "handling_total", "tax_total", "discount_total")
    o = Order(
        id="9", items=items, product_total=stated, order_total=whole, **dict(zip(names, shares, strict=True))
    )
    before = o.copy_whole()
    keys = {str(nth): f"group {group}" if group else None for nth, (_, _, group) in enumerate(lines)}
    done = do(o, "split by", args={"folder": None}, keys=keys)
    if done.outcome == "not done":
        assert o == before
        return
    parts = [o, *done.born]
    for name in (*names, "product_total", "order_total"):
        amounts = [getattr(part, name) for part in parts]
        total = getattr(before, name)
        assert all(amount is None for amount in amounts) if total is None else sum(amounts) == total
    assert sum(part.quantity_total for part in parts) == sum(item.quantity for item in before.items)
    assert sorted(item.id for part in parts for item in part.items) == sorted(
        item.id for item in before.items
    )
    assert all(part.items for part in parts)
    assert len({part.id for part in parts}) == len(parts)


@given(
    total=st.decimals(min_value=-99999, max_value=99999, places=2),
    weights=st.lists(st.decimals(min_value=0, max_value=9999, places=3), min_size=1, max_size=8),
)
def test_no_share_is_a_cent_away_from_its_proportion(total: D, weights: list[D]) -> None:
    parts = share(total, weights, 2)
    assert sum(parts) == total
    whole = sum(map(Fraction, weights))
    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(total) * Fraction(weight) / whole if whole else Fraction(total) / len(weights)
        assert abs(Fraction(part) - exact) < Fraction(1, 100)
