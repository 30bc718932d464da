"""A small HTTP server for webhooks: it reads one request of bounded size in bounded time, and gives it to whoever answers.

Called by `ordinance run --listen`. One thread reads all connections at once, so that those who dawdle keep nobody waiting; few
threads answer what was read whole. Without TLS: what stands before it in the open (a reverse proxy) has that. What a request
means is `engine.runtime.webhooks`'.
"""

from __future__ import annotations

import asyncio
import http.client
import io
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

LARGEST_HEAD = 32 * 1024
LARGEST_BODY = 5 * 1024 * 1024
SECONDS = 10.0
"""For a whole request, from the first byte to the last; and again for the answer."""

CONNECTIONS = 200
THREADS = 4


@dataclass(frozen=True)
class Posted:
    """A whole request. headers: names in lower case. body: as it came, byte for byte."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Answer:
    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def written(self) -> bytes:
        known = HTTPStatus(self.status).phrase if self.status in list(HTTPStatus) else ""
        body = self.body.encode()
        lines = [
            f"HTTP/1.1 {self.status} {known}",
            "Content-Type: text/plain; charset=utf-8",
            f"Content-Length: {len(body)}",
            "Connection: close",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body


Receive = Callable[[Posted], Answer]


class Refused(Exception):
    """The request is not answered by anybody but the server itself."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.answer = Answer(status, why)


class Listener:
    """From `with` to its end. receive: called from several threads; does not raise. Raises OSError where the address cannot
    be listened at."""

    def __init__(self, host: str, port: int, receive: Receive, seconds: float = SECONDS) -> None:
        self._receive, self._seconds = receive, seconds
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="hooks")
        self._open: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        try:
            self._server = self._loop.run_until_complete(
                asyncio.start_server(self._connected, host, port, limit=LARGEST_HEAD, backlog=128)
            )
        except BaseException:
            self._loop.close()
            self._pool.shutdown()
            raise
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, name="hooks", daemon=True)

    def __enter__(self) -> Listener:
        self._thread.start()
        return self

    def __exit__(self, *about: object) -> None:
        """What is being answered is answered to the end; what is only half read is let go."""
        asyncio.run_coroutine_threadsafe(self._ended(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._pool.shutdown()
        self._loop.close()

    async def _ended(self) -> None:
        self._server.close()
        if self._open:
            await asyncio.wait(self._open, timeout=self._seconds)
        for each in self._open:
            each.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a server's callback is a task"
        self._open.add(task)
        try:
            answer = await self._answered(reader, writer, full=len(self._open) > CONNECTIONS)
            if answer is not None:
                async with asyncio.timeout(self._seconds):
                    writer.write(answer.written())
                    await writer.drain()
                    if writer.can_write_eof():
                        writer.write_eof()
        except (OSError, TimeoutError, asyncio.CancelledError):
            writer.transport.abort()  # the other side is gone, or does not take its answer
        finally:
            self._open.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answered(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, full: bool
    ) -> Answer | None:
        """None where nobody is there to be answered."""
        if full:
            return Answer(503, "too many at once", {"Retry-After": "30"})
        try:
            async with asyncio.timeout(self._seconds):
                posted = await _request(reader, writer)
        except Refused as refused:
            return refused.answer
        except TimeoutError:
            return Answer(408, "the request took too long")
        except asyncio.IncompleteReadError:
            return None
        return await self._loop.run_in_executor(self._pool, self._receive, posted)


async def _request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Posted:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        raise Refused(431, "the headers are too long") from None
    method, path, query, headers = _head(head)
    if "transfer-encoding" in headers:
        raise Refused(411, "a body comes with its length")
    length = headers.get("content-length", "0").strip()
    if not (length.isascii() and length.isdecimal()):
        raise Refused(400, "the length is no number")
    if len(length) > 12 or int(length) > LARGEST_BODY:
        raise Refused(413, "the body is too long")
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = await reader.readexactly(int(length))
    return Posted(method, path, query, headers, body)


def _head(head: bytes) -> tuple[str, str, str, dict[str, str]]:
    line, _, rest = head.partition(b"\r\n")
    words = line.decode("latin-1").split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise Refused(400, "this is no request that can be read")
    try:
        parts = urlsplit(words[1])
        message = http.client.parse_headers(io.BytesIO(rest))
    except (ValueError, http.client.HTTPException):
        raise Refused(400, "this is no request that can be read") from None
    headers: dict[str, str] = {}
    for name, value in message.items():
        if name.lower() in headers and name.lower() == "content-length":
            raise Refused(400, "there are two lengths")
        headers.setdefault(name.lower(), value)
    return words[0], parts.path, parts.query, headers
