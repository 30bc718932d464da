"""`ordinance plan`: what would really be done to orders, written down so that it can be reviewed and then done."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine.cli.choosing import chosen
from engine.cli.happening import IMPORTED, happening
from engine.cli.many import Many
from engine.cli.opening import folder_argument
from engine.cli.output import writing
from engine.cli.storing import store_option
from engine.cli.terminal import CannotDo, colors, note, watched
from engine.cli.working import Desk, working
from engine.opened import Opened
from engine.plan import Looked, Plan, Planned, Wanted, look, plan_of, written
from engine.show import Options, Shown, Tally, formats
from events.event import Happening


@click.command(cls=Many)
@folder_argument
@click.option(
    "--orders",
    "names",
    multiple=True,
    metavar="ID|FILE|DIR...",
    help="Orders of the store, or new ones in files.",
)
@click.option("--folder", "of", metavar="NAME", help="All orders of the store in this folder of the shop.")
@click.option(
    "--event",
    "label",
    default=IMPORTED,
    show_default=True,
    metavar="LABEL",
    help="What happens: a label, an id, 'every day at 09:00' or 'button \"...\"'.",
)
@click.option(
    "--with", "details", multiple=True, metavar="FIELD=VALUE", help='A field of the event: message="...".'
)
@click.option(
    "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write the plan, for `ordinance apply`."
)
@click.option("--all", "everything", is_flag=True, help="Shorten nothing.")
@store_option
@click.pass_context
def command(
    ctx: click.Context, folder: Path, names: tuple[str, ...], of: str | None, label: str, details: tuple[str, ...],
    output: Path | None, everything: bool, place: str | None,
) -> None:  # fmt: skip
    """Show what an event would really do to orders, and write it down; `ordinance apply` does it.

    The plan holds what was decided on: the orders, the rules, the settings. Where any of that is another when it is
    applied, the order is refused. Answers of printers are assumed, as in a dry run. It holds no secret, but orders.

    \b
      ordinance plan --orders exported/*.json --output monday.plan
      ordinance plan --folder Backorder --event "Back in stock" --output stock.plan
      ordinance apply monday.plan

    Exit code: 0 planned, 1 for some orders nothing can be planned, 2 it could not be done.
    """
    with working(folder, place, begin=True) as desk:
        event = happening(desk.opened, label, details, None)
        looked = looked_at(desk, names, of, event)
        show(desk.opened, looked, event, everything=everything)
        plan = planned(desk, looked, event)
    if output is not None:
        with writing(output) as out:
            out.write(written(plan))
        note(f"wrote {output}; `ordinance apply {output}` does it")
    if len(plan.orders) < len(looked):
        ctx.exit(1)


def looked_at(desk: Desk, names: tuple[str, ...], of: str | None, event: Happening) -> list[Looked]:
    """In the order in which they were named."""
    every = chosen(desk.runtime, names, of, event)
    if not every:
        raise CannotDo(f"there is no order in folder `{of}`")
    found = iter(look(desk.runtime, [each for each in every if isinstance(each, Wanted)], event))
    mixed = (next(found) if isinstance(each, Wanted) else each for each in every)
    return list(watched(mixed, len(every), "planning"))


def planned(desk: Desk, looked: list[Looked], event: Happening) -> Plan:
    orders: dict[str, Planned] = {}
    for each in looked:
        if each.planned is not None:
            orders.setdefault(each.planned.order.id, each.planned)
    return plan_of(desk.runtime, event, orders.values())


def show(opened: Opened, looked: list[Looked], event: Happening, *, everything: bool = False) -> None:
    title = "Plan: nothing is done yet, and answers are assumed"
    options = Options(all=everything, color=colors(sys.stdout), event=event.label, title=title)
    printer, tally = formats()["human"](sys.stdout, opened, options), Tally()
    printer.start()
    for each in looked:
        shown = shown_as(each)
        tally.add(shown)
        printer.order(shown)
    printer.end(tally)


def shown_as(looked: Looked) -> Shown:
    place = looked.wanted.place
    if looked.planned is None:
        name = place or f"order {looked.wanted.order.id}"
        return Shown(name, error=looked.why_not)
    return Shown(place, looked.planned.order, run=looked.run)
