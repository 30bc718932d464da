"""What a shop system posts about its orders, as data: `webhook.yaml` beside its catalogue.

Read by `engine.hooks`, followed by `engine.runtime.carts`. How a signature is checked is `actions.declarative.webhook`'s, how
an order is read the importers'.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from ruamel.yaml import YAML

from actions.declarative.spec import Part, Pattern, Webhook, Words
from actions.declarative.template import Scope, Text

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class Unborn(Part):
    value: Text
    is_one_of: Words


class CartSpec(Part):
    """topics: those that are about orders; others are answered and passed over. bringing: those at which an order comes in
    however old it is. tried: says that it is only a test. ping: a body that only tries the address; it is not signed.
    unborn: when the body is of an order that is none yet, or none any more."""

    webhook: Webhook
    topics: Words
    bringing: Words
    tried: Text | None = None
    ping: Pattern = ""
    unborn: Unborn | None = None

    def is_ping(self, body: bytes) -> bool:
        return bool(self.ping) and re.fullmatch(self.ping.encode(), body.strip()) is not None

    def is_test(self, scope: Scope) -> bool:
        return self.tried is not None and self.tried.words(scope).lower() == "true"

    def is_unborn(self, scope: Scope) -> bool:
        return self.unborn is not None and self.unborn.value.words(scope) in self.unborn.is_one_of


@lru_cache
def cart_spec(integration: str) -> CartSpec | None:
    """None where nothing is known of what it posts."""
    if not _NAME.fullmatch(integration):
        return None
    file = files("actions.integrations").joinpath(integration, "webhook.yaml")
    if not file.is_file():
        return None
    return CartSpec.model_validate(YAML(typ="safe").load(file.read_text(encoding="utf-8")))
