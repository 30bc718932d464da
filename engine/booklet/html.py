"""The page as HTML: one file that a merchant can open, print and mail.

Called by `ordinance doc`. The search of the browser is its search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from pygments import highlight
from pygments.formatters import HtmlFormatter

from dsl.colours.lexer import OrdinanceLexer
from dsl.counting import count
from engine.booklet.content import MODES, MOST_SAMPLES, MOST_TESTS, Booklet, Named, Told
from engine.booklet.flow import Flow
from engine.booklet.grids import Grid
from engine.booklet.indexes import Place
from engine.booklet.picture import numbers, picture
from engine.booklet.settings import Setup
from engine.report.place import visible
from engine.show.page import bottom, listing, text, top


def html(book: Booklet, out: TextIO) -> None:
    title = f"The rules of {book.store}" if book.store else "The rules"
    out.write(top(title, own="engine.booklet"))
    out.write("\n".join(page(book, title)))
    out.write(f"\n{bottom()}")


def page(book: Booklet, title: str) -> Iterator[str]:
    about = (
        f"{count(book.count, 'rule')}, {count(book.tests, 'test')}, {count(book.samples, 'sample order')}."
    )
    yield f"<header><h1>{text(title)}</h1><p>{about} Rules run from top to bottom.</p></header>"
    parts = [
        ("picture", "What leads to what", flow(book.flow)),
        ("events", "By event", index(book.events)),
        ("folders", "By folder", places(book.folders)),
        *(
            (f"file-{n}", path, "".join(map(rule, told_of(book, rules))))
            for n, (path, rules) in enumerate(book.rules, 1)
        ),
        ("definitions", "Conditions and values with a name", named(book.definitions)),
        ("lists", "Lists", named(book.lists)),
        ("tables", "Tables", "".join(map(grid, book.tables))),
        ("settings", "Settings", facts(book.facts) + "".join(map(setup, book.setups))),
    ]
    there = [(anchor, name, said) for anchor, name, said in parts if said]
    contents = [f'<a href="#{anchor}">{text(name)}</a>' for anchor, name, _ in there]
    yield f"<nav>{listing('contents', contents)}</nav>"
    for anchor, name, said in there:
        yield f'<section id="{anchor}"><h2>{text(name)}</h2>\n{said}</section>'


# -- rules ------------------------------------------------------------------------------------------------------


def told_of(book: Booklet, rules: Sequence[Told]) -> Iterator[tuple[Told, int, frozenset[str]]]:
    """Each with how many samples there are, and the names that the page has a place for."""
    known = frozenset(one.name for group in (book.tables, book.lists, book.definitions) for one in group)
    return ((rule, book.samples, known) for rule in rules)


def rule(told: tuple[Told, int, frozenset[str]]) -> str:
    rule, samples, known = told
    mode = f' <span class="tag shadow">{MODES[rule.mode]}</span>' if rule.mode in MODES else ""
    because = f'<p class="because">Because {text(rule.because)}</p>' if rule.because else ""
    rows = [("Owner", text(rule.owner))] if rule.owner else []
    if rule.mode != "off":
        rows.append(("Samples", fired(rule, samples)))
    rows.append(("Tests", tests(rule)))
    if uses := [name for name in rule.uses if name in known]:
        rows.append(("Uses", ", ".join(f'<a href="#name-{text(name)}">{text(name)}</a>' for name in uses)))
    rows.append(("Stands in", f"<code>{text(rule.at)}</code>"))
    return (
        f'<article class="rule" id="rule-{rule.number}"><h3><a href="#rule-{rule.number}">{rule.number}</a> '
        f'{text(rule.title)}{mode}</h3>{because}<p class="says">{text(rule.sentence)}</p>'
        f'<dl class="facts">{"".join(f"<div><dt>{name}</dt><dd>{said}</dd></div>" for name, said in rows)}</dl>'
        f"<details><summary>As it is written</summary><pre>{coloured(rule.written)}</pre></details></article>\n"
    )


def fired(rule: Told, samples: int) -> str:
    if not samples:
        return "there are none to try it on"
    if not rule.firing:
        return f"none of {samples} makes it run"
    shown = [f"<code>{text(each.place)}</code>{happened(each.event)}" for each in rule.firing[:MOST_SAMPLES]]
    more = f" and {len(rule.firing) - MOST_SAMPLES} more" if len(rule.firing) > MOST_SAMPLES else ""
    return f"{len(rule.firing)} of {samples} make{'s' if len(rule.firing) == 1 else ''} it run: {', '.join(shown)}{more}"


def happened(event: str) -> str:
    """What has to happen to the sample, where it is not its import."""
    return "" if event == "Order is Imported" else f" (after “{text(event)}”)"


def tests(rule: Told) -> str:
    if not rule.tests:
        return "none tries it"
    named = [f"{text(title)} (<code>{text(at)}</code>)" for title, at in rule.tests[:MOST_TESTS]]
    more = len(rule.tests) - len(named)
    return ", ".join(named) + (f", and {more} more" if more else "")


def coloured(written: str) -> str:
    found: str = highlight(
        "\n".join(map(visible, written.split("\n"))),
        OrdinanceLexer(stripnl=False),
        HtmlFormatter(nowrap=True),
    )
    return found.rstrip("\n")


# -- what leads to what, and where ------------------------------------------------------------------------------


def flow(found: Flow) -> str:
    if not found.arrows:
        return "<p>No event leads to another.</p>" if found.rows else ""
    said = [
        f"{text(found.rows[one.start].label)} → {text(found.rows[one.end].label)}, by {text(numbers(one.by))}"
        + (" <strong>(goes round in a circle)</strong>" if one.round else "")
        for one in sorted(found.arrows, key=lambda one: (one.start, one.end))
    ]
    circle = (
        " A thick dashed arrow is part of a circle; what goes round without a change is stopped."
        if any(one.round for one in found.arrows)
        else ""
    )
    return (
        "<p>Each box is something that happens, with the rules that it sets off. An arrow leads to what these rules can "
        f"cause; it goes from the lower edge of a box to the upper part of another.{circle}</p>"
        f'<div class="wide">{picture(found)}</div>'
        f"<details><summary>The same in words</summary>{listing('plain', said)}</details>"
    )


def links(found: Iterable[int]) -> str:
    return ", ".join(f'<a href="#rule-{number}">{number}</a>' for number in found)


def index(events: Sequence[tuple[str, Sequence[int]]]) -> str:
    return table(("What happens", "Rules"), ((text(said), links(found)) for said, found in events))


def places(folders: Sequence[Place]) -> str:
    rows = (
        (
            text(one.name),
            "<br>".join(filter(None, [links(one.into), *map(text, one.settings)])),
            links(one.looked),
        )
        for one in folders
    )
    return table(("Folder", "Put there by", "Asked about by"), rows)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    if not body:
        return ""
    head = "".join(f"<th>{each}</th>" for each in heads)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


# -- names, tables, settings ------------------------------------------------------------------------------------


def named(found: Sequence[Named]) -> str:
    return "".join(
        f'<article id="name-{text(one.name)}"><h3>{text(one.name)}</h3><p class="says">{text(one.says)}</p>'
        f'<p class="name"><code>{text(one.at)}</code></p></article>'
        for one in found
    )


def grid(found: Grid) -> str:
    heads = [*map(text, found.inputs), *(f"→ {text(name)}" for name in found.outputs)]
    more = f" {count(found.more, 'more row')} not shown here." if found.more else ""
    return (
        f'<article id="name-{text(found.name)}"><h3>{text(found.name)}</h3>'
        f"{table(heads, ([text(cell) for cell in row] for row in found.rows))}"
        f"<p>The first row that fits counts.{more} Otherwise: {text(found.otherwise)}.</p>"
        f'<p class="name"><code>{text(found.at)}</code></p></article>'
    )


def facts(found: Sequence[tuple[str, str]]) -> str:
    rows = "".join(f"<div><dt>{text(name)}</dt><dd>{text(said)}</dd></div>" for name, said in found)
    return f'<article><h3>The store</h3><dl class="facts">{rows}</dl></article>'


def setup(found: Setup) -> str:
    rows = "".join(f"<div><dt>{text(name)}</dt><dd>{text(said)}</dd></div>" for name, said in found.settings)
    about = f'<p class="name">{text(found.about)}</p>' if found.about else ""
    acts = (
        f"<p>These settings act like rules:</p>{listing('plain', map(text, found.acts))}"
        if found.acts
        else ""
    )
    return f'<article><h3>{text(found.name)}</h3>{about}<dl class="facts">{rows}</dl>{acts}</article>'
