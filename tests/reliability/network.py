"""The network between the real podOS adapter and the sandbox, without sockets: what may become of a request, by lot.

Both ends are what they are elsewhere; only between them things get lost, late, cut off, or answered by a gateway. Used by
the simulator; once `calm`, everything arrives.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from urllib.parse import parse_qs, unquote, urlencode

from actions.http import Answer, NoAnswer
from actions.http import Request as Sent
from actions.sandbox.podos.site import Podos
from actions.sandbox.server import PAGE, Reply, Request
from actions.secret import Secret
from events.clock import FakeClock

FATES = (
    "refused",
    "reset",
    "late",
    "429",
    "503",
    "page",
    "slow",
    "answer lost",
    "500 after",
    "half",
    "page after",
)
"""`refused` to `page`: it is not done (`late`: not yet). From `slow` on, it is."""

LATEST = 20
"""Seconds that a request may still be on its way when nobody waits for its answer any more; the worker asks after 30."""


@dataclass
class Network:
    """trouble: how likely each request is to meet some. happened: how often each fate came, for whoever wonders."""

    site: Podos
    clock: FakeClock
    chance: Random
    trouble: float = 0.25
    happened: Counter[str] = field(default_factory=Counter)
    under_way: list[tuple[dt.datetime, Sent]] = field(default_factory=list)

    def calm(self) -> None:
        self.trouble = 0
        self.arrive(everything=True)

    def arrive(self, everything: bool = False) -> None:
        """What is late and due by now."""
        now = self.clock.now()
        due = [each for each in self.under_way if everything or each[0] <= now]
        self.under_way = [each for each in self.under_way if each not in due]
        for _, sent in due:
            self.done(sent)

    def send(self, sent: Sent) -> Answer | NoAnswer:
        fate = self.chance.choice(FATES) if self.chance.random() < self.trouble else "fine"
        self.happened[fate] += 1
        match fate:
            case "refused":
                return NoAnswer(False, "127.0.0.1 could not be reached: nothing listens there")
            case "reset":
                return NoAnswer(True, "127.0.0.1 broke off before its answer was complete")
            case "late":
                due = self.clock.now() + dt.timedelta(seconds=self.chance.uniform(0, LATEST))
                self.under_way.append((due, sent))
                return NoAnswer(True, "127.0.0.1 did not answer within 30 s")
            case "429" | "503":
                again = {"retry-after": "7"} if fate == "429" else {}
                return Answer(int(fate), again, b'{"message": "later, please"}')
            case "page":
                return Answer(200, {}, PAGE.encode())
        if fate == "slow":
            self.clock.advance(dt.timedelta(seconds=self.chance.uniform(1, 30)))
        reply = self.done(sent)
        match fate:
            case "answer lost":
                return NoAnswer(True, "127.0.0.1 did not answer within 30 s")
            case "500 after":
                return Answer(500, {}, b'{"message": "the gateway lost patience"}')
            case "half":
                return Answer(reply.status, {}, reply.written()[: len(reply.written()) // 2])
            case "page after":
                return Answer(200, {}, PAGE.encode())
        return Answer(reply.status, {}, reply.written())

    def done(self, sent: Sent) -> Reply:
        """As the sandbox's server hands it to the site, with the faults that an order names."""
        query = urlencode([(name, plain(value)) for name, value in sent.query])
        headers = {name.lower(): plain(value) for name, value in sent.headers.items()}
        path = tuple(unquote(part) for part in sent.path.strip("/").split("/"))
        request = Request(sent.method, path, parse_qs(query), headers, sent.body or b"")
        about, texts = self.site.about(request)
        return self.site.handle(request, self.site.faults.due(self.site.call(request), texts, "", about))


@dataclass
class Line:
    """One process's way to it. pause: told before a request leaves and before its answer is read."""

    network: Network
    pause: Callable[[str], None]

    def send(self, request: Sent) -> Answer | NoAnswer:
        self.pause("before http.send")
        answer = self.network.send(request)
        self.pause("after http.send")
        return answer


def plain(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value
