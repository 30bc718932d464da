"""A rules file as the blocks that its text is made of.

Called by `session`, `keeping` and the editor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from dsl.source import Source
from engine.cache.block import Block


@dataclass(frozen=True)
class RulesFile:
    """Together the blocks are the file's text."""

    source: Source
    blocks: Sequence[Block]

    @cached_property
    def starts(self) -> list[int]:
        """Where each statement begins, in order."""
        begins = accumulate([block.length for block in self.blocks], initial=0)
        return [
            begin + start
            for block, begin in zip(self.blocks, begins, strict=False)
            for start in block.facts.starts
        ]

    def stand(self) -> None:
        """From now on its blocks stand in it."""
        begins = 0
        for block in self.blocks:
            block.stand(self.source, begins)
            begins += block.length
