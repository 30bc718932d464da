"""Submitting to podOS: two phases with the id saved between them, quotes that go stale, and podOS's own refusals."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from actions.http import Answer, NoAnswer, Request
from actions.provider import NotFound, Submitting
from actions.secret import Secret
from events.failure import FailureKind
from events.outcome import Done, Failed, NeedsReview, Outcome, RetryAfter, Unknown
from tests.actions.contract_kit import Notes
from tests.actions.podos.world import HOODIE, TEE, World, good, podos, tee
from tests.actions.preparing_orders import item


@pytest.fixture
def world() -> Iterator[World]:
    with podos() as found:
        yield found


def sent(world: World, work: Submitting) -> Outcome:
    return world.podos.submit(work)


def work(world: World, *items: dict[str, object], **fields: object) -> Submitting:
    return Submitting(good(*items, **fields), "1001.1", "key", dict(world.saved), world.save)  # type: ignore[arg-type]


def failed(outcome: Outcome) -> Failed:
    assert isinstance(outcome, Failed), outcome
    return outcome


def test_what_podos_is_told_is_the_order(world: World) -> None:
    sent(
        world,
        work(world, tee(), tee(2, variant=HOODIE, quantity=1, price=None), currency="USD", shipping={"address2": "Flat 2", "postal_code": "LS1 4AP"}),
    )  # fmt: skip
    (body,) = world.client.bodies("/orders")
    assert body == {
        "merchantReference": "1001.1",
        "contactInformation": {"email": "ada@example.com"},
        "shippingAddress": {
            "contactName": "Ada Byron", "line1": "1 Mill Lane", "line2": "Flat 2", "city": "Leeds",
            "postalCode": "LS1 4AP", "country": "GB",
        },
        "items": [
            {
                "variantRef": f"https://api.teemill.com/v1/catalog/variants/{TEE}", "quantity": 2,
                "recipientCost": {"amount": "24.00", "currencyCode": "USD"},
            },
            {"variantRef": f"https://api.teemill.com/v1/catalog/variants/{HOODIE}", "quantity": 1},
        ],
    }  # fmt: skip


def test_every_call_has_the_bare_key_and_the_project(world: World) -> None:
    sent(world, work(world))
    assert {dict(each.query)["project"] for each in world.client.requests} == {"acme-12345"}
    keys = [each.headers["authorization"] for each in world.client.requests]
    assert {key.reveal() if not isinstance(key, str) else "a text" for key in keys} == {"canary-3f9c1e77a0"}


def test_a_prefix_stands_before_the_key_where_it_is_set() -> None:
    with podos(token_prefix="Bearer") as world:
        assert isinstance(sent(world, work(world)), Done)
        (key, *_) = [each.headers["authorization"] for each in world.client.requests]
        assert not isinstance(key, str)
        assert key.reveal() == "Bearer canary-3f9c1e77a0"
        assert {each.secrets for each in world.client.requests} == {(Secret("canary-3f9c1e77a0"),)}


def test_each_part_is_confirmed_with_its_own_method_of_that_name(world: World) -> None:
    """Two items, two factories; shipping costs £6.90 twice, items £10.00 each."""
    outcome = sent(world, work(world, tee(), tee(2, variant=HOODIE), shipping_method="express"))
    (order,) = world.orders()
    offered = {
        part["id"]: {m["name"]: m["id"] for m in part["availableShippingMethods"]}
        for part in order["fulfillments"]
    }
    (body,) = world.client.bodies(f"/orders/{order['id']}/confirm")
    assert body == {
        "fulfillments": [
            {"fulfillmentId": part, "shippingMethodId": methods["Express"]}
            for part, methods in offered.items()
        ]
    }
    assert len(offered) == 2
    assert isinstance(outcome, Done)
    assert (outcome.charged, outcome.message) == (Decimal("53.80"), "podOS has it as S-1001")


def test_the_match_table_leads_to_a_method_of_the_quote() -> None:
    with podos(shipping_class_match={"Overnight": "DHL Express"}) as world:
        prepared = good(
            settings={"shipping_class_match": {"Overnight": "DHL Express"}}, shipping_method="Overnight"
        )
        world.podos.submit(Submitting(prepared, "1001.1", "key", {}, world.save))
        assert world.orders()[0]["fulfillments"][0]["shippingMethod"]["name"] == "DHL Express"


def test_the_default_is_never_taken_silently(world: World) -> None:
    outcome = sent(world, work(world, shipping_method="Pigeon"))
    assert isinstance(outcome, Done)
    assert outcome.message == (
        "podOS has it as S-1001; shipping method `Pigeon` has no match at podOS, so the default mail class `Standard` is used"
    )


def test_a_default_that_podos_does_not_offer_is_an_invalid_shipping_method_and_nothing_is_confirmed() -> None:
    with podos(default_mail_class="Drone") as world:
        outcome = failed(sent(world, work(world, shipping_method="Pigeon")))
        assert outcome.failures[0].kind is FailureKind.INVALID_SHIPPING_METHOD
        assert "it has `Standard`, `Express`, `DHL Express`" in outcome.failures[0].message
        assert world.accepted() == {}


def test_the_id_is_saved_before_the_order_is_confirmed(world: World) -> None:
    """A save that fails, as where the lease is lost, leaves an order that is not confirmed."""

    def lost(steps: object) -> None:
        raise ConnectionError("the store is gone")

    with pytest.raises(ConnectionError):
        world.podos.submit(Submitting(good(), "1001.1", "key", {}, lost))
    assert world.accepted() == {}
    assert [order["status"] for order in world.orders()] == ["quote"]


def test_a_crash_between_the_phases_goes_on_with_the_same_order(world: World) -> None:
    world.server.fail("reset.confirm")
    assert isinstance(sent(world, work(world)), Unknown)
    assert isinstance(world.reconcile(), NotFound)
    outcome = sent(world, work(world))
    assert isinstance(outcome, Done)
    assert [order["id"] for order in world.orders()] == [outcome.provider_order_id]


def test_an_order_that_was_confirmed_before_is_not_confirmed_again(world: World) -> None:
    first = sent(world, work(world))
    assert sent(world, work(world)) == first
    assert [each.path.rpartition("/")[2] for each in world.client.requests].count("confirm") == 1


@pytest.mark.parametrize(("minutes", "orders"), [(50, 1), (61, 2)])
def test_a_quote_older_than_an_hour_is_left_and_another_made(world: World, minutes: int, orders: int) -> None:
    world.server.fail("429.confirm")
    assert isinstance(sent(world, work(world)), RetryAfter)
    world.time.goes_on(minutes=minutes)
    assert isinstance(sent(world, work(world)), Done)
    assert len(world.orders()) == orders
    assert world.accepted() == {"1001.1": 1}


def test_a_quote_of_the_order_as_it_was_is_not_confirmed(world: World) -> None:
    world.server.fail("429.confirm")
    assert isinstance(sent(world, work(world)), RetryAfter)
    assert isinstance(sent(world, work(world, tee(quantity=3))), Done)
    assert [(order["status"], order["items"][0]["quantity"]) for order in world.orders()] == [
        ("quote", 2),
        ("paid", 3),
    ]


@pytest.mark.parametrize("minutes", [0, 61])
def test_no_other_quote_is_made_while_one_may_be_confirmed_yet(world: World, minutes: int) -> None:
    """podOS was asked to confirm and did not answer; it may be at it still, whatever became of the order here."""
    world.server.fail("reset.confirm")
    assert isinstance(sent(world, work(world)), Unknown)
    world.time.goes_on(minutes=minutes)
    outcome = sent(world, work(world, tee(quantity=2 if minutes else 3)))
    assert isinstance(outcome, NeedsReview)
    assert "has not said whether it did" in outcome.failure.message
    assert len(world.orders()) == 1


def test_a_quote_that_podos_has_no_more_is_made_again(world: World) -> None:
    world.save({"order_id": "b7f5b7c0-0000-0000-0000-000000000000", "quoted_at": world.time().isoformat()})
    assert isinstance(sent(world, work(world)), Done)
    assert world.accepted() == {"1001.1": 1}


def test_what_was_saved_may_be_anything(world: World) -> None:
    world.save({"order_id": "../orders", "quoted_at": "yesterday", "quoted_for": ""})
    assert isinstance(sent(world, work(world)), Done)


def test_an_order_that_is_paid_already_is_success_whatever_confirming_says(world: World) -> None:
    world.server.fail("duplicate")
    outcome = sent(world, work(world))
    assert isinstance(outcome, Done)
    assert world.accepted() == {"1001.1": 1}


def test_half_a_refusal_is_no_refusal_before_podos_was_asked(world: World) -> None:
    """The order was taken, confirming it once more refused, and that answer cut off."""
    world.server.fail("duplicate")
    send = world.client.send

    def cut(request: Request) -> Answer | NoAnswer:
        answer = send(request)
        if isinstance(answer, Answer) and answer.status == 400:
            return Answer(400, {}, answer.body[: len(answer.body) // 2])
        return answer

    world.client.send = cut  # type: ignore[method-assign]
    assert isinstance(sent(world, work(world)), Done)
    assert world.accepted() == {"1001.1": 1}


def test_a_conflict_at_a_second_confirming_is_asked_after_again(world: World) -> None:
    """The first may be at work still, so that a refusal is no proof that nothing comes of it."""
    world.server.fail("reset.confirm")
    world.server.fail("conflict")
    sent(world, work(world))
    assert isinstance(sent(world, work(world)), Unknown)
    assert isinstance(world.settled(), Done)


def test_an_error_that_comes_with_status_200_is_an_error(world: World) -> None:
    for call in ("create", "confirm"):
        world.fresh()
        world.server.fail(f"error-200.{call}")
        outcome = failed(sent(world, work(world)))
        assert (outcome.failures[0].kind, outcome.failures[0].message) == (
            FailureKind.REJECTED, "podOS: sandbox: an error was asked for",
        )  # fmt: skip
        assert world.accepted() == {}


def test_an_order_that_is_there_twice_is_for_a_person(world: World) -> None:
    for _ in range(2):
        world.saved.clear()
        assert isinstance(sent(world, work(world)), Done)
    world.saved.clear()
    outcome = world.reconcile()
    assert isinstance(outcome, NeedsReview)
    assert outcome.failure.message == "podOS has this order 2 times: S-1002, S-1001; cancel all but one there"


def test_orders_of_the_same_customer_are_told_apart_by_the_reference(world: World) -> None:
    for number in range(1, 4):
        world.saved.clear()
        world.submit(f"100{number}.1")
    world.saved.clear()
    found = world.reconcile("1002.1")
    assert isinstance(found, Done)
    assert found.values["ref"] == "S-1002"


def test_what_was_sent_under_another_address_is_found_by_its_reference(world: World) -> None:
    """A store that was put back has the order as it was before its e-mail address was mended and it was printed."""
    world.submit("1001.1")
    mended = Submitting(good(email="mended@example.com"), "1002.1", "key", {}, world.save)
    assert isinstance(world.podos.submit(mended), Done)
    world.saved.clear()
    found = world.reconcile("1002.1")
    assert isinstance(found, Done)
    assert found.values["ref"] == "S-1002"


def test_all_pages_are_searched(world: World) -> None:
    """A hundred orders a page, the newest first."""
    first = world.submit("1001.1")
    for number in range(101):
        world.client.client.send(_create(world, f"other-{number}"))
    world.saved.clear()
    found = world.reconcile("1001.1")
    assert isinstance(first, Done)
    assert isinstance(found, Done)
    assert found.provider_order_id == first.provider_order_id


def _create(world: World, reference: str) -> Request:
    (first,) = [each for each in world.client.requests if each.method == "POST" and each.path == "/orders"]
    assert first.body is not None
    return Request(
        "POST", "/orders", first.query, first.headers, first.body.replace(b"1001.1", reference.encode())
    )


def test_an_order_without_an_email_takes_the_shops_own() -> None:
    with podos(contact_email="shop@acme.example") as world:
        assert isinstance(sent(world, work(world, email="", settings=dict(world.spec.settings))), Done)
        assert world.client.bodies("/orders")[0]["contactInformation"] == {"email": "shop@acme.example"}


def test_shortages_name_the_item_and_how_many_there_are(world: World) -> None:
    outcome = failed(sent(world, work(world, tee(), tee(2, variant="sandbox.out-of-stock", quantity=5))))
    (failure,) = outcome.failures
    assert (failure.kind, failure.item_ids, failure.provider_code) == (
        FailureKind.OUT_OF_STOCK,
        ("102",),
        "STOCK_UNAVAILABLE",
    )
    assert failure.message == 'TEE-2 "Tee 2" is out of stock at podOS: 5 wanted, 4 there'


def test_a_product_that_cannot_be_had_but_is_in_the_catalogue_is_out_of_stock(world: World) -> None:
    world.server.fail("unavailable")
    (failure,) = failed(sent(world, work(world))).failures
    assert (failure.kind, failure.item_ids) == (FailureKind.OUT_OF_STOCK, ("101",))


def test_a_product_that_was_switched_off_meanwhile_is_an_invalid_sku(world: World) -> None:
    world.server.fail("429.confirm")
    sent(world, work(world))
    switch_off(world, TEE)
    world.server.fail("unavailable")
    (failure,) = failed(sent(world, work(world))).failures
    assert (failure.kind, failure.item_ids) == (FailureKind.INVALID_SKU, ("101",))
    assert failure.message == 'TEE-1 "Tee 1" is no longer in the catalog at podOS'


def test_a_product_that_is_switched_off_is_an_invalid_sku_before_anything_is_created(world: World) -> None:
    switch_off(world, TEE)
    (failure,) = failed(sent(world, work(world))).failures
    assert (failure.kind, failure.item_ids) == (FailureKind.INVALID_SKU, ("101",))
    assert failure.message == 'podos_variant_id `90210` of TEE-1 "Tee 1" is switched off at podOS'
    assert world.orders() == []


def switch_off(world: World, variant: str) -> None:
    for product in world.server.site._catalogue.products.values():  # type: ignore[attr-defined]
        if any(each["id"] == variant for each in product["variants"]):
            product["enabled"] = False


@pytest.mark.parametrize(
    ("fault", "kind", "message"),
    [
        ("payment-failed", FailureKind.PAYMENT_REQUIRED, "podOS: The card was declined"),
        (
            "action-required",
            FailureKind.PAYMENT_REQUIRED,
            "podOS: The payment has to be approved in the dashboard",
        ),
        (
            "bad-address",
            FailureKind.INVALID_ADDRESS,
            "podOS: shippingAddress: the address could not be verified",
        ),
        ("refused", FailureKind.REJECTED, "podOS: Something about it does not suit us"),
    ],
)
def test_what_podos_refuses_is_said_in_its_words(
    world: World, fault: str, kind: FailureKind, message: str
) -> None:
    world.server.fail(fault)
    (failure,) = failed(sent(world, work(world))).failures
    assert (failure.kind, failure.message) == (kind, message)


def test_a_refusal_that_names_a_variant_is_about_its_items(world: World) -> None:
    world.server.fail("unknown-sku")
    (failure,) = failed(sent(world, work(world, tee(), tee(2, variant=HOODIE)))).failures
    assert (failure.kind, failure.item_ids) == (FailureKind.INVALID_SKU, ("101",))


def test_podos_not_being_ready_is_tried_again_or_asked_after(world: World) -> None:
    world.server.fail("transient")
    outcome = sent(world, work(world))
    assert isinstance(outcome, Unknown)
    assert outcome.failure.kind is FailureKind.UNAVAILABLE
    assert isinstance(world.settled(), Done)


def test_every_sku_is_looked_up_before_anything_is_created(world: World) -> None:
    outcome = failed(
        sent(world, work(world, tee(), tee(2, variant="90219"), item(3, metadata={"podos_variant_id": "x"})))
    )
    assert [(f.kind, f.item_ids) for f in outcome.failures] == [
        (FailureKind.INVALID_SKU, ("102",)), (FailureKind.INVALID_SKU, ("103",)),
    ]  # fmt: skip
    assert outcome.failures[0].message.startswith(
        'podos_variant_id `90219` of TEE-2 "Tee 2" is not in the catalog at podOS'
    )
    assert "90210" in outcome.failures[0].message
    assert world.orders() == []


def test_a_wrong_project_stops_the_connection_and_says_which_the_token_is_for() -> None:
    """`eyJzdWIiOiAib3RoZXItOTkifQ` is `{"sub": "other-99"}`."""
    token = "e30.eyJzdWIiOiAib3RoZXItOTkifQ.c2ln"
    with podos(key=token, project="other-99") as world:
        outcome = world.adapter(Secret(token), Notes()).check()
        assert isinstance(outcome, RetryAfter)
        assert (outcome.failure.kind, outcome.pause) == (FailureKind.AUTH_FAILED, True)
        assert outcome.failure.message == (
            "podOS knows no project `acme-12345`, or not this path (looking for the order): check `project`, and `base_url` where it is set, of connection "
            "`podos` in ordinance.yaml; the token is for the project `other-99`, and `project` is `acme-12345`"
        )
