"""A whole run against the sandbox, in a hurry: orders come in, are submitted and ship, in seconds and without an account.

Called by `ordinance run --sandbox --once`. Everything is as in a real run but for three things: the printers are local, what
would be mailed or posted goes into a folder, and nobody waits: the clock skips to whatever is due next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from actions.sandbox.server import Server
from engine.adapters import Adapters
from engine.runtime.intake import Taken, take_in
from engine.runtime.runtime import Runtime
from engine.runtime.service import Service
from engine.runtime.tracking import EVERY, GONE
from engine.sandboxes import HurryingClock
from events.importers import Imported
from events.order import Order
from events.standing import SHIPPED, noted_under
from events.store import OutboxEntry

STEP = EVERY + dt.timedelta(seconds=1)
LONGEST = dt.timedelta(days=2)
PATIENCE = 4
"""Rounds in which nothing happens, after which nothing will."""


@dataclass(frozen=True)
class Rehearsal:
    runtime: Runtime
    adapters: Adapters
    clock: HurryingClock
    servers: dict[str, Server]

    def play(self, documents: Iterable[Imported], step: Callable[[], None] = lambda: None) -> list[Taken]:
        """What became of each document at the door; what became of the orders is in the store then."""
        taken = list(take_in(self.runtime, documents))
        found = self.adapters
        service = Service(self.runtime, self.clock, found.mailer, found.poster, idle=found.idle)
        until = self.clock.now() + LONGEST
        idle = 0
        while self.unfinished() and idle < PATIENCE and self.clock.now() < until:
            before = self.standing()
            done = service.run_once()
            step()
            idle = 0 if done or self.standing() != before else idle + 1
            self.skip()
        return taken

    def unfinished(self) -> bool:
        return bool(self.waiting()) or any(
            self.on_its_way(each.order) for each in self.runtime.store.orders()
        )

    def waiting(self) -> list[OutboxEntry]:
        """Without what waits for a printer that there is no sandbox of."""
        every = self.runtime.store.entries(states=["waiting", "working"])
        return [each for each in every if each.new.connection not in self.adapters.missing]

    def on_its_way(self, order: Order) -> bool:
        """Accepted by a printer that will say more of it."""
        return any(
            each.state == "accepted"
            and each.connection in self.servers
            and order.order_metadata.get(noted_under(each.connection)) not in (*SHIPPED, *GONE)
            for each in order.submissions
        )

    def standing(self) -> list[object]:
        return [(each.order.id, each.version) for each in self.runtime.store.orders()]

    def skip(self) -> None:
        """To what is due next, or to the next time that the printers are asked."""
        now = self.clock.now()
        dues = [each.due - now for each in self.waiting() if each.due > now]
        self.clock.sleep(min([STEP, *dues]).total_seconds())
