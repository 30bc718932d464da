"""`ordinance dry-run`: the main job. What the rules would do to orders, and why, with nothing sent anywhere."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli.deciding import decided, each_wanted
from engine.cli.happening import happening, happening_options, told
from engine.cli.many import Many
from engine.cli.opening import decidable, folder_argument
from engine.cli.output import writing
from engine.cli.terminal import colors, note, watched
from engine.report import summary
from engine.show import Options, Tally, formats


@click.command(cls=Many)
@folder_argument
@click.option(
    "--orders", "paths", multiple=True, metavar="FILE|DIR...", type=click.Path(path_type=Path),
    help="Orders to try, or folders of them. Default: the ruleset's samples.",
)  # fmt: skip
@happening_options
@click.option(
    "--format", "into", type=click.Choice(list(formats())), default="human", show_default=True,
    help="json: one line for each order and event; html: one page to open or mail.",
)  # fmt: skip
@click.option(
    "--all", "everything", is_flag=True, help="Also the rules that did not fire, and all that was read."
)
@click.option("--strict", is_flag=True, help="Exit 1 where anything is to be looked at.")
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help="Write into a file.")
@click.pass_context
def command(
    ctx: click.Context, folder: Path, paths: tuple[Path, ...], label: str, details: tuple[str, ...], at: str | None,
    answers: tuple[str, ...], into: str, everything: bool, strict: bool, output: Path | None,
) -> None:  # fmt: skip
    """Show what the rules would do to orders. Nothing is sent, stored or changed.

    Orders may be JSON of Order Desk, Shopify, WooCommerce or our own. Submissions go through every check that needs no
    network and are taken as accepted then, unless --answer says otherwise; what follows is followed to its end.

    \b
      ordinance dry-run
      ordinance dry-run --orders exported/*.json
      ordinance dry-run --event "Folder is Changed" --with from=New to=Shipped
      ordinance dry-run --event "every day at 09:00" --at "2026-03-01 09:00"
      ordinance dry-run --answer podos="Invalid SKU"
      ordinance dry-run --format html --output report.html

    Exit code: 0 every order was decided, 1 with --strict where the checker warns or an order has a problem, 2 the rules
    have errors or an order could not be read (the others are shown).
    """  # fmt: skip
    opened = decidable(folder)
    event = happening(opened, label, details, at)
    answered = told(opened, answers)
    orders, number = each_wanted(opened, paths)
    tally = Tally()
    with writing(output) as out:
        printer = formats()[into](out, opened, Options(all=everything, color=colors(out), event=event.label))
        printer.start()
        traced = into != "json"
        for shown in decided(
            opened, watched(orders, number, "deciding", out), event, answered, traced=traced
        ):
            tally.add(shown)
            printer.order(shown)
        printer.end(tally)
    if output is not None:
        note(f"wrote {output}")
    if opened.checked.warnings:
        note(f"the rules: {summary(opened.checked.warnings)}; `ordinance check` shows them")
    if tally.unreadable:
        note(
            "1 order could not be read"
            if tally.unreadable == 1
            else f"{tally.unreadable:,} orders could not be read"
        )
        ctx.exit(2)
    if strict and (opened.checked.warnings or tally.problems or tally.warned):
        ctx.exit(1)
