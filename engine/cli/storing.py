"""The store that a command works on: found, opened, and closed; and what it has to say, in the command's words.

Called by every command that keeps something. The default lies in the ruleset's folder, where git does not see it.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from engine.cli.terminal import CannotDo, note, reason
from engine.report.place import visible
from events.store import Store, Stored, StoreError
from events.stores import open_store

F = TypeVar("F", bound=Callable[..., Any])

FOLDER = ".ordinance"
FILE = "store.sqlite"


def store_option(function: F) -> F:
    return click.option(
        "--store", "place", metavar="PATH", envvar="ORDINANCE_STORE",
        help=f"The store: a file, or a folder with a `/` at its end. Default: {FOLDER}/{FILE} in the ruleset.",
    )(function)  # fmt: skip


def ruleset_option(function: F) -> F:
    return click.option(
        "--ruleset", "folder", metavar="DIR", default=".", type=click.Path(path_type=Path),
        help="The ruleset's folder, where you are not in it.",
    )(function)  # fmt: skip


@contextmanager
def stored(root: Path, place: str | None, *, begin: bool = False) -> Iterator[Store]:
    """begin: made where there is none, which is told: whoever expected one there must not send everything again. What the
    store cannot do ends the command."""
    path = Path(place) if place else root / FOLDER / FILE
    there = path.exists()
    if not begin and not there:
        raise CannotDo(
            f"there is no store `{path}` yet: `ordinance orders import` or `ordinance run` begins one"
        )
    try:
        if not place:
            private_folder(root / FOLDER)
        store = open_store(place or path)
    except StoreError as error:
        raise CannotDo(str(error)) from None
    try:
        if not there:
            note(visible(f"a new store begins: {path}"))
        yield store
    except StoreError as error:
        raise CannotDo(str(error)) from None
    finally:
        store.close()


def private_folder(folder: Path) -> None:
    """For its owner alone, and not for git, whatever the ruleset's own .gitignore says."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", "utf-8")
    except OSError as error:
        raise CannotDo(f"`{folder}` cannot be made: {reason(error)}") from None


def order_in(store: Store, order_id: str) -> Stored:
    found = store.order(order_id.strip())
    if found is None:
        raise CannotDo(f"there is no order `{order_id}` in the store; {meant(store, order_id)}")
    return found


def meant(store: Store, number: str) -> str:
    """People know an order by the cart's number, which is not always its own."""
    wanted = number.strip().removeprefix("#")
    for each in store.orders():
        if wanted and each.order.source_id.strip() == wanted:
            cart = each.order.source_name.strip() or "its cart"
            return f"number {wanted} of {cart} is order `{each.order.id}` here"
    return "`ordinance orders list` lists them"


def person() -> str:
    """Who sits there, for the history."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have nobody
        return ""


def agreed(question: str, yes: bool) -> bool:
    """yes: said beforehand."""
    if yes:
        return True
    asked = getattr(sys.stdin, "isatty", None)
    if asked is None or not asked():
        raise CannotDo(f"{question} Nobody is here to answer: add `--yes` to say so beforehand")
    return click.confirm(question, err=True)


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines with their columns below each other; the last one may be as long as it likes."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))] if rows else []
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row[:-1], widths, strict=False)]
        yield "  ".join([*cells, row[-1]]).rstrip()
