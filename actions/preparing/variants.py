"""A printer's variants, from a CSV file in the ruleset folder: what an item's ids and variation data are matched against.

Read by the loader of a ruleset, given to `prepare`. The format is described in docs/submitting.md. Mistakes in the file
are problems with their line, never exceptions; the rows that could be read are kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from actions.preparing import spelling
from dsl.nearest import choices_help
from dsl.values import fold

Column = Literal["gfn_product_id", "gfn_variant_id", "variant_id"]
ID_COLUMNS: tuple[Column, ...] = ("gfn_product_id", "gfn_variant_id", "variant_id")
PLAIN_COLUMNS = ("sku", "title")
LARGEST = 100_000
"""Rows; what stands after them is not read, and a problem says so."""
MOST_PROBLEMS = 100
"""A file with more mistakes than this is another file altogether."""


@dataclass(frozen=True)
class Variant:
    """One row. `attributes` as the header and the cell write them, without the blank ones."""

    gfn_product_id: str = ""
    gfn_variant_id: str = ""
    variant_id: str = ""
    sku: str = ""
    title: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    def id_in(self, column: Column) -> str:
        return {
            "gfn_product_id": self.gfn_product_id,
            "gfn_variant_id": self.gfn_variant_id,
            "variant_id": self.variant_id,
        }[column]

    @property
    def blank(self) -> Variant:
        """The blank alone, which is printed with an order's own artwork: without the ready-made product of the row."""
        return replace(self, variant_id="", sku="", title="") if self.gfn_variant_id else self

    @cached_property
    def spelled(self) -> Mapping[str, str]:
        """Attributes in the form in which they are compared."""
        named = ((spelling.attribute(name), text) for name, text in self.attributes.items())
        return {name: spelling.value(name, text) for name, text in named}

    def __str__(self) -> str:
        attributes = " / ".join(self.attributes.values())
        return attributes or self.title or self.sku or self.gfn_variant_id or self.variant_id


@dataclass(frozen=True)
class Problem:
    """A mistake in the file: the line it is on (from 1), one lower-case sentence, and the way out where there is one."""

    line: int
    message: str
    help: str | None = None


@dataclass(frozen=True)
class VariantCatalogue:
    variants: tuple[Variant, ...] = ()

    @cached_property
    def _by_id(self) -> Mapping[Column, Mapping[str, tuple[Variant, ...]]]:
        found: dict[Column, dict[str, list[Variant]]] = {column: {} for column in ID_COLUMNS}
        for variant in self.variants:
            for column in ID_COLUMNS:
                if bare := bare_id(variant.id_in(column)):
                    found[column].setdefault(bare, []).append(variant)
        return {column: {k: tuple(v) for k, v in rows.items()} for column, rows in found.items()}

    def having(self, column: Column, text: str) -> tuple[Variant, ...]:
        return self._by_id[column].get(bare_id(text), ())

    def tells(self, column: Column) -> bool:
        """Whether the file says anything about ids of this kind."""
        return bool(self._by_id[column])

    def ids(self, column: Column) -> list[str]:
        return [rows[0].id_in(column) for rows in self._by_id[column].values()]

    @staticmethod
    def read(text: str) -> tuple[VariantCatalogue, tuple[Problem, ...]]:
        """The catalogue of a CSV file's text, with what is wrong in it."""
        variants: list[Variant] = []
        problems: list[Problem] = []
        seen: dict[tuple[Column, str], int] = {}
        rows = _rows(text, problems)
        header = next(rows, None)
        names = _header(header[1], problems) if header else None
        if names is None:
            if not problems:
                way_out = f"its first line names the columns: {_COLUMNS}"
                problems.append(Problem(1, "the file is empty", way_out))
            return VariantCatalogue(), tuple(problems)
        for line, cells in rows:
            if len(variants) == LARGEST or len(problems) == MOST_PROBLEMS:
                what = f"more than {LARGEST} variants" if len(variants) == LARGEST else "too many mistakes"
                problems.append(Problem(line, f"{what}; the rest of the file is not read"))
                break
            if len(cells) != len(names):
                what = f"{_counted(len(cells))}, expected {len(names)} as in the first line"
                problems.append(Problem(line, what))
                continue
            variant = _variant(names, cells)
            if not any(variant.id_in(column) for column in ID_COLUMNS):
                problems.append(Problem(line, "the row has no id", f"fill in one of {', '.join(ID_COLUMNS)}"))
                continue
            if twice := _seen_before(variant, line, seen):
                problems.append(twice)
                continue
            variants.append(variant)
        return VariantCatalogue(tuple(variants)), tuple(problems)


_COLUMNS = ", ".join((*ID_COLUMNS, *PLAIN_COLUMNS)) + ", then attributes such as Colour and Size"


def bare_id(text: str) -> str:
    """An id as it is compared: a reference URL counts as its last part."""
    text = fold(text)
    return text.rstrip("/").rpartition("/")[2] if text.startswith(("https://", "http://")) else text


def _rows(text: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with the line each begins on; ends at the first that cannot be read."""
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    separator = ";" if ";" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            long = "field limit" in str(error)
            what = "a cell is too long" if long else "a quote is not closed, or has text after it"
            problems.append(Problem(line, f"{what}; the rest of the file is not read"))
            return
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, [cell.strip() for cell in cells]
        line = reader.line_num + 1


def _header(cells: list[str], problems: list[Problem]) -> list[str] | None:
    known = {fold(name): name for name in (*ID_COLUMNS, *PLAIN_COLUMNS)}
    names = [known.get(fold(cell).replace(" ", "_"), cell) for cell in cells]
    for at, name in enumerate(names, 1):
        if not name:
            problems.append(Problem(1, f"column {at} has no name"))
        elif spelling.attribute(name) in map(spelling.attribute, names[: at - 1]):
            problems.append(Problem(1, f"two columns are called `{name}`"))
    if not any(name in ID_COLUMNS for name in names):
        near = choices_help("column", names[0], ID_COLUMNS)
        problems.append(Problem(1, "no column holds an id", near or f"the columns are {_COLUMNS}"))
    return None if problems else names


def _variant(names: list[str], cells: list[str]) -> Variant:
    row = dict(zip(names, cells, strict=True))
    known = {name: row.pop(name, "") for name in (*ID_COLUMNS, *PLAIN_COLUMNS)}
    return Variant(**known, attributes={name: text for name, text in row.items() if text})


def _seen_before(variant: Variant, line: int, seen: dict[tuple[Column, str], int]) -> Problem | None:
    """One variant is one row: its most exact id may stand once."""
    column: Column = "variant_id" if variant.variant_id else "gfn_variant_id"
    bare = bare_id(variant.id_in(column))
    first = seen.setdefault((column, bare), line) if bare else line
    if first == line:
        return None
    message = f"{column} `{variant.id_in(column)}` stands on line {first} already; this row is not used"
    return Problem(line, message)


def _counted(cells: int) -> str:
    return "1 cell" if cells == 1 else f"{cells} cells"
