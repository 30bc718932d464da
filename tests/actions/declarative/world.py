"""POV and SPOD for tests: the described adapter beside its sandbox. What goes to and from SPOD is held to its OpenAPI."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from actions.catalogue import integrations
from actions.declarative.adapter import Adapter
from actions.declarative.connecting import connect
from actions.declarative.reading import adapter_spec
from actions.declarative.spec import AdapterSpec
from actions.http import Answer, Client, HttpClient, Limits, NoAnswer, Request
from actions.preparing.prepare import prepare
from actions.preparing.prepared import Prepared
from actions.sandbox.clock import Clock
from actions.sandbox.pov import Pov
from actions.sandbox.server import Server
from actions.sandbox.spod import Spod
from actions.secret import Secret
from dsl.schema import ConnectionSpec
from events.failure import FailureKind
from tests.actions.contract_kit import CANARY, SHORT, Notes, Subject, Time
from tests.actions.preparing_orders import ART, item, order, spec_of

SPOD_SCHEMA = Path(__file__).parents[3].parent / "shared" / "schemas" / "spod.openapi.yaml"

SHORT_LIMITS = Limits(connect=SHORT, read=SHORT, total=2)

POV_KINDS = {
    FailureKind.INVALID_SKU: "unknown-sku",
    FailureKind.INVALID_ADDRESS: "bad-address",
    FailureKind.OUT_OF_STOCK: "out-of-stock",
    FailureKind.INVALID_ARTWORK: "bad-artwork",
    FailureKind.INVALID_SHIPPING_METHOD: "no-shipping",
    FailureKind.DUPLICATE: "duplicate",
    FailureKind.PAYMENT_REQUIRED: "payment-failed",
    FailureKind.AUTH_FAILED: "403.place",
    FailureKind.RATE_LIMITED: "429.place",
    FailureKind.UNAVAILABLE: "503.place",
    FailureKind.UNKNOWN_OUTCOME: "timeout.place",
    FailureKind.REJECTED: "refused",
    FailureKind.GENERAL: "error-200.place",
}
SPOD_KINDS = {
    FailureKind.INVALID_SKU: "unknown-sku",
    FailureKind.INVALID_ADDRESS: "bad-address",
    FailureKind.OUT_OF_STOCK: "out-of-stock",
    FailureKind.INVALID_ARTWORK: "bad-artwork",
    FailureKind.INVALID_SHIPPING_METHOD: "no-shipping",
    FailureKind.DUPLICATE: "duplicate",
    FailureKind.PAYMENT_REQUIRED: "payment-failed",
    FailureKind.AUTH_FAILED: "401.create",
    FailureKind.RATE_LIMITED: "429.create",
    FailureKind.UNAVAILABLE: "503.create",
    FailureKind.UNKNOWN_OUTCOME: "timeout.confirm",
    FailureKind.REJECTED: "refused",
    FailureKind.GENERAL: "error-200.confirm",
}


def spec(integration: str) -> AdapterSpec:
    found = adapter_spec(integration)
    assert found is not None
    return found


def connection(integration: str, **settings: Any) -> ConnectionSpec:
    """With the catalogue's defaults, as wiring makes it."""
    known = integrations()[integration]
    defaults = {each.name: each.default for each in known.settings if each.default is not None}
    chosen = {"default_mail_class": "Standard", **settings}
    return ConnectionSpec(integration, known.label, integration, {**defaults, **chosen})


def lines(integration: str) -> list[dict[str, Any]]:
    metadata = {"spod_sku": "P10A12S5"} if integration == "spod" else {"print_sku": "PRT-1", "print_url": ART}
    return [item(1, metadata=metadata, quantity=2, price="24.00"), item(2, metadata=metadata, price="10.50")]


def good(integration: str, name: str = "Ada Byron", **fields: Any) -> Prepared:
    first, _, last = name.partition(" ")
    address = {"first_name": first, "last_name": last, "postal_code": "LS1 1AA", "phone": "0113 496 0000"}
    made = order(
        *fields.pop("lines", lines(integration)),
        shipping=address,
        currency="GBP",
        shipping_total="4.90",
        **fields,
    )
    found = prepare(made, connection(integration), {}, spec_of(integration))
    assert isinstance(found, Prepared), found.message
    return found


class Checked:
    """A client that keeps every request, and fails the test where one to SPOD, or its answer, is not as published."""

    def __init__(self, client: Client, published: bool = False) -> None:
        self.client, self.published = client, published
        self.requests: list[Request] = []

    def send(self, request: Request) -> Answer | NoAnswer:
        self.requests.append(request)
        answer = self.client.send(request)
        if self.published:
            held_to_openapi(request, answer)
        return answer

    def bodies(self, path: str) -> list[Any]:
        return [json.loads(each.body) for each in self.requests if each.body and each.path == path]


@lru_cache
def openapi() -> dict[str, Any] | None:
    """None where the schema is not beside this checkout."""
    if not SPOD_SCHEMA.exists():
        return None
    whole = YAML(typ="safe").load(SPOD_SCHEMA.read_text("utf-8"))
    whole["components"]["schemas"].pop("ProductTypes")  # the vendor's own defect
    return {"paths": whole["paths"], "components": whole["components"]}


def held_to_openapi(request: Request, answer: Answer | NoAnswer) -> None:
    whole = openapi()
    if whole is None:
        return
    path = re.sub("^/orders/[^/]+", "/orders/{orderId}", request.path)
    operation = whole["paths"][path][request.method.lower()]
    asked = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if request.body is not None:
        assert asked is not None, f"{request.path} takes no body"
        check(asked, json.loads(request.body))
    if isinstance(answer, NoAnswer) or answer.json is None:
        return
    told = operation["responses"].get(str(answer.status), {}).get("content", {}).get("application/json", {})
    # An error under the status of success is a fault that was asked for.
    if "schema" in told and not (
        answer.status < 300 and isinstance(answer.json, dict) and "reason" in answer.json
    ):
        check(told["schema"], json.loads(answer.body))


def check(schema: dict[str, Any], data: object) -> None:
    whole = openapi() or {}
    wrong = Draft202012Validator({**schema, "components": whole["components"]}).iter_errors(data)
    assert [f"{each.json_path}: {each.message}" for each in wrong] == []


@contextmanager
def subject(integration: str) -> Iterator[Subject]:
    time = Time()
    clock = Clock(time)
    site = Pov(customer_id=CANARY, clock=clock) if integration == "pov" else Spod(token=CANARY, clock=clock)
    secret = "customer_id" if integration == "pov" else "token"
    with Server(site) as server, closing(HttpClient(server.url, SHORT_LIMITS)) as http:

        def make(key: Secret, notes: Notes) -> Adapter:
            client = Checked(http, integration == "spod")
            return connect(spec(integration), connection(integration), {secret: key}, client=client, now=time)

        yield Subject(
            server=server,
            time=time,
            make=make,
            prepared=lambda name: good(integration, name),
            accepting="place" if integration == "pov" else "confirm",
            kinds=POV_KINDS if integration == "pov" else SPOD_KINDS,
            hold="on-hold" if integration == "pov" else "production-issue",
        )
