"""A comparison for the comment of a pull request: the sums at once, tables and orders to unfold.

A comment holds only so much; what it cannot hold is counted. Orders' texts can neither mention a person, link to an issue
nor begin a markup.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import TextIO

from dsl.counting import count
from engine.diff.changed import Changed
from engine.diff.formats.result import Result, Table, detail, said
from engine.report.place import visible
from engine.show.markdown import prose

ROOM = 60_000
"""Characters: GitHub takes 65,536 in a comment."""
WRITTEN = 30_000
"""Of them for what is written differently, and for the tables."""
MOST_UNREAD = 10
LONGEST = 2_000
"""Of one line."""


def markdown(result: Result, out: TextIO, _color: bool) -> None:
    room = Room(ROOM)
    for line in (f"### Rules: {prose(result.before)} → {prose(result.after)}", "", *verdict(result), ""):
        room.take(line)
    if not result.written:
        room.take("The rules are written alike.")
    else:
        block(
            room,
            WRITTEN,
            f"What is written differently: {count(len(result.written), 'change')}",
            written(result),
        )
    for each in result.tables():
        block(room, WRITTEN // 4, each.title, rows(each))
    if result.summary.unreadable:
        block(
            room,
            WRITTEN // 4,
            f"{count(result.summary.unreadable, 'order')} could not be read",
            unread(result),
        )
    left_out = result.not_shown
    for order in result.shown:
        body = "\n".join(of_order(result, order))
        if len(body) > room.left:
            left_out += 1
        else:
            room.take(body)
    if left_out:
        room.take(f"{count(left_out, 'more order')} not shown here; `ordinance diff --full N` shows so many.")
    out.write("\n".join(room.lines) + "\n")


class Room:
    """Lines as long as there is room for them."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.lines: list[str] = []

    def take(self, line: str) -> None:
        self.left -= len(line) + 1
        self.lines.append(line)


def verdict(result: Result) -> Iterator[str]:
    worth = f", {prose(result.money)}" if result.money else ""
    yield f"**Given {prose(result.event)}, {result.verdict}**{worth}."


def block(room: Room, most: int, title: str, lines: Iterator[str]) -> None:
    """To unfold; open where it is short. As many lines as fit."""
    kept, left, more = [], min(most, room.left), 0
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            more += 1
        else:
            kept.append(line)
    opened = " open" if len(kept) <= 12 else ""
    room.take(f"<details{opened}><summary>{html.escape(title)}</summary>\n")
    room.take("\n".join(kept))
    if more:
        room.take(f"\n{more:,} more would not fit into a comment.")
    room.take("\n</details>\n")


def written(result: Result) -> Iterator[str]:
    yield "| | |"
    yield "|---|---|"
    for change in result.written:
        yield f"| {cut(prose(said(change)))} | {cut(prose(detail(change)))} |"


def rows(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(table.columns)} |"
    yield f"|{'---|' * len(table.columns)}"
    for row in table.rows:
        yield f"| {' | '.join(cut(prose(cell)) for cell in row)} |"
    if table.more:
        yield f"\n{table.more} more; `--format json` has all of them."


def unread(result: Result) -> Iterator[str]:
    for each in result.summary.unread[:MOST_UNREAD]:
        yield f"- {cut(prose(each.place))}: {cut(prose(each.error))}"
    if result.summary.unreadable > MOST_UNREAD:
        yield f"- and {result.summary.unreadable - MOST_UNREAD:,} more"


def of_order(result: Result, order: Changed) -> Iterator[str]:
    yield f"<details><summary>Order {unfolding(order.order)} ({unfolding(order.place)})</summary>"
    yield ""
    for line in result.lines(order):
        by = f"<br>*{prose(line.by)}*" if line.by else ""
        yield f"- {cut(prose(line.text))}{by}"
        for why in line.why:
            yield f"  - {cut(prose(why))}"
    yield ""
    yield "</details>"
    yield ""


def cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def unfolding(text: str) -> str:
    """In the heading of something to unfold, which is no Markdown."""
    return f"<code>{html.escape(' '.join(visible(text).split()))}</code>"
