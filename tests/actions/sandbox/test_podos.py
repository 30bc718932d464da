"""The sandbox podOS alone, over plain sockets: what is published of podOS, and nothing of the adapter's."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from actions.sandbox.clock import Clock
from actions.sandbox.podos import Pace, Podos
from actions.sandbox.podos.catalogue import named
from actions.sandbox.server import Server
from tests.actions.contract_kit import Time

TEE = "https://api.teemill.com/v1/catalog/variants/90210"
ADDRESS = {"contactName": "Ada Byron", "line1": "1 Mill Lane", "city": "Leeds", "country": "GB"}


@pytest.fixture
def server() -> Iterator[Server]:
    site = Podos(key="k-123456", project="acme-1", clock=Clock(Time()), pace=Pace(30, 60, 3600))
    with Server(site) as found:
        yield found


def call(
    server: Server,
    method: str,
    path: str,
    body: Any = None,
    key: str = "k-123456",
    project: str = "acme-1",
    **headers: str,
) -> tuple[int, Any]:
    mark = "&" if "?" in path else "?"
    url = f"{server.url}{path}{mark}project={project}" if project else server.url + path
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), method=method)
    request.add_header("Authorization", key)
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        with urllib.request.urlopen(request, timeout=2) as answer:
            raw = answer.read()
            return answer.status, json.loads(raw) if raw else None
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def wanted(**more: Any) -> dict[str, Any]:
    return {
        "merchantReference": "1001.1",
        "contactInformation": {"email": "ada@example.com"},
        "shippingAddress": ADDRESS,
        "items": [{"variantRef": TEE, "quantity": 2}],
        **more,
    }


def methods(order: dict[str, Any], name: str = "Standard") -> list[dict[str, str]]:
    return [
        {"fulfillmentId": part["id"], "shippingMethodId": m["id"]}
        for part in order["fulfillments"]
        for m in part["availableShippingMethods"]
        if m["name"] == name
    ]


def confirmed(server: Server, **more: Any) -> dict[str, Any]:
    status, order = call(server, "POST", "/orders", wanted(**more))
    assert status == 201
    status, order = call(server, "POST", f"/orders/{order['id']}/confirm", {"fulfillments": methods(order)})
    assert status == 200
    assert isinstance(order, dict)
    return order


def state(server: Server) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://{server.host}/sandbox/state", timeout=2) as answer:
        found = json.loads(answer.read())
    assert isinstance(found, dict)
    return found


def control(server: Server, what: str, body: Any) -> int:
    request = urllib.request.Request(
        f"http://{server.host}/sandbox/{what}", json.dumps(body).encode(), method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=2) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_creating_gives_a_priced_quote_and_takes_nothing(server: Server) -> None:
    """Two tees at 10.00."""
    status, order = call(server, "POST", "/orders", wanted())
    assert (status, order["status"], order["totalPrice"]) == (
        201,
        "quote",
        {"amount": "20.00", "currencyCode": "GBP"},
    )
    assert [m["name"] for m in order["fulfillments"][0]["availableShippingMethods"]] == [
        "Standard",
        "Express",
        "DHL Express",
    ]
    assert state(server)["accepted"] == {}


def test_shipping_methods_have_ids_of_each_order(server: Server) -> None:
    _, first = call(server, "POST", "/orders", wanted())
    _, second = call(server, "POST", "/orders", wanted())
    status, answer = call(server, "POST", f"/orders/{first['id']}/confirm", {"fulfillments": methods(second)})
    assert (status, answer["code"]) == (400, "BAD_REQUEST")
    assert state(server)["accepted"] == {}


def test_confirming_takes_it_with_an_object_or_with_a_bare_list(server: Server) -> None:
    """20.00 and 6.90 for Express."""
    for bare in (False, True):
        _, order = call(server, "POST", "/orders", wanted())
        chosen = methods(order, "Express")
        status, paid = call(
            server, "POST", f"/orders/{order['id']}/confirm", chosen if bare else {"fulfillments": chosen}
        )
        assert (status, paid["status"], paid["totalPrice"]["amount"]) == (200, "paid", "26.90")
    assert state(server)["accepted"] == {"1001.1": 2}


def test_an_order_is_confirmed_once(server: Server) -> None:
    order = confirmed(server)
    status, answer = call(server, "POST", f"/orders/{order['id']}/confirm", {"fulfillments": methods(order)})
    assert (status, answer["code"], "errors" in answer) == (400, "CONFLICT", False)
    assert state(server)["accepted"] == {"1001.1": 1}


def test_every_part_needs_a_method_or_a_label(server: Server) -> None:
    hoodie = {"variantRef": TEE.replace("90210", "90211"), "quantity": 1}
    _, order = call(server, "POST", "/orders", wanted(items=[*wanted()["items"], hoodie]))
    assert len(order["fulfillments"]) == 2
    path = f"/orders/{order['id']}/confirm"
    for chosen in (
        methods(order)[:1],
        [],
        "Standard",
        [{"fulfillmentId": "x", "shippingMethodId": "y"}],
        None,
    ):
        assert call(server, "POST", path, {"fulfillments": chosen})[0] == 400
    label = {
        "fulfillmentId": order["fulfillments"][1]["id"],
        "shipment": {"image": "https://label.example/1.pdf"},
    }
    assert call(server, "POST", path, {"fulfillments": [methods(order)[0], label]})[0] == 200


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"items": [{"variantRef": "90210", "quantity": 1}]}, "not the reference of a catalogue variant"),
        ({"items": [{"variantRef": TEE.replace("catalog", "gfn/catalog"), "quantity": 1}]}, "not the reference"),
        ({"items": [{"variantRef": TEE + "9", "quantity": 1}]}, "does not exist"),
        ({"items": [{"variantRef": TEE, "quantity": 0}]}, "quantity must be at least 1"),
        ({"items": [{"variantRef": TEE, "quantity": True}]}, "quantity must be at least 1"),
        ({"items": [{"variantRef": TEE, "quantity": 1, "sku": "x"}]}, "items.0 is not an item"),
        ({"items": []}, "items is required"),
        ({"contactInformation": {}}, "contactInformation.email is required"),
        ({"shippingAddress": None}, "shippingAddress is required"),
        ({"shippingAddress": {**ADDRESS, "country": "Germany"}}, "shippingAddress.country is required"),
        ({"shippingAddress": {**ADDRESS, "country": "US"}}, "shippingAddress.state is required for US"),
        ({"shippingAddress": {**ADDRESS, "line1": "x" * 53, "line2": "y"}}, "may have 52 characters"),
        ({"shippingAddress": {**ADDRESS, "line1": "x" * 105}}, "may have 104 characters"),
        ({"shippingAddress": {**ADDRESS, "zip": "1"}}, "shippingAddress.zip is not allowed"),
        ({"note": "x"}, "Unknown field note"),
    ],
)  # fmt: skip
def test_what_is_not_as_published_is_refused(server: Server, change: dict[str, Any], message: str) -> None:
    status, answer = call(server, "POST", "/orders", wanted(**change))
    assert status == 400
    assert message in answer["message"]


@pytest.mark.parametrize(
    ("key", "project", "status"),
    [("", "acme-1", 401), ("other", "acme-1", 401), ("k-123456", "", 400), ("k-123456", "acme-2", 404), ("Bearer k-123456", "acme-1", 200)],
)  # fmt: skip
def test_the_key_and_the_project_are_asked_for(server: Server, key: str, project: str, status: int) -> None:
    assert call(server, "GET", "/orders", key=key, project=project)[0] == status


def test_orders_are_produced_and_shipped_as_time_goes_on(server: Server) -> None:
    order = confirmed(server)
    seen = []
    for _ in range(3):
        _, now = call(server, "GET", f"/orders/{order['id']}")
        seen.append((now["status"], now["fulfillments"][0]["tracking"] is not None))
        assert control(server, "tick", {"seconds": 30}) == 200
    assert seen == [("paid", False), ("processing", False), ("complete", True)]


def test_an_order_is_cancelled_before_production_only(server: Server) -> None:
    first, second = confirmed(server), confirmed(server)
    assert call(server, "DELETE", f"/orders/{first['id']}") == (204, None)
    assert call(server, "GET", f"/orders/{first['id']}")[1]["status"] == "refunded"
    server.tick(31)
    assert call(server, "DELETE", f"/orders/{second['id']}")[0] == 400


def test_orders_are_searched_by_email_name_and_number_not_by_the_shops_reference(server: Server) -> None:
    order = confirmed(server)
    for words, found in (("ADA@example", 1), ("byron", 1), (order["ref"], 1), ("1001.1", 0), ("charles", 0)):
        assert len(call(server, "GET", f"/orders?search={words}")[1]["orders"]) == found, words


def test_orders_are_listed_by_time_and_page(server: Server) -> None:
    """Created at 9:30."""
    for _ in range(3):
        confirmed(server)
    assert len(call(server, "GET", "/orders?start=2026-03-02T09:29:00Z")[1]["orders"]) == 3
    assert len(call(server, "GET", "/orders?start=2026-03-02T09:31:00Z")[1]["orders"]) == 0
    _, first = call(server, "GET", "/orders?pageSize=2")
    _, second = call(server, "GET", f"/orders?pageSize=2&pageToken={first['nextPageToken']}")
    assert (
        [len(first["orders"]), first["nextPageToken"]],
        [len(second["orders"]), second["nextPageToken"]],
    ) == ([2, 2], [1, None])
    for wrong in ("pageSize=0", "pageSize=x", "pageToken=-1", "start=yesterday"):
        assert call(server, "GET", f"/orders?{wrong}")[0] == 400


def test_a_product_is_made_of_a_blank_and_can_be_ordered(server: Server) -> None:
    body = {
        "gfnProductRef": f"https://api.teemill.com/v1/gfn/catalog/products/{named('blank', 'STTU755')}",
        "title": "Mine",
        "variants": [
            {
                "attributes": [{"name": "Colour", "value": "Black"}, {"name": "Size", "value": "M"}],
                "retailPrice": {"amount": 29, "currencyCode": "USD"},
                "applications": [
                    {"technology": "dtg", "placement": "front", "src": "https://art.example/a.png"}
                ],
            }
        ],
    }
    status, product = call(server, "POST", "/catalog/products", body)
    assert status == 201
    confirmed(server, items=[{"variantRef": product["variants"][0]["ref"], "quantity": 1}])
    body["variants"][0]["attributes"][1]["value"] = "XXXXL"  # type: ignore[index]
    assert call(server, "POST", "/catalog/products", body)[0] == 400
    assert call(server, "POST", "/catalog/products", {**body, "gfnProductRef": "nope"})[0] == 400


def test_a_ruleset_s_own_variants_can_be_ordered() -> None:
    rows = [
        {"gfn_product_id": "1c0ffee1", "gfn_variant_id": "77aa0001", "variant_id": "", "sku": "", "title": "Tee", "Colour": "Black"},
        {"gfn_product_id": "", "gfn_variant_id": "a00d2024", "variant_id": "", "sku": "", "title": "Hoodie", "Size": "L"},
        {"gfn_product_id": "", "gfn_variant_id": "", "variant_id": "4711", "sku": "FOX", "title": "Fox", "Colour": ""},
    ]  # fmt: skip
    with Server(Podos(rows=rows)) as server:
        confirmed(server, items=[{"variantRef": TEE.replace("90210", "4711"), "quantity": 1}])
        _, blanks = call(server, "GET", "/gfn/catalog/variants")
        assert {"77aa0001", "a00d2024"} <= {each["id"] for each in blanks["variants"]}


# faults


def test_a_fault_is_asked_for_by_product_name_header_or_script(server: Server) -> None:
    by_sku = [{"variantRef": TEE.replace("90210", "sandbox.bad-address"), "quantity": 1}]
    by_name = {**ADDRESS, "contactName": "Sandbox.bad-address Byron"}
    for _ in range(2):  # an order's own fault is met as often as it is sent
        assert call(server, "POST", "/orders", wanted(items=by_sku))[0] == 400
        assert call(server, "POST", "/orders", wanted(shippingAddress=by_name))[0] == 400
        assert call(server, "POST", "/orders", wanted(), X_Sandbox_Fault="sandbox.bad-address")[0] == 400
    assert control(server, "faults", {"fault": "429.list.2"}) == 200
    assert [call(server, "GET", "/orders")[0] for _ in range(3)] == [429, 429, 200]


@pytest.mark.parametrize("fault", ["nope", "500.nowhere", "", "500.confirm.x"])
def test_a_fault_that_there_is_not_is_told(server: Server, fault: str) -> None:
    assert control(server, "faults", {"fault": fault}) == 400
    if fault == "nope":
        status, answer = call(server, "POST", "/orders", wanted(), X_Sandbox_Fault="sandbox.nope")
        assert status == 400
        assert "payment-failed" in answer["message"]


def test_what_is_asked_for_in_a_name_happens_once_for_each_order_and_call(server: Server) -> None:
    address = {**ADDRESS, "contactName": "sandbox.503.create Byron"}
    for reference in ("1.1", "2.1"):
        order = wanted(shippingAddress=address, merchantReference=reference)
        assert [call(server, "POST", "/orders", order)[0] for _ in range(2)] == [503, 201]


def test_the_state_starts_anew_when_it_is_told_to(server: Server) -> None:
    confirmed(server)
    assert control(server, "reset", {}) == 200
    found = state(server)
    assert (found["accepted"], found["orders"], found["requests"]) == ({}, [], [])


@pytest.mark.parametrize("seconds", [-1, "soon", None, 10**12])
def test_the_clock_goes_forward_only(server: Server, seconds: object) -> None:
    assert control(server, "tick", {"seconds": seconds}) == 400


def test_ids_are_the_same_in_every_run(server: Server) -> None:
    first = confirmed(server)
    server.reset()
    assert confirmed(server) == first


@pytest.mark.parametrize("path", ["/", "/nope", "/orders/x/y/z", "/../sandbox/state", "//"])
def test_a_path_that_there_is_not_is_404(server: Server, path: str) -> None:
    assert call(server, "GET", path)[0] == 404


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"1e999999", b"\xff", b"[" * 10000, b'{"items": {"a": 1}}']
)
def test_no_body_is_too_strange(server: Server, body: bytes) -> None:
    _, order = call(server, "POST", "/orders", wanted())
    for path in ("/orders", f"/orders/{order['id']}/confirm", "/catalog/products"):
        request = urllib.request.Request(
            f"{server.url}{path}?project=acme-1", body, {"Authorization": "k-123456"}
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=2)
        with refused.value as error:
            assert (path, error.code) == (path, 400)
