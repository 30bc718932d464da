"""A comparison at the terminal: what is written differently, the sums, then some orders in full."""

from __future__ import annotations

from typing import TextIO

from dsl.counting import count
from engine.diff.formats.result import Result, Table, detail, said
from engine.show.paper import BAD, BOLD, DIM, GOOD, NAME, ODD, Paper

MARKS = {
    "added": ("+", GOOD),
    "removed": ("-", BAD),
    "renamed": ("=", NAME),
    "changed": ("~", ODD),
    "moved": (">", NAME),
    "mode": ("!", ODD),
}
MOST_UNREAD = 10


def human(result: Result, out: TextIO, color: bool) -> None:
    paper = Paper(out, color=color)
    paper.line(0, (f"{result.before} -> {result.after}", BOLD))
    paper.gap()
    written(result, paper)
    paper.gap()
    worth = f": {result.money}" if result.money else ""
    paper.line(0, (f'Given "{result.event}", {result.verdict}{worth}', BOLD))
    for each in result.tables():
        paper.gap()
        table(each, paper)
    unread(result, paper)
    for order in result.shown:
        paper.gap()
        paper.line(0, (f"Order {order.order}" if order.order else "An order", BOLD), "  ", (order.place, DIM))
        for line in result.lines(order):
            paper.line(2, line.text)
            if line.by:
                paper.line(6, (line.by, DIM))
            for why in line.why:
                paper.line(6, why)
    if result.not_shown:
        paper.gap()
        paper.line(
            0,
            f"{count(result.not_shown, 'more order')}; `--full N` shows so many of them, and `--format json` too",
        )


def written(result: Result, paper: Paper) -> None:
    if not result.written:
        paper.line(0, "The rules are written alike")
        return
    paper.line(0, ("What is written differently", BOLD))
    for change in result.written:
        mark, style = MARKS[change.kind]
        paper.line(2, f"{said(change)}  ", (detail(change), DIM), mark=(f"{mark} ", style))


def table(told: Table, paper: Paper) -> None:
    paper.line(0, (told.title, BOLD))
    for row in told.rows:
        if told.columns[0]:
            orders, before, now, worth = row
            number = f"{orders} {'order' if orders == '1' else 'orders'}"
            paper.line(2, f"{before} -> {now}  ", (worth, DIM), mark=f"{number:<14}")
        else:
            name, gone, came = row
            paper.line(2, f"{name}: {gone} no longer, {came} now")
    if told.more:
        paper.line(2, (f"and {told.more} more", DIM))


def unread(result: Result, paper: Paper) -> None:
    found = result.summary
    if not found.unreadable:
        return
    paper.gap()
    paper.line(0, (f"{count(found.unreadable, 'order')} could not be read", BAD))
    for each in found.unread[:MOST_UNREAD]:
        paper.line(2, (each.place, DIM), f": {each.error}")
    if found.unreadable > MOST_UNREAD:
        paper.line(2, (f"and {found.unreadable - MOST_UNREAD:,} more", DIM))
