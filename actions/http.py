"""The one module that speaks HTTP. Adapters are given a `Client`; tests may give them another.

A client belongs to one base URL and follows no redirect, so that nothing that an answer says can lead a credential to
another host. It never raises for what the world does: there is an answer, or there is none, and then the one thing that
counts is whether the request may have arrived. What an answer means is left to the adapters.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol
from urllib.parse import quote, urlsplit

import httpx

from actions.secret import Secret, hidden
from events.jsontext import Unreadable, dumps, loads

# Below this level they print addresses, credentials and all.
for _logger in ("httpx", "httpcore"):
    logging.getLogger(_logger).setLevel(logging.WARNING)

Value = str | Secret


@dataclass(frozen=True)
class Request:
    """path: below the base URL, beginning with `/`, its parts quoted (`segment`); blank for the base URL itself.

    body: as it goes out, JSON unless a `content-type` among the headers says otherwise; may hold a secret, so no repr
    shows it. secrets: those in the body, to be hidden in the answer.
    """

    method: str
    path: str = ""
    query: Sequence[tuple[str, Value]] = ()
    headers: Mapping[str, Value] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    secrets: tuple[Secret, ...] = ()


@dataclass(frozen=True)
class Answer:
    """headers: names in lower case. body: no repr shows it, people's addresses are in it."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    @cached_property
    def json(self) -> object:
        """Plain data, numbers exact; None where the body is no JSON."""
        try:
            return loads(self.body)
        except Unreadable:
            return None


@dataclass(frozen=True)
class NoAnswer:
    """sent: the request may have arrived and been done; where it is False, it surely was not. message: lower case, names
    the host, never what was sent."""

    sent: bool
    message: str


class Client(Protocol):
    def send(self, request: Request) -> Answer | NoAnswer: ...


@dataclass(frozen=True)
class Limits:
    """Seconds, and bytes. `total`: from the first byte sent to the last one read, however slowly they trickle."""

    connect: float = 10
    read: float = 30
    total: float = 90
    largest: int = 20 * 1024 * 1024


def json_body(value: object) -> bytes:
    return dumps(value).encode()


def segment(text: str) -> str:
    """One part of a path, whatever is in it: an id with a slash in it names no other resource."""
    quoted = quote(text, safe="")
    return quoted.replace(".", "%2E") if not quoted.strip(".") else quoted


def url_problem(url: str) -> str | None:
    """Why this cannot be a base URL, or None. A key travels by https, except to this very machine."""
    if "@" in url:
        return "the address holds a user name or password; they belong in settings of their own"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or any(c.isspace() for c in url):
        return f"`{url}` is not an address such as https://api.example.com/v1"
    if parts.query or parts.fragment:
        return f"`{url}` has a `?` or `#` in it; write it up to there"
    if parts.scheme == "http" and not _this_machine(host):
        return f"`{url}` is not encrypted; write https://"
    return None


def _this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class HttpClient:
    """Safe for several threads. A base URL that cannot be used gives no answer, and says why, at every request."""

    def __init__(self, base_url: str, limits: Limits | None = None) -> None:
        self.base_url = base_url.strip().rstrip("/")
        self._limits = limits or Limits()
        self._problem = url_problem(self.base_url)
        self._host = "" if self._problem else str(urlsplit(self.base_url).hostname)
        self._client = httpx.Client(
            follow_redirects=False,
            timeout=httpx.Timeout(self._limits.read, connect=self._limits.connect),
            # A proxy of the environment is not asked for what is on this machine.
            trust_env=not _this_machine(self._host),
            headers={"user-agent": "ordinance", "accept": "application/json"},
        )

    def close(self) -> None:
        self._client.close()

    def send(self, request: Request) -> Answer | NoAnswer:
        if self._problem:
            return NoAnswer(False, self._problem)
        built = self._build(request)
        if isinstance(built, NoAnswer):
            return built
        deadline = time.monotonic() + self._limits.total
        try:
            response = self._client.send(built, stream=True)
        except httpx.HTTPError as error:
            return self._unanswered(error)
        except UnicodeError:  # a host name that no name server could be asked for
            return NoAnswer(False, f"{self._host} could not be reached: it is no host name")
        try:
            body = b"".join(self._chunks(response, deadline))
        except httpx.HTTPError as error:
            return self._unanswered(error)
        except _TooMuch as too_much:
            return NoAnswer(True, str(too_much))
        finally:
            response.close()
        secrets = tuple(_secrets(request))
        headers = {name.lower(): _hidden(value, secrets) for name, value in response.headers.items()}
        return Answer(response.status_code, headers, hidden(body, secrets))

    def _build(self, request: Request) -> httpx.Request | NoAnswer:
        """Whatever is in a secret: none of its characters gets into a message."""
        if request.path and not request.path.startswith("/"):
            return NoAnswer(False, f"`{request.path}` is no path: it begins with `/`")
        headers = {name: _plain(value).strip() for name, value in request.headers.items()}
        if any(not text.isascii() or not text.isprintable() for text in headers.values()):
            unfit = [name for name, text in headers.items() if not text.isascii() or not text.isprintable()]
            return NoAnswer(False, f"what is to be sent as `{unfit[0]}` has characters that cannot be sent")
        if request.body is not None:
            headers = {"content-type": "application/json", **{k.lower(): v for k, v in headers.items()}}
        try:
            return self._client.build_request(
                request.method,
                self.base_url + request.path,
                params=[(name, _plain(value)) for name, value in request.query] or None,
                headers=headers,
                content=request.body,
            )
        except (httpx.InvalidURL, ValueError, TypeError):
            return NoAnswer(False, f"the request for {self._host} could not be written")

    def _chunks(self, response: httpx.Response, deadline: float) -> Iterator[bytes]:
        size = 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > self._limits.largest:
                raise _TooMuch(f"the answer of {self._host} is larger than {self._limits.largest} bytes")
            if time.monotonic() > deadline:
                raise _TooMuch(f"{self._host} did not finish its answer within {self._limits.total:g} s")
            yield chunk

    def _unanswered(self, error: httpx.HTTPError) -> NoAnswer:
        """In our own words: httpx puts headers into some of its messages."""
        if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)):
            return NoAnswer(False, f"{self._host} could not be reached: {_why(error)}")
        if isinstance(error, (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.ProxyError)):
            return NoAnswer(False, f"the request could not be sent to {self._host}")
        if isinstance(error, httpx.TimeoutException):
            return NoAnswer(True, f"{self._host} did not answer within {self._limits.read:g} s")
        return NoAnswer(True, f"{self._host} broke off before its answer was complete")


class _TooMuch(Exception):
    pass


def _why(error: BaseException) -> str:
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return "its certificate is not trusted"
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return "no encrypted connection"
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "there is no host of that name, or no network"
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "nothing listens there"
    return "it took too long" if isinstance(error, httpx.TimeoutException) else "no connection"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _plain(value: Value) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def _secrets(request: Request) -> Iterator[Secret]:
    yield from request.secrets
    yield from (value for value in request.headers.values() if isinstance(value, Secret))
    yield from (value for _, value in request.query if isinstance(value, Secret))


def _hidden(text: str, secrets: Sequence[Secret]) -> str:
    return hidden(text.encode("utf-8", "surrogateescape"), secrets).decode("utf-8", "surrogateescape")
