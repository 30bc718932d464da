"""`ordinance run --sandbox`: everything tried out on this machine, and told as a story at the end.

Called by `run`. The hurry is `engine.rehearsal`'s, the printers are `actions.sandbox`'s.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import click

from engine.adapters import SANDBOX, sandboxed
from engine.cli.deciding import wanted_orders
from engine.cli.history import told
from engine.cli.opening import decidable, ruleset_root
from engine.cli.serving import Changes, serve
from engine.cli.storing import FOLDER, aligned, private_folder, stored
from engine.cli.terminal import CannotDo, colors, counting, note
from engine.cli.working import keep_apart, say
from engine.folder import DiskFolder
from engine.opened import Opened
from engine.rehearsal import Rehearsal
from engine.report.place import visible
from engine.runtime.intake import Taken, take_in
from engine.runtime.runtime import Runtime
from engine.runtime.service import Service
from engine.sandboxes import HurryingClock, serving
from engine.show.paper import BOLD, Paper
from events.clock import SystemClock
from events.order import Order
from events.store import HistoryLine, Store
from events.stores.memory import MemoryStore

MAILBOX = "mailbox"


def play(folder: Path, place: str | None, paths: tuple[Path, ...], *, once: bool, everything: bool) -> int:
    root, ruleset = ruleset_root(folder), decidable(folder)
    orders = wanted_orders(ruleset, paths)
    mailbox = root / FOLDER / MAILBOX
    with suppress(CannotDo):  # a mailbox that cannot be written is told when something is to be mailed
        private_folder(root / FOLDER)
    clock = clock_for(once)
    with ExitStack() as ending:
        store = ending.enter_context(sandbox_store(root, place))
        keep_apart(store, SANDBOX)
        servers = ending.enter_context(serving(ruleset, clock.now))
        addresses = {name: server.url for name, server in servers.items()}
        found = sandboxed(ruleset, store, clock.now, addresses, mailbox)
        ending.callback(found.close)
        runtime = Runtime(ruleset, store, clock, found.live, say)
        for why in found.missing.values():
            note(why)
        if isinstance(clock, HurryingClock):
            rehearsal = Rehearsal(runtime, found, clock, servers)
            with counting("running") as step:
                taken = rehearsal.play(orders, step)
            return tell_played(rehearsal, taken, mailbox, everything=everything)
        tell_addresses(ruleset, addresses)
        for each in take_in(runtime, orders):
            note(visible(f"{each.order_id or each.place}: {each.what or 'came in'}"))
        changes = Changes(DiskFolder(root), ruleset.ruleset.digest)
        serve(Service(runtime, clock, found.mailer, found.poster, changes, found.idle))
    return 0


def clock_for(once: bool) -> SystemClock:
    return HurryingClock() if once else SystemClock()


@contextmanager
def sandbox_store(root: Path, place: str | None) -> Iterator[Store]:
    """In memory, where nobody asks for another."""
    if place is None:
        yield MemoryStore()
        return
    with stored(root, place, begin=True) as store:
        yield store


def tell_addresses(ruleset: Opened, addresses: dict[str, str]) -> None:
    rows = [
        (f"{spec.told if (spec := ruleset.schema.connection(name)) else name}", url, "in the sandbox")
        for name, url in addresses.items()
    ]
    for line in aligned(rows):
        click.echo(line)


def tell_played(played: Rehearsal, taken: list[Taken], mailbox: Path, *, everything: bool) -> int:
    ruleset, store = played.runtime.opened, played.runtime.store
    paper = Paper(sys.stdout, color=colors(sys.stdout))
    paper.line(0, ("Sandbox", BOLD), ": nothing left this machine, and nothing was printed")
    for each in taken:
        if each.state == "refused":
            paper.gap()
            paper.line(0, (each.place, BOLD), f"  {each.what}")
    orders = [each.order for each in store.orders()]
    for order in orders:
        paper.gap()
        lines = store.history(order.id)
        told(
            paper,
            ruleset,
            order,
            lines if everything else answers(ruleset, lines),
            whole=everything,
            ways=lines,
        )
    paper.gap()
    paper.line(0, ("In all", BOLD))
    for line in aligned(list(sums(played, orders, mailbox))):
        paper.line(2, line)
    if not everything:
        note("`--all` tells all that was done to each order")
    return 1 if store.entries(states=["review"]) or any(each.state == "refused" for each in taken) else 0


def answers(ruleset: Opened, lines: Sequence[HistoryLine]) -> list[HistoryLine]:
    """What printers said; that they were asked goes without saying."""
    labels = {each.label for each in ruleset.schema.connections.values()}
    asked = {each.label for each in ruleset.schema.events.values() if each.after in ("scheduled", "before")}
    return [line for line in lines if line.who in labels and line.what not in asked]


def sums(played: Rehearsal, orders: Sequence[Order], mailbox: Path) -> Iterator[tuple[str, str]]:
    store, schema = played.runtime.store, played.runtime.opened.schema
    born = sum(bool(order.parent_id) for order in orders)
    yield "orders", f"{len(orders):,}" + (f", {born:,} of them split off" if born else "")
    for name, server in played.servers.items():
        spec = schema.connection(name)
        accepted: dict[str, int] = server.state()["accepted"]
        twice = sum(number > 1 for number in accepted.values())
        how = f", {twice:,} OF THEM TWICE" if twice else ", each once" if accepted else ""
        yield f"taken by {spec.told if spec else name}", f"{len(accepted):,}{how}"
        parcels = sum(each.id.startswith(f"{name}-") for order in orders for each in order.shipments)
        yield "parcels from there", f"{parcels:,}"
    sent = [each for each in store.entries(states=["done"]) if each.new.effect.kind in ("email", "post")]
    if sent:
        yield "e-mails and posts", f"{len(sent):,}, in {mailbox}"
    if waiting := store.entries(states=["waiting", "working"]):
        yield "still waiting", f"{len(waiting):,}"
    if stuck := store.entries(states=["review"]):
        yield "for a person", f"{len(stuck):,}: {'; '.join(entry.message for entry in stuck)}"
