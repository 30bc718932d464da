"""`ordinance orders move`: a folder chosen by hand, which the rules see as any other move."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from dsl.values import fold
from engine.cli.choosing import folder_named
from engine.cli.effects import described
from engine.cli.storing import order_in, person, ruleset_option, store_option
from engine.cli.terminal import note
from engine.cli.working import Desk, tell_waiting, working
from engine.report.place import visible
from engine.runtime.journal import in_zone
from events.event import Event
from events.order import Order
from events.store import Conflict

MOVED = "order.folder_changed"


@click.command()
@click.argument("orders", metavar="ORDER...", nargs=-1, required=True)
@click.option("--to", "target", required=True, metavar="FOLDER", help="The folder of the shop.")
@ruleset_option
@store_option
@click.pass_context
def move(ctx: click.Context, orders: tuple[str, ...], target: str, folder: Path, place: str | None) -> None:
    """Move orders to a folder by hand. Rules that wait for *Folder is Changed* see it as any other move.

    \b
      ordinance orders move 1001 1002 --to Shipped

    Exit code: 0 moved, 1 some were changed by others all the time, 2 there is no such order or folder.
    """
    with working(folder, place) as desk:
        name = folder_named(desk.opened, target)
        for order_id in orders:
            order_in(desk.store, order_id)
        for order_id in orders:
            try:
                click.echo(visible(moved(desk, order_id.strip(), name)))
            except Conflict as busy:
                note(visible(str(busy)))
                ctx.exit(1)
        tell_waiting(
            desk.adapters,
            [e for each in orders for e in desk.store.entries(order_id=each, states=["waiting"])],
        )


def moved(desk: Desk, order_id: str, folder: str) -> str:
    runtime = desk.runtime
    ids = {each.name: each.id for each in desk.opened.ruleset.config.folders}
    label = runtime.ruleset.program.form.labels.get(MOVED, MOVED)

    def make(order: Order) -> tuple[Order, Event] | None:
        if fold(order.folder) == fold(folder):
            return None
        after = order.copy_whole()
        after.folder, after.folder_id = folder, ids.get(folder)
        event = Event(MOVED, label, order_id, runtime.now(), {"from": order.folder, "to": folder})
        return after, in_zone(event, desk.opened.zone)

    decision = runtime.happen(f"by hand|{uuid.uuid4().hex}", order_id, make, who=person())
    if decision is None:
        return f"{order_id}  is in {folder} already"
    effects = [each for turn in decision.turns for each in turn.effects]
    parts = [f"moved to {folder}"]
    now = decision.orders[order_id].folder
    if fold(now) != fold(folder):
        parts.append(f"and on to {now} by the rules")
    parts += [f"to do: {described(each, desk.opened)}" for each in effects]
    undone = [each for turn in decision.turns for each in turn.actions if each.outcome == "not done"]
    parts += [f"not canceled: {each.done.reason}" for each in undone if each.action == "cancel"]
    return f"{order_id}  {'; '.join(parts)}"
