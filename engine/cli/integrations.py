"""`ordinance integrations`: which printers the shop is connected to, whether they answer, and connecting another one."""

from __future__ import annotations

import os
from pathlib import Path

import click

from dsl.counting import count
from dsl.schema import ConnectionSpec
from engine.adapters import Unusable, connected, printers
from engine.cli.answering import OPEN, asked, heard_from, known, mail_checked, named, store_if_any
from engine.cli.connecting import connect, disconnect
from engine.cli.effects import clock_time
from engine.cli.opening import opened_at, ruleset_root
from engine.cli.storing import aligned, ruleset_option, store_option
from engine.cli.terminal import note
from engine.opened import Opened
from engine.report.place import visible
from engine.runtime.pauses import paused
from engine.runtime.performers import mode_of
from events.clock import SystemClock
from events.store import Store


@click.group()
def command() -> None:
    """Connect printers, and see that they answer.

    \b
      ordinance integrations list
      ordinance integrations check
      ordinance integrations connect podos project=acme-12345
    """


command.add_command(connect)
command.add_command(disconnect)


@command.command("list")
@ruleset_option
@store_option
def list_(folder: Path, place: str | None) -> None:
    """List the connections of the ruleset and how they stand, and what else could be connected.

    \b
      ordinance integrations list

    Exit code: 0 listed, 2 there is no ruleset.
    """
    found = opened_at(folder)
    with store_if_any(ruleset_root(folder), place) as store:
        rows = [stands(found, each.name, store) for each in found.ruleset.config.connections]
    for line in aligned([("NAME", "WHAT", "MODE", "STANDS"), *rows] if rows else []):
        click.echo(visible(line))
    used = {each.uses for each in found.ruleset.config.connections}
    others = [each for each in known(found).values() if each.submission and each.id not in used]
    for each in others:
        hint = " (unverified)" if each.unverified else ""
        note(f"not connected: {each.label}{hint}; `ordinance integrations connect {each.id}` connects it")


def carts(found: Opened) -> list[ConnectionSpec]:
    every = (found.schema.connection(each.name) for each in found.ruleset.config.connections)
    return [each for each in every if each is not None and known(found)[each.integration].kind == "cart"]


def stands(found: Opened, name: str, store: Store) -> tuple[str, str, str, str]:
    spec = found.schema.connection(name)
    assert spec is not None, "a connection of the ruleset"
    label = spec.told
    if not spec.can_submit:
        return name, label, "-", heard_from(found, spec)[1]
    try:
        live = connected(found, spec, store, SystemClock().now, os.environ)
        live.close()
        words = [getattr(live.provider, "problem", "") or "can be used"]
    except Unusable as why:
        words = [str(why)]
    if (pause := paused(store, name)) is not None:
        words.append(f"paused since {clock_time(pause.since, found.zone)}: {pause.why}")
    if waiting := len(store.entries(states=OPEN, connection=name)):
        words.append(f"{count(waiting, 'thing')} to do there")
    return name, label, mode_of(spec), "; ".join(dict.fromkeys(words))


@command.command()
@click.argument("names", metavar="[NAME...]", nargs=-1)
@ruleset_option
@store_option
@click.pass_context
def check(ctx: click.Context, names: tuple[str, ...], folder: Path, place: str | None) -> None:
    """Ask printers whether key, account and plan are right; nothing is sent. Also signs in at the mail server, and looks
    whether shops could post their orders.

    A connection that was paused because its key was refused goes on when it is right again.

    \b
      ordinance integrations check
      ordinance integrations check podos

    Exit code: 0 all answer, 1 one does not, 2 there is no such connection.
    """
    found = opened_at(folder)
    wanted = [named(found, each) for each in names] or [*printers(found), *carts(found)]
    with store_if_any(ruleset_root(folder), place) as store:
        good = [asked(found, each, store) for each in wanted]
        if not names:
            good += mail_checked(found)
    if not good:
        note("nothing is connected; `ordinance integrations list` shows what could be")
    if not all(good):
        ctx.exit(1)
