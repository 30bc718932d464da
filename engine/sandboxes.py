"""The printers of the sandbox, for a ruleset that has no account yet: one local server for each connection.

Called by `ordinance run --sandbox` and `ordinance sandbox`. The servers themselves are `actions.sandbox`; here is which
connection gets which, and the clock that may hurry.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import MappingProxyType

from actions.sandbox.clock import Clock
from actions.sandbox.podos import Podos
from actions.sandbox.pov import Pov
from actions.sandbox.server import Server, Site
from actions.sandbox.spod import Spod
from dsl.schema import ConnectionSpec
from engine.adapters import described, printers
from engine.mirror import Mirror
from engine.opened import Opened
from events.clock import SystemClock

Rows = list[dict[str, str]]

SITES: Mapping[str, Callable[[Clock, Rows], Site]] = MappingProxyType(
    {
        "podos": lambda clock, rows: Podos(clock=clock, rows=rows),
        "pov": lambda clock, rows: Pov(clock=clock),
        "spod": lambda clock, rows: Spod(clock=clock),
    }
)
"""By integration; each takes any key. rows: of the variant file that the connection names, sold there as well."""


class HurryingClock(SystemClock):
    """Does not wait: who sleeps finds the time gone by."""

    def __init__(self) -> None:
        super().__init__()
        self._skipped = dt.timedelta()

    def now(self) -> dt.datetime:
        return super().now() + self._skipped

    def sleep(self, seconds: float) -> None:
        self._skipped += dt.timedelta(seconds=max(seconds, 0))


def site_of(opened: Opened, connection: ConnectionSpec, clock: Clock) -> Site | None:
    """One of the shop's own printers is played from its description; None where that does not say how orders are sent."""
    make = SITES.get(connection.integration)
    if make is not None:
        return make(clock, variants(opened, connection))
    spec = described(opened, connection.integration)
    return Mirror(spec, connection.integration, clock) if spec is not None else None


def variants(opened: Opened, connection: ConnectionSpec) -> Rows:
    catalogue = opened.catalogues.get(connection.name)
    return [
        {
            **each.attributes, "gfn_product_id": each.gfn_product_id, "gfn_variant_id": each.gfn_variant_id,
            "variant_id": each.variant_id, "sku": each.sku, "title": each.title,
        }
        for each in (catalogue.variants if catalogue is not None else ())
    ]  # fmt: skip


@contextmanager
def serving(opened: Opened, now: Callable[[], dt.datetime]) -> Iterator[dict[str, Server]]:
    """The servers by connection, from here to the end of the `with`. now: the time that they go by."""
    with ExitStack() as running:
        servers: dict[str, Server] = {}
        for connection in printers(opened):
            site = site_of(opened, connection, Clock(now))
            if site is not None:
                servers[connection.name] = running.enter_context(Server(site))
        yield servers
