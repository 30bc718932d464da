"""`ordinance history`: what was done to an order, by which rule and why. *Why is this order in this folder?*"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from actions.local.wording import quoted
from engine.cli.effects import clock_time
from engine.cli.opening import opened_at, ruleset_root
from engine.cli.storing import order_in, ruleset_option, store_option, stored
from engine.cli.terminal import colors
from engine.opened import Opened
from engine.runtime.history import EVENT
from engine.show.paper import BOLD, DIM, NAME, Paper
from events.jsontext import dumps
from events.order import Order
from events.store import HistoryLine

SCHEMA = "ordinance.history/1"
SHORT = 12
"""Characters of a revision, enough to tell it from all others."""


@click.command()
@click.argument("order", metavar="ORDER")
@ruleset_option
@store_option
@click.option(
    "--format", "into", type=click.Choice(["human", "json"]), default="human", show_default=True,
    help="json: one line for each thing that was done.",
)  # fmt: skip
def command(order: str, folder: Path, place: str | None, into: str) -> None:
    """Show what was done to an order: which rule did it, why, and which revision of the rules that was.

    \b
      ordinance history 1001

    Exit code: 0 shown, 2 there is no such order.
    """
    opened = opened_at(folder)
    with stored(ruleset_root(folder), place) as store:
        found = order_in(store, order).order
        lines = store.history(found.id)
    if into == "json":
        for line in lines:
            click.echo(dumps({"schema": SCHEMA, "order": line.order_id, **plain(line)}))
        return
    told(Paper(sys.stdout, color=colors(sys.stdout)), opened, found, lines)


def plain(line: HistoryLine) -> dict[str, object]:
    return {
        "at": line.at,
        "who": line.who,
        "what": line.what,
        "because": line.because or None,
        "ruleset": line.ruleset or None,
        "decision": line.decision or None,
    }


def told(
    paper: Paper,
    opened: Opened,
    order: Order,
    lines: Sequence[HistoryLine],
    *,
    whole: bool = True,
    ways: Sequence[HistoryLine] | None = None,
) -> None:
    """whole: with revisions and reasons. ways: where to look for why the order is in its folder; the lines themselves."""
    why = why_there(order, lines if ways is None else ways)
    paper.line(0, (f"Order {order.id}", BOLD), f" is in {quoted(order.folder)}{why}")
    revision, said = "", ("", "")
    for line in lines:
        if whole and line.ruleset and line.ruleset != revision:
            paper.line(2, (f"by revision {line.ruleset[:SHORT]} of the rules:", DIM))
            revision = line.ruleset
        at = f"{clock_time(line.at, opened.zone)}  "
        paper.line(2, (line.who, NAME), ": ", line.what, mark=(at, DIM))
        if whole and line.because and (line.who, line.because) != said:
            paper.line(2 + len(at), (f"because {line.because}", DIM))
        said = (line.who, line.because)


def why_there(order: Order, lines: Sequence[HistoryLine]) -> str:
    """The last thing that put it into the folder where it is: a rule, or a person."""
    ruled, changed = f"moved to folder {quoted(order.folder)}", f"Folder is Changed: {order.folder}"
    for line in reversed(lines):
        if line.what == ruled:
            who = line.who if " setting: " in line.who else f'rule "{line.who}"'
            return f", moved there by {who}" + (f", because {line.because}" if line.because else "")
        if line.what == changed and line.who != EVENT:
            return f", moved there by {line.who}, by hand"
    return ""
