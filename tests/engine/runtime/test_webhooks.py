"""What carts and printers post: believed where it is signed, stored before it is answered, told once."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

import pytest

from engine.hooks import hooks_of
from engine.runtime.intake import take_in
from engine.runtime.listening import Posted
from engine.runtime.tracking import Told, Tracker
from events.event import Event
from events.importers import read_orders
from events.outcome import ProviderShipment, ProviderStatus
from events.store import StoreError
from tests.engine.runtime.webhook_world import (
    CARTS,
    ENVIRONMENT,
    SECRET,
    Shopfront,
    cart_world,
    shopify,
    shopify_order,
    sign,
    woo,
    woo_order,
)
from tests.engine.runtime.world import World

ID, WOO_ID = "450789469", "727"
LATER = "2026-03-02T10:00:00-05:00"
EARLIER = "2026-03-02T08:00:00-05:00"


@pytest.fixture
def world() -> World:
    return cart_world()


@pytest.fixture
def front(world: World) -> Shopfront:
    return Shopfront(world)


def ids(world: World) -> list[str]:
    return [each.order.id for each in world.store.orders()]


def labels(world: World, order_id: str) -> list[str]:
    """The events of an order, as its history tells them."""
    whos = ("Shopify", "shop-de", "Ordinance")
    return [line.what for line in world.store.history(order_id) if line.who in whos]


def test_an_order_that_shopify_posts_comes_in_and_is_submitted(world: World, front: Shopfront) -> None:
    assert front.post(shopify(shopify_order())) == 200
    order = world.order(ID)
    assert (order.source_id, order.folder, order.tags) == ("1001", "New", ["created"])
    (waiting,) = world.store.entries()
    assert (waiting.new.effect.kind, waiting.new.connection) == ("submit", "podos")
    assert labels(world, ID)[0] == "Order is Imported"


def test_an_order_that_is_paid_already_says_so_once(world: World, front: Shopfront) -> None:
    front.post(shopify(shopify_order(financial_status="paid")))
    assert world.order(ID).tags == ["created", "paid"]
    front.post(shopify(shopify_order(financial_status="paid"), "orders/paid", "d-2"))
    assert world.order(ID).tags == ["created", "paid"]
    assert world.order(ID).notes == []


def test_a_woocommerce_order_comes_in_and_its_changes_are_told(world: World, front: Shopfront) -> None:
    front.post(woo(woo_order(status="pending", date_paid=None, date_paid_gmt=None)))
    assert world.order(WOO_ID).tags == ["created"]
    later = {"date_modified": "2026-03-02T09:05:00", "date_modified_gmt": "2026-03-02T14:05:00"}
    front.post(woo(woo_order(**later), "order.updated", "d-2"))
    order = world.order(WOO_ID)
    assert order.tags == ["created", "paid"]
    assert [note.content for note in order.notes] == [
        "changed: payment status is Captured; woocommerce status is processing"
    ]


def test_two_orders_of_one_second_share_woocommerces_delivery_id_and_both_come_in(
    world: World, front: Shopfront
) -> None:
    front.post(woo(woo_order(), delivery="same"))
    front.post(woo(woo_order(id=728, number="728"), delivery="same"))
    assert ids(world) == [WOO_ID, "728"]


def test_the_same_post_again_does_nothing(world: World, front: Shopfront) -> None:
    posts = [
        shopify(shopify_order()),
        shopify(shopify_order(updated_at=LATER, financial_status="paid"), "orders/updated", "d-2"),
    ]
    for each in posts:
        assert front.post(each) == 200
    before = (world.order(ID), world.store.entries(), world.store.history(ID))
    for each in [*posts, *reversed(posts)]:
        assert front.post(each) == 200
    for each in posts:  # a replay under another id, which nobody signs
        assert (
            front.post(dataclasses.replace(each, headers={**each.headers, "x-shopify-webhook-id": "x"}))
            == 200
        )
    assert (world.order(ID), world.store.entries(), world.store.history(ID)) == before


def test_messages_that_overtake_each_other_leave_the_newest(world: World, front: Shopfront) -> None:
    front.post(shopify(shopify_order(updated_at=LATER, financial_status="paid"), "orders/updated", "d-2"))
    front.post(shopify(shopify_order(), "orders/create", "d-1"))
    order = world.order(ID)
    assert (order.payment_status, order.tags) == ("Captured", ["created", "paid"])
    assert ids(world) == [ID]


def test_an_order_that_came_in_from_a_file_is_known(world: World, front: Shopfront) -> None:
    schema = world.ruleset.schema
    data = json.dumps(shopify_order()).encode()
    list(take_in(world.runtime(), read_orders(data, name="a.json", store=schema.store)))
    front.post(shopify(shopify_order()))
    assert (ids(world), world.order(ID).tags, len(world.store.entries())) == ([ID], [], 1)
    front.post(shopify(shopify_order(updated_at=LATER, financial_status="paid"), "orders/paid", "d-2"))
    assert world.order(ID).tags == ["paid"]


def test_a_cancellation_says_why_and_is_told_once(world: World, front: Shopfront) -> None:
    front.post(shopify(shopify_order()))
    gone = shopify_order(updated_at=LATER, cancelled_at=LATER, cancel_reason="customer")
    front.post(shopify(gone, "orders/cancelled", "d-2"))
    front.post(shopify(gone, "orders/updated", "d-3"))
    assert world.order(ID).tags == ["created", "cancelled: customer"]


def test_a_topic_that_nobody_signed_is_not_believed(world: World, front: Shopfront) -> None:
    front.post(shopify(shopify_order()))
    front.post(shopify(shopify_order(updated_at=LATER), "orders/cancelled", "d-2"))
    assert "cancelled: " not in " ".join(world.order(ID).tags)


@pytest.mark.parametrize(
    ("order", "topic", "why"),
    [
        (shopify_order(cancelled_at=EARLIER), "orders/create", "was cancelled before it came in"),
        (shopify_order(fulfillment_status="fulfilled"), "orders/paid", "was shipped before it came in"),
        (shopify_order(created_at="2026-02-20T09:00:00-05:00"), "orders/updated", "this is only news of it"),
    ],
)
def test_what_was_over_before_the_shop_was_connected_is_not_printed(
    world: World, front: Shopfront, order: dict[str, Any], topic: str, why: str
) -> None:
    assert front.post(shopify(order, topic)) == 200
    assert (ids(world), why in world.said[-1]) == ([], True)


def test_a_late_message_of_an_order_that_was_paid_after_days_brings_it_in(
    world: World, front: Shopfront
) -> None:
    front.post(
        shopify(shopify_order(created_at="2026-02-20T09:00:00-05:00", financial_status="paid"), "orders/paid")
    )
    assert ids(world) == [ID]


@pytest.mark.parametrize("status", ["checkout-draft", "auto-draft", "trash"])
def test_a_draft_of_woocommerce_is_no_order_yet(world: World, front: Shopfront, status: str) -> None:
    assert front.post(woo(woo_order(status=status))) == 200
    assert ids(world) == []


def test_an_address_is_taken_over_until_it_is_changed_here_or_at_the_printer(
    world: World, front: Shopfront
) -> None:
    front.post(shopify(shopify_order()))
    moved = {**shopify_order()["shipping_address"], "address1": "2 New Street"}
    front.post(shopify(shopify_order(updated_at=LATER, shipping_address=moved), "orders/updated", "d-2"))
    assert world.order(ID).shipping.address1 == "2 New Street"
    assert world.order(ID).notes[-1].content == "changed: its address is another"
    stored = world.store.order(ID)
    assert stored is not None
    mended = stored.order.copy_whole()
    mended.shipping.address1 = "2 New Street, back door"
    world.runtime().happen("mend", ID, lambda order: (mended, _edited(world)))
    again = {**moved, "address1": "3 Other Street"}
    third = shopify_order(updated_at="2026-03-02T11:00:00-05:00", shipping_address=again)
    front.post(shopify(third, "orders/updated", "d-3"))
    assert world.order(ID).shipping.address1 == "2 New Street, back door"
    assert "not taken over since it was changed here" in world.order(ID).notes[-1].content


def _edited(world: World) -> Any:
    return Event("order.details_changed", "Order Details Changed", ID, world.clock.now())


def test_an_address_does_not_change_here_when_the_printer_has_the_old_one(
    world: World, front: Shopfront
) -> None:
    front.post(shopify(paid_for_podos()))
    world.work()
    assert world.printer.printed == [f"{ID}.1"]
    moved = {**shopify_order()["shipping_address"], "address1": "2 New Street"}
    front.post(shopify(paid_for_podos(updated_at=LATER, shipping_address=moved), "orders/updated", "d-2"))
    assert "it is at the printer with the old one" in world.order(ID).notes[-1].content
    assert world.order(ID).shipping.address1 != "2 New Street"


def test_items_that_were_changed_in_the_cart_are_said_and_not_taken_over(
    world: World, front: Shopfront
) -> None:
    front.post(shopify(shopify_order()))
    fewer = shopify_order(updated_at=LATER, line_items=shopify_order()["line_items"][:1])
    front.post(shopify(fewer, "orders/updated", "d-2"))
    assert len(world.order(ID).items) == 3
    assert "its items are others, which are not taken over" in world.order(ID).notes[-1].content


def paid_for_podos(**changed: Any) -> dict[str, Any]:
    """One line, which podOS knows."""
    order = shopify_order(**changed)
    (line, *_) = order["line_items"]
    return {
        **order,
        "fulfillments": [],
        "line_items": [{**line, "properties": [{"name": "podos_variant_id", "value": "V-1"}]}],
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"x-shopify-hmac-sha256": ""},
        {"x-shopify-hmac-sha256": "AAAA"},
        {"x-shopify-hmac-sha256": sign(json.dumps(shopify_order()).encode(), "another key")},
        {"x-shopify-hmac-sha256": sign(b"{}")},
    ],
)
def test_what_is_not_signed_is_refused_and_counted(
    world: World, front: Shopfront, headers: dict[str, str]
) -> None:
    forged = dataclasses.replace(shopify(shopify_order()), headers=headers)
    assert [front.post(forged) for _ in range(12)] == [401] * 12
    assert ids(world) == []
    assert [line[:41] for line in world.said] == ["refused what was posted in Shopify's name"] * 2
    assert "(10 times so far)" in world.said[1]
    assert front.webhooks.refused == {"shopify": 12}
    assert SECRET not in " ".join(world.said)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b'{"id": 5}', b"\xff\xfe", b'{"id": 1, "line_items": 7}']
)
def test_what_is_signed_and_makes_no_sense_is_refused_and_told(
    world: World, front: Shopfront, body: bytes
) -> None:
    assert front.post(shopify(body)) == 422
    assert (ids(world), len(world.said)) == ([], 1)


def test_an_order_of_another_cart_is_refused(world: World, front: Shopfront) -> None:
    assert front.post(shopify(woo_order())) == 422
    assert "this is an order of WooCommerce, not of Shopify" in world.said[0]


def test_shopifys_test_message_is_no_order(world: World, front: Shopfront) -> None:
    assert front.post(shopify(shopify_order(), x_shopify_test="true")) == 200
    assert (ids(world), world.said) == ([], ["a test message of Shopify came in, and was good"])


def test_woocommerces_ping_is_answered(front: Shopfront) -> None:
    assert front.post(Posted("POST", "/hooks/shop-de", "", {}, b"webhook_id=17")) == 200
    assert front.post(Posted("POST", "/hooks/shop-de", "", {}, b"webhook_id=17&x=1")) == 401
    assert front.post(Posted("POST", "/hooks/shopify", "", {}, b"webhook_id=17")) == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/hooks/shopify", 405),
        ("POST", "/", 404),
        ("POST", "/hooks/", 404),
        ("POST", "/hooks/nobody", 404),
        ("POST", "/hooks/podos", 404),
        ("POST", "/hooks/%73hopify", 401),
        ("POST", "/hooks/../hooks/shopify", 404),
    ],
)
def test_other_addresses(front: Shopfront, method: str, path: str, status: int) -> None:
    assert front.post(Posted(method, path)) == status


def test_a_connection_whose_secret_is_not_set_has_it_sent_again_later(world: World) -> None:
    without = {name: value for name, value in ENVIRONMENT.items() if name != "SHOPIFY_WEBHOOK_SECRET"}
    front = Shopfront(world, hooks=hooks_of(world.ruleset, without))
    assert "the variable SHOPIFY_WEBHOOK_SECRET is not set" in front.webhooks.missing["shopify"]
    assert front.post(shopify(shopify_order())) == 503


def test_two_shops_with_the_same_numbers_are_told_apart_or_not_listened_to() -> None:
    two = CARTS.replace(
        "  spod:", "  shop-eu: {uses: shopify, webhook_secret: '${SHOPIFY_WEBHOOK_SECRET}'}\n  spod:"
    )
    world = cart_world(two)
    front = Shopfront(world)
    assert "give one of them an `order_prefix`" in front.webhooks.missing["shopify"]
    assert front.post(shopify(shopify_order())) == 503
    world = cart_world(two.replace("shopify, webhook", "shopify, order_prefix: EU-, webhook"))
    front = Shopfront(world)
    assert front.post(shopify(shopify_order())) == 200
    other = dataclasses.replace(shopify(shopify_order(id=77)), path="/hooks/shop-eu")
    assert front.post(other) == 200
    assert [each.order.source_id for each in world.store.orders()] == ["1001", "EU-1001"]


class Broken:
    """A store whose disk is full."""

    def __init__(self, store: Any) -> None:
        self.store, self.full = store, True

    def __getattr__(self, name: str) -> Any:
        if name == "commit" and self.full:
            raise StoreError("the disk is full")
        return getattr(self.store, name)


def test_what_cannot_be_stored_is_not_acknowledged_and_comes_in_when_it_is_sent_again(world: World) -> None:
    disk = Broken(world.store)
    runtime = world.runtime()
    runtime.store = disk
    front = Shopfront(world, runtime)
    assert front.post(shopify(shopify_order())) == 503
    assert "could not be stored: the disk is full" in world.said[-1]
    disk.full = False
    assert front.post(shopify(shopify_order())) == 200
    assert world.order(ID).tags == ["created"]


class Killed(BaseException):
    """As SIGKILL: nothing that catches exceptions sees it."""


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_before_or_after_any_commit_and_sent_again_it_is_told_once(when: str) -> None:
    """The cart gets no answer and sends again; the expected end is that of a run that nobody killed."""
    posts = [
        shopify(paid_for_podos(financial_status="paid")),
        shopify(
            paid_for_podos(
                updated_at=LATER, financial_status="paid", cancelled_at=LATER, cancel_reason="customer"
            ),
            "orders/cancelled",
            "d-2",
        ),
    ]

    def end(world: World) -> tuple[object, ...]:
        world.work()
        order = world.order(ID)
        return order.tags, [n.content for n in order.notes], world.printer.printed, labels(world, ID)

    def run(at: int | None) -> tuple[World, int]:
        world, commits = cart_world(), 0

        def checkpoint(name: str) -> None:
            nonlocal commits
            if name == f"{when} store.commit":
                commits += 1
                if commits == at:
                    raise Killed

        for each in posts:
            while True:
                try:
                    assert Shopfront(world, world.runtime(checkpoint)).post(each) == 200
                    break
                except Killed:
                    continue
        return world, commits

    whole, commits = run(None)
    expected = end(whole)
    assert expected[0] == ["created", "paid", "cancelled: customer"]
    assert commits >= 4
    for at in range(1, commits + 1):
        assert end(run(at)[0]) == expected, at


def spod(body: bytes, secret: str = SECRET) -> Posted:
    return Posted("POST", "/hooks/spod", "", {"x-sprd-signature": sign(body, secret)}, body)


def test_spods_messages_are_answered_as_it_wants_and_passed_on_once(front: Shopfront) -> None:
    body = json.dumps({"eventType": "Shipment.sent", "data": {"shipment": {"orderId": 12}}}).encode()
    assert [front.post(spod(body)) for _ in range(3)] == [202, 202, 202]
    assert [(each.connection, each.order_id, each.verified) for each in front.told] == [("spod", "12", True)]
    assert front.webhooks(spod(body)).body == "[accepted]"
    assert front.post(spod(body, "wrong")) == 401


def test_what_pov_posts_is_a_hint_since_nobody_signs_it(world: World, front: Shopfront) -> None:
    posted = Posted("POST", "/hooks/pov", "", {}, b'{"id": "P-1", "status": "shipped"}')
    assert [front.post(posted), front.post(posted)] == [200, 200]
    assert [each.verified for each in front.told] == [False, False]


def test_a_printer_that_tells_of_a_parcel_is_asked_before_its_turn(world: World, front: Shopfront) -> None:
    front.post(shopify(paid_for_podos()))
    world.work()
    number = world.printer.numbers[f"{ID}.1"]
    parcel = ProviderShipment("parcel", "1Z9", "UPS")
    tracker = Tracker(world.runtime(), "podos")
    world.printer.statuses[number] = ProviderStatus("shipped", number, (parcel,))
    assert tracker.hear([Told("podos", "no-such", verified=True)]) == 0
    assert world.order(ID).shipments == []
    world.clock.advance(dt.timedelta(minutes=2))
    assert tracker.hear([Told("podos", number, verified=True)]) >= 1
    assert [each.tracking_number for each in world.order(ID).shipments] == ["1Z9"]


def test_hints_that_nobody_signed_make_us_ask_once_in_a_while(world: World, front: Shopfront) -> None:
    front.post(shopify(paid_for_podos()))
    world.work()
    tracker = Tracker(world.runtime(), "podos")
    tracker.poll()
    hint = Told("podos", reference=f"{ID}.1")
    assert [tracker.meant([hint, hint]), tracker.meant([hint])] == [[ID], []]
    world.clock.advance(dt.timedelta(minutes=6))
    assert tracker.meant([hint]) == [ID]
