"""What a provider posts: a good signature, a wrong one, a replay, and what is not signed at all."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from typing import Any

import pytest

from actions.declarative.spec import Webhook
from actions.declarative.webhook import Notice, Unwelcome, read_webhook
from actions.secret import Secret
from tests.actions.declarative.world import connection, spec

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
KEY = "webhook-canary-55"
BODY = json.dumps({"id": 77, "status": "shipped", "delivery": "d-1"}).encode()


def webhook(**parts: Any) -> Webhook:
    return Webhook.model_validate({"order_id": "{body.id}", "event": "{body.status}", **parts})


def posted(
    of: Webhook, headers: dict[str, str], body: bytes = BODY, key: str = KEY, **query: str
) -> Notice | Unwelcome:
    return read_webhook(of, connection("pov"), {"hook": Secret(key)}, headers, body, NOW, query)


def mac(content: bytes = BODY, key: bytes = KEY.encode(), algorithm: str = "sha256") -> bytes:
    return hmac.new(key, content, algorithm).digest()


SIGNED = {"header": "X-Sign", "key": "{connection.hook}"}


@pytest.mark.parametrize(
    ("signature", "given", "key"),
    [
        (SIGNED, mac().hex(), KEY),
        (SIGNED, mac().hex().upper(), KEY),
        ({**SIGNED, "encoding": "base64"}, base64.b64encode(mac()).decode(), KEY),
        ({**SIGNED, "prefix": "sha256="}, "sha256=" + mac().hex(), KEY),
        ({**SIGNED, "algorithm": "sha512"}, mac(algorithm="sha512").hex(), KEY),
        ({**SIGNED, "key_encoding": "hex"}, mac(key=b"\x01\x02").hex(), "0102"),
        ({**SIGNED, "key_encoding": "base64"}, mac(key=b"\x01\x02").hex(), "AQI="),
    ],
)
def test_a_good_signature_is_believed(signature: dict[str, Any], given: str, key: str) -> None:
    found = posted(webhook(signature=signature), {"x-sign": given}, key=key)
    assert isinstance(found, Notice)
    assert (found.order_id, found.event, found.verified) == ("77", "shipped", True)


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "there is no header X-Sign"),
        ({"X-Sign": ""}, "there is no header X-Sign"),
        ({"X-Sign": "00"}, "the signature is not good"),
        ({"X-Sign": mac(key=b"other").hex()}, "the signature is not good"),
        ({"X-Sign": mac(BODY + b" ").hex()}, "the signature is not good"),
        ({"X-Sign": "ü"}, "the signature is not good"),
    ],
)
def test_a_wrong_signature_is_refused(headers: dict[str, str], said: str) -> None:
    assert posted(webhook(signature=SIGNED), headers) == Unwelcome(said)


@pytest.mark.parametrize("key", ["", "   "])
def test_without_a_key_nothing_is_believed(key: str) -> None:
    """An HMAC under an empty key is one that everybody can make."""
    found = posted(webhook(signature=SIGNED), {"X-Sign": mac(key=key.encode()).hex()}, key=key)
    assert isinstance(found, Unwelcome)


@pytest.mark.parametrize(("age", "good"), [(0, True), (299, True), (-299, True), (301, False), (-301, False)])
def test_an_old_message_is_not_believed_again(age: int, good: bool) -> None:
    signature = {**SIGNED, "signed": "timestamp.body", "timestamp_header": "X-Time"}
    stamp = str(int(NOW.timestamp()) - age)
    headers = {"X-Time": stamp, "X-Sign": mac(stamp.encode() + b"." + BODY).hex()}
    assert isinstance(posted(webhook(signature=signature), headers), Notice) is good


def test_a_time_that_was_not_signed_is_not_believed() -> None:
    signature = {**SIGNED, "signed": "timestamp.body", "timestamp_header": "X-Time"}
    old = str(int(NOW.timestamp()) - 9999)
    headers = {"X-Time": str(int(NOW.timestamp())), "X-Sign": mac(old.encode() + b"." + BODY).hex()}
    assert posted(webhook(signature=signature), headers) == Unwelcome("the signature is not good")


def test_a_shared_secret_in_a_header_or_in_the_address() -> None:
    in_header = webhook(secret={"header": "X-Secret", "value": "{connection.hook}"})
    assert isinstance(posted(in_header, {"x-secret": KEY}), Notice)
    assert isinstance(posted(in_header, {"x-secret": KEY + "x"}), Unwelcome)
    assert isinstance(posted(in_header, {}, key=""), Unwelcome)
    in_query = webhook(secret={"query": "secret", "value": "{connection.hook}"})
    assert isinstance(posted(in_query, {}, secret=KEY), Notice)
    assert isinstance(posted(in_query, {}, secret="no"), Unwelcome)


def test_what_nothing_proves_is_a_hint() -> None:
    found = posted(webhook(), {})
    assert isinstance(found, Notice)
    assert found.verified is False


def test_a_repeat_has_the_same_key() -> None:
    told = webhook(delivery="{body.delivery}")
    first, again = posted(told, {}), posted(told, {}, BODY.replace(b"shipped", b"SHIPPED"))
    other = posted(told, {}, BODY.replace(b"d-1", b"d-2"))
    assert isinstance(first, Notice)
    assert isinstance(again, Notice)
    assert isinstance(other, Notice)
    assert first.key == again.key != other.key
    by_content = posted(webhook(), {})
    assert isinstance(by_content, Notice)
    assert by_content.key == f"webhook|pov|{hashlib.sha256(BODY).hexdigest()}"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"id": ""}', b"\xff", b'{"id": {"a": 1}}'])
def test_whatever_is_posted_is_a_notice_or_a_reason(body: bytes) -> None:
    assert isinstance(posted(webhook(), {}, body), Unwelcome)


def test_spods_profile_is_the_published_one() -> None:
    """X-SPRD-SIGNATURE is base64 HMAC-SHA256 of the body; it wants 202 and `[accepted]`."""
    profile = spec("spod").webhook
    assert profile is not None
    body = json.dumps({"eventType": "Order.processed", "data": {"order": {"id": 12}}}).encode()
    good = base64.b64encode(mac(body)).decode()
    found = read_webhook(
        profile, connection("spod"), {"webhook_secret": Secret(KEY)}, {"X-SPRD-SIGNATURE": good}, body, NOW
    )
    assert isinstance(found, Notice)
    assert (found.order_id, found.event, found.verified) == ("12", "Order.processed", True)
    assert (profile.acknowledge.status, profile.acknowledge.body) == (202, "[accepted]")
