"""`ordinance import`: orders of any shape that is known, as our own JSON."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from dsl.schema import fold
from engine.cli.opening import opened
from engine.cli.terminal import CannotDo, note, reason
from engine.config import Config
from engine.folder import FILE, DiskFolder, find_ruleset
from engine.samples import UnreadableFile, orders_at
from events.atomic import replacing
from events.export import export_order
from events.importers import Imported, read_orders
from events.jsontext import LARGEST_FILE, dumps
from events.order import Order
from events.redact import redact


@click.command()
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--redact", "hide", is_flag=True, help="Put made-up personal data in place of the real.")
@click.option(
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write each order into a file of its own.",
)
@click.pass_context
def command(ctx: click.Context, paths: tuple[Path, ...], hide: bool, output: Path | None) -> None:
    """Read orders of Order Desk, Shopify or WooCommerce and print them as our own JSON.

    FILE is a file, a folder of files, or - for what is piped in. One order is printed over several lines, more than one
    with a line for each. Folder ids get the names that the ruleset you are in gives them.

    \b
      ordinance import shopify-order.json
      ordinance import exported/ --redact --output samples
      curl ... | ordinance import - --redact > samples/tee.json

    Exit code: 0 every order was read, 2 something was not; the others are still printed.
    """
    config = config_in_reach()
    found = [each for path in paths for each in read(path, config)]
    orders = [redact(each.order) if hide else each.order for each in found if each.order is not None]
    for each in found:
        for warning in each.warnings:
            note(f"{each.place}: {warning}")
        if each.error is not None:
            note(f"{each.place}: not read: {each.error}")
    if output is not None:
        for target, order in zip(targets(output, orders), orders, strict=True):
            write(target, order)
            note(f"wrote {target}")
    else:
        for order in orders:
            click.echo(dumps(export_order(order), indent=2 if len(orders) == 1 else None))
    if any(each.error is not None for each in found):
        ctx.exit(2)


def config_in_reach() -> Config:
    root = find_ruleset(Path("."))
    return opened(DiskFolder(root)).ruleset.config if (root / FILE).is_file() else Config()


def read(path: Path, config: Config) -> Iterator[Imported]:
    """As they are: without a folder where they have none."""
    if str(path) == "-":
        data = sys.stdin.buffer.read(LARGEST_FILE + 1)
        yield from read_orders(data, name="stdin", store=config.store, folders=config.folders_by_id)
        return
    try:
        yield from orders_at(path, config, landing=False)
    except UnreadableFile as error:
        yield Imported(None, str(error), (), "", str(path))


def targets(folder: Path, orders: list[Order]) -> list[Path]:
    """A file name for each order, from its id; none that is there already, so that nothing is overwritten."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotDo(f"`{folder}` cannot be made: {reason(error)}") from None
    found: list[Path] = []
    taken: set[str] = set()  # on many disks `a.json` and `A.json` are one file
    for order in orders:
        name = re.sub(r"[^\w.-]+", "-", order.id).strip(".-")[:50] or "order"
        path, number = folder / f"{name}.json", 1
        while fold(path.name) in taken:
            number += 1
            path = folder / f"{name}-{number}.json"
        taken.add(fold(path.name))
        found.append(path)
    there = next((path for path in found if path.exists()), None)
    if there is not None:
        raise CannotDo(f"`{there}` is there already, so nothing was written; name another folder")
    return found


def write(path: Path, order: Order) -> None:
    """Whole or not at all."""
    text = dumps(export_order(order), indent=2) + "\n"
    try:
        with replacing(path) as aside:
            aside.write_text(text, "utf-8")
    except OSError as error:
        raise CannotDo(f"`{path}` cannot be written: {reason(error)}") from None
