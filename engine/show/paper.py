"""Lines for a terminal: indented, wrapped to its width, coloured where it takes colours, safe whatever an order holds.

Used by the human format and by `why`. Rich does the measuring and the colours; no text is ever read as its markup.
"""

from __future__ import annotations

from typing import TextIO, TypeAlias

from rich.console import Console
from rich.text import Text

from engine.report.place import visible

Piece: TypeAlias = str | tuple[str, str]
"""Text, or text and its style."""

NARROWEST = 24
"""Cells that a deeply indented line still has for its text."""

DIM, BOLD, GOOD, BAD, ODD, NAME = "dim", "bold", "green", "bold red", "yellow", "cyan"


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """The command line knows what it means that the reader has enough; rich would leave with 1, which is for findings."""
        raise BrokenPipeError


class Paper:
    def __init__(self, out: TextIO, width: int | None = None, color: bool | None = None) -> None:
        self.console = _Console(
            file=out,
            width=width,
            force_terminal=color,
            no_color=None if color is None else not color,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def line(self, indent: int, *pieces: Piece, mark: Piece = "", hang: int = 2) -> None:
        """One line; where it is too long, it goes on below, `hang` cells further in, or beside `mark`, which stands in a
        column of its own."""
        text, lead = self.text(*pieces), self.text(mark)
        hang = len(lead) or hang
        room = max(NARROWEST, self.console.width - indent - hang)
        for at, line in enumerate(text.wrap(self.console, room) or [text]):
            line.rstrip()
            before = Text(" " * indent).append_text(lead) if not at else Text(" " * (indent + hang))
            self.console.print(before.append_text(line), no_wrap=True, overflow="ignore", crop=False)

    def text(self, *pieces: Piece) -> Text:
        text = Text()
        for piece in pieces:
            words, style = (piece, "") if isinstance(piece, str) else piece
            text.append(visible(words), style or None)
        return text

    def gap(self) -> None:
        self.console.print()
