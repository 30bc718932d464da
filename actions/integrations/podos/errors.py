"""What a call to podOS came to, where it did not succeed: outcomes, in the merchant's words.

First podOS's own codes, then the words of its message, then the default of `actions.classify`. Messages name the setting to
look at; none holds a key.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from actions.classify import default_kind, shown, wait_of
from actions.http import Answer, NoAnswer
from actions.integrations.podos.shapes import Complaint, complaint
from actions.secret import Secret
from events.failure import Failure, FailureKind
from events.jsontext import Unreadable, loads
from events.outcome import Failed, Outcome, RetryAfter, Unknown

CODES = {
    "VARIANT_NOT_FOUND": FailureKind.INVALID_SKU,
    "MISSING_SKU": FailureKind.INVALID_SKU,
    "PRODUCT_UNAVAILABLE": FailureKind.OUT_OF_STOCK,
    "STOCK_UNAVAILABLE": FailureKind.OUT_OF_STOCK,
    "SHIPPING_METHOD_UNAVAILABLE": FailureKind.INVALID_SHIPPING_METHOD,
    "SHIPPING_COUNTRY_REQUIRED": FailureKind.INVALID_ADDRESS,
    "SHIPPING_COUNTRY_INVALID": FailureKind.INVALID_ADDRESS,
    "CUSTOMS_EORI_INVALID": FailureKind.INVALID_ADDRESS,
    "PAYMENT_FAILED": FailureKind.PAYMENT_REQUIRED,
    "ACTION_REQUIRED": FailureKind.PAYMENT_REQUIRED,
    "TRANSIENT_SYSTEM_ERROR": FailureKind.UNAVAILABLE,
}

PATTERNS = (
    (FailureKind.INVALID_SHIPPING_METHOD, r"shipping ?method"),
    (
        FailureKind.INVALID_ADDRESS,
        r"address|country|\bstate (is|must|code)|post(al)? ?code|\beori\b|\bcity\b",
    ),
    (FailureKind.INVALID_ADDRESS, r"contact ?information|e-?mail|phone"),
    (FailureKind.INVALID_ARTWORK, r"artwork|\bimage|applications?\b"),
    (FailureKind.INVALID_SKU, r"variant|\bsku\b|product"),
)
"""In this order, on the message of a 400 without a code, its addresses left out: a link may hold any word."""


@dataclass(frozen=True)
class Call:
    """doing: the words of a message. binding: it may make or change an order even where its answer is lost.
    collection: 404 means a wrong project or path."""

    doing: str
    binding: bool = False
    collection: bool = False


CREATE = Call("creating the order", binding=True, collection=True)
CONFIRM = Call("confirming the order", binding=True)
READ = Call("reading the order")
SEARCH = Call("looking for the order", collection=True)
CANCEL = Call("canceling the order", binding=True)
CATALOGUE = Call("reading the catalog", collection=True)
MAKE_PRODUCT = Call("making the catalog product", collection=True)


@dataclass(frozen=True)
class Words:
    """Who is spoken to: the connection's name and label, its project and the one that its key is for, if it says so."""

    name: str
    label: str
    project: str
    key_is_for: str = ""

    def unanswered(self, call: Call, why: NoAnswer) -> Outcome:
        message = f"{call.doing} at {self.label}: {why.message}"
        if why.sent and call.binding:
            return Unknown(Failure(FailureKind.UNKNOWN_OUTCOME, message))
        return RetryAfter(Failure(FailureKind.UNAVAILABLE, message))

    def unreadable(self, call: Call) -> Outcome:
        """Success, it says, but not of what was asked: a page of a gateway, half an answer, another order."""
        message = f"{call.doing} at {self.label}: the answer cannot be read"
        if call.binding:
            return Unknown(Failure(FailureKind.UNKNOWN_OUTCOME, message))
        return RetryAfter(Failure(FailureKind.UNAVAILABLE, message))

    def refused(self, call: Call, answer: Answer, now: dt.datetime) -> Outcome:
        said = complaint(answer)
        kind = default_kind(answer.status, collection=call.collection)
        if kind is FailureKind.REJECTED:
            kind = kind_of(said)
        wait = wait_of(answer.headers, now)
        failure = Failure(
            kind, self._message(call, kind, answer.status, said), (), said.code or str(answer.status)
        )
        if kind is FailureKind.AUTH_FAILED:
            return RetryAfter(failure, pause=True)
        if kind is FailureKind.RATE_LIMITED:
            return RetryAfter(failure, wait, pause=wait is not None)
        if kind is FailureKind.UNAVAILABLE:
            # A gateway may have given up on what podOS went on with.
            if call.binding and answer.status >= 500:
                return Unknown(failure)
            return RetryAfter(failure, wait)
        return Failed((failure,))

    def said(self, call: Call, words: Complaint) -> Failure:
        """What podOS refused for a reason of its own."""
        kind = kind_of(words)
        return Failure(kind, self._message(call, kind, 400, words), (), words.code)

    def _message(self, call: Call, kind: FailureKind, status: int, words: Complaint) -> str:
        told = shown(words.message)
        place = f"connection `{self.name}` in ordinance.yaml"
        if status == 401:
            return f"{self.label} did not accept the API token: check `token` of {place}{self._hint()}"
        if status == 403:
            why = f" ({told})" if told else ""
            return f"{self.label} does not allow this API token to do this{why}: check what it may do in {self.label}"
        if kind is FailureKind.AUTH_FAILED and 300 <= status < 400:
            return f"{self.label} answers at another address: check `base_url` of {place}"
        if kind is FailureKind.AUTH_FAILED:
            known = f"{self.label} knows no project `{self.project}`, or not this path ({call.doing})"
            return f"{known}: check `project`, and `base_url` where it is set, of {place}{self._hint()}"
        if kind is FailureKind.RATE_LIMITED:
            return f"{self.label} asks to wait: too many requests"
        if kind is FailureKind.UNAVAILABLE:
            return f"{self.label} is not available just now ({told or f'status {status}'})"
        return f"{self.label}: {told or f'status {status} at {call.doing}'}"

    def _hint(self) -> str:
        if not self.key_is_for or self.key_is_for == self.project:
            return ""
        return f"; the token is for the project `{self.key_is_for}`, and `project` is `{self.project}`"


def kind_of(words: Complaint) -> FailureKind:
    if words.code in CODES:
        return CODES[words.code]
    text = re.sub(r"https?://\S+", " ", words.message)
    # `shippingAddress.line1` is read as `shipping address line1`.
    text = re.sub(r"(?<=[a-z])(?=[A-Z])|[._]", " ", text).casefold()
    return next((kind for kind, pattern in PATTERNS if re.search(pattern, text)), FailureKind.REJECTED)


def project_of(token: Secret) -> str:
    """The project that a key says it is for: the `sub` of a JSON web token. Blank where it is none."""
    parts = token.reveal().split(".")
    if len(parts) != 3:
        return ""
    try:
        claims = loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (Unreadable, binascii.Error, ValueError):
        return ""
    subject = claims.get("sub") if isinstance(claims, Mapping) else None
    return shown(subject) if isinstance(subject, str) else ""
