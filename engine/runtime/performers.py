"""What the worker performs effects with: connections that are live, and ports for e-mail and for posting.

Whoever starts the service builds them, with the secrets; here nothing is looked up. What is sent is prepared by the same
function that a dry run calls.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from actions.preparing.prepare import prepare
from actions.preparing.prepared import Prepared, Refused
from actions.provider import Provider
from dsl.schema import ConnectionSpec
from engine.opened import Opened
from engine.runtime.limits import Rate
from events.order import Order
from events.outcome import Outcome


@dataclass(frozen=True)
class Live:
    """A connection that can be used. mode: `live`, `test` or `sandbox`. credentials: a fingerprint of those it uses.
    close: hangs up; called by whoever made it.

    What was planned under one mode or with one set of credentials is never sent under another.
    """

    provider: Provider
    mode: str = "live"
    credentials: str = ""
    rate: Rate = field(default_factory=Rate)
    close: Callable[[], None] = lambda: None


class Mailer(Protocol):
    """Never raises for what the world does. `key` is the same at every try, for a Message-ID that shows repeats."""

    def send(self, key: str, to: str, subject: str, body: str) -> Outcome: ...


class Poster(Protocol):
    """Never raises for what the world does. `key` is the same at every try, so that the receiver can tell repeats."""

    def post(self, key: str, url: str, order: Order) -> Outcome: ...


def mode_of(connection: ConnectionSpec) -> str:
    """Where a connection has modes, the one that its settings say."""
    return str(connection.settings.get("order_mode") or "live")


def fingerprint(secrets: Mapping[str, str]) -> str:
    """Tells one set of credentials and addresses from another. Too short to find a secret by trying."""
    whole = "\0".join(f"{name}\0{value}" for name, value in sorted(secrets.items()))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def prepared_of(opened: Opened, order: Order, connection_name: str) -> Prepared | Refused:
    """What would be sent of the order as it is."""
    connection = opened.schema.connection(connection_name)
    assert connection is not None, "only connections of this ruleset are prepared for"
    spec = opened.submission(connection)
    catalogue = opened.catalogues.get(connection.name)
    return prepare(order, connection, opened.ruleset.inventory, spec, catalogue)
