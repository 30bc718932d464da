"""`ordinance catalog podos products` and `variants`: a printer's own catalogue, asked for. Called by `catalog`."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Sequence

import click

from actions.integrations.podos.catalogue import list_products, list_variants
from actions.integrations.podos.shapes import BaseProduct
from actions.preparing.variants import ID_COLUMNS, Variant
from dsl.schema import ConnectionSpec
from engine.adapters import Unusable, podos_api
from engine.cli.answering import said
from engine.cli.storing import aligned
from engine.cli.terminal import CannotDo, note
from engine.opened import Opened
from engine.report.place import visible
from events.clock import SystemClock


def look_up(
    opened: Opened, connection: ConnectionSpec, what: str, style: str, products: Sequence[str]
) -> int:
    try:
        with podos_api(opened, connection, SystemClock().now, os.environ) as api:
            found = list_products(api, style) if what == "products" else list_variants(api, products)
    except Unusable as why:
        raise CannotDo(str(why)) from None
    if not isinstance(found, tuple):
        raise CannotDo(said(found))
    variants = [each for each in found if isinstance(each, Variant)]
    blanks = [each for each in found if isinstance(each, BaseProduct)]
    if variants:
        written(variants)
    rows = [(each.id, each.style_code, each.title, each.material) for each in blanks]
    for line in aligned([("ID", "STYLE", "TITLE", "MATERIAL"), *rows] if rows else []):
        click.echo(visible(line))
    note(f"{len(found):,} found")
    return 0 if found else 1


def written(variants: Sequence[Variant]) -> None:
    """As a variant file has them, so that they can be kept in one."""
    names = list(dict.fromkeys(name for each in variants for name in each.attributes))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow([*ID_COLUMNS, "sku", "title", *names])
    for each in variants:
        ids = [each.id_in(column) for column in ID_COLUMNS]
        cells = [*ids, each.sku, each.title, *(each.attributes.get(name, "") for name in names)]
        out.writerow([visible(cell) for cell in cells])
