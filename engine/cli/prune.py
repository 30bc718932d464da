"""`ordinance prune`: a store that has become large gives back what nobody needs any more."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from dsl.counting import count
from engine.cli.opening import ruleset_root
from engine.cli.storing import agreed, ruleset_option, store_option, stored
from engine.cli.terminal import CannotDo, note
from events.store import InUse


@click.command()
@click.option(
    "--days", type=click.IntRange(min=0), default=90, show_default=True,
    help="Keep what was asked for in the last so many days.",
)  # fmt: skip
@ruleset_option
@store_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(days: int, folder: Path, place: str | None, yes: bool) -> None:
    """Take out of the store what nobody needs any more. End every `ordinance run` first.

    Taken out are the contents of what was sent or given up, and its tries (`ordinance outbox list --all` shows it no more),
    and the texts of rules that decided nothing that is still there. Orders, their history and every decision stay, with the
    rules that made it; and nothing is sent a second time. By itself nothing is ever taken out. Orders are taken out by
    `ordinance orders forget`.

    \b
      ordinance prune
      ordinance prune --days 30

    Exit code: 0 done, 2 it could not be done.
    """
    from engine.runtime.pruning import prune  # the runtime, which `--help` should not wait for
    from events.stores.sqlite import SqliteStore

    with stored(ruleset_root(folder), place) as store:
        if not agreed(f"Take out what was settled more than {days:,} days ago?", yes):
            raise CannotDo("nothing was taken out")
        if isinstance(store, SqliteStore):
            try:
                store.alone()
            except InUse as error:
                raise CannotDo(str(error)) from None
        gone = prune(store, dt.datetime.now(dt.UTC) - dt.timedelta(days=days))
    click.echo(
        f"taken out: {count(gone.effects, 'thing')} that had been settled, {count(gone.blobs, 'text')} of rules"
    )
    note("`ordinance backup FILE` writes a copy; those that you have keep what was taken out here")
