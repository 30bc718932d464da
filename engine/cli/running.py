"""`ordinance run`: the service. Workers, schedules and tracking in one process; or all of it against the sandbox."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import click

from dsl.counting import count
from engine.adapters import Adapters, adapters
from engine.cli.effects import nameless
from engine.cli.many import Many
from engine.cli.opening import folder_argument, ruleset_root
from engine.cli.serving import Changes, serve
from engine.cli.storing import store_option
from engine.cli.terminal import CannotDo, note
from engine.cli.working import Desk, working
from engine.folder import DiskFolder
from engine.opened import Opened
from engine.runtime.performers import Live
from engine.runtime.service import Service
from events.store import Store


@click.command(cls=Many)
@folder_argument
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@click.option(
    "--sandbox", is_flag=True, help="With printers on this machine that print nothing; no account is needed."
)
@click.option(
    "--orders", "paths", multiple=True, metavar="FILE|DIR...", type=click.Path(path_type=Path),
    help="With --sandbox: the orders that come in. Default: the ruleset's samples.",
)  # fmt: skip
@click.option(
    "--listen",
    "address",
    metavar="[HOST:]PORT",
    help="Take in what shops and printers post, at /hooks/CONNECTION. Without HOST only from this machine.",
)
@click.option(
    "--all", "everything", is_flag=True, help="With --sandbox --once: tell all that was done to each order."
)
@store_option
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path,
    once: bool,
    sandbox: bool,
    paths: tuple[Path, ...],
    place: str | None,
    address: str | None,
    everything: bool,
) -> None:
    """Run the rules for real: what waits in the outbox is sent, schedules are kept, parcels are tracked.

    Secrets are looked up in the variables that ordinance.yaml names. A ruleset that changes is read again, its connections
    too; one with errors is not, and the last good one goes on. Several may run on one store. Ctrl-C ends it; nothing is lost by that.

    With --sandbox everything is tried out on this machine: orders come in, are submitted and ship, within seconds with
    --once. E-mails and posts go into a folder. Nothing is kept unless --store names a store for it.

    With --listen orders of Shopify and WooCommerce come in by their webhooks, and printers tell of parcels by theirs. It
    speaks plain HTTP: where it is reached from outside, a web server with TLS stands before it.

    \b
      ordinance run
      ordinance run --listen 8080
      ordinance run --once             every few minutes, from a timer
      ordinance run --sandbox --once

    Exit code: 0 ended, 1 with --once: something needs a person, 2 it could not be done.
    """
    if paths and not sandbox:
        raise CannotDo("`--orders` goes with `--sandbox`; real orders come in with `ordinance orders import`")
    if address is not None and (sandbox or once):
        raise CannotDo(f"`--listen` does not go with `--{'sandbox' if sandbox else 'once'}`")
    if sandbox:
        from engine.cli.playing import play  # its servers are not loaded for real work

        ctx.exit(play(folder, place, paths, once=once, everything=everything))
    with working(folder, place, begin=True) as desk, Reconnecting(desk) as connect:
        tell(desk.opened, desk.adapters)
        tell_nameless(desk.opened, desk.store)
        service = Service(
            desk.runtime,
            desk.clock,
            desk.adapters.mailer,
            desk.adapters.poster,
            Changes(DiskFolder(ruleset_root(folder)), desk.opened.ruleset.digest),
            desk.adapters.idle,
            connect,
        )
        if once:
            ctx.exit(done_once(desk, service))
        if address is None:
            return serve(service)
        from engine.cli.listening import listening  # a server is loaded only where there is to be one

        with listening(desk, service, address):
            serve(service)


def tell(opened: Opened, found: Adapters) -> None:
    used = [label(opened, name, live) for name, live in found.live.items()]
    note(f"connected: {', '.join(used)}" if used else "no printer is connected")
    for why in found.missing.values():
        note(why)


def tell_nameless(opened: Opened, store: Store) -> None:
    """What no service would ever do as things are, which nothing else would show."""
    found = [why for each in store.entries(states=["waiting", "working"]) if (why := nameless(each, opened))]
    for why, number in Counter(found).items():
        waiting = count(number, "thing waits", "things wait")
        note(f"{waiting} for a connection that is gone: {why}; with that name again it goes on")


def label(opened: Opened, name: str, live: Live) -> str:
    spec = opened.schema.connection(name)
    known = spec.label if spec is not None else name
    evidence = live.provider.capabilities.evidence
    facts = [
        *([f"{live.mode} mode"] if live.mode != "live" else []),
        *([evidence] if evidence == "unverified" else []),
    ]
    return f"{known} ({', '.join(facts)})" if facts else known


@dataclass
class Reconnecting:
    """The adapters of a ruleset whose connections have changed. Those that were used before may be at work yet, so all are
    hung up at the end."""

    desk: Desk
    made: list[Adapters] = field(default_factory=list)

    def __call__(self, opened: Opened) -> Adapters:
        found = adapters(opened, self.desk.store, self.desk.clock.now, os.environ)
        self.made.append(found)
        tell(opened, found)
        tell_nameless(opened, self.desk.store)
        return found

    def __enter__(self) -> Reconnecting:
        return self

    def __exit__(self, *_: object) -> None:
        for each in self.made:
            each.close()


def done_once(desk: Desk, service: Service) -> int:
    number = service.run_once()
    waiting = desk.store.entries(states=["waiting", "working"])
    stuck = desk.store.entries(states=["review"])
    click.echo(
        f"{count(number, 'thing')} done, {len(waiting):,} to be done later, {len(stuck):,} for a person"
    )
    if stuck:
        note("`ordinance outbox list` shows what needs a person")
    return 1 if stuck else 0
