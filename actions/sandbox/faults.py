"""Faults on demand: what goes wrong, at which call, how often.

A fault is a word, `sandbox.KIND`, `sandbox.KIND.CALL` or `sandbox.KIND.CALL.TIMES`: as a product's id, in the customer's
name, in the header `X-Sandbox-Fault`, or sent to `/sandbox/faults`. `sandbox.timeout-after.confirm.2` lets two
confirmations be done and never answered. The server does the kinds below; a site has kinds of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

WORD = re.compile(r"\bsandbox\.([a-z0-9-]+)(?:\.([a-z-]+))?(?:\.([0-9]{1,6}))?\b", re.IGNORECASE)

STATUSES = {
    "400": 400, "401": 401, "402": 402, "403": 403, "404": 404, "409": 409, "422": 422, "429": 429,
    "500": 500, "502": 502, "503": 503,
}  # fmt: skip
"""Answered instead of being done."""

TRANSPORT: Mapping[str, str] = {
    "reset": "the connection is reset, nothing is done",
    "reset-after": "it is done, then the connection is reset",
    "timeout": "it is not done and never answered",
    "timeout-after": "it is done and never answered",
    "html": "a page of HTML is answered, nothing is done",
    "html-after": "it is done, and a page of HTML is answered",
    "half": "it is done, and half the answer is sent",
    "error-200": "status 200 with an error inside, nothing is done",
    "other-id": "it is done, and the answer is about another order",
    **{name: f"status {name}, nothing is done" for name in STATUSES},
}


class UnknownFault(ValueError):
    """The words name it, and those there are."""


@dataclass(frozen=True)
class Fault:
    """call: where it happens; blank is left to the site. times: None is always."""

    kind: str
    call: str = ""
    times: int | None = None


def read(text: str) -> Fault | None:
    """The first fault word in a text; `500.confirm.2`, without the `sandbox.`, where that is all of it."""
    found = WORD.search(text) or WORD.fullmatch(f"sandbox.{text.strip()}")
    if found is None:
        return None
    return Fault(found[1].lower(), (found[2] or "").lower(), int(found[3]) if found[3] else None)


@dataclass
class Faults:
    """The faults of one site. own: its own kinds, with the call at which each happens unless the word says another.

    usual: the call at which the server's kinds happen by themselves: the one that makes an order an order.
    """

    own: Mapping[str, str]
    usual: str
    calls: Sequence[str]
    _scripted: list[tuple[Fault, int]] = field(default_factory=list)
    _used: dict[tuple[Fault, str], int] = field(default_factory=dict)

    def script(self, text: str) -> None:
        """Once, or as often as it says, whatever order it meets. Raises UnknownFault."""
        fault = self._known(text)
        self._scripted.append((fault, fault.times or 1))

    def due(self, call: str, texts: Iterable[str], header: str, about: str) -> str:
        """The kind that is due at this call, or blank. about: the order's reference: a fault named in an order happens
        for each order anew, the server's kinds once and the site's own always. Raises UnknownFault."""
        for position, (fault, left) in enumerate(self._scripted):
            if fault.call == call:
                self._scripted[position : position + 1] = [(fault, left - 1)] if left > 1 else []
                return fault.kind
        for text in [header, *texts]:
            if not text or (text is not header and not WORD.search(text)):
                continue
            fault = self._known(text)
            times = fault.times or (None if fault.kind in self.own else 1)
            used = self._used.get((fault, about), 0)
            if fault.call == call and (times is None or used < times):
                self._used[fault, about] = used + 1
                return fault.kind
        return ""

    def pending(self) -> int:
        """How many scripted faults have met no call yet."""
        return sum(left for _, left in self._scripted)

    def clear(self) -> None:
        self._scripted.clear()
        self._used.clear()

    def _known(self, text: str) -> Fault:
        fault = read(text)
        kinds = [*self.own, *TRANSPORT]
        if fault is None or fault.kind not in kinds:
            raise UnknownFault(f"no such fault: {text!r}; there are {', '.join(kinds)}")
        call = fault.call or self.own.get(fault.kind, self.usual)
        if call not in self.calls:
            raise UnknownFault(f"no such call: {call!r}; there are {', '.join(self.calls)}")
        return Fault(fault.kind, call, fault.times)
