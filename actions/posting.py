"""`post to "https://..."`: an order's JSON to a web address, as Order Desk posts it, so that its receivers can stay.

Called by the worker, which tries again: five times in two hours. A form field `order` holds the JSON; where there is a key,
a header holds the text's HMAC. Only 200 and 201 count. A repeat has the same delivery id in its header.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

from actions.http import Answer, Client, HttpClient, Limits, Request, url_problem
from actions.secret import Secret
from events.atomic import replacing
from events.export import export_order
from events.failure import Failure, FailureKind
from events.jsontext import dumps
from events.order import Order
from events.outcome import Done, Failed, Outcome, RetryAfter, Unknown

LIMITS = Limits(connect=10, read=30, total=30)
TAKEN = (200, 201)

Open = Callable[[str], Client]


@lru_cache(maxsize=16)
def _client(base_url: str) -> Client:
    """Kept, because making one takes longer than posting."""
    return HttpClient(base_url, LIMITS)


@dataclass(frozen=True)
class HttpPoster:
    """store_id and key: blank or None where the shop has set none."""

    store_id: str = ""
    key: Secret | None = None
    open: Open = _client

    def post(self, key: str, url: str, order: Order) -> Outcome:
        base, path, host = parts_of(url)
        if (problem := url_problem(base)) is not None:
            return Failed((Failure(FailureKind.GENERAL, f"the order was not posted: {problem}"),))
        answer = self.open(base).send(self.request(key, path, dumps(export_order(order))))
        if not isinstance(answer, Answer):
            failure = Failure(FailureKind.UNAVAILABLE, f"the order was not posted: {answer.message}")
            return Unknown(failure) if answer.sent else RetryAfter(failure)
        if answer.status in TAKEN:
            return Done()
        why = f"{host} answered with status {answer.status}, and only 200 and 201 say that it has the order"
        if 300 <= answer.status < 400:
            why = f"{host} answers at another address (status {answer.status}); name that one in the rule"
        return RetryAfter(Failure(FailureKind.UNAVAILABLE, why, (), str(answer.status)))

    def request(self, key: str, path: str, text: str) -> Request:
        headers: dict[str, str | Secret] = {
            "content-type": "application/x-www-form-urlencoded",
            "X-ORDER-DESK-APPOINTMENT-ID": _delivery(key),
        }
        if self.store_id:
            headers["X-ORDER-DESK-STORE-ID"] = self.store_id
        if self.key:
            headers["X-ORDER-DESK-HASH"] = signature(self.key, text)
        secrets = (self.key,) if self.key else ()
        return Request(
            "POST", path, headers=headers, body=urlencode({"order": text}).encode(), secrets=secrets
        )


def signature(key: Secret, text: str) -> str:
    """What a receiver works out for itself, with its own key: HMAC-SHA256 of the field's text, in hex."""
    return hmac.new(key.reveal().encode(), text.encode(), hashlib.sha256).hexdigest()


def parts_of(url: str) -> tuple[str, str, str]:
    """The server, the path with its `?` and what follows, and the host for people."""
    parts = urlsplit(url)
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    return urlunsplit((parts.scheme, parts.netloc, "", "", "")), path, parts.hostname or url


@dataclass(frozen=True)
class FolderPoster:
    """The sandbox's: what would be posted, in a file for each post. Nothing leaves this machine."""

    folder: Path

    def post(self, key: str, url: str, order: Order) -> Outcome:
        path = self.folder / f"{_delivery(key)}.json"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(path) as aside:
                aside.write_text(dumps({"url": url, "order": export_order(order)}, indent=2) + "\n", "utf-8")
        except OSError as error:
            why = f"the folder {self.folder} cannot be written: {(error.strerror or str(error)).lower()}"
            return RetryAfter(Failure(FailureKind.UNAVAILABLE, why))
        return Done(message=f"put into {path}")


def _delivery(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
