"""The one layout of a rules file: what the author said in the author's words, comments and all, in the columns of the
language page.

`format` is called by `ordinance fmt`, by the language server and where fixes are applied. From a file's text it takes the
statements' concrete trees (`concrete`), puts their words with the comments into lines (`statements`, `runs`,
`literals`) and breaks what is too wide (`layout`).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from dsl import ast, chunks
from dsl.diagnostics import Diagnostic
from dsl.formatting import concrete, statements
from dsl.formatting.layout import written
from dsl.formatting.runs import Comment, Runs
from dsl.parser import Parsed, parse
from dsl.source import Source

MOST_EMPTY = 2
"""Empty lines between two statements."""


@dataclass(frozen=True)
class Formatted:
    """text: None where the file has a syntax error, which the diagnostics tell; such a file is left as it is."""

    text: str | None
    diagnostics: tuple[Diagnostic, ...] = ()


class Changed(Exception):
    """Our mistake: a file would not say the same. It is never written."""


def format(source: Source) -> Formatted:  # noqa: A001  the architecture's own word
    """The canonical text of a rules file. Never raises for any text, but `Changed` for a mistake of ours."""
    parsed = parse(source)
    if parsed.diagnostics:
        return Formatted(None, parsed.diagnostics)
    text = _File(source, parsed).text()
    if text != source.text and not _same(parse(Source(source.path, text)), parsed):
        raise Changed(f"{source.path}: the formatted text would not say the same")
    return Formatted(text)


def _same(one: Parsed, other: Parsed) -> bool:
    return (
        not one.diagnostics
        and one.file.statements == other.file.statements
        and [c.text.rstrip() for c in one.file.comments] == [c.text.rstrip() for c in other.file.comments]
    )


@dataclass
class _Block:
    """Lines at the top of a file: a statement, or a comment between statements. start, end: in the author's text."""

    kind: str
    lines: list[str]
    start: int
    end: int


class _File:
    def __init__(self, source: Source, parsed: Parsed) -> None:
        self.source = source
        self.starts = source.line_starts
        self.comments = [self._comment(comment) for comment in parsed.file.comments]
        self.kept = frozenset(allow.line for allow in parsed.file.allows)
        self.next = 0
        """The first comment that has no place yet."""

    def _comment(self, comment: ast.Comment) -> Comment:
        start, end = comment.span.start, comment.span.end
        line = self.starts[bisect_right(self.starts, start) - 1]
        alone = not self.source.text[line:start].strip(" \t\ufeff")
        return Comment(comment.text.rstrip(), start, end, alone)

    def text(self) -> str:
        text = self.source.text
        blocks: list[_Block] = []
        for chunk in chunks.cut(text).chunks:
            if chunk.kind:
                blocks += self._between(chunk.start)
                blocks.append(self._statement(chunk.start, chunk.end))
        blocks += self._between(len(text))
        said: list[str] = []
        for number, block in enumerate(blocks):
            said += [""] * self._empty_lines(blocks, number)
            said += block.lines
        return "".join(f"{line}\n" for line in said)

    def _between(self, end: int) -> list[_Block]:
        """Comments that belong to no statement, as far as `end`."""
        found = []
        while self.next < len(self.comments) and self.comments[self.next].start < end:
            comment = self.comments[self.next]
            found.append(_Block("", [comment.text], comment.start, comment.end))
            self.next += 1
        return found

    def _statement(self, start: int, end: int) -> _Block:
        text = self.source.text
        tree = concrete.statement(text[start:end])
        runs = Runs(text, start, self.comments, self.next, self.kept, self.starts)
        lines = statements.lines(tree, runs)
        self.next = runs.next
        last = runs.end
        if (comment := self._upcoming(end)) and not comment.alone:
            runs.ends_with(comment)
            self.next, last = self.next + 1, comment.end
        said: list[str] = []
        for number, line in enumerate(lines):
            first = line.first
            said += [""] if number and first.blank else []
            said += written(line)
        indent = " " * statements.hang(tree.kind)
        margin = self._column(start)
        while (comment := self._upcoming(end)) is not None:
            if text.count("\n", last, comment.start) > 1 or self._column(comment.start) <= margin:
                break
            said.append(indent + comment.text)
            self.next, last = self.next + 1, comment.end
        return _Block(tree.kind, said, start, last)

    def _upcoming(self, end: int) -> Comment | None:
        comment = self.comments[self.next] if self.next < len(self.comments) else None
        return comment if comment is not None and comment.start < end else None

    def _column(self, offset: int) -> int:
        return self.source.place(offset)[1]

    def _empty_lines(self, blocks: list[_Block], number: int) -> int:
        """Before a block: as many as the author left, within bounds; a statement of several lines stands apart."""
        if number == 0:
            return 0
        above, block = blocks[number - 1], blocks[number]
        left = min(MOST_EMPTY, self.source.text.count("\n", above.end, block.start) - 1)
        if not above.kind:
            return max(0, left)
        following = next((other.kind for other in blocks[number:] if other.kind), "")
        close = above.kind in statements.ONE_LINE and following in statements.ONE_LINE
        return max(0 if close else 1, left)
