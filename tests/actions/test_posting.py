"""`post to` as Order Desk's receivers know it (order-desk facts, 7.8), with a receiver that checks as theirs do."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from actions.http import Answer, NoAnswer, Request
from actions.posting import LIMITS, HttpPoster, signature
from actions.secret import Secret
from events.export import export_order
from events.jsontext import loads
from events.order import Order
from events.outcome import Done, Failed, Outcome, RetryAfter, Unknown

CANARY = "hunter2-canary"
ORDER = Order.model_validate(
    {"id": "1001", "source_name": "Shopify", "order_total": "10.50", "shipping": {"city": "Sarıyer"}}
)


@dataclass
class Receiver:
    status: int = 200
    url: str = ""
    paths: list[str] = field(default_factory=list)
    posts: list[tuple[dict[str, str], str]] = field(default_factory=list)


@contextmanager
def receiver(box: Receiver) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            box.paths.append(self.path)
            box.posts.append(({k.lower(): v for k, v in self.headers.items()}, parse_qs(body)["order"][0]))
            self.send_response(box.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    box.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_order_is_a_form_field_signed_in_a_header() -> None:
    with receiver(Receiver(status=201)) as box:
        poster = HttpPoster("4711", Secret(CANARY))
        assert poster.post("post|1001|d1|0", f"{box.url}/hooks/?shop=1", ORDER) == Done()
    assert box.paths == ["/hooks/?shop=1"]
    ((headers, text),) = box.posts
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert headers["x-order-desk-store-id"] == "4711"
    assert hmac.compare_digest(
        headers["x-order-desk-hash"], hmac.new(CANARY.encode(), text.encode(), hashlib.sha256).hexdigest()
    )
    assert loads(text) == export_order(ORDER)
    assert '"order_total": 10.50' in text
    assert "Sarıyer" in text


def test_a_signature_of_rfc_4231() -> None:
    """Test case 2."""
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert signature(Secret("Jefe"), "what do ya want for nothing?") == expected


def test_without_settings_nothing_is_signed_and_a_repeat_is_still_known() -> None:
    with receiver(Receiver()) as box:
        for key in ("one", "one", "other"):
            HttpPoster().post(key, box.url, ORDER)
    assert not any("hash" in name or "store-id" in name for headers, _ in box.posts for name in headers)
    ids = [headers["x-order-desk-appointment-id"] for headers, _ in box.posts]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("status", [202, 204, 301, 400, 404, 429, 500])
def test_only_200_and_201_count(status: int) -> None:
    with receiver(Receiver(status=status)) as box:
        outcome = HttpPoster(key=Secret(CANARY)).post("k", box.url, ORDER)
    assert isinstance(outcome, RetryAfter)
    assert str(status) in outcome.failure.message
    assert not outcome.pause
    assert CANARY not in f"{outcome}"


@dataclass
class Silent:
    """A network that swallows everything."""

    sent: bool

    def send(self, request: Request) -> Answer | NoAnswer:
        return NoAnswer(self.sent, "hooks.example.com did not answer within 30 s")


@pytest.mark.parametrize(("arrived", "kind"), [(True, Unknown), (False, RetryAfter)])
def test_no_answer(arrived: bool, kind: type[Outcome]) -> None:
    poster = HttpPoster(open=lambda base: Silent(arrived))
    outcome = poster.post("k", "https://hooks.example.com/x", ORDER)
    assert isinstance(outcome, kind)
    assert "did not answer" in f"{outcome}"


@pytest.mark.parametrize(
    "url", ["http://hooks.example.com/x", "https://ann:secret@hooks.example.com/", "ftp://x.example"]
)
def test_an_address_that_must_not_be_posted_to_is_final(url: str) -> None:
    """A customer's address does not travel unencrypted."""
    outcome = HttpPoster(open=lambda base: Silent(False)).post("k", url, ORDER)
    assert isinstance(outcome, Failed)
    assert "was not posted" in outcome.failures[0].message


def test_thirty_seconds() -> None:
    assert (LIMITS.read, LIMITS.total) == (30, 30)


def test_the_key_is_in_no_repr() -> None:
    poster = HttpPoster("4711", Secret(CANARY))
    assert CANARY not in f"{poster!r}{poster.request('k', '/', '{}')!r}"
