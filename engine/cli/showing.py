"""`ordinance orders list` and `show`: orders as they are in the store now, as a table and one by one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from dsl.values import fold
from engine.cli.choosing import folder_named
from engine.cli.effects import clock_time, described, label_of, standing
from engine.cli.opening import opened_at, ruleset_root
from engine.cli.storing import aligned, order_in, ruleset_option, store_option, stored
from engine.cli.terminal import colors, note
from engine.opened import Opened
from engine.report.place import visible
from engine.show.paper import BOLD, DIM, Paper
from engine.show.words import Words, contents
from events.clock import SystemClock
from events.export import export_order
from events.jsontext import dumps
from events.order import Order
from events.store import Store


@click.command("list")
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
        found = (
            each.order for each in store.orders() if name is None or fold(each.order.folder) == fold(name)
        )
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


@click.command()
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
