"""podOS for tests: the adapter beside the sandbox, every request and answer between them held to the published schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from actions.http import Answer, Client, HttpClient, Limits, NoAnswer, Request
from actions.integrations.podos.adapter import Podos
from actions.preparing.prepared import Prepared
from actions.preparing.variants import VariantCatalogue
from actions.sandbox import podos as sandbox
from actions.sandbox.clock import Clock
from actions.sandbox.server import Server
from actions.secret import Secret
from dsl.schema import ConnectionSpec
from events.failure import FailureKind
from tests.actions.contract_kit import CANARY, SHORT, Notes, Subject, Time
from tests.actions.preparing_orders import item, order, prepared

SCHEMA = Path(__file__).parents[3].parent / "shared" / "schemas" / "podos-orders.schema.json"
PROJECT = "acme-12345"
TEE = "90210"
HOODIE = "90211"

KINDS = {
    FailureKind.INVALID_SKU: "unknown-sku",
    FailureKind.INVALID_ADDRESS: "bad-address",
    FailureKind.OUT_OF_STOCK: "out-of-stock",
    FailureKind.INVALID_ARTWORK: "bad-artwork",
    FailureKind.INVALID_SHIPPING_METHOD: "no-shipping",
    FailureKind.DUPLICATE: "409.create",
    FailureKind.PAYMENT_REQUIRED: "payment-failed",
    FailureKind.AUTH_FAILED: "403.create",
    FailureKind.RATE_LIMITED: "429.create",
    FailureKind.UNAVAILABLE: "503.products",
    FailureKind.UNKNOWN_OUTCOME: "timeout.confirm",
    FailureKind.REJECTED: "refused",
    FailureKind.GENERAL: "conflict",
}


@lru_cache
def validator(name: str) -> Draft202012Validator | None:
    """None where the schema is not beside this checkout."""
    if not SCHEMA.exists():
        return None
    whole = json.loads(SCHEMA.read_text("utf-8"))
    return Draft202012Validator({**whole, "$ref": f"#/$defs/{name}"})


def shapes(request: Request, answer: Answer) -> tuple[str, str]:
    """The names of the published shapes of a call, asked and answered; blank where there is none."""
    path = request.path.split("/")[1:]
    if answer.status >= 400:
        confirm = request.path.endswith("/confirm") and answer.status == 400
        return "", "ConfirmOrderValidationError" if confirm else "ApiError"
    match request.method, path:
        case "POST", ["orders"]:
            return "CreateOrder", "Order"
        case "POST", ["orders", _, "confirm"]:
            return "ConfirmOrderRequest", "Order"
        case "GET", ["orders"]:
            return "", "OrdersResponse"
        case "GET", ["orders", _]:
            return "", "Order"
        case "GET", ["catalog", "products"]:
            return "", "CatalogProductsResponse"
        case "POST", ["catalog", "products"]:
            return "CreateCatalogProduct", "CatalogProduct"
        case "GET", ["gfn", "catalog", "products"]:
            return "", "GfnProductsResponse"
    return "", ""


class Checked:
    """A client that fails the test where a request or an answer is not as published. `requests` is what went through."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.requests: list[Request] = []

    def send(self, request: Request) -> Answer | NoAnswer:
        self.requests.append(request)
        answer = self.client.send(request)
        if isinstance(answer, Answer) and answer.json is not None and answer.status != 204:
            asked, answered = shapes(request, answer)
            if request.body is not None and asked:
                check(asked, json.loads(request.body))
            # An error that comes with the status of success is a fault that was asked for.
            if answered and not (answer.status < 300 and "message" in as_object(answer)):
                check(answered, answer.json)
        return answer

    def bodies(self, path: str) -> list[Any]:
        return [json.loads(each.body) for each in self.requests if each.body and each.path == path]


def as_object(answer: Answer) -> dict[str, Any]:
    return answer.json if isinstance(answer.json, dict) else {}


def check(name: str, data: object) -> None:
    known = validator(name)
    wrong = [] if known is None else [f"{e.json_path}: {e.message}" for e in known.iter_errors(data)]
    assert wrong == [], f"not a {name} as published: {wrong}"


def connection(**settings: Any) -> ConnectionSpec:
    return ConnectionSpec(
        "podos", "podOS", "podos", {"project": PROJECT, "default_mail_class": "Standard", **settings}
    )


def tee(number: int = 1, /, variant: str = TEE, **fields: Any) -> dict[str, Any]:
    return item(
        number, **{"metadata": {"podos_variant_id": variant}, "quantity": 2, "price": "24.00", **fields}
    )


def good(
    *items: dict[str, Any],
    catalogue: VariantCatalogue | None = None,
    settings: dict[str, Any] | None = None,
    **fields: Any,
) -> Prepared:
    return prepared(order(*(items or (tee(),)), **fields), connection(**(settings or {})), None, catalogue)


def named(name: str) -> Prepared:
    first, last = name.split(" ")
    return good(shipping={"first_name": first, "last_name": last})


@contextmanager
def podos(key: str | None = CANARY, project: str | None = PROJECT, **settings: Any) -> Iterator[World]:
    time = Time()
    site = sandbox.Podos(key=key, project=project, clock=Clock(time))
    with Server(site) as server:
        world = World(server, time, connection(**settings))
        try:
            yield world
        finally:
            world.close()


class World(Subject):
    """`client` is the one that the adapter made last uses."""

    def __init__(self, server: Server, time: Time, spec: ConnectionSpec) -> None:
        super().__init__(server, time, self.adapter, named, accepting="confirm", kinds=KINDS, hold="frozen")
        self.spec = spec
        self.http = HttpClient(server.url, Limits(read=SHORT))
        self.client = Checked(self.http)

    def adapter(self, token: Secret, notes: Notes) -> Podos:
        return Podos(self.spec, token, self.client, notes, self.time)

    @property
    def podos(self) -> Podos:
        return self.adapter(Secret(CANARY), self.notes)

    def close(self) -> None:
        self.http.close()

    def orders(self) -> list[dict[str, Any]]:
        return list(self.server.state()["orders"])
