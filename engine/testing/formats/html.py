"""Coverage as one page that a merchant can open: the rules files as they are written, coloured by what tests saw of them.

Called by `ordinance test --format html`. What was not seen is listed first, each line leading to its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TextIO

from dsl.counting import count
from dsl.source import Source
from engine.show.page import bottom, text, top
from engine.show.words import listed
from engine.testing.formats.result import Results

if TYPE_CHECKING:
    from engine.testing.covered import Covered, Part

TITLE = "What the tests see of the rules"
MADE = (
    "Made by Ordinance. A condition counts once for having been met in a test and once for not having been met; "
    "a rule for having fired; a row of a table for having matched."
)


@dataclass(frozen=True)
class Mark:
    """A stretch of a file's text and the part it shows."""

    start: int
    end: int
    part: Part
    number: int


def html(results: Results, out: TextIO, _color: bool) -> None:
    assert results.covered is not None, "the command measures it where this is asked for"
    failures = [each.test.title for each in results.outcomes if not each.passed]
    out.write(top(TITLE, own="engine.testing.formats"))
    out.write("\n".join((*body(results.covered, listed(failures)), bottom(MADE))))


def body(covered: Covered, failed: str) -> Iterator[str]:
    """failed: titles of tests that did not pass, which is said at the top."""
    yield f"<header><h1>The tests see {covered.percent} % of the rules</h1><p>{count(covered.tests, 'test')}.</p></header>"
    if failed:
        yield f'<p class="failed">Not passed, so look at these first: {text(failed)}</p>'
    yield '<dl id="sums">' + "".join(sums(covered)) + "</dl>"
    marks = marked(covered)
    unseen = [mark for found in marks.values() for mark in found if mark.part.unseen]
    if unseen:
        yield '<section><h2>Not seen yet</h2><ul class="unseen">'
        for mark in unseen:
            part = mark.part
            yield (
                f'<li><a href="#p{mark.number}">{text(str(part.span))}</a> {text("" if part.kind == "rule" else part.whose + ": ")}'
                f"<code>{text(part.text)}</code> <em>{text(part.note or part.said)}</em></li>"
            )
        yield "</ul></section>"
    yield (
        '<p class="key"><span class="seen">seen both ways</span> <span class="half">seen one way only</span> '
        '<span class="never">not seen</span>. The numbers say in how many tests: of a rule that it fired, of a condition '
        "that it was met / not met, of a row that it matched.</p>"
    )
    for source, found in marks.items():
        yield f'<section><h2>{text(source.path)}</h2>\n<ol class="file">{"".join(lines(source, found))}</ol></section>'
    for rule in covered.off:
        yield f'<p class="key">The rule “{text(rule.title)}” is off, so nothing is asked of it.</p>'


def sums(covered: Covered) -> Iterator[str]:
    names = {
        "rule": "rules fired",
        "condition": "conditions met and not met",
        "row": "rows of tables matched",
    }
    for kind, name in names.items():
        seen, total = covered.of_kind(kind)
        if total:
            bad = "" if seen == total else ' class="bad"'
            yield f"<div{bad}><dt>{name}</dt><dd>{seen} of {total}</dd></div>"


def marked(covered: Covered) -> dict[Source, list[Mark]]:
    """By file, in the order of their places; each part has a number of its own."""
    found: dict[str, tuple[Source, list[Mark]]] = {}
    for number, part in enumerate(covered.parts):
        span = part.span
        source = span.source
        base = source.base
        found.setdefault(source.path, (source, []))[1].append(
            Mark(base + span.start, base + span.end, part, number)
        )
    return {whole(source): marks for source, marks in found.values()}


def whole(source: Source) -> Source:
    """The file that a stretch read by itself is of."""
    home: Source = getattr(source, "home", source)
    return home


def lines(source: Source, marks: Sequence[Mark]) -> Iterator[str]:
    for number, start in enumerate(source.line_starts, start=1):
        end = start + len(source.line(number))
        yield f'<li id="{text(source.path)}:{number}">{pieces(source, start, end, marks)}</li>'


def pieces(source: Source, start: int, end: int, marks: Sequence[Mark]) -> str:
    """A line, cut where parts begin and end; what stands in several parts belongs to the innermost."""
    here = [mark for mark in marks if mark.start < end and mark.end > start]
    cuts = sorted({start, end, *(max(m.start, start) for m in here), *(min(m.end, end) for m in here)})
    said = []
    for a, b in pairwise(cuts):
        piece = text(source.text[a:b])
        inner = min(
            (m for m in here if m.start <= a and b <= m.end), key=lambda m: m.end - m.start, default=None
        )
        if inner is None or not source.text[a:b].strip():
            said.append(piece)
            continue
        anchor = f' id="p{inner.number}"' if a == inner.start else ""
        said.append(
            f'<span{anchor} class="{state(inner.part)}" title="{text(inner.part.said)}">{piece}</span>'
        )
        if b == inner.end:
            said.append(f'<small class="{state(inner.part)}">{tally(inner.part)}</small>')
    return "".join(said) or "&nbsp;"


def state(part: Part) -> str:
    if not part.unseen:
        return "seen"
    return "never" if len(part.unseen) == len(part.wanted) else "half"


def tally(part: Part) -> str:
    """`3` tests saw it fire, `3 / 2` met and not met."""
    return " / ".join(str(each.tests) for each in part.wanted)
