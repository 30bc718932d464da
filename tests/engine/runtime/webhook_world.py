"""A shop that Shopify and WooCommerce post to, and the posts as they come: signed over the bytes that are sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from engine.hooks import Hooks, hooks_of
from engine.runtime.listening import Posted
from engine.runtime.runtime import Runtime
from engine.runtime.tracking import Told
from engine.runtime.webhooks import Webhooks
from tests.engine.runtime.world import CONFIG, World, opened

SECRET = "webhook-canary-9a8b7c"
ENVIRONMENT = {
    "SHOPIFY_WEBHOOK_SECRET": SECRET,
    "WOO_SECRET": SECRET,
    "SPOD_TOKEN": "spod-canary",
    "SPOD_WEBHOOK_SECRET": SECRET,
    "POV_CUSTOMER_ID": "pov-canary",
}
SAMPLES = Path(__file__).parents[3] / "rulesets" / "podos" / "samples"

CARTS = CONFIG.replace(
    "  printavo:\n",
    """  printavo:
  shopify:
    webhook_secret: ${SHOPIFY_WEBHOOK_SECRET}
  shop-de:
    uses: woocommerce
    webhook_secret: ${WOO_SECRET}
  spod:
    token: ${SPOD_TOKEN}
    webhook_secret: ${SPOD_WEBHOOK_SECRET}
  pov:
    customer_id: ${POV_CUSTOMER_ID}
""",
)

RULES = """
rule "Print"
  on "Order is Imported"
  do submit to podOS

rule "New"
  on "Shopify Order Created" or "shop-de Order Created"
  do add tag "created"

rule "Paid"
  on "Shopify Order Paid" or "shop-de Order Paid"
  do add tag "paid"

rule "Changed"
  on "Shopify Order Updated" or "shop-de Order Updated"
  do add note "changed: {event.message}"

rule "Cancelled"
  on "Shopify Order Cancelled"
  do add tag "cancelled: {event.reason}"
     cancel at podOS
"""


def cart_world(config: str = CARTS) -> World:
    return World(ruleset=opened(RULES, config))


class Shopfront:
    """What is posted to a shop; a new process each time that one is made."""

    def __init__(self, world: World, runtime: Runtime | None = None, hooks: Hooks | None = None) -> None:
        self.world, self.told = world, list[Told]()
        found = hooks or hooks_of(world.ruleset, ENVIRONMENT)
        self.webhooks = Webhooks(runtime or world.runtime(), found.usable, found.missing, self.told.append)

    def post(self, posted: Posted) -> int:
        return self.webhooks(posted).status


def shopify_order(**changed: Any) -> dict[str, Any]:
    """Placed just now, as `START` in the world has it."""
    order: dict[str, Any] = json.loads((SAMPLES / "1-shopify-1001.json").read_text("utf-8"))
    return {
        **order,
        "created_at": "2026-03-02T09:00:00-05:00",
        "updated_at": "2026-03-02T09:00:00-05:00",
        **changed,
    }


def woo_order(**changed: Any) -> dict[str, Any]:
    order: dict[str, Any] = json.loads((SAMPLES / "2-woocommerce-727.json").read_text("utf-8"))
    return {
        **order, "date_created": "2026-03-02T09:00:00", "date_created_gmt": "2026-03-02T14:00:00",
        "date_modified": "2026-03-02T09:00:00", "date_modified_gmt": "2026-03-02T14:00:00", **changed,
    }  # fmt: skip


def sign(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def shopify(order: Any, topic: str = "orders/create", delivery: str = "d-1", **headers: str) -> Posted:
    body = order if isinstance(order, bytes) else json.dumps(order).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Posted(
        "POST", "/hooks/shopify", "",
        {"x-shopify-hmac-sha256": sign(body), "x-shopify-topic": topic, "x-shopify-webhook-id": delivery, **named},
        body,
    )  # fmt: skip


def woo(order: Any, topic: str = "order.created", delivery: str = "d-1") -> Posted:
    body = order if isinstance(order, bytes) else json.dumps(order).encode()
    headers = {
        "x-wc-webhook-signature": sign(body),
        "x-wc-webhook-topic": topic,
        "x-wc-webhook-delivery-id": delivery,
    }
    return Posted("POST", "/hooks/shop-de", "", headers, body)
