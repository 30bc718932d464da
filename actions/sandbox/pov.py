"""A stand-in for POV, whose interface nobody has published: what Order Desk advises printers to build.

One call places an order and a repeated order number is refused; orders go into production and ship as the sandbox's clock
goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from actions.sandbox.clock import Clock, text
from actions.sandbox.faults import Faults
from actions.sandbox.server import Reply, Request

REFUSALS: Mapping[str, tuple[int, str, str]] = {
    "unknown-sku": (422, "invalid_sku", "print_sku {sku} is not known"),
    "out-of-stock": (422, "out_of_stock", "{sku} is out of stock"),
    "bad-address": (422, "invalid_address", "the address could not be verified"),
    "bad-artwork": (422, "invalid_artwork", "the print_url of {sku} could not be read"),
    "no-shipping": (422, "invalid_shipping_code", "shipping_code {code} is not offered"),
    "payment-failed": (402, "payment_failed", "the account has no credit left"),
    "duplicate": (409, "duplicate_order", "order_number {number} was sent before"),
    "refused": (422, "refused", "something about it does not suit us"),
}
OWN: Mapping[str, str] = {**dict.fromkeys(REFUSALS, "place"), "on-hold": "place"}
"""POV's own faults and the call at which each happens."""

CALLS = {
    ("GET", "account"): "account",
    ("POST", "orders"): "place",
    ("GET", "orders"): "search",
    ("GET", "orders", "*"): "read",
    ("POST", "orders", "*", "cancel"): "withdraw",
}

PRODUCTION, SHIPPING = 30, 60
"""Seconds after an order was placed."""


class Pov:
    """customer_id: what has to be sent; None takes any. skus: those that are known; None knows all."""

    name = "pov"
    root = "/api"

    def __init__(
        self, *, customer_id: str | None = None, skus: Iterable[str] | None = None, clock: Clock | None = None
    ) -> None:
        self.clock = clock or Clock()
        self.faults = Faults(OWN, "place", tuple(CALLS.values()))
        self._customer_id = customer_id
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
        order = request.json() if self.call(request) == "place" else self._orders.get((*request.path, "")[1])
        if not isinstance(order, dict):
            return "", ()
        address, items = order.get("ship_to"), order.get("items")
        texts = [str(address.get("name", ""))] if isinstance(address, dict) else []
        texts += [str(each.get("print_sku", "")) for each in items or () if isinstance(each, dict)]
        return str(order.get("order_number", "")), texts

    def error(self, status: int, message: str) -> Reply:
        code = {401: "unauthorized", 404: "not_found", 429: "too_many_requests"}.get(status, "bad_request")
        return Reply(status, {"error": code, "message": message})

    def another(self, reply: Reply) -> Reply:
        if not isinstance(reply.body, dict) or "id" not in reply.body:
            return reply
        return Reply(reply.status, {**reply.body, "id": "POV-OTHER", "order_number": "another shop's"})

    def handle(self, request: Request, wrong: str) -> Reply:
        sent = request.headers.get("x-customer-id", "")
        if not sent or (self._customer_id is not None and sent != self._customer_id):
            return self.error(401, "this customer id is not known")
        match self.call(request):
            case "account":
                return Reply(200, {"customer": "sandbox"})
            case "place":
                return self._place(request.json(), wrong)
            case "search":
                number = request.one("order_number")
                found = [o for o in self._orders.values() if not number or o["order_number"] == number]
                return Reply(200, {"orders": [self._seen(order) for order in found]})
        order = self._orders.get(request.path[1])
        if order is None:
            return self.error(404, "there is no such order")
        if self.call(request) == "withdraw":
            if self._seen(order)["status"] not in ("received", "on_hold"):
                return Reply(409, {"error": "too_late", "message": "the order cannot be canceled any more"})
            order["canceled"] = True
        return Reply(200, self._seen(order))

    def _place(self, wanted: Any, wrong: str) -> Reply:
        problem = _problem(wanted)
        if problem:
            return Reply(422, {"error": problem[0], "message": problem[1]})
        unknown = [e for e in wanted["items"] if self._skus is not None and e["print_sku"] not in self._skus]
        item = (
            unknown or [e for e in wanted["items"] if wrong and wrong in e["print_sku"]] or wanted["items"]
        )[0]
        number = wanted["order_number"]
        if any(order["order_number"] == number for order in self._orders.values()):
            wrong = "duplicate"
        elif unknown:
            wrong = "unknown-sku"
        if wrong in REFUSALS:
            status, code, words = REFUSALS[wrong]
            words = words.format(sku=item["print_sku"], code=wanted.get("shipping_code"), number=number)
            named = {"item": item.get("id")} if "{sku}" in REFUSALS[wrong][2] else {}
            return Reply(status, {"error": code, "message": words, **named})
        order = {
            **wanted,
            "id": f"POV-{1001 + len(self._orders)}",
            "placed": self.clock.now(),
            "wrong": wrong,
        }
        order["quantity_total"] = sum(each["quantity"] for each in wanted["items"])
        self._orders[order["id"]] = order
        self._accepted[number] += 1
        return Reply(201, self._seen(order))

    def _seen(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """The order as POV answers it at this time."""
        shown = {name: value for name, value in order.items() if name not in ("placed", "wrong", "canceled")}
        gone = (self.clock.now() - order["placed"]).total_seconds()
        status = "shipped" if gone >= SHIPPING else "in_production" if gone >= PRODUCTION else "received"
        if order["wrong"] == "on-hold":
            status, shown["status_reason"] = "on_hold", "the artwork has to be looked at"
        if order.get("canceled"):
            status = "canceled"
        shown["status"], shown["shipments"] = status, []
        if status == "shipped":
            parcel = {
                "id": f"{order['id']}-1",
                "tracking_number": f"SANDBOX{order['id'].replace('-', '')}",
                "carrier": "USPS",
                "method": order.get("shipping_code"),
                "ship_date": text(self.clock.now())[:10],
                "items": [each["id"] for each in order["items"]],
            }
            shown["shipments"] = [parcel]
        return shown


def _problem(wanted: Any) -> tuple[str, str] | None:
    if not isinstance(wanted, dict) or not isinstance(wanted.get("order_number"), str):
        return "bad_request", "order_number is required"
    if not isinstance(wanted.get("test"), bool):
        return "bad_request", "test is required, true or false"
    address, items = wanted.get("ship_to"), wanted.get("items")
    if not isinstance(address, dict) or not all(
        address.get(name) for name in ("name", "address1", "city", "country")
    ):
        return "invalid_address", "ship_to needs name, address1, city and country"
    if not isinstance(items, list) or not items or not all(isinstance(each, dict) for each in items):
        return "bad_request", "items is required"
    for each in items:
        if not isinstance(each.get("quantity"), int) or each["quantity"] < 1:
            return "bad_request", "every item needs a quantity"
        prints = each.get("prints")
        if not isinstance(each.get("print_sku"), str) or not prints or not all(p.get("url") for p in prints):
            return "missing_print_details", "every item needs a print_sku and a print url"
    return None
