"""The whole service with all its threads, as a process: `python -m tests.reliability.running PLACE URL BEGAN`.

Time goes faster for it, from the moment that all who take part were told. It says `ready` when it runs, and goes on until it
is killed. The cart sends it every order, whoever else has it already.
"""

from __future__ import annotations

import datetime as dt
import sys
import threading
import time
from pathlib import Path

from actions.http import HttpClient
from engine.runtime.limits import Rate
from engine.runtime.runtime import Runtime
from engine.runtime.service import Service
from events.clock import SystemClock
from events.store import StoreError
from events.stores.sqlite import SqliteStore
from tests.reliability.life import DATABASE, MAILS, Mails
from tests.reliability.shop import FLOWS, START, Given, live, opened, take

SPEED = 120
"""A lease is over after 5 seconds, and podOS ships after half a second."""

COPIES = 5
"""Of each reference flow so many orders."""


def time_since(began: float) -> dt.datetime:
    """The same in every process of this machine."""
    return START + dt.timedelta(seconds=(time.monotonic() - began) * SPEED)


class FastClock(SystemClock):
    def __init__(self, began: float) -> None:
        super().__init__()
        self._began = began

    def now(self) -> dt.datetime:
        return time_since(self._began)

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds / SPEED)


def copied(order_id: str, copy: int) -> str:
    """`1003-1` is 1003's part, so that the copy's number goes before the dash."""
    first, dash, part = order_id.partition("-")
    return f"{first}{copy}{dash}{part}"


def given() -> list[Given]:
    return [
        Given(copied(each.order_id, copy), each.skus, each.variants)
        for copy in range(COPIES)
        for flow in FLOWS.values()
        for each in flow.given
    ]


def send_all(runtime: Runtime) -> None:
    for each in given():
        while True:
            try:
                take(runtime, each)
            except StoreError:
                continue
            break


def main(place: Path, url: str, began: float) -> None:
    clock = FastClock(began)
    store = SqliteStore(place / DATABASE)
    ruleset = opened()
    connection = live(ruleset, HttpClient(url), store, clock, Rate(1000, 1000))
    runtime = Runtime(ruleset, store, clock, {"podos": connection}, lambda line: print(line, file=sys.stderr))
    threading.Thread(target=send_all, args=(runtime,), daemon=True).start()
    print("ready", flush=True)
    Service(runtime, clock, Mails(place / MAILS)).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
