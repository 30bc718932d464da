"""`ordinance apply`: does what a plan says, as far as everything is still as it was planned."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli.storing import ruleset_option, store_option
from engine.cli.terminal import CannotDo
from engine.cli.working import carry_out, working
from engine.plan import NoPlan, read_plan
from engine.samples import UnreadableFile, bytes_of
from events.jsontext import LARGEST_FILE


@click.command()
@click.argument("plan", metavar="PLAN", type=click.Path(path_type=Path))
@ruleset_option
@store_option
@click.pass_context
def command(ctx: click.Context, plan: Path, folder: Path, place: str | None) -> None:
    """Do what PLAN says: the effects that `ordinance plan` wrote down, and nothing else.

    An order that has changed since, rules that have changed, another mode or other credentials: what the plan was not made
    for is refused, and what has changed is named. Applying a plan again does nothing again.

    \b
      ordinance apply monday.plan

    Exit code: 0 all of it was done or goes on waiting, 1 something was refused or failed, 2 it could not be done.
    """
    try:
        data = bytes_of(plan)
        if len(data) > LARGEST_FILE:
            raise CannotDo(f"`{plan}` is larger than 50 MB; plan for fewer orders at once")
        read = read_plan(data.decode("utf-8"))
    except (UnreadableFile, NoPlan) as error:
        raise CannotDo(f"`{plan}`: {error}" if isinstance(error, NoPlan) else str(error)) from None
    except UnicodeDecodeError:
        raise CannotDo(f"`{plan}`: this is no plan: `ordinance plan --output FILE` writes one") from None
    with working(folder, place) as desk:  # planning began it: in another one its orders would be sent again
        ctx.exit(carry_out(desk, read))
