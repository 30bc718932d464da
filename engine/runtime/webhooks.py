"""What is posted to us, and what we answer: each connection has an address of its own, `/hooks/NAME`.

Called by `engine.runtime.listening` from several threads. The order of things is the promise: verified over the raw body,
stored, then answered. Where the store fails the answer is 503, so that whoever posted tries again. Who may post is
`actions.declarative.webhook`'s, what a cart's order does `engine.runtime.carts`'.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from actions.classify import shown
from actions.declarative.scope import connection_scope
from actions.declarative.spec import Acknowledge, Webhook
from actions.declarative.webhook import Notice, Unwelcome, read_webhook
from actions.secret import Secret
from dsl.schema import ConnectionSpec
from engine.runtime.carts import Cart, Unreadable
from engine.runtime.listening import Answer, Posted
from engine.runtime.runtime import Runtime
from engine.runtime.tracking import Told
from engine.runtime.worker import confession
from events.event import Event
from events.jsontext import loads
from events.store import Commit, Conflict, Known, StoreError

PATH = "/hooks/"
LATER = Answer(503, "it could not be stored; send it again", {"Retry-After": "30"})


@dataclass(frozen=True)
class Hook:
    """One connection that may post. cart: None where it is a printer."""

    connection: ConnectionSpec
    webhook: Webhook
    secrets: Mapping[str, Secret] = field(repr=False)
    cart: Cart | None = None


@dataclass
class Webhooks:
    """hooks, missing: by connection; the latter say why they cannot be listened to. tell: printers' news, for the tracker."""

    runtime: Runtime
    hooks: Mapping[str, Hook]
    missing: Mapping[str, str]
    tell: Callable[[Told], None]
    refused: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __call__(self, posted: Posted) -> Answer:
        """Never raises: our own bug is an answer, 500, after which it is sent again."""
        name = unquote(posted.path.removeprefix(PATH)) if posted.path.startswith(PATH) else ""
        hook = self.hooks.get(name)
        if hook is None:
            return LATER if name in self.missing else Answer(404, "there is nothing here")
        if posted.method != "POST":
            return Answer(405, "this address takes POST", {"Allow": "POST"})
        try:
            return self.received(hook, posted)
        except StoreError as error:
            self.runtime.say(f"{hook.connection.label} posted something that could not be stored: {error}")
            return LATER
        except Conflict as busy:
            self.runtime.say(f"{hook.connection.label} posted something that has to wait: {busy}")
            return LATER
        except Exception as mistake:  # noqa: BLE001 - the outermost loop: one message must not end the service
            self.runtime.say(confession(mistake))
            return Answer(500, "this could not be taken in")

    def received(self, hook: Hook, posted: Posted) -> Answer:
        if hook.cart is not None and hook.cart.spec.is_ping(posted.body):
            return Answer(200, "")
        query = dict(parse_qsl(posted.query, keep_blank_values=True, errors="replace", max_num_fields=50))
        now = self.runtime.clock.now()
        read = read_webhook(
            hook.webhook, hook.connection, hook.secrets, posted.headers, posted.body, now, query
        )
        if isinstance(read, Unwelcome):
            return self.unwelcome(hook, read)
        try:
            self.heard(hook, read, posted)
        except Unreadable as wrong:
            self.runtime.say(f"{hook.connection.label} posted an order that was NOT taken in: {wrong.why}")
            return Answer(422, "this order cannot be read")
        return acknowledged(hook.webhook.acknowledge)

    def heard(self, hook: Hook, notice: Notice, posted: Posted) -> None:
        """Durable when this is over."""
        if hook.cart is not None:
            scope = {
                "connection": connection_scope(hook.connection, {}),
                "headers": posted.headers,
                "body": loads(posted.body),
            }
            if hook.cart.spec.is_test(scope):
                return self.runtime.say(f"a test message of {hook.connection.label} came in, and was good")
            said = hook.cart.take(self.runtime, notice.key, scope, notice.event, posted.body)
            return self.runtime.say(f"{hook.connection.label}: {said}") if said else None
        if notice.verified:
            try:
                self.runtime.store.commit(
                    Commit(notice.key, Event("printer.told", "told", "", self.runtime.now()))
                )
            except Known:
                return None
        self.tell(Told(hook.connection.name, notice.order_id, notice.reference, notice.verified))
        return None

    def unwelcome(self, hook: Hook, read: Unwelcome) -> Answer:
        """Counted; told at the first, the tenth, the hundredth time, so that nobody can fill a log."""
        label = hook.connection.label
        if read.genuine:
            self.runtime.say(f"{label} posted something that cannot be used: {shown(read.reason)}")
            return Answer(422, "this cannot be read")
        with self.lock:
            self.refused[hook.connection.name] += 1
            count = self.refused[hook.connection.name]
        if str(count).strip("0") == "1":
            many = "" if count == 1 else f" ({count:,} times so far)"
            self.runtime.say(f"refused what was posted in {label}'s name: {read.reason}{many}")
        return Answer(401, read.reason)


def acknowledged(wanted: Acknowledge) -> Answer:
    return Answer(wanted.status, wanted.body)
