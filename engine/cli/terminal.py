"""What commands say beside their results: notes, progress, and that something could not be done. All of it on stderr."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from typing import IO, Any, TypeVar

import click

T = TypeVar("T")
PATIENCE = 1.0
"""Seconds after which progress is shown."""


class CannotDo(click.ClickException):
    """The command cannot do what it was asked: one lower-case sentence, with the way out where it is known."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"ordinance: {self.message}", err=True)


def note(text: str) -> None:
    click.echo(text, err=True)


def colors(stream: IO[Any]) -> bool:
    """Whether to paint: a terminal that can, and whose owner has not set NO_COLOR (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def watched(things: Iterable[T], total: int, doing: str) -> Iterator[T]:
    """The things one by one; past a second a terminal sees how far it is. The line is gone before each is handed over,
    so that it never stands among results."""
    if not sys.stderr.isatty():
        yield from things
        return
    began = time.monotonic()
    for done, thing in enumerate(things):
        late = time.monotonic() - began > PATIENCE
        if late and not sys.stdout.isatty():
            filled = done * 30 // max(total, 1)
            click.echo(
                f"\r{doing} [{'#' * filled}{'.' * (30 - filled)}] {done:,} of {total:,}", err=True, nl=False
            )
        yield thing
    if time.monotonic() - began > PATIENCE and not sys.stdout.isatty():
        click.echo("\r\033[K", err=True, nl=False)
