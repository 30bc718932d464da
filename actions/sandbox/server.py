"""A local HTTP server around one site: routing to it, its faults, its state, its clock. Only on this very machine.

`ordinance sandbox` and the tests start it. Beside the site's own paths there are `GET /sandbox/state`,
`POST /sandbox/tick {"seconds": 60}`, `POST /sandbox/faults {"fault": "500.confirm.2"}` and `POST /sandbox/reset`.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import simplejson

from actions.sandbox.clock import Clock
from actions.sandbox.faults import STATUSES, Faults, UnknownFault

LARGEST_BODY = 10 * 1024 * 1024
PAGE = "<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>"


@dataclass(frozen=True)
class Request:
    """path: its parts, unquoted, after the site's root. headers: names in lower case."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """None where it is no JSON."""
        try:
            return simplejson.loads(self.body.decode(), use_decimal=True)
        except (ValueError, DecimalException, RecursionError):
            return None

    def one(self, name: str) -> str:
        return self.query.get(name, [""])[0]


@dataclass(frozen=True)
class Reply:
    """body: JSON data; text as it is; None for nothing."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def written(self) -> bytes:
        if self.body is None:
            return b""
        if isinstance(self.body, str):
            return self.body.encode()
        return simplejson.dumps(self.body, use_decimal=True).encode()


class Site(Protocol):
    """A provider's behaviour, without HTTP. One request at a time; the server sees to it."""

    name: str
    root: str
    clock: Clock
    faults: Faults

    def call(self, request: Request) -> str:
        """The name of the call, as faults name it; blank for a path that there is not."""

    def about(self, request: Request) -> tuple[str, Iterable[str]]:
        """The order that a request is about, by the shop's own reference, and its texts that may name a fault."""

    def handle(self, request: Request, wrong: str) -> Reply:
        """wrong: the site's own fault that is due now, or blank."""

    def error(self, status: int, message: str) -> Reply:
        """As the provider words an error."""

    def another(self, reply: Reply) -> Reply:
        """The same answer about another order."""

    def state(self) -> Mapping[str, Any]:
        """`accepted` is how many orders were taken, by the shop's own reference."""

    def reset(self) -> None: ...


class Server:
    """Runs from `with` to its end, or from `start` to `close`. `url` ends with the site's root."""

    def __init__(self, site: Site, port: int = 0) -> None:
        self.site = site
        self.requests: list[tuple[str, str, str]] = []
        """Method, path and what became of it: a status, or a fault's name."""
        self.closing = threading.Event()
        self.lock = threading.RLock()
        self._http = _Http(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._http.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.site.root}"

    def start(self) -> Server:
        self._thread.start()
        return self

    def close(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.hang_up()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def fail(self, fault: str) -> None:
        """Scripts a fault: `500.confirm.2`. Raises UnknownFault."""
        with self.lock:
            self.site.faults.script(fault)

    def tick(self, seconds: float) -> None:
        with self.lock:
            self.site.clock.tick(seconds)

    def state(self) -> Mapping[str, Any]:
        with self.lock:
            return self.site.state()

    def reset(self) -> None:
        with self.lock:
            self.site.reset()
            self.site.faults.clear()
            self.requests.clear()

    def answer(self, request: Request) -> tuple[Reply, str]:
        """What is answered, and the fault of the connection that goes with it."""
        with self.lock:
            call = self.site.call(request)
            if not call:
                return self.site.error(404, "there is no such path"), ""
            about, texts = self.site.about(request)
            try:
                kind = self.site.faults.due(call, texts, request.headers.get("x-sandbox-fault", ""), about)
            except UnknownFault as unknown:
                return self.site.error(400, str(unknown)), ""
            if kind in STATUSES:
                reply = self.site.error(STATUSES[kind], f"sandbox: {kind} was asked for")
                return (Reply(reply.status, reply.body, {"Retry-After": "7"}) if kind == "429" else reply), ""
            if kind in ("reset", "timeout"):
                return Reply(0), kind
            if kind == "html":
                return Reply(200, PAGE), ""
            if kind == "error-200":
                return Reply(200, self.site.error(400, "sandbox: an error was asked for").body), ""
            reply = self.site.handle(request, kind if kind in self.site.faults.own else "")
            if kind == "other-id":
                return self.site.another(reply), ""
            if kind == "html-after":
                return Reply(200, PAGE), ""
            return reply, kind.removesuffix("-after") if kind.endswith("-after") or kind == "half" else ""

    def control(self, request: Request) -> Reply:
        """The sandbox's own paths."""
        wanted = request.json()
        values = wanted if isinstance(wanted, dict) else {}
        match request.method, request.path:
            case "GET", ("state",):
                with self.lock:
                    return Reply(200, {**self.state(), "requests": [list(each) for each in self.requests]})
            case "POST", ("tick",):
                seconds = values.get("seconds")
                if not isinstance(seconds, (int, Decimal)) or not 0 <= seconds <= 10**9:
                    return Reply(400, {"message": 'say how far: {"seconds": 60}'})
                self.tick(float(seconds))
                return Reply(200, {"now": self.site.clock.now().isoformat()})
            case "POST", ("faults",):
                try:
                    self.fail(str(values.get("fault", "")))
                except UnknownFault as unknown:
                    return Reply(400, {"message": str(unknown)})
                return Reply(200, {})
            case "POST", ("reset",):
                self.reset()
                return Reply(200, {})
        return Reply(
            404, {"message": "there are /sandbox/state, /sandbox/tick, /sandbox/faults, /sandbox/reset"}
        )


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], server: Server) -> None:
        super().__init__(address, _Handler)
        self.sandbox = server
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Ends the threads that wait for a next request."""
        for each in list(self._open):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the other side was first

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is gone is no news; what goes wrong in a site is answered with 500, and seen there."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body go out apart: otherwise each answer waits 40 ms
    server: _Http

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Silent: what was asked is in /sandbox/state."""

    def _serve(self) -> None:
        sandbox = self.server.sandbox
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > LARGEST_BODY or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            return self._send(Reply(413, {"message": "a body of at most 10 MB, with its length"}))
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True
            return None
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qs(parts.query, keep_blank_values=True)
        root = next((r for r in (sandbox.site.root, "/sandbox") if parts.path.startswith(r + "/")), None)
        if root is None:
            return self._send(sandbox.site.error(404, f"there is nothing at {parts.path}"))
        path = tuple(unquote(part) for part in parts.path.removeprefix(root + "/").split("/"))
        request = Request(self.command, path, query, headers, body)
        if root == "/sandbox":
            return self._send(sandbox.control(request))
        try:
            reply, fault = sandbox.answer(request)
        except Exception as mistake:  # noqa: BLE001 - ours: the client sees it, and a test that looks at the body
            reply, fault = Reply(500, {"message": f"the sandbox itself failed: {mistake!r}"}), ""
        sandbox.requests.append((self.command, parts.path, fault or str(reply.status)))
        if fault == "reset":
            return self._reset()
        if fault == "timeout":
            sandbox.closing.wait(120)
            return self._reset()
        return self._send(reply, half=fault == "half")

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _send(self, reply: Reply, *, half: bool = False) -> None:
        written = reply.written()
        kind = "text/html" if isinstance(reply.body, str) else "application/json"
        self.send_response(reply.status)
        for name, value in {"Content-Type": kind, **reply.headers}.items():
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        if half:
            self.close_connection = True
        self.wfile.write(written[: len(written) // 2] if half else written)
