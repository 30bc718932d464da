"""`ordinance event`: lets something happen to orders by hand, planned first."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli.happening import happening
from engine.cli.many import Many
from engine.cli.plan import looked_at, planned, show
from engine.cli.storing import agreed, ruleset_option, store_option
from engine.cli.terminal import CannotDo, note
from engine.cli.working import carry_out, working


@click.command(cls=Many)
@click.argument("label", metavar="LABEL")
@click.option("--orders", "names", multiple=True, metavar="ID...", help="Orders of the store.")
@click.option("--folder", "of", metavar="NAME", help="All orders of the store in this folder of the shop.")
@click.option(
    "--with", "details", multiple=True, metavar="FIELD=VALUE", help='A field of the event: message="...".'
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@ruleset_option
@store_option
@click.pass_context
def command(
    ctx: click.Context, label: str, names: tuple[str, ...], of: str | None, details: tuple[str, ...], yes: bool,
    folder: Path, place: str | None,
) -> None:  # fmt: skip
    """Let something happen to orders by hand: shows what that would do, asks, and does it.

    LABEL is an event's, such as the shop's own, or 'every day at 09:00', or 'button "..."'.

    \b
      ordinance event "Back in stock" --folder Backorder
      ordinance event "Order is Imported" --orders 1001 1002 --yes

    Exit code: 0 done, 1 something was refused or failed, or nobody agreed, 2 it could not be done.
    """
    with working(folder, place) as desk:
        event = happening(desk.opened, label, details, None)
        looked = looked_at(desk, names, of, event)
        show(desk.opened, looked, event)
        plan = planned(desk, looked, event)
        if not plan.orders:
            raise CannotDo("there is nothing to do")
        many = "this order" if len(plan.orders) == 1 else f"these {len(plan.orders):,} orders"
        if not agreed(f"Do this to {many}?", yes):
            note("nothing was done")
            ctx.exit(1)
        ctx.exit(carry_out(desk, plan))
