"""SPOD as its own OpenAPI has it: an order is created as a draft (NEW), confirmed, then printed and shipped.

Orders go into production and ship as the sandbox's clock goes on, or at once with the simulate calls of the staging host.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from actions.sandbox.clock import Clock, text
from actions.sandbox.faults import Faults
from actions.sandbox.server import Reply, Request

REFUSALS: Mapping[str, tuple[str, int, str]] = {
    "unknown-sku": ("create", 422, "the sku {sku} does not belong to an article of this merchant"),
    "bad-address": ("create", 422, "the shipping address could not be verified"),
    "no-shipping": ("create", 422, "the shipping type is not available for this order"),
    "bad-artwork": ("create", 422, "the design image of {sku} could not be read"),
    "out-of-stock": ("confirm", 400, "{sku} is out of stock"),
    "payment-failed": ("confirm", 400, "the payment failed"),
    "duplicate": ("confirm", 400, "the order is already in another state"),
    "refused": ("confirm", 400, "something about it does not suit us"),
}
OWN: Mapping[str, str] = {
    **{kind: call for kind, (call, _, _) in REFUSALS.items()},
    "production-issue": "confirm",
}
"""SPOD's own faults and the call at which each happens."""

CALLS = {
    ("GET", "authentication"): "account",
    ("POST", "orders"): "create",
    ("GET", "orders", "*"): "read",
    ("GET", "orders", "*", "shippingTypes"): "shipping-types",
    ("POST", "orders", "*", "shippingType"): "set-shipping-type",
    ("POST", "orders", "*", "confirm"): "confirm",
    ("POST", "orders", "*", "cancel"): "withdraw",
    ("GET", "orders", "*", "shipments"): "parcels",
    ("POST", "orders", "*", "simulate", "order-cancelled"): "simulate",
    ("POST", "orders", "*", "simulate", "order-processed"): "simulate",
    ("POST", "orders", "*", "simulate", "shipment-sent"): "simulate",
}

TYPES = {
    "STANDARD": {"id": "1", "company": "Deutsche Post", "name": "Standard"},
    "PREMIUM": {"id": "2", "company": "DHL", "name": "Premium"},
    "EXPRESS": {"id": "3", "company": "DHL Express", "name": "Express"},
}

PRODUCTION, SHIPPING = 30, 60
"""Seconds after an order was confirmed."""


class Spod:
    """token: what has to be sent; None takes any. skus: those that are known; None knows all."""

    name = "spod"
    root = "/rest"

    def __init__(
        self, *, token: str | None = None, skus: Iterable[str] | None = None, clock: Clock | None = None
    ) -> None:
        self.clock = clock or Clock()
        self.faults = Faults(OWN, "confirm", tuple(dict.fromkeys(CALLS.values())))
        self._token = token
        self._skus = None if skus is None else frozenset(skus)
        self.reset()

    def reset(self) -> None:
        self._orders: dict[str, dict[str, Any]] = {}
        self._accepted: Counter[str] = Counter()

    def state(self) -> Mapping[str, Any]:
        return {
            "accepted": dict(self._accepted),
            "orders": [self._seen(each) for each in self._orders.values()],
        }

    def call(self, request: Request) -> str:
        path = request.path
        shape = (path[0], "*", *path[2:]) if len(path) > 1 else path
        return CALLS.get((request.method, *shape), "")

    def about(self, request: Request) -> tuple[str, Iterable[str]]:
        order = request.json() if self.call(request) == "create" else None
        if order is None:
            order = self._orders.get((*request.path, "")[1], {}).get("wanted")
        if not isinstance(order, dict) or _problem(order):
            return "", ()
        address = order["shipping"]["address"]
        texts = [str(address.get("lastName", "")), *(str(each["sku"]) for each in order["orderItems"])]
        return str(order["externalOrderReference"]), texts

    def error(self, status: int, message: str) -> Reply:
        return Reply(status, {"reason": message})

    def another(self, reply: Reply) -> Reply:
        if not isinstance(reply.body, dict) or "id" not in reply.body:
            return reply
        return Reply(reply.status, {**reply.body, "id": 999999, "externalOrderReference": "another shop's"})

    def handle(self, request: Request, wrong: str) -> Reply:
        sent = request.headers.get("x-spod-access-token", "")
        if not sent or (self._token is not None and sent != self._token):
            return self.error(401, "the access token is not valid")
        call = self.call(request)
        if call == "account":
            return Reply(200, {"merchantId": 1, "pointOfSaleId": 1})
        if call == "create":
            return self._create(request.json(), wrong)
        order = self._orders.get(request.path[1])
        if order is None:
            return self.error(404, "Order not found")
        match call:
            case "confirm":
                return self._confirm(order, wrong)
            case "withdraw":
                if self._status(order)[0] not in ("NEW", "CONFIRMED"):
                    return Reply(
                        400, {"orderId": order["id"], "reason": "the order can not be cancelled any more"}
                    )
                order["cancelled"] = True
            case "shipping-types":
                return Reply(
                    200, [{**each, "price": {"amount": 4, "currency": "EUR"}} for each in TYPES.values()]
                )
            case "set-shipping-type":
                return self._choose(order, request.json())
            case "parcels":
                return Reply(200, self._parcels(order))
            case "simulate":
                order["simulated"] = request.path[3]
                return Reply(200)
        return Reply(200, self._seen(order))

    def _create(self, wanted: Any, wrong: str) -> Reply:
        if why := _problem(wanted):
            return self.error(422, why)
        skus = [each["sku"] for each in wanted["orderItems"]]
        unknown = [sku for sku in skus if self._skus is not None and sku not in self._skus]
        if unknown:
            wrong = "unknown-sku"
        if wrong in REFUSALS:
            _, status, words = REFUSALS[wrong]
            return self.error(status, words.format(sku=(unknown or skus)[0]))
        number = 101 + len(self._orders)
        kind = TYPES[wanted["shipping"].get("preferredType", "STANDARD")]
        order = {"id": number, "wanted": wanted, "type": kind, "confirmed": None, "wrong": ""}
        self._orders[str(number)] = order
        return Reply(201, self._seen(order))

    def _confirm(self, order: dict[str, Any], wrong: str) -> Reply:
        if self._status(order)[0] != "NEW":
            return Reply(
                400, {"orderId": order["id"], "reason": "the order is already confirmed or cancelled"}
            )
        if wrong in REFUSALS:
            _, status, words = REFUSALS[wrong]
            words = words.format(sku=order["wanted"]["orderItems"][0]["sku"])
            return Reply(status, {"orderId": order["id"], "reason": words})
        order["confirmed"], order["wrong"] = self.clock.now(), wrong
        self._accepted[order["wanted"]["externalOrderReference"]] += 1
        return Reply(200, self._seen(order))

    def _choose(self, order: dict[str, Any], wanted: Any) -> Reply:
        chosen = wanted.get("id") if isinstance(wanted, dict) else None
        kind = next((each for each in TYPES.values() if each["id"] == chosen), None)
        if kind is None:
            return self.error(404, "Order or Shipping Type not found")
        order["type"] = kind
        return Reply(200)

    def _status(self, order: Mapping[str, Any]) -> tuple[str, str]:
        """The order's state, and that of its items."""
        simulated = order.get("simulated")
        if order.get("cancelled") or simulated == "order-cancelled":
            return "CANCELLED", "CANCELLED"
        if order["confirmed"] is None:
            return "NEW", "NEW"
        gone = (self.clock.now() - order["confirmed"]).total_seconds()
        if order["wrong"] == "production-issue":
            return "PROCESSED", "PRODUCTION_ISSUE"
        if gone >= SHIPPING or simulated == "shipment-sent":
            return "PROCESSED", "SENT"
        if gone >= PRODUCTION or simulated == "order-processed":
            return "PROCESSED", "IN_PRODUCTION"
        return "CONFIRMED", "CHECKED"

    def _seen(self, order: Mapping[str, Any]) -> dict[str, Any]:
        wanted, (state, item_state) = order["wanted"], self._status(order)
        items = [
            {
                "orderItemReference": order["id"] * 1000 + place,
                "externalOrderItemReference": each.get("externalOrderItemReference"),
                "state": item_state,
                "sku": each["sku"],
                "quantity": each["quantity"],
                "customerPrice": each["customerPrice"],
            }
            for place, each in enumerate(wanted["orderItems"], 1)
        ]
        return {
            "id": order["id"],
            "orderReference": 5550000 + order["id"],
            "externalOrderReference": wanted["externalOrderReference"],
            "externalOrderName": wanted.get("externalOrderName"),
            "state": state,
            "orderItems": items,
            "shipping": {"address": wanted["shipping"]["address"], "type": order["type"]},
            "email": wanted["email"],
            "phone": wanted["phone"],
        }

    def _parcels(self, order: Mapping[str, Any]) -> list[dict[str, Any]]:
        if self._status(order)[1] != "SENT":
            return []
        code = f"SANDBOX{order['id']}"
        own = [each.get("externalOrderItemReference") for each in order["wanted"]["orderItems"]]
        return [
            {
                "id": order["id"] * 10 + 1,
                "orderId": order["id"],
                "externalOrderReference": order["wanted"]["externalOrderReference"],
                "externalOrderItemReferences": own,
                "shipping": {"address": order["wanted"]["shipping"]["address"], "type": order["type"]},
                "tracking": [{"code": code, "url": f"https://track.example/{code}"}],
                "sentDate": text(order["confirmed"]),
            }
        ]


def _problem(wanted: Any) -> str:
    """The fields that the published shape requires."""
    if not isinstance(wanted, dict):
        return "the body is not a JSON object"
    for name in ("externalOrderReference", "orderItems", "shipping", "phone", "email"):
        if not wanted.get(name):
            return f"{name} is required"
    shipping, items = wanted["shipping"], wanted["orderItems"]
    if not isinstance(shipping, dict) or not isinstance(shipping.get("address"), dict):
        return "the shipping address is required"
    if "amount" not in (shipping.get("customerPrice") or {}):
        return "the customerPrice of shipping is required"
    for name in ("lastName", "street", "city", "country", "zipCode"):
        if not shipping["address"].get(name):
            return f"{name} of the shipping address is required"
    if shipping.get("preferredType", "STANDARD") not in TYPES:
        return "preferredType is no shipping type"
    for each in items if isinstance(items, list) else [None]:
        if (
            not isinstance(each, dict)
            or not each.get("sku")
            or "amount" not in (each.get("customerPrice") or {})
        ):
            return "every order item needs a sku, a quantity and a customerPrice"
        if not isinstance(each.get("quantity"), int) or each["quantity"] < 1:
            return "every order item needs a quantity"
    return ""
