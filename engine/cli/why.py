"""`ordinance why`: one order, and for every rule why it fired or did not."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dsl.schema import fold
from engine.cli.deciding import decided, wanted_orders
from engine.cli.happening import happening, happening_options, refuse, told
from engine.cli.many import Many
from engine.cli.opening import decidable, folder_argument
from engine.cli.terminal import CannotDo, colors
from engine.show import Options
from engine.show.why import titles, why


@click.command(cls=Many)
@folder_argument
@click.option(
    "--order", "path", required=True, metavar="FILE", type=click.Path(path_type=Path), help="The order's JSON."
)  # fmt: skip
@happening_options
@click.option("--rule", metavar="TITLE", help="Only this rule.")
@click.option("--all", "everything", is_flag=True, help="Shorten nothing.")
def command(
    folder: Path, path: Path, label: str, details: tuple[str, ...], at: str | None,
    answers: tuple[str, ...], rule: str | None, everything: bool,
) -> None:  # fmt: skip
    """Show for one order, for every rule that waited for what happened, why it fired or did not.

    For each condition: what was read, from where, and whether it was met. For a rule that did not fire: what would have
    to be different.

    \b
      ordinance why --order samples/order.json
      ordinance why --order order.json --rule "Print at podOS"
      ordinance why --order order.json --event "Folder is Changed" --with to=Shipped

    Exit code: 0 shown, 2 the rules have errors, or the order or the rule is not there.
    """
    opened = decidable(folder)
    event = happening(opened, label, details, at)
    answered = told(opened, answers)
    orders = wanted_orders(opened, [path])
    if len(orders) > 1:
        raise CannotDo(f"`{path}` holds {len(orders):,} orders; name a file with one")
    if orders[0].error is not None:
        raise CannotDo(f"{orders[0].place}: not read: {orders[0].error}")
    known = titles(opened.checked.form)
    if rule is not None and fold(rule) not in map(fold, known):
        refuse("rule", rule, known, "none that is on has this title")
    options = Options(all=everything, color=colors(sys.stdout), event=event.label)
    for shown in decided(opened, orders, event, answered, traced=True):
        why(sys.stdout, shown, opened, options, rule)
