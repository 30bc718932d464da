"""The one HTTP client, against real sockets: whether a request may have arrived is what everything else rests on."""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.http import Answer, HttpClient, Limits, NoAnswer, Request, json_body, segment, url_problem
from actions.secret import MASK, Secret

CANARY = "canary-88d1aa02"
GET = Request("GET", "/x")

Conversation = Callable[[socket.socket, bytes], None]


def heard(connection: socket.socket) -> bytes:
    """A request: its head, and a body of the length that it says."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ),
        0,
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def server(answer: Conversation) -> Iterator[tuple[str, list[bytes]]]:
    """A base URL, and the requests as they came in."""
    requests: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    requests.append(heard(connection))
                    try:
                        answer(connection, requests[-1])
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1", requests
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


def says(raw: bytes) -> Conversation:
    return lambda connection, _: connection.sendall(raw)


def ok(body: bytes, *headers: bytes) -> Conversation:
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), b"Connection: close", *headers]
    return says(b"\r\n".join(lines) + b"\r\n\r\n" + body)


def ask(url: str, request: Request = GET, limits: Limits | None = None) -> Answer | NoAnswer:
    client = HttpClient(url, limits or Limits(connect=0.5, read=0.3, total=1))
    with closing(client):
        return client.send(request)


def answered(answer: Answer | NoAnswer) -> Answer:
    assert isinstance(answer, Answer), answer
    return answer


def unanswered(answer: Answer | NoAnswer) -> NoAnswer:
    assert isinstance(answer, NoAnswer), answer
    return answer


def test_what_is_asked_arrives_and_what_is_answered_comes_back() -> None:
    request = Request(
        "POST", "/orders/" + segment("a/b c"), [("project", "p-1"), ("search", "a&b")],
        {"authorization": Secret(CANARY)}, json_body({"name": "Zoë"}),
    )  # fmt: skip
    with server(ok(b'{"price": 1.10}', b"X-Thing: Yes")) as (url, requests):
        answer = answered(ask(url, request))
    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/orders/a%2Fb%20c?project=p-1&search=a%26b HTTP/1.1\r\n")
    assert f"authorization: {CANARY}".encode() in head.lower()
    assert b"content-type: application/json" in head.lower()
    assert body == '{"name": "Zoë"}'.encode()
    assert (answer.status, answer.headers["x-thing"]) == (200, "Yes")
    assert str(answer.json) == "{'price': Decimal('1.10')}"


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": 1', b"\xff\xfe", b"[" * 5000, b"1" * 5000, b"null"])
def test_a_body_that_is_no_json_is_none(body: bytes) -> None:
    assert Answer(200, {}, body).json is None


@given(st.binary(max_size=200))
def test_no_body_raises(body: bytes) -> None:
    Answer(200, {}, body).json  # noqa: B018


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        return int(gone.getsockname()[1])


def test_where_nothing_listens_nothing_was_sent() -> None:
    found = unanswered(ask(f"http://127.0.0.1:{closed_port()}"))
    assert (found.sent, found.message) == (False, "127.0.0.1 could not be reached: nothing listens there")


def test_what_speaks_no_tls_gets_nothing_sent() -> None:
    with server(says(b"no TLS here")) as (url, _):
        found = unanswered(ask(url.replace("http:", "https:")))
    assert not found.sent
    assert "could not be reached" in found.message


def test_a_name_that_no_name_server_takes_is_not_sent() -> None:
    found = unanswered(ask("https://a..b.example"))
    assert not found.sent


def test_silence_may_have_been_heard() -> None:
    done = threading.Event()

    def silent(connection: socket.socket, _: bytes) -> None:
        done.wait(1)

    with server(silent) as (url, requests):
        found = unanswered(ask(url))
        done.set()
    assert (found.sent, found.message) == (True, "127.0.0.1 did not answer within 0.3 s")
    assert len(requests) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain",
    ],
)
def test_whatever_breaks_off_after_the_request_may_have_been_done(raw: bytes) -> None:
    with server(says(raw)) as (url, requests):
        found = unanswered(ask(url))
    assert found.sent
    assert len(requests) == 1, "nothing is sent again by itself"


def test_an_answer_that_trickles_is_given_up() -> None:
    go_on = threading.Event()

    def trickle(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not go_on.wait(0.02):
            connection.sendall(b".")

    with server(trickle) as (url, _):
        found = unanswered(ask(url, limits=Limits(read=5, total=0.2)))
        go_on.set()
    assert (found.sent, found.message) == (True, "127.0.0.1 did not finish its answer within 0.2 s")


def test_an_answer_without_end_is_given_up_packed_or_not() -> None:
    for body, headers in ((b"x" * 5000, ()), (gzip.compress(b"x" * 5000), (b"Content-Encoding: gzip",))):
        with server(ok(body, *headers)) as (url, _):
            found = unanswered(ask(url, limits=Limits(largest=1000)))
        assert (found.sent, found.message) == (True, "the answer of 127.0.0.1 is larger than 1000 bytes")


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with server(ok(b"{}")) as (elsewhere, strangers):
        raw = b"HTTP/1.1 307 Go\r\nLocation: %s/x\r\nContent-Length: 0\r\n\r\n" % elsewhere.encode()
        with server(says(raw)) as (url, requests):
            answer = answered(ask(url, Request("POST", "/x", headers={"authorization": Secret(CANARY)})))
    assert (answer.status, len(requests), strangers) == (307, 1, [])


def test_a_secret_that_is_answered_is_hidden() -> None:
    request = Request("GET", "/x", [("key", Secret(CANARY))], {"authorization": Secret(CANARY + "-2")})
    body = f'{{"message": "unknown key {CANARY} or {CANARY}-2"}}'.encode()
    with server(ok(body, b"X-Key: " + CANARY.encode())) as (url, _):
        answer = answered(ask(url, request))
    assert CANARY.encode() not in answer.body
    assert answer.headers["x-key"] == MASK


@pytest.mark.parametrize(
    "key", [f"{CANARY}\r\nx: y", f"{CANARY}\0", f"{CANARY}é", f"{CANARY}\N{GRINNING FACE}"]
)
def test_a_secret_that_no_header_can_hold_is_not_sent_and_not_shown(
    key: str, caplog: pytest.LogCaptureFixture
) -> None:
    with server(ok(b"{}")) as (url, requests), caplog.at_level(logging.DEBUG):
        found = unanswered(ask(url, Request("GET", "/x", headers={"authorization": Secret(key)})))
    assert (found.sent, requests) == (False, [])
    assert CANARY not in repr(found) + caplog.text


def test_nothing_that_is_sent_is_logged_or_shown(caplog: pytest.LogCaptureFixture) -> None:
    request = Request(
        "POST", "/x", [("key", Secret(CANARY))], {"authorization": Secret(CANARY)}, CANARY.encode(), (Secret(CANARY),)
    )  # fmt: skip
    with server(ok(CANARY.encode())) as (url, requests), caplog.at_level(logging.DEBUG):
        answer = ask(url, request)
    assert requests[0].count(CANARY.encode()) == 3
    assert CANARY not in repr(request) + repr(answer) + caplog.text


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("https://api.podos.io/v1", True),
        ("http://127.0.0.1:8080/v1", True),
        ("http://localhost", True),
        ("http://[::1]:80", True),
        ("http://api.podos.io/v1", False),
        ("http://127.0.0.1.example.com", False),
        ("https://me:pass@api.podos.io", False),
        ("https://api.podos.io/v1?key=1", False),
        ("https://api.podos.io:port", False),
        ("https://", False),
        ("api.podos.io", False),
        ("file:///etc/passwd", False),
        ("https://[::1", False),
        ("https://me:pass@[::1", False),
        ("", False),
    ],
)
def test_a_key_travels_encrypted_or_not_at_all(url: str, right: bool) -> None:
    assert (url_problem(url) is None) is right
    if not right:
        found = unanswered(ask(url, Request("GET", "/x", headers={"authorization": Secret(CANARY)})))
        assert not found.sent
        assert ":pass" not in found.message


def test_a_path_with_two_slashes_is_no_host() -> None:
    with server(ok(b"{}")) as (url, requests):
        answered(ask(url, Request("GET", "//evil.example/x")))
    assert requests[0].startswith(b"GET /v1//evil.example/x ")


@pytest.mark.parametrize("path", ["@evil.example", "evil", ".evil.example/"])
def test_a_path_begins_with_a_slash_or_nothing_is_sent(path: str) -> None:
    with server(ok(b"{}")) as (url, requests):
        found = unanswered(ask(url, Request("GET", path)))
    assert (found.sent, requests) == (False, [])


@pytest.mark.parametrize(
    ("text", "quoted"), [("..", "%2E%2E"), (".", "%2E"), ("a.b", "a.b"), ("../x", "..%2Fx")]
)
def test_an_id_is_one_part_of_a_path(text: str, quoted: str) -> None:
    assert segment(text) == quoted


def test_there_is_a_trusted_certificate_store() -> None:
    """Encrypted connections are checked: httpx is given no other context than its own."""
    client = HttpClient("https://api.podos.io/v1")
    with closing(client):
        pool = client._client._transport._pool  # type: ignore[attr-defined]  # no public way to see it
        assert pool._ssl_context.verify_mode is ssl.CERT_REQUIRED
