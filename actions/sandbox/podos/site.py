"""podOS as it is published: an order is created as a priced quote, confirmed with shipping methods of its own, then printed.

Ids and prices are the same in every run; orders go into production and ship as the sandbox's clock goes on.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from actions.sandbox.clock import Clock, text
from actions.sandbox.faults import TRANSPORT, Faults
from actions.sandbox.podos.catalogue import Catalogue, named, seeded
from actions.sandbox.podos.progress import Pace, seen
from actions.sandbox.podos.quote import price, problem, quote, variant_id
from actions.sandbox.server import Reply, Request

OWN: Mapping[str, str] = {
    "unknown-sku": "create", "bad-address": "create", "no-shipping": "create", "bad-artwork": "create",
    "refused": "create", "duplicate": "confirm", "out-of-stock": "confirm", "unavailable": "confirm",
    "payment-failed": "confirm", "action-required": "confirm", "transient": "confirm", "moderation": "confirm",
    "frozen": "confirm", "conflict": "confirm",
}  # fmt: skip
"""podOS's own faults and the call at which each happens."""

CALLS = {
    ("POST", "orders"): "create",
    ("GET", "orders"): "list",
    ("GET", "orders", "*"): "read",
    ("DELETE", "orders", "*"): "cancel",
    ("POST", "orders", "*", "confirm"): "confirm",
    ("GET", "catalog", "products"): "products",
    ("POST", "catalog", "products"): "create-product",
    ("GET", "gfn", "catalog", "products"): "blanks",
    ("GET", "gfn", "catalog", "variants"): "blank-variants",
}


class Podos:
    """key and project: what has to be sent; None takes any. rows: of a variant file, sold here beside what always is."""

    name = "podos"
    root = "/v1"

    def __init__(
        self,
        *,
        key: str | None = None,
        project: str | None = None,
        clock: Clock | None = None,
        rows: Iterable[Mapping[str, str]] = (),
        pace: Pace | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self.faults = Faults(OWN, "confirm", tuple(CALLS.values()))
        self._key, self._project = key, project
        self._rows = tuple(rows)
        self._pace = pace or Pace()
        self.reset()

    def reset(self) -> None:
        self._orders: dict[str, dict[str, Any]] = {}
        self._accepted: Counter[str] = Counter()
        self._catalogue: Catalogue = seeded(kind for kind in (*OWN, *TRANSPORT) if kind != "unknown-sku")
        self._catalogue.seed(self._rows)

    def state(self) -> Mapping[str, Any]:
        return {
            "accepted": dict(self._accepted),
            "orders": [self._seen(order) for order in self._orders.values()],
            "products": len(self._catalogue.products),
        }

    def call(self, request: Request) -> str:
        path = request.path
        shape = (path[0], "*", *path[2:]) if path[0] == "orders" and len(path) > 1 else path
        return CALLS.get((request.method, *shape), "")

    def about(self, request: Request) -> tuple[str, Iterable[str]]:
        order: Any = request.json() if self.call(request) == "create" else None
        if order is None and len(request.path) > 1:
            order = self._orders.get(request.path[1])
        if not isinstance(order, dict):
            return "", ()
        address, items = order.get("shippingAddress"), order.get("items")
        texts = [str(address.get("contactName", ""))] if isinstance(address, dict) else []
        if isinstance(items, list):
            texts += [str(each.get("variantRef", "")) for each in items if isinstance(each, dict)]
        return str(order.get("merchantReference") or ""), texts

    def error(self, status: int, message: str) -> Reply:
        return Reply(
            status, {"code": "BAD_REQUEST", "message": message} if status == 400 else {"message": message}
        )

    def another(self, reply: Reply) -> Reply:
        if not isinstance(reply.body, dict) or "id" not in reply.body:
            return reply
        other = {"id": named("another order"), "ref": "S-0", "merchantReference": "another shop's"}
        return Reply(reply.status, {**reply.body, **other})

    def handle(self, request: Request, wrong: str) -> Reply:
        if denied := self._denied(request):
            return denied
        match self.call(request):
            case "create":
                return self._create(request.json(), wrong)
            case "list":
                return self._list(request)
            case "products":
                return self._page(request, "products", list(self._catalogue.products.values()))
            case "create-product":
                return self._create_product(request.json())
            case "blanks":
                return self._page(request, "products", list(self._catalogue.blanks.values()))
            case "blank-variants":
                return self._page(request, "variants", list(self._catalogue.blank_variants.values()))
        order = self._orders.get(request.path[1])
        if order is None:
            return self.error(404, "Order not found")
        match self.call(request):
            case "confirm":
                return self._confirm(order, request.json(), wrong)
            case "cancel":
                return self._cancel(order)
        return Reply(200, self._seen(order))

    def _denied(self, request: Request) -> Reply | None:
        sent = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not sent or (self._key is not None and sent != self._key):
            return self.error(401, "Unauthenticated")
        if not request.one("project"):
            return self.error(400, "The project field is required")
        if self._project is not None and request.one("project") != self._project:
            return self.error(404, "Not found")
        return None

    def _create(self, wanted: Any, wrong: str) -> Reply:
        if why := problem(wanted, self._catalogue):
            return self.error(400, why)
        refused = {
            "unknown-sku": f"The variant {wanted['items'][0]['variantRef']} does not exist",
            "bad-address": "shippingAddress: the address could not be verified",
            "bad-artwork": "The artwork image of an item could not be read",
            "refused": "Something about it does not suit us",
        }
        if wrong in refused:
            return self.error(400, refused[wrong])
        number = len(self._orders) + 1
        order = quote(wanted, number, self._catalogue, self.clock.now(), ships=wrong != "no-shipping")
        self._orders[order["id"]] = order
        return Reply(201, self._seen(order))

    def _confirm(self, order: dict[str, Any], wanted: Any, wrong: str) -> Reply:
        if order["status"] != "quote":
            return _refusal("CONFLICT", "The order has been confirmed already")
        chosen = wanted.get("fulfillments") if isinstance(wanted, dict) else wanted
        methods = self._chosen(order, chosen)
        if isinstance(methods, str):
            return _refusal("BAD_REQUEST", methods)
        if wrong in ("out-of-stock", "unavailable"):
            return _refusal("CONFLICT", "Some items cannot be ordered", [self._shortage(order, wrong)])
        if wrong == "conflict":
            return _refusal("CONFLICT", "The order cannot be confirmed as it is")
        if wrong == "payment-failed":
            return _refusal("PAYMENT_FAILED", "The card was declined")
        if wrong == "action-required":
            return _refusal("ACTION_REQUIRED", "The payment has to be approved in the dashboard")
        if wrong == "transient":
            return Reply(500, {"code": "TRANSIENT_SYSTEM_ERROR", "message": "Please try again"})
        now = self.clock.now()
        order["confirmed"], order["origin"]["isPaid"] = now, True
        order["status"], order["statusChangedAt"] = "paid", text(now)
        for part, method in zip(order["fulfillments"], methods, strict=True):
            part["status"] = "paid"
            if method is not None:
                part["shippingMethod"] = method
        total = sum((Decimal(method["totalPrice"]["amount"]) for method in methods if method), Decimal())
        order["shippingPrice"] = price(total)
        order["totalPrice"] = price(Decimal(order["subtotalPrice"]["amount"]) + total)
        order["wrong"] = wrong
        self._accepted[str(order["merchantReference"])] += 1
        if wrong == "duplicate":
            return _refusal("CONFLICT", "The order has been confirmed already")
        return Reply(200, self._seen(order))

    def _chosen(self, order: Mapping[str, Any], chosen: Any) -> list[dict[str, Any] | None] | str:
        """Each part's shipping method (None with a label of the shop's own), or what is wrong."""
        if not isinstance(chosen, list) or not all(isinstance(each, dict) for each in chosen):
            return "fulfillments is required"
        by_part = {each.get("fulfillmentId"): each for each in chosen}
        if set(by_part) != {part["id"] for part in order["fulfillments"]}:
            return "every fulfillment of the order, and no other, needs a shipping method"
        methods: list[dict[str, Any] | None] = []
        for part in order["fulfillments"]:
            wish = by_part[part["id"]]
            if isinstance(wish.get("shipment"), dict) and "shippingMethodId" not in wish:
                methods.append(None)
                continue
            fitting = [m for m in part["availableShippingMethods"] if m["id"] == wish.get("shippingMethodId")]
            if not fitting:
                return "shippingMethodId is not a shipping method of this fulfillment"
            methods.append(fitting[0])
        return methods

    def _shortage(self, order: Mapping[str, Any], wrong: str) -> dict[str, Any]:
        """About the item whose id asks for it, else the first."""
        items = order["items"]
        item = next((each for each in items if wrong in each["variantRef"]), items[0])
        available = 0 if wrong == "unavailable" else item["quantity"] - 1
        return {
            "code": "PRODUCT_UNAVAILABLE" if wrong == "unavailable" else "STOCK_UNAVAILABLE",
            "message": "The product is not available" if wrong == "unavailable" else "Not enough stock",
            "productTitle": item["name"],
            "variantId": variant_id(item["variantRef"]),
            "variantRef": item["variantRef"],
            "requestedQuantity": item["quantity"],
            "availableQuantity": available,
            "shortage": item["quantity"] - available,
        }

    def _cancel(self, order: dict[str, Any]) -> Reply:
        seen = self._seen(order)
        if seen["status"] != "paid" or any(part["status"] != "paid" for part in seen["fulfillments"]):
            return self.error(400, "Only a paid order that is not in production can be cancelled")
        order["cancelled"] = True
        order["statusChangedAt"] = text(self.clock.now())
        return Reply(204)

    def _list(self, request: Request) -> Reply:
        words = request.one("search").casefold()
        ids = [*request.query.get("ids", []), *request.query.get("ids[]", [])]
        start, end = request.one("start"), request.one("end")
        try:
            first = dt.datetime.fromisoformat(start) if start else None
            last = dt.datetime.fromisoformat(end) if end else None
        except ValueError:
            return self.error(400, "start and end are ISO 8601")
        found = []
        for order in reversed(self._orders.values()):
            created = dt.datetime.fromisoformat(order["createdAt"])
            searched = (
                order["ref"],
                order["shippingAddress"].get("contactName", ""),
                order["contactInformation"]["email"],
            )
            if words and not any(words in each.casefold() for each in searched):
                continue
            if (first and created < first) or (last and created > last) or (ids and order["id"] not in ids):
                continue
            found.append(self._seen(order))
        return self._page(request, "orders", found, {"meta": {"filters": {}}})

    def _seen(self, order: Mapping[str, Any]) -> dict[str, Any]:
        return seen(order, self.clock.now(), self._pace)

    def _create_product(self, wanted: Any) -> Reply:
        if not isinstance(wanted, dict):
            return self.error(400, "The body is not a JSON object")
        made = self._catalogue.create(wanted, len(self._catalogue.products))
        return self.error(400, made) if isinstance(made, str) else Reply(201, made)

    def _page(
        self, request: Request, name: str, entries: Sequence[Any], more: Mapping[str, Any] | None = None
    ) -> Reply:
        page, size = request.one("pageToken") or "1", request.one("pageSize") or "100"
        if not (page.isdecimal() and size.isdecimal() and 1 <= int(size) <= 250 and 1 <= int(page) < 10**6):
            return self.error(400, "pageToken and pageSize are whole numbers, pageSize at most 250")
        first = (int(page) - 1) * int(size)
        following = int(page) + 1 if first + int(size) < len(entries) else None
        return Reply(
            200, {name: entries[first : first + int(size)], **(more or {}), "nextPageToken": following}
        )


def _refusal(code: str, message: str, errors: Sequence[Any] = ()) -> Reply:
    return Reply(400, {"code": code, "message": message, **({"errors": list(errors)} if errors else {})})
