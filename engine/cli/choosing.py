"""The orders that a command is about: named by their ids, read from files, or all of a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dsl.nearest import choices_help
from dsl.schema import fold
from engine.cli.storing import order_in
from engine.cli.terminal import CannotDo
from engine.opened import Opened
from engine.plan import Looked, Wanted
from engine.runtime.intake import IMPORTED, known_as
from engine.runtime.runtime import Runtime
from engine.samples import UnreadableFile, orders_at
from events.event import Happening
from events.order import Order
from events.store import Stored


def chosen(
    runtime: Runtime, names: Iterable[str], folder: str | None, event: Happening
) -> list[Wanted | Looked]:
    """A name that is a file's or a folder's is read; any other is an order's in the store."""
    names = list(names)
    if folder is None and not names:
        raise CannotDo(
            "name the orders: `--orders` with their ids or with files, or `--folder` with a folder of the shop"
        )
    found = [Wanted(each.order) for each in in_folder(runtime, folder)] if folder is not None else []
    every: list[Wanted | Looked] = list(found)
    for name in names:
        if Path(name).exists():
            every += from_file(runtime, Path(name), event)
        else:
            every.append(Wanted(order_in(runtime.store, name).order))
    return every


def from_file(runtime: Runtime, path: Path, event: Happening) -> list[Wanted | Looked]:
    """Orders that come in; for any other event the same orders as the store has them."""
    found: list[Wanted | Looked] = []
    try:
        for read in orders_at(path, runtime.opened.ruleset.config, landing=False):
            if read.order is None:
                found.append(
                    Looked(Wanted(Order(), place=read.place), why_not=read.error or "this is no order")
                )
                continue
            known = known_as(runtime, read.order) if event.id != IMPORTED else None
            stored = runtime.store.order(known) if known is not None else None
            found.append(Wanted(stored.order) if stored else Wanted(read.order, new=True, place=read.place))
    except UnreadableFile as error:
        raise CannotDo(str(error)) from None
    return found


def in_folder(runtime: Runtime, folder: str) -> list[Stored]:
    name = folder_named(runtime.opened, folder)
    return [each for each in runtime.store.orders() if fold(each.order.folder) == fold(name)]


def folder_named(opened: Opened, folder: str) -> str:
    """As the ruleset spells it."""
    folders = opened.schema.folders
    found = folders.get(fold(folder))
    if found is None:
        near = (
            choices_help("folder", folder, folders.values())
            or "folders stand under `folders:` in ordinance.yaml"
        )
        raise CannotDo(f"there is no folder `{folder}`; {near}")
    return found
