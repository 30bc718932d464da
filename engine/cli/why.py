"""`ordinance why`: one order, and for every rule why it fired or did not."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dsl.schema import fold
from engine.cli.deciding import decided, wanted_orders
from engine.cli.happening import happening, happening_options, refuse, told
from engine.cli.many import Many
from engine.cli.opening import decidable, folder_argument, ruleset_root
from engine.cli.storing import FILE, FOLDER, store_option
from engine.cli.terminal import CannotDo, colors
from engine.show import Options
from engine.show.why import titles, why


@click.command(cls=Many)
@folder_argument
@click.option(
    "--order", "path", required=True, metavar="FILE|ID", type=click.Path(path_type=Path),
    help="The order's JSON; or its id, where it is in the store.",
)  # fmt: skip
@happening_options
@click.option("--rule", metavar="TITLE", help="Only this rule.")
@click.option("--all", "everything", is_flag=True, help="Shorten nothing.")
@click.option(
    "--format", "into", type=click.Choice(["human", "json"]), default="human", show_default=True,
    help="json, of an order in the store: a line for each event, to the byte as it was decided.",
)  # fmt: skip
@store_option
@click.pass_context
def command(
    ctx: click.Context, folder: Path, path: Path, label: str, details: tuple[str, ...], at: str | None,
    answers: tuple[str, ...], rule: str | None, everything: bool, into: str, place: str | None,
) -> None:  # fmt: skip
    """Show for one order, for every rule that waited for what happened, why it fired or did not.

    For each condition: what was read, from where, and whether it was met. For a rule that did not fire: what would have
    to be different.

    Of an order in the store every decision is shown that was really made, made again from what was kept with it: also
    when the rules have changed since, or their folder is gone.

    \b
      ordinance why --order samples/order.json
      ordinance why --order 1001
      ordinance why --order order.json --rule "Print at podOS"
      ordinance why --order order.json --event "Folder is Changed" --with to=Shipped

    Exit code: 0 shown, 1 this version decides otherwise than the one that did, 2 the rules have errors, or the order or
    the rule is not there.
    """
    if not path.exists() and (place or (ruleset_root(folder) / FOLDER / FILE).exists()):
        from engine.cli.why_stored import why_stored  # the runtime, which a file does not need

        ctx.exit(why_stored(folder, place, str(path), rule, into, everything))
    if into == "json":
        raise CannotDo(
            "`--format json` is of orders in the store; of files, `ordinance dry-run --format json` prints it"
        )
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
