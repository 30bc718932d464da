"""What a provider posts to us: whether it is the provider, which order it is about, and whether it was told before.

A pure function of what came in and the connection's secrets. A notice says only which order to ask about: its state is
read from the provider again, so that nothing is believed that somebody merely posted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.declarative.calling import key_of, signed
from actions.declarative.scope import connection_scope
from actions.declarative.spec import SharedSecret, Signature, Webhook
from actions.declarative.template import Scope, Template
from actions.secret import Secret
from dsl.schema import ConnectionSpec
from dsl.values import read_number
from events.jsontext import Unreadable, loads


@dataclass(frozen=True)
class Notice:
    """key: the same whenever the same thing is told again. verified: it was signed, or came with the secret."""

    key: str
    order_id: str = ""
    reference: str = ""
    event: str = ""
    verified: bool = False


@dataclass(frozen=True)
class Unwelcome:
    """Not to be acted on. reason: for the log, without anything that was posted. genuine: it came from the provider, and
    makes no sense."""

    reason: str
    genuine: bool = False


def read_webhook(
    webhook: Webhook,
    connection: ConnectionSpec,
    secrets: Mapping[str, Secret],
    headers: Mapping[str, str],
    body: bytes,
    now: dt.datetime,
    query: Mapping[str, str] | None = None,
) -> Notice | Unwelcome:
    """body: as it came, byte for byte. headers, query: names in any case."""
    lowered = {name.lower(): value for name, value in headers.items()}
    asked = {name.lower(): value for name, value in (query or {}).items()}
    scope: Scope = {"connection": connection_scope(connection, secrets), "headers": lowered}
    problem = ""
    if webhook.signature is not None:
        problem = _unsigned(webhook.signature, scope, lowered, body, now)
    elif webhook.secret is not None:
        problem = _without_secret(webhook.secret, scope, lowered, asked)
    if problem:
        return Unwelcome(problem)
    try:
        posted: Any = loads(body)
    except Unreadable as wrong:
        return Unwelcome(wrong.sentence, genuine=True)
    told = {**scope, "body": posted}
    order_id, reference, event = (
        _words(t, told) for t in (webhook.order_id, webhook.reference, webhook.event)
    )
    if not order_id and not reference:
        return Unwelcome("what was posted names no order", genuine=True)
    delivery = _words(webhook.delivery, told)
    key = delivery or hashlib.sha256(body).hexdigest()
    verified = webhook.signature is not None or webhook.secret is not None
    return Notice(f"webhook|{connection.name}|{key}", order_id, reference, event, verified)


def _unsigned(
    signature: Signature, scope: Scope, headers: Mapping[str, str], body: bytes, now: dt.datetime
) -> str:
    """Why the signature is not good; blank where it is."""
    secret = signature.key.value(scope)
    text = secret.reveal() if isinstance(secret, Secret) else ""
    key = key_of(signature, text) if text else None
    if not key:
        return "the secret that messages are signed with is not set, or not written as it should be"
    given = headers.get(signature.header.lower(), "").strip()
    if not given:
        return f"there is no header {signature.header}"
    stamp = headers.get(signature.timestamp_header.lower(), "").strip() if signature.timestamp_header else ""
    expected = signed(signature, key, body, stamp)
    if signature.encoding == "hex":
        given, expected = given.lower(), expected.lower()
    # In constant time, so that nobody can find a signature out letter by letter.
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode()):
        return "the signature is not good"
    if signature.timestamp_header:
        said = read_number(stamp)
        if said is None or abs(now.timestamp() - float(said)) > signature.tolerance:
            return "the message is too old, or its clock is wrong"
    return ""


def _without_secret(
    shared: SharedSecret, scope: Scope, headers: Mapping[str, str], query: Mapping[str, str]
) -> str:
    secret = shared.value.value(scope)
    expected = secret.reveal() if isinstance(secret, Secret) else ""
    if not expected:
        return "the secret that messages come with is not set"
    given = headers.get(shared.header.lower(), "") if shared.header else query.get(shared.query.lower(), "")
    good = hmac.compare_digest(
        given.encode("utf-8", "surrogateescape"), expected.encode("utf-8", "surrogateescape")
    )
    return "" if good else "the secret is not the right one"


def _words(template: Template | None, scope: Scope) -> str:
    return template.words(scope) if template is not None else ""
