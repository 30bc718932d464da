"""`ordinance press`: a person presses one of the shop's buttons for an order."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli.happening import happening
from engine.cli.plan import looked_at, planned
from engine.cli.storing import ruleset_option, store_option
from engine.cli.working import carry_out, working


@click.command()
@click.argument("button", metavar="BUTTON")
@click.option(
    "--order",
    "names",
    multiple=True,
    required=True,
    metavar="ID",
    help="An order of the store; may be said several times.",
)
@ruleset_option
@store_option
@click.pass_context
def command(ctx: click.Context, button: str, names: tuple[str, ...], folder: Path, place: str | None) -> None:
    """Press a button for an order: what rules wait for with `on button "..."` is done at once.

    \b
      ordinance press "Approve artwork" --order 1001

    Exit code: 0 done, 1 something failed, 2 there is no such button or order.
    """
    with working(folder, place) as desk:
        words = button if button.strip().lower().startswith("button ") else f'button "{button}"'
        event = happening(desk.opened, words, (), None)
        plan = planned(desk, looked_at(desk, names, None, event), event)
        ctx.exit(carry_out(desk, plan))
