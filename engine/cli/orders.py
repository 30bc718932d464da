"""`ordinance orders`: orders come into the store and are forgotten; `showing` lists and shows them, `moving` moves them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from dsl.counting import count
from engine.cli.effects import described
from engine.cli.moving import move
from engine.cli.opening import ruleset_root
from engine.cli.showing import list_, show
from engine.cli.storing import agreed, order_in, ruleset_option, store_option, stored
from engine.cli.terminal import CannotDo, note, watched
from engine.cli.working import Desk, tell_waiting, working
from engine.opened import Opened
from engine.report.place import visible
from engine.runtime.intake import Taken, take_in
from engine.samples import UnreadableFile, orders_at
from events.importers import Imported
from events.store import Conflict


@click.group()
def command() -> None:
    """Take orders in; list, show, move and forget them.

    \b
      ordinance orders import exported/
      ordinance orders list --folder "SKU problems"
      ordinance orders show --help
    """


@command.command("import")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@ruleset_option
@store_option
@click.pass_context
def import_(ctx: click.Context, paths: tuple[Path, ...], folder: Path, place: str | None) -> None:
    """Take orders in from files, each once, and decide what happens to them.

    FILE may be JSON of Order Desk, Shopify, WooCommerce or our own, or a folder of it. What is to be sent waits for
    `ordinance run`. To see first what would happen: `ordinance plan --orders FILE`.

    \b
      ordinance orders import exported/

    Exit code: 0 every order is in the store now, 1 some are not, 2 it could not be done.
    """
    with working(folder, place, begin=True) as desk:
        documents = read(desk.opened, paths)
        refused = 0
        for taken in watched(take_in(desk.runtime, documents), len(documents), "importing", sys.stdout):
            click.echo(told(desk, taken))
            refused += taken.state == "refused"
        tell_waiting(desk.adapters, desk.store.entries(states=["waiting"]))
    if refused:
        note(f"{count(refused, 'document')} could not be taken in")
        ctx.exit(1)


def read(opened: Opened, paths: Sequence[Path]) -> list[Imported]:
    """As they are: new orders land in the first folder by themselves."""
    try:
        return [each for path in paths for each in orders_at(path, opened.ruleset.config, landing=False)]
    except UnreadableFile as error:
        raise CannotDo(str(error)) from None


def told(desk: Desk, taken: Taken) -> str:
    if taken.state != "new":
        return f"{visible(taken.order_id or taken.place)}  {visible(taken.what)}"
    ids = taken.decision.orders if taken.decision is not None else {taken.order_id: None}
    parts = []
    for order_id in ids:
        order = order_in(desk.store, order_id).order
        parts.append(
            f"in {order.folder}" if order_id == taken.order_id else f"{order_id} split off, in {order.folder}"
        )
    effects = [each for turn in taken.decision.turns for each in turn.effects] if taken.decision else []
    parts += [f"to do: {described(each, desk.opened)}" for each in effects]
    return visible(f"{taken.order_id}  {'; '.join(parts)}")


for part in (list_, show, move):
    command.add_command(part)


@command.command()
@click.argument("orders", metavar="ORDER...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@ruleset_option
@store_option
@click.pass_context
def forget(ctx: click.Context, orders: tuple[str, ...], yes: bool, folder: Path, place: str | None) -> None:
    """Take orders out of the store for good: all that is known of them, and their customers' data with it.

    They do not come in again by themselves. What is still to be sent has to be settled first.

    \b
      ordinance orders forget 1001

    Exit code: 0 forgotten, 1 something of an order is still to be done, or nobody agreed, 2 there is no such order.
    """
    with stored(ruleset_root(folder), place) as store:
        for order_id in orders:
            order_in(store, order_id)
        if not agreed(f"Forget {count(len(orders), 'order')} for good?", yes):
            note("nothing was forgotten")
            ctx.exit(1)
        kept = 0
        for order_id in orders:
            try:
                store.forget(order_id.strip())
                click.echo(visible(f"{order_id}  is forgotten"))
            except Conflict as open_still:
                note(visible(str(open_still)))
                kept += 1
    if kept:
        ctx.exit(1)
