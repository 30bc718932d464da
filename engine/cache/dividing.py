"""A file's text as blocks, with what was read before in the place of all that still stands there.

Called by `session`, one divider for each time that a ruleset is read: what is left of one file may stand in the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from zlib import crc32

from dsl import chunks
from dsl.parser import MOST_MISTAKES
from dsl.source import Source
from engine.cache.block import Block
from engine.cache.region import Region, all_statements, edited, statements, too_much
from engine.cache.statement import Piece, Statement, digest, read

USUAL = 64
"""Statements of a block, on average."""


class Divider:
    def __init__(self) -> None:
        self._spare: dict[str, Block] = {}
        self._pool: dict[str, list[Callable[[str, str], Statement]]] = {}

    def spare(self, blocks: Iterable[Block]) -> None:
        """What stood in a file and does not any more."""
        self._spare |= {block.name: block for block in blocks}

    def divided(self, source: Source, before: Sequence[Block]) -> tuple[list[Block], Region] | None:
        """The blocks that a file's text is made of now, of which those outside the region stood there before. None where it
        has to be checked whole: it cannot be taken apart, or has as many mistakes as the parser reads."""
        found = _cut(source.text, before)
        if found is None:
            return None
        texts, region = found
        self.spare(before[region.first : region.last])
        first, last = before[: region.first], before[region.last :]
        left = MOST_MISTAKES - sum([block.facts.mistakes for block in (*first, *last)])
        groups = list(grouped(texts))
        same = [self._spare.pop(digest("".join(group)), None) for group in groups]
        if None in same:
            self._part()
        came = list[Block]()
        for group, block in zip(groups, same, strict=True):
            came.append(block or self._made(source.path, group, left))
            left -= came[-1].facts.mistakes
            if left <= 0:
                return None
        return [*first, *came, *last], region

    def _part(self) -> None:
        """From now on the statements of what is spare are there for new blocks."""
        for block in self._spare.values():
            for name, give in block.pooled():
                self._pool.setdefault(name, []).append(give)
        self._spare = {}

    def _made(self, path: str, texts: Iterable[str], most: int) -> Block:
        """most: mistakes, with which no more is read."""
        found = list[Statement]()
        for text in texts:
            known = self._pool.get(digest(text))
            found.append(known.pop(0)(path, text) if known else read(Piece(path, text)))
            most -= len(found[-1].syntax)
            if most <= 0:
                break
        return Block.of(found)


def _cut(text: str, before: Sequence[Block]) -> tuple[list[str], Region] | None:
    """The texts of the statements of a region."""
    if text.startswith("\ufeff"):
        return None
    if before and not any(block.facts.unclosed for block in before) and not too_much(text):
        region = edited(text, before)
        texts = statements(text[region.start : region.stop])
        others = sum([len(each.facts.starts) for each in (*before[: region.first], *before[region.last :])])
        if texts is not None and others + len(texts) <= chunks.MOST_STATEMENTS:
            return texts, region
    texts = all_statements(text)
    return None if texts is None else (texts, Region(0, len(before), 0, len(text)))


def grouped(texts: Iterable[str]) -> Iterator[list[str]]:
    """The texts of statements, block by block. Where a block ends its last statement tells."""
    group = list[str]()
    for text in texts:
        group.append(text)
        if crc32(text.encode("utf-8", "surrogatepass")) % USUAL == 0:
            yield group
            group = []
    if group:
        yield group
