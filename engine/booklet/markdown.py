"""The page as Markdown, for a wiki or a repository. Called by `ordinance doc --format markdown`.

What is written in the rules can neither begin a markup, mention a person nor link to an issue. The picture is told in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from dsl.counting import count
from engine.booklet.content import MODES, MOST_SAMPLES, MOST_TESTS, Booklet, Told
from engine.booklet.picture import numbers, ranges
from engine.show.markdown import code, prose


def markdown(book: Booklet, out: TextIO) -> None:
    out.write("\n".join(page(book)) + "\n")


def page(book: Booklet) -> Iterator[str]:
    yield f"# {prose(f'The rules of {book.store}' if book.store else 'The rules')}\n"
    yield f"{count(book.count, 'rule')}, {count(book.tests, 'test')}, {count(book.samples, 'sample order')}. Rules run from top to bottom.\n"
    if book.flow.arrows:
        yield "## What leads to what\n"
        for one in sorted(book.flow.arrows, key=lambda one: (one.start, one.end)):
            circle = " **(goes round in a circle)**" if one.round else ""
            start, end = book.flow.rows[one.start].label, book.flow.rows[one.end].label
            yield f"- {prose(start)} → {prose(end)}, by {prose(numbers(one.by))}{circle}"
        yield ""
    yield from table(
        "By event", ("What happens", "Rules"), ((prose(s), ranges(list(f))) for s, f in book.events)
    )
    yield from table(
        "By folder",
        ("Folder", "Put there by", "Asked about by"),
        (
            (
                prose(o.name),
                ", ".join(filter(None, [ranges(list(o.into)), *map(prose, o.settings)])),
                ranges(list(o.looked)),
            )
            for o in book.folders
        ),
    )
    for path, rules in book.rules:
        yield f"## {prose(path)}\n"
        for rule in rules:
            yield from told(rule, book.samples)
    for title, found in (("Conditions and values with a name", book.definitions), ("Lists", book.lists)):
        if found:
            yield f"## {title}\n"
            yield from (f"- **{prose(one.name)}**: {prose(one.says)} ({code(one.at)})" for one in found)
            yield ""
    for grid in book.tables:
        heads = [*map(prose, grid.inputs), *(f"→ {prose(name)}" for name in grid.outputs)]
        yield from table(
            f"Table {prose(grid.name)}", heads, ([prose(cell) for cell in row] for row in grid.rows)
        )
        more = f" {count(grid.more, 'more row')} not shown here." if grid.more else ""
        yield f"The first row that fits counts.{more} Otherwise: {prose(grid.otherwise)}. ({code(grid.at)})\n"
    yield "## Settings\n"
    yield from (f"- {prose(name)}: {prose(said)}" for name, said in book.facts)
    yield ""
    for each in book.setups:
        about = f" ({prose(each.about)})" if each.about else ""
        yield f"### {prose(each.name)}{about}\n"
        yield from (f"- {prose(name)}: {prose(said)}" for name, said in each.settings)
        yield from (f"- acts like a rule: {prose(title)}" for title in each.acts)
        yield ""


def told(rule: Told, samples: int) -> Iterator[str]:
    yield f"### {rule.number}. {prose(rule.title)}\n"
    if rule.mode in MODES:
        yield f"*{MODES[rule.mode]}*\n"
    yield f"{prose(rule.sentence)}\n"
    if rule.because:
        yield f"- Because {prose(rule.because)}"
    if rule.owner:
        yield f"- Owner: {prose(rule.owner)}"
    if rule.mode != "off" and samples:
        places = [code(each.place) for each in rule.firing[:MOST_SAMPLES]]
        yield f"- Samples: {len(rule.firing)} of {samples}{': ' if places else ''}{', '.join(places)}"
    if rule.tests:
        more = len(rule.tests) - MOST_TESTS
        named = [prose(title) for title, _ in rule.tests[:MOST_TESTS]]
        yield f"- Tests: {', '.join(named)}{f', and {more} more' if more > 0 else ''}"
    yield f"- Stands in {code(rule.at)}\n"


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    yield f"## {title}\n"
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from lines
    yield ""
