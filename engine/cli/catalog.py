"""`ordinance catalog`: all that rules may name, searched as in the Rule Builder."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from dsl.nearest import choices_help, listed
from dsl.schema import ConnectionSpec, Schema, fold
from engine import wiring
from engine.cli.many import Many
from engine.cli.opening import opened
from engine.cli.terminal import CannotDo, colors, note
from engine.folder import FILE, DiskFolder, find_ruleset
from engine.joined import Connected, Connection
from engine.listing import KINDS, Kind, Row, search
from engine.opened import Opened

PRINTERS_OWN = ("products", "variants")
KIND_OF: dict[str, Kind] = {f"{kind}s": kind for kind in KINDS}


@click.command(cls=Many)
@click.argument("words", metavar="[events|actions|fields|functions] [SEARCH]...", nargs=-1)
@click.option("--integration", metavar="NAME", help="Only what comes with it: podos, or a connection's name.")
@click.option("--brief", is_flag=True, help="One line for each.")
@click.option("--style", metavar="CODE", default="", help="With `podos products`: only of this style.")
@click.option(
    "--product", "products", multiple=True, metavar="ID...", help="With `podos variants`: only of these."
)
@click.pass_context
def command(
    ctx: click.Context, words: tuple[str, ...], integration: str | None, brief: bool, style: str, products: tuple[str, ...]
) -> None:  # fmt: skip
    """Search the events, actions, fields and functions that rules may name.

    Every word of SEARCH has to be found, in the name or in what is said about it. Inside a ruleset its own events,
    buttons and connections are found as well.

    \b
      ordinance catalog events podos
      ordinance catalog fields country
      ordinance catalog actions --brief
      ordinance catalog --integration pov

    In a ruleset that is connected to podOS, podOS itself is asked for its base products by their style codes, and for the
    variants of these, in the form of a variant file:

    \b
      ordinance catalog podos products --style STTU755
      ordinance catalog podos variants --product 1c0ffee1 > variants.csv

    Exit code: 0 something was found, 1 nothing was found, 2 podOS could not be asked.
    """
    if (
        len(words) == 2
        and words[1].lower() in PRINTERS_OWN
        and (spec := printer_in_reach(words[0])) is not None
    ):
        from engine.cli.printer_catalog import look_up

        ctx.exit(look_up(*spec, words[1].lower(), style, products))
    kinds: tuple[Kind, ...] = KINDS
    if words and words[0].lower() in KIND_OF:
        kinds, words = (KIND_OF[words[0].lower()],), words[1:]
    schema, used = names_in_reach()
    if integration is not None and not known(integration, schema):
        names = list(wiring.integrations())
        near = choices_help("integration", integration, names) or f"there are {listed(names)}"
        raise CannotDo(f"there is no integration `{integration}`; {near}")
    found = search(schema, " ".join(words), kinds=kinds, integration=integration or "")
    if not found:
        note(f"nothing has {listed(words)} in it; fewer words find more")
        ctx.exit(1)
    bold = colors(sys.stdout)
    for position, row in enumerate(found):
        missing = used is not None and row.integration not in {"", *used}
        if brief:
            click.echo(f"{row.kind:<9} {row.text}")
            continue
        if position:
            click.echo()
        for line in told(row, missing, bold):
            click.echo(line)
    note(f"{len(found)} found")


def printer_in_reach(name: str) -> tuple[Opened, ConnectionSpec] | None:
    """A connection of the ruleset in reach that has a catalogue to be looked into."""
    root = find_ruleset(Path("."))
    if not (root / FILE).is_file():
        return None
    found = opened(DiskFolder(root))
    spec = found.schema.connection(name)
    return (found, spec) if spec is not None and spec.integration == "podos" else None


def names_in_reach() -> tuple[Schema, set[str] | None]:
    """All that ships, and what the ruleset in reach adds; which integrations that ruleset uses, None without one."""
    root = find_ruleset(Path("."))
    if not (root / FILE).is_file():
        return wiring.everything(), None
    ruleset = opened(DiskFolder(root)).ruleset
    config = ruleset.config
    used = {each.uses for each in config.connections}
    shipped: list[Connected] = [Connection(name, name) for name in wiring.integrations() if name not in used]
    schema = wiring.schema(
        [*config.connections, *shipped],
        [each.name for each in config.folders],
        [each.name for each in config.buttons],
        [each.name for each in config.events],
        config.store,
        ruleset.own,
    )
    return schema, used


def known(integration: str, schema: Schema) -> bool:
    names = {fold(name) for name in wiring.integrations()} | {
        fold(i.label) for i in wiring.integrations().values()
    }
    return fold(integration) in names or schema.connection(integration) is not None


def told(row: Row, missing: bool, bold: bool) -> Iterator[str]:
    """The row over a few lines, as wide as the terminal."""
    width = min(shutil.get_terminal_size().columns, 100)

    def indented(text: str, more: str = "") -> str:
        return click.wrap_text(text, width, "    ", f"    {more}")

    yield f"{row.kind} {click.style(row.text, bold=True) if bold else row.text}"
    if row.doc:
        yield indented(row.doc)
    if row.id not in row.text:
        yield indented(f"id: {row.id}")
    for detail in row.details:
        if detail.strip():
            yield indented(detail, "  ")
    if row.state != "ready":
        yield indented(f"({row.state})", " ")
    if missing:
        yield indented(f"(needs `{row.integration}:` under `connections:` in {FILE})", " ")
