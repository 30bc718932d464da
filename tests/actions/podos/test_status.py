"""What an order at podOS is to rules: states, parcels, why it is on hold (provider-apis.md 2.1.4 and 7.1)."""

from __future__ import annotations

from typing import Any

import pytest

from actions.integrations.podos.shapes import Order, read
from actions.integrations.podos.status import status_of
from actions.provider import Submitting
from events.outcome import Done, Failed, ProviderShipment, ProviderStatus, RetryAfter, Unknown
from tests.actions.podos.world import HOODIE, good, podos, tee


def order(status: str, *parts: dict[str, Any]) -> ProviderStatus:
    found = read(Order, {"id": "o1", "status": status, "fulfillments": list(parts)})
    assert found is not None
    return status_of(found, {"p1": "101", "p2": "102"})


def part(status: str, number: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": f"f{number}", "status": status, "items": [{"itemId": f"p{number}", "quantity": 1}], **more}


TRACKED = {"tracking": {"courier": "DHL", "code": "JD01", "url": "https://track.example/JD01"}}


@pytest.mark.parametrize(
    ("status", "parts", "state"),
    [
        ("quote", ["quote"], "draft"),
        ("new", ["new"], "draft"),
        ("paid", ["paid"], "accepted"),
        ("processing", ["processing"], "in_production"),
        ("processing", ["complete", "processing"], "partially_shipped"),
        ("processing", ["complete", "complete"], "shipped"),
        ("processing", ["complete", "refunded"], "shipped"),
        ("complete", ["complete"], "shipped"),
        ("refunded", ["refunded"], "cancelled"),
        ("moderation", ["moderation"], "on_hold"),
        ("paid", ["moderation", "paid"], "on_hold"),
        ("teleported", ["paid"], "unknown"),
        ("paid", [], "accepted"),
    ],
)
def test_a_status_is_a_canonical_state(status: str, parts: list[str], state: str) -> None:
    assert order(status, *(part(each, n) for n, each in enumerate(parts, 1))).state == state


def test_frozen_parts_put_an_order_on_hold_and_say_why() -> None:
    found = order("paid", part("paid", frozen=True, frozenReasons=["billing_failed", "fraud", "new_reason"]))
    assert (found.state, found.reasons) == (
        "on_hold",
        ("it could not be billed", "suspected fraud", "new_reason"),
    )


def test_a_part_that_is_shipped_holds_nothing_up() -> None:
    found = order("complete", part("complete", frozen=True, frozenReasons=["manual"]))
    assert (found.state, found.reasons) == ("shipped", ())


def test_a_held_part_beside_a_shipped_one_is_on_hold_and_the_parcel_is_told() -> None:
    found = order(
        "processing", part("complete", 1, **TRACKED), part("paid", 2, frozen=True, frozenReasons=None)
    )
    assert (found.state, found.reasons, len(found.shipments)) == ("on_hold", ("held",), 1)


def test_a_parcel_has_its_number_its_items_and_where_it_can_be_followed() -> None:
    found = order("complete", part("complete", 1, **TRACKED, shippingMethod={"name": "Express"}))
    assert found.shipments == (
        ProviderShipment("f1", "JD01", "DHL", "Express", "https://track.example/JD01", None, ("101",)),
    )


def test_a_parcel_without_a_number_is_one_once_it_is_complete() -> None:
    assert [s.id for s in order("complete", part("complete", tracking=None)).shipments] == ["f1"]
    assert order("processing", part("processing", tracking={"code": " "})).shipments == ()


def test_parts_of_an_order_ship_apart_and_name_our_items() -> None:
    with podos() as world:
        prepared = good(tee(), tee(2, variant=HOODIE))
        taken = world.podos.submit(Submitting(prepared, "1001.1", "key", {}, world.save))
        assert isinstance(taken, Done)
        told = []
        for _ in range(5):
            status = world.podos.status(taken.provider_order_id)
            assert isinstance(status, ProviderStatus)
            told.append((status.state, [each.items for each in status.shipments]))
            world.server.tick(30)
    assert told == [
        ("accepted", []),
        ("in_production", []),
        ("partially_shipped", [("101",)]),
        ("partially_shipped", [("101",)]),
        ("shipped", [("101",), ("102",)]),
    ]


def test_two_lines_of_the_same_are_two_lines() -> None:
    with podos() as world:
        taken = world.podos.submit(Submitting(good(tee(1), tee(2)), "1001.1", "key", {}, world.save))
        assert isinstance(taken, Done)
        world.server.tick(60)
        status = world.podos.status(taken.provider_order_id)
        assert isinstance(status, ProviderStatus)
        assert [each.items for each in status.shipments] == [("101", "102")]


def test_moderation_ends() -> None:
    with podos() as world:
        world.server.fail("moderation")
        taken = world.submit()
        assert isinstance(taken, Done)
        before = world.podos.status(taken.provider_order_id)
        world.server.tick(3601)
        after = world.podos.status(taken.provider_order_id)
    assert isinstance(before, ProviderStatus)
    assert isinstance(after, ProviderStatus)
    assert (before.state, before.reasons, after.state) == ("on_hold", ("podOS looks at it first",), "shipped")


def test_what_is_in_production_is_not_canceled_and_podos_says_why() -> None:
    with podos() as world:
        taken = world.submit()
        assert isinstance(taken, Done)
        world.server.tick(31)
        outcome = world.podos.cancel(taken.provider_order_id)
        assert isinstance(outcome, Failed)
        assert outcome.failures[0].message == (
            "podOS does not cancel it any more (processing): podOS: Only a paid order that is not in production can be cancelled"
        )


def test_a_page_of_a_gateway_is_no_cancellation() -> None:
    with podos() as world:
        taken = world.submit()
        assert isinstance(taken, Done)
        world.server.fail("html.cancel")
        assert isinstance(world.podos.cancel(taken.provider_order_id), Unknown)
        assert world.orders()[0]["status"] == "paid"
        assert isinstance(world.podos.cancel(taken.provider_order_id), Done)
        assert world.orders()[0]["status"] == "refunded"


def test_a_quote_is_canceled_by_leaving_it() -> None:
    with podos() as world:
        world.server.fail("429.confirm")
        world.submit()
        assert isinstance(world.podos.cancel(world.saved["order_id"]), Done)
        assert "DELETE" not in {each.method for each in world.client.requests}


@pytest.mark.parametrize(
    "fault", ["500.read", "html.read", "half.read", "other-id.read", "timeout.read", "429.read"]
)
def test_a_status_that_cannot_be_read_is_asked_for_later(fault: str) -> None:
    with podos() as world:
        taken = world.submit()
        assert isinstance(taken, Done)
        world.server.fail(fault)
        assert isinstance(world.podos.status(taken.provider_order_id), RetryAfter)
        assert isinstance(world.podos.status(taken.provider_order_id), ProviderStatus)
