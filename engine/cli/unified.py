"""What would change in a file, as `diff -u` and `git diff` print it."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence

import click

from engine.cli.terminal import colors
from engine.report.place import visible

_PAINT = {"+": "green", "-": "red", "@": "cyan"}


def show_difference(name: str, before: str, after: str) -> None:
    """On stdout. Line ends that differ are told as such, as nobody sees them."""
    paint = _PAINT if colors(sys.stdout) else {}
    said = list(difflib.unified_diff(_lines(before), _lines(after), name, name, lineterm=""))
    for line in said:
        shown = visible(line).replace("\\u{9}", "\t")
        click.echo(click.style(shown, fg=paint[line[0]]) if line[:1] in paint else shown)
    if not said:
        click.echo(f"{name}: only its line ends, or the mark at its beginning, would change")


def _lines(text: str) -> Sequence[str]:
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")
