"""The little server on a real socket: what is posted arrives byte for byte, and hostile requests end, each by itself."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from engine.runtime import listening
from engine.runtime.listening import LARGEST_BODY, Answer, Listener, Posted
from tests.engine.runtime.webhook_world import Shopfront, cart_world, shopify, shopify_order

SECONDS = 0.6


class Seen(list[Posted]):
    def __call__(self, posted: Posted) -> Answer:
        self.append(posted)
        return Answer(200, "taken")


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def listener(seen: Seen) -> Iterator[Listener]:
    with Listener("127.0.0.1", 0, seen, SECONDS) as running:
        yield running


def dialled(listener: Listener) -> socket.socket:
    return socket.create_connection(("127.0.0.1", listener.port), timeout=10)


def said(listener: Listener, raw: bytes, *, end: bool = False) -> bytes:
    """What is answered to these bytes; blank where the line is only hung up."""
    with dialled(listener) as line:
        line.sendall(raw)
        if end:
            line.shutdown(socket.SHUT_WR)
        found = b""
        try:
            while piece := line.recv(65536):
                found += piece
        except ConnectionResetError:
            pass
        return found


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


def posted(body: bytes, *headers: str) -> bytes:
    lines = ["POST /hooks/x?a=1 HTTP/1.1", "Host: x", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def test_a_body_arrives_byte_for_byte(listener: Listener, seen: Seen) -> None:
    body = bytes(range(256)) * 5
    answer = said(listener, posted(body, "X-Sign: a", "x-sign: b"))
    assert (status(answer), answer.endswith(b"taken")) == (200, True)
    (one,) = seen
    assert (one.method, one.path, one.query, one.body) == ("POST", "/hooks/x", "a=1", body)
    assert one.headers["x-sign"] == "a"


def test_an_ordinary_client_is_served(listener: Listener, seen: Seen) -> None:
    client = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=10)
    client.request("POST", "/hooks/x", b"z" * 100_000, {"Expect": "100-continue"})
    assert client.getresponse().status == 200
    client.close()
    assert len(seen[0].body) == 100_000


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b"\r\n\r\n", 400),
        (b"rubbish\r\n\r\n", 400),
        (b"POST / FTP/1.1\r\n\r\n", 400),
        (b"POST http://[ HTTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 1_0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: ٣\r\n\r\n".encode(), 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", 411),
        (f"POST / HTTP/1.1\r\nContent-Length: {LARGEST_BODY + 1}\r\n\r\n".encode(), 413),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\n" + b"X: y\r\n" * 150 + b"\r\n", 400),
        (b"POST / HTTP/1.1\r\nX: " + b"y" * 40_000 + b"\r\n\r\n", 431),
        (b"POST /" + b"y" * 40_000, 431),
    ],
)
def test_a_request_that_is_wrong_is_answered_and_reaches_nobody(
    listener: Listener, seen: Seen, raw: bytes, wanted: int
) -> None:
    assert status(said(listener, raw)) == wanted
    assert seen == []
    assert status(said(listener, posted(b"fine"))) == 200


@pytest.mark.parametrize("raw", [b"", b"POST / HT", posted(b"whole")[:-2]])
def test_one_who_hangs_up_half_way_reaches_nobody(listener: Listener, seen: Seen, raw: bytes) -> None:
    assert said(listener, raw, end=True) == b""
    assert seen == []


def test_those_who_dawdle_are_let_go_and_keep_nobody_waiting(listener: Listener, seen: Seen) -> None:
    """More of them than there are threads; one byte now and then, so that no pause is long."""
    slow = [dialled(listener) for _ in range(40)]
    begun = time.monotonic()
    for line in slow:
        line.sendall(b"POST / HTTP/1.1\r\nX: ")
    assert status(said(listener, posted(b"in a hurry"))) == 200
    assert time.monotonic() - begun < SECONDS * 5
    stop = threading.Event()

    def dribble() -> None:
        while not stop.wait(0.05):
            for line in slow:
                try:
                    line.sendall(b"y")
                except OSError:
                    return

    thread = threading.Thread(target=dribble)
    thread.start()
    try:
        answers = [line.recv(100) for line in slow]
    finally:
        stop.set()
        thread.join()
        for line in slow:
            line.close()
    assert {status(answer) for answer in answers} == {408}
    assert [each.body for each in seen] == [b"in a hurry"]


def test_too_many_at_once_are_sent_away(monkeypatch: pytest.MonkeyPatch, seen: Seen) -> None:
    monkeypatch.setattr(listening, "CONNECTIONS", 3)
    with Listener("127.0.0.1", 0, seen, 5) as running:
        held = [dialled(running) for _ in range(3)]
        for line in held:
            line.sendall(b"POST")
        time.sleep(0.1)
        assert status(said(running, posted(b""))) == 503
        for line in held:
            line.close()
        deadline = time.monotonic() + 10
        while status(said(running, posted(b""))) != 200:
            assert time.monotonic() < deadline


def test_an_address_that_is_taken_is_an_os_error(listener: Listener, seen: Seen) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - the number differs between systems
        Listener("127.0.0.1", listener.port, seen)


def test_what_is_being_answered_is_answered_to_the_end(seen: Seen) -> None:
    asked, go = threading.Event(), threading.Event()

    def slowly(request: Posted) -> Answer:
        asked.set()
        go.wait(10)
        return seen(request)

    found: list[bytes] = []
    with Listener("127.0.0.1", 0, slowly, 5) as running:
        client = threading.Thread(target=lambda: found.append(said(running, posted(b"stored"))))
        client.start()
        asked.wait(10)
        threading.Timer(0.1, go.set).start()
    client.join()
    assert [status(each) for each in found] == [200]


def test_a_whole_post_of_shopify_over_the_wire() -> None:
    """Together with what takes it in: 200 only after it is stored, 401 for a forged one, over and over."""
    world = cart_world()
    front = Shopfront(world)
    with Listener("127.0.0.1", 0, front.webhooks, 5) as running:
        good = shopify(shopify_order())
        for body, wanted in [(good.body, 200), (good.body, 200), (good.body + b" ", 401), (b"", 401)]:
            client = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
            client.request("POST", good.path, body, dict(good.headers))
            assert client.getresponse().status == wanted
            client.close()
    assert [each.order.source_id for each in world.store.orders()] == ["1001"]
