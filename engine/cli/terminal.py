"""What commands say beside their results: notes, progress, and that something could not be done. All of it on stderr."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any, TypeVar

import click

from dsl.diagnostics import Diagnostic
from engine.report.place import visible

T = TypeVar("T")
PATIENCE = 1.0
"""Seconds after which progress is shown."""

OFTEN = 0.1
"""Seconds between two pictures of it."""


class CannotDo(click.ClickException):
    """The command cannot do what it was asked: one lower-case sentence, with the way out where it is known."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        note(f"ordinance: {self.message}")


def reason(error: OSError) -> str:
    """What the system says of it, to stand at the end of a sentence."""
    return (error.strerror or str(error)).lower()


def note(text: str) -> None:
    """A file's or an order's name in it may hold anything: nothing of it acts on the terminal."""
    click.echo("\n".join(visible(line) for line in text.split("\n")), err=True)


def findings(found: Iterable[Diagnostic], folder: str = "") -> None:
    """Findings that are not the result. `render` lets nothing that they quote act on the terminal, so that only its own
    colours do."""
    from engine.report import render  # late: most commands find nothing

    click.echo(render(found, color=colors(sys.stderr), folder=folder).rstrip("\n"), err=True)


def colors(stream: IO[Any]) -> bool:
    """Whether to paint: a terminal that can, and whose owner has not set NO_COLOR (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def watched(things: Iterable[T], total: int | None, doing: str, out: IO[Any] | None = None) -> Iterator[T]:
    """The things one by one; past a second a person at a terminal sees how far it is.

    total: None where nobody knows. out: where results go meanwhile. On a terminal they show by themselves how far it is, and nothing stands between them.
    """
    if not sys.stderr.isatty() or (out is not None and out.isatty()):
        yield from things
        return
    shown = time.monotonic() + PATIENCE
    drawn = False
    try:
        for done, thing in enumerate(things):
            if time.monotonic() >= shown:
                click.echo(f"\r{doing} {_how_far(done, total)}", err=True, nl=False)
                drawn, shown = True, time.monotonic() + OFTEN
            yield thing
    finally:
        if drawn:
            click.echo("\r\033[K", err=True, nl=False)


def _how_far(done: int, total: int | None) -> str:
    if total is None:
        return f"{done:,}"
    filled = done * 30 // max(total, 1)
    return f"[{'#' * filled}{'.' * (30 - filled)}] {done:,} of {total:,}"


@contextmanager
def counting(doing: str) -> Iterator[Callable[[], None]]:
    """To be called after each step of work whose end nobody knows; past a second a person at a terminal sees it go on."""
    begun = shown = time.monotonic()
    steps = 0

    def step() -> None:
        nonlocal steps, shown
        steps += 1
        now = time.monotonic()
        if sys.stderr.isatty() and now - begun >= PATIENCE and now - shown >= OFTEN:
            click.echo(f"\r{doing}: {steps:,} ", err=True, nl=False)
            shown = now

    try:
        yield step
    finally:
        if shown != begun:
            click.echo("\r\033[K", err=True, nl=False)


@contextmanager
def progress(doing: str) -> Iterator[Callable[[int, float | None], None]]:
    """To be told, after each step, how many things are done, and which part of all that is (0 to 1; None where nobody
    knows). Past a second a person at a terminal sees it."""
    shown = time.monotonic() + PATIENCE
    drawn = False

    def step(done: int, part: float | None) -> None:
        nonlocal shown, drawn
        if sys.stderr.isatty() and time.monotonic() >= shown:
            bar = "" if part is None else f"[{'#' * int(part * 30):.<30}] "
            click.echo(f"\r{doing} {bar}{done:,}", err=True, nl=False)
            drawn, shown = True, time.monotonic() + OFTEN

    try:
        yield step
    finally:
        if drawn:
            click.echo("\r\033[K", err=True, nl=False)
