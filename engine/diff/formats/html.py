"""A comparison as one page that a merchant can open, print and mail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from dsl.counting import count
from engine.diff.changed import Changed
from engine.diff.formats.result import Line, Result, Table, detail, said
from engine.show.page import bottom, listing, text, top

MARKS = {"added": "good", "removed": "bad"}


def html(result: Result, out: TextIO, _color: bool) -> None:
    title = f"{result.before} → {result.after}"
    store = result.comparison.after.opened.schema.store.name
    out.write(top(title, own="engine.diff.formats"))
    out.write("\n".join(page(result, title, store)))
    out.write(f"\n{bottom()}")


def page(result: Result, title: str, store: str) -> Iterator[str]:
    yield (
        f"<header><h1>{text(store or 'Rules')}: {text(title)}</h1>"
        f"<p>When “{text(result.event)}” happens. Nothing was sent; answers are assumed.</p></header>"
    )
    yield sums(result)
    yield written(result)
    tables = [table(each) for each in result.tables()]
    if tables:
        yield f'<section class="tables">{"".join(tables)}</section>'
    if result.summary.unreadable:
        yield unread(result)
    for order in result.shown:
        yield card(result, order)
    if result.not_shown:
        yield f'<p class="more">{count(result.not_shown, "more order")} not shown here; <code>--full N</code> shows so many.</p>'


def sums(result: Result) -> str:
    found = result.summary
    numbers = [
        ("orders tried", f"{found.tried:,}", ""),
        ("come out differently", f"{found.different.orders:,}", "odd" if found.different.orders else ""),
    ]
    if result.money:
        numbers.append(("worth", result.money, ""))
    if found.unreadable:
        numbers.append(("could not be read", f"{found.unreadable:,}", "bad"))
    cells = "".join(
        f"<div{f' class={kind}' if kind else ''}><dt>{text(name)}</dt><dd>{text(number)}</dd></div>"
        for name, number, kind in numbers
    )
    return f'<dl id="sums">{cells}</dl>'


def written(result: Result) -> str:
    if not result.written:
        return "<article><h2>The rules are written alike</h2></article>"
    lines = listing(
        "plain",
        (
            f'<span class="tag {MARKS.get(change.kind, "")}">{text(change.kind)}</span> {text(said(change))}'
            f' <span class="read">{text(detail(change).removeprefix(change.kind).lstrip(":, "))}</span>'
            for change in result.written
        ),
    )
    return f"<article><h2>What is written differently</h2>{lines}</article>"


def table(told: Table) -> str:
    heads = "".join(f"<th>{text(name)}</th>" for name in told.columns)
    body = "".join(f"<tr>{''.join(f'<td>{text(cell)}</td>' for cell in row)}</tr>" for row in told.rows)
    more = f'<p class="more">and {told.more} more</p>' if told.more else ""
    return f"<article><h2>{text(told.title)}</h2><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{more}</article>"


def unread(result: Result) -> str:
    lines = listing("problems", (f"{text(each.place)}: {text(each.error)}" for each in result.summary.unread))
    return f'<article class="bad"><h2>{count(result.summary.unreadable, "order")} could not be read</h2>{lines}</article>'


def card(result: Result, order: Changed) -> str:
    lines = "".join(f"<li>{difference(line)}</li>" for line in result.lines(order))
    return (
        f'<article><h2>Order {text(order.order)}</h2><p class="name">{text(order.place)}</p>'
        f'<ul class="plain differences">{lines}</ul></article>'
    )


def difference(line: Line) -> str:
    by = f' <span class="because">{text(line.by)}</span>' if line.by else ""
    return f'<span class="change">{text(line.text)}</span>{by}{listing("plain", map(why, line.why))}'


def why(line: str) -> str:
    return f'<span class="read">{text(line)}</span>'
