"""A comparison of two versions as it is printed: for a terminal, as JSON, and for the comment of a pull request."""

from __future__ import annotations

import html
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import click

from engine.cli.terminal import colors
from engine.diff import Change
from engine.diff_outcomes import Difference
from engine.report.place import visible
from engine.show.markdown import prose
from engine.show.paper import BAD, BOLD, DIM, GOOD, NAME, ODD, Paper
from engine.show.words import Words, count
from events.jsontext import dumps

SCHEMA = "ordinance.diff/1"
ROOM = 60_000
"""Characters: GitHub takes 65,536 in a comment."""


@dataclass(frozen=True)
class Changed:
    """An order that comes out differently."""

    place: str
    order: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Compared:
    before: str
    after: str
    event: str
    written: tuple[Change, ...]
    orders: tuple[Changed, ...]
    tried: int
    words: Words

    @property
    def verdict(self) -> str:
        if not self.tried:
            return "there was no order to try"
        if not self.orders:
            return (
                f"all {self.tried:,} orders come out alike"
                if self.tried > 1
                else "the one order comes out alike"
            )
        come = "comes" if len(self.orders) == 1 else "come"
        return f"{len(self.orders):,} of {count(self.tried, 'order')} {come} out differently"


Printer: TypeAlias = Callable[[Compared], None]
MARKS = {
    "added": ("+", GOOD),
    "removed": ("-", BAD),
    "renamed": ("=", NAME),
    "changed": ("~", ODD),
    "moved": (">", NAME),
    "mode": ("!", ODD),
}


def human(compared: Compared) -> None:
    paper = Paper(sys.stdout, color=colors(sys.stdout))
    paper.line(0, (f"{compared.before} -> {compared.after}", BOLD))
    paper.gap()
    if not compared.written:
        paper.line(0, "The rules are written alike")
    else:
        paper.line(0, ("What is written differently", BOLD))
    for change in compared.written:
        mark, style = MARKS[change.kind]
        paper.line(2, f"{said(change)}  ", (why(change), DIM), mark=(f"{mark} ", style))
    paper.gap()
    paper.line(0, (f'Given "{compared.event}", {compared.verdict}', BOLD))
    for order in compared.orders:
        paper.gap()
        paper.line(0, (f"Order {order.order}", BOLD), "  ", (order.place, DIM))
        for line, by in told(order, compared.words):
            paper.line(2, line)
            if by:
                paper.line(6, (by, DIM))


def said(change: Change) -> str:
    return f'{change.what} "{change.name}"' if change.what in NAMED else f"{change.what}: {change.name}"


NAMED = ("rule", "table", "list", "definition", "test")


def why(change: Change) -> str:
    if change.kind in ("added", "removed") and change.detail and change.what == "rule":
        return f"{change.kind}, in {change.detail}"
    return f"{change.kind}: {change.detail}" if change.detail else change.kind


def told(order: Changed, words: Words) -> Iterator[tuple[str, str]]:
    """Each difference in a line, and the rules that made it."""
    for each in order.differences:
        whose = f"order {each.order}: " if order.order and each.order != order.order else ""
        for line in spoken(each, words):
            yield f"{whose}{line}", made_by(each)


def spoken(each: Difference, words: Words) -> Sequence[str]:
    if each.kind == "field":
        return list(words.changed({each.about: {"from": each.before, "to": each.after}}))
    if each.kind in ("rule", "event"):
        noun = "rule" if each.kind == "rule" else "event"
        if each.before is None:
            return [f'{noun} now: "{each.about}"{times(each.after)}']
        if each.after is None:
            return [f'{noun} no longer: "{each.about}"{times(each.before)}']
        return [f'{noun} "{each.about}": {count(each.before, "time")} -> {count(each.after, "time")}']
    if each.before is None:
        return [f"{each.about}, now: {each.after}"]
    if each.after is None:
        return [f"{each.about}, no longer: {each.before}"]
    return [f"{each.about}: {each.before} -> {each.after}"]


def times(number: int) -> str:
    return "" if number == 1 else f", {number} times"


def made_by(each: Difference) -> str:
    if each.by_before == each.by_after:
        return f'by "{each.by_after}" in both' if each.by_after else ""
    now = f'by "{each.by_after}"' if each.by_after else "by no rule"
    was = f'by "{each.by_before}"' if each.by_before else "by no rule"
    return f"{now}; before {was}"


def json(compared: Compared) -> None:
    """One object: programs read it whole."""
    plain: Mapping[str, Any] = {
        "schema": SCHEMA,
        "before": compared.before,
        "after": compared.after,
        "event": compared.event,
        "written": [asdict(change) for change in compared.written],
        "tried": compared.tried,
        "orders": [
            {"order": each.order, "place": each.place, "differences": [asdict(d) for d in each.differences]}
            for each in compared.orders
        ],
    }
    click.echo(dumps(plain, indent=2))


def markdown(compared: Compared) -> None:
    """What is written differently, then the orders to unfold; what a comment cannot hold is counted."""
    lines = [f"### Rules: {prose(compared.before)} → {prose(compared.after)}", ""]
    if compared.written:
        lines += ["| | | |", "|---|---|---|"]
        lines += [
            f"| {change.kind} | {prose(said(change))} | {prose(change.detail)} |"
            for change in compared.written
        ]
    else:
        lines.append("The rules are written alike.")
    lines += ["", f"**Given {prose(compared.event)}, {compared.verdict}.**", ""]
    room = ROOM - sum(map(len, lines))
    left_out = 0
    for order in compared.orders:
        body = [
            f"- {prose(line)}" + (f"<br>*{prose(by)}*" if by else "")
            for line, by in told(order, compared.words)
        ]
        head = f"<details><summary>Order {unfolding(order.order)} ({unfolding(order.place)})</summary>"
        block = "\n".join([head, "", *body, "", "</details>", ""])
        room -= len(block)
        if room < 0:
            left_out += 1
        else:
            lines.append(block)
    if left_out:
        lines.append(f"{count(left_out, 'more order')} would not fit into a comment.")
    click.echo("\n".join(lines))


def unfolding(text: str) -> str:
    """In the heading of something to unfold, which is no Markdown."""
    return f"<code>{html.escape(visible(text))}</code>"


PRINTERS: Mapping[str, Printer] = {"human": human, "json": json, "markdown": markdown}
