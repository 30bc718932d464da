"""`ordinance orders`: orders come into the store, are listed, shown, moved by hand, and forgotten."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from dsl.counting import count
from engine.cli.choosing import folder_named
from engine.cli.effects import clock_time, described, label_of, standing
from engine.cli.opening import opened_at, ruleset_root
from engine.cli.storing import agreed, aligned, order_in, person, ruleset_option, store_option, stored
from engine.cli.terminal import CannotDo, colors, note, watched
from engine.cli.working import Desk, tell_waiting, working
from engine.opened import Opened
from engine.report.place import visible
from engine.runtime.intake import Taken, take_in
from engine.runtime.journal import in_zone
from engine.samples import UnreadableFile, orders_at
from engine.show.paper import BOLD, DIM, Paper
from engine.show.words import Words, contents
from events.clock import SystemClock
from events.event import Event
from events.export import export_order
from events.importers import Imported
from events.jsontext import dumps
from events.order import Order
from events.store import Conflict, Store

MOVED = "order.folder_changed"


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


@command.command("list")
@click.option("--folder", "of", metavar="NAME", help="Only orders in this folder of the shop.")
@click.option(
    "--format", "into", type=click.Choice(["human", "json"]), default="human", show_default=True,
    help="json: each order whole, a line each, as other commands read them.",
)  # fmt: skip
@ruleset_option
@store_option
def list_(of: str | None, into: str, folder: Path, place: str | None) -> None:
    """List the orders of the store.

    \b
      ordinance orders list
      ordinance orders list --folder "SKU problems"
      ordinance orders list --format json > orders.jsonl

    Exit code: 0 listed, 2 there is no store.
    """
    opened = opened_at(folder)
    with stored(ruleset_root(folder), place) as store:
        name = folder_named(opened, of) if of is not None else None
        found = (each.order for each in store.orders() if name is None or same(each.order.folder, name))
        if into == "json":
            for order in found:
                click.echo(dumps(export_order(order)))
            return
        rows = [row(order, opened) for order in found]
    if not rows:
        note("there are no orders" + (f" in folder {name}" if name is not None else ""))
        return
    for line in aligned([("ORDER", "FROM", "FOLDER", "TOTAL", "AT", "TAGS"), *rows]):
        click.echo(line)


def same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.casefold()


def row(order: Order, opened: Opened) -> tuple[str, ...]:
    words = Words(opened.zone, order.currency or opened.schema.store.currency)
    cells = (
        order.id,
        " ".join(filter(None, (order.source_name.strip(), order.source_id.strip()))),
        order.folder,
        words.amount(order.order_total),
        ", ".join(f"{label_of(each.connection, opened)}: {each.state}" for each in order.submissions) or "-",
        ", ".join(order.tags),
    )
    return tuple(map(visible, cells))


@command.command()
@click.argument("order", metavar="ORDER")
@click.option(
    "--format", "into", type=click.Choice(["human", "json"]), default="human", show_default=True,
    help="json: all of it, as our own JSON of an order.",
)  # fmt: skip
@ruleset_option
@store_option
def show(order: str, into: str, folder: Path, place: str | None) -> None:
    """Show one order as it is now, and what is still to be done for it.

    \b
      ordinance orders show 1001
      ordinance orders show 1001 --format json > samples/1001.json

    Exit code: 0 shown, 2 there is no such order.
    """
    opened = opened_at(folder)
    with stored(ruleset_root(folder), place) as store:
        found = order_in(store, order).order
        if into == "json":
            click.echo(dumps(export_order(found), indent=2))
            return
        laid_out(Paper(sys.stdout, color=colors(sys.stdout)), opened, found, store)


def laid_out(paper: Paper, opened: Opened, order: Order, store: Store) -> None:
    words = Words(opened.zone, order.currency or opened.schema.store.currency)
    source = " ".join(filter(None, (order.source_name.strip(), order.source_id.strip())))
    paper.line(0, (f"Order {order.id}", BOLD), f"  from {source}" if source else "", f"  in {order.folder}")
    for name, text in about(order, words):
        paper.line(2, text, mark=(f"{name:<10} ", DIM))
    for item in order.items:
        facts = [
            f"{item.quantity} x {item.code.strip() or 'no SKU'}",
            item.name.strip(),
            words.amount(item.price),
        ]
        facts += [f"{key}: {value}" for key, value in {**item.variation_list, **item.metadata}.items()]
        paper.line(2, words.short(", ".join(filter(None, facts))), mark=("item       ", DIM))
    for parcel in order.shipments:
        paper.line(
            2,
            " ".join(filter(None, (parcel.carrier_code, parcel.tracking_number))),
            mark=("parcel     ", DIM),
        )
    for each in order.submissions:
        number = f" as {each.provider_order_id}" if each.provider_order_id else ""
        said = f": {each.message}" if each.message else ""
        paper.line(
            2, f"{label_of(each.connection, opened)}: {each.state}{number}{said}", mark=("at         ", DIM)
        )
    for each_note in order.notes:
        paper.line(2, each_note.content, mark=("note       ", DIM))
    now = SystemClock().now()
    for entry in store.entries(order_id=order.id, states=["waiting", "working", "review"]):
        what = f"{described(entry.new.effect, opened)}: {standing(entry, now, opened.zone)}"
        paper.line(2, f"{what}: {entry.message}" if entry.message else what, mark=("to do      ", DIM))


def about(order: Order, words: Words) -> Iterator[tuple[str, str]]:
    to = order.shipping
    name = " ".join(filter(None, (to.first_name, to.last_name)))
    address = ", ".join(
        filter(None, (name, to.address1, to.address2, to.city, to.state, to.postal_code, to.country))
    )
    if address:
        yield "to", address
    if order.shipping_method.strip():
        yield "shipping", order.shipping_method
    yield "total", words.amount(order.order_total)
    yield "contents", contents(order)
    if order.tags:
        yield "tags", ", ".join(order.tags)
    if order.date_added is not None:
        yield "placed", clock_time(order.date_added, words.zone)


@command.command()
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
        if same(order.folder, folder):
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
    if not same(now, folder):
        parts.append(f"and on to {now} by the rules")
    parts += [f"to do: {described(each, desk.opened)}" for each in effects]
    return f"{order_id}  {'; '.join(parts)}"


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
