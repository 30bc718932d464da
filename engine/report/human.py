"""Findings for a person at a terminal: the sentence, the place in the file, the way out (house style, "A diagnostic")."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import click
from rich.cells import cell_len

from dsl.diagnostics import Diagnostic, Severity
from dsl.source import Source, Span
from engine.report.place import place, visible

WIDTH = 100
"""Cells of a source line that are shown; of a longer one, what stands around the finding."""

LEAD = 40
"""Cells that are kept before the finding where a line is cut."""

HIDDEN = frozenset({"W517"})
"""Findings about what nobody should read; snippets end up in logs."""
MASK = "•"

TAB = 4
LINES = 4
"""A finding over more lines shows the first two and the last."""


@dataclass(frozen=True)
class Paint:
    """Colours, or none."""

    on: bool

    def __call__(self, text: str, color: str, *, bold: bool = False) -> str:
        return click.style(text, fg=color, bold=bold) if self.on and text else text


@dataclass(frozen=True)
class Strip:
    """One source line as it is shown, and the cells of it that are underlined."""

    number: int
    text: str
    start: int
    length: int


def _cells(line: str) -> Iterator[str]:
    """The line character by character, as each is shown; a tab reaches to the next stop."""
    at = 0
    for char in line:
        shown = " " * (TAB - at % TAB) if char == "\t" else visible(char)
        at += cell_len(shown)
        yield shown


def _cut(line: str, start: int) -> int:
    """The first character shown of a line that is too long: so that `LEAD` cells before the finding are kept."""
    cells = 0
    while start > 0 and cells < LEAD:
        start -= 1
        cells += cell_len(visible(line[start]))
    return start


def _strip(number: int, line: str, start: int, end: int) -> Strip:
    """`start` and `end` are characters of the line, end exclusive; an empty stretch is one cell wide."""
    long = len(line) > WIDTH or cell_len(visible(line)) > WIDTH
    first = _cut(line, start) if long else 0
    shown: list[str] = []
    room = WIDTH
    for piece in _cells(line[first : first + WIDTH]):
        room -= cell_len(piece)
        if room < 0:
            break
        shown.append(piece)
    left = "..." if first else ""
    right = "..." if first + len(shown) < len(line) else ""
    before = cell_len(left + "".join(shown[: start - first]))
    under = cell_len("".join(shown[start - first : end - first]))
    return Strip(number, left + "".join(shown) + right, before, max(1, under))


def _stretches(span: Span) -> list[tuple[int, int, int]]:
    """For each line of the span: its number and the characters that are underlined, from 0, end exclusive."""
    source: Source = span.source
    end = max(span.start, span.end)
    while end > span.start + 1 and source.text[end - 1] in "\r\n":
        end -= 1
    first, column = source.place(span.start)
    last, end_column = source.place(end)
    stretches = []
    for number in range(first, last + 1):
        if last - first >= LINES and first + 2 <= number < last:
            continue
        line = source.line(number)
        from_here = column - 1 if number == first else len(line) - len(line.lstrip())
        to_here = end_column - 1 if number == last else len(line.rstrip())
        if number == first or to_here > from_here:
            stretches.append((number, from_here, to_here))
    return stretches


def _snippet(
    span: Span, width: int, paint: Callable[[str], str], bar: Callable[[str], str], *, hidden: bool
) -> Iterator[str]:
    gutter = " " * (width + 2)
    yield bar(f"{gutter}|")
    previous = None
    for number, start, end in _stretches(span):
        if previous is not None and number > previous + 1:
            yield bar("...")
        line = span.source.line(number)
        if hidden:
            line = line[:start] + re.sub(r'[^\s"]', MASK, line[start:end]) + line[end:]
        strip = _strip(number, line, start, end)
        yield f"{bar(f' {number:>{width}} |')} {strip.text}".rstrip()
        yield f"{bar(f'{gutter}|')} {' ' * strip.start}{paint('^' * strip.length)}"
        previous = number


def _finding(finding: Diagnostic, folder: str, paint: Paint) -> Iterator[str]:
    color = "red" if finding.severity is Severity.ERROR else "yellow"
    spans = [finding.span, *(note.span for note in finding.notes)]
    width = max(len(str(place(span, folder).end_line)) for span in spans)

    def bar(text: str) -> str:
        return paint(text, "blue", bold=True)

    def at(span: Span, mark: Callable[[str], str]) -> Iterator[str]:
        where = place(span, folder)
        if not where.path:
            return
        arrow = bar(f"{' ' * (width + 1)}-->")
        if not span.source.text:
            yield f"{arrow} {visible(where.path)}"
            return
        yield f"{arrow} {visible(where.path)}:{where.line}:{where.column}"
        yield from _snippet(span, width, mark, bar, hidden=finding.code in HIDDEN)

    head = paint(f"{finding.severity}[{finding.code}]", color, bold=True)
    yield f"{head}: {visible(finding.message)}"
    yield from at(finding.span, lambda text: paint(text, color, bold=True))
    if finding.help:
        first, *more = finding.help.split("\n")
        lead = f"{' ' * (width + 2)}= help: "
        yield f"{bar(' ' * (width + 2) + '=')} help: {visible(first)}"
        yield from (" " * len(lead) + visible(line) for line in more)
    for note in finding.notes:
        yield f"{paint('note', 'cyan', bold=True)}: {visible(note.message)}"
        yield from at(note.span, lambda text: paint(text, "cyan", bold=True))


def rendered(findings: Sequence[Diagnostic], folder: str, *, color: bool = False) -> Iterator[str]:
    """The text of each finding, a blank line between each two."""
    paint = Paint(color)
    between = ""
    for finding in findings:
        yield between + "".join(f"{line}\n" for line in _finding(finding, folder, paint))
        between = "\n"
