"""Which product an item is: its fields, and the variant they name, by id or by the item's variation data.

Without a catalogue file ids go through as they are, and a variant that variation data must pick is left to the printer
with a warning. With one, what it does not know is an invalid SKU, with the choices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from actions.preparing import settings, spelling
from actions.preparing.details import Chosen, Found, find, stale, text_of
from actions.preparing.prepared import Print
from actions.preparing.spec import ItemField, SubmissionSpec
from actions.preparing.variants import Variant, VariantCatalogue, bare_id
from dsl.nearest import FEW, choices_help, listed
from dsl.schema import ConnectionSpec
from events.failure import Failure, FailureKind


@dataclass(frozen=True)
class Product:
    """artwork: it is printed with the item's own prints, which therefore count."""

    fields: Mapping[str, Found]
    artwork: bool
    variant: Variant | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotForPrinter:
    reason: str


def identify(
    chosen: Chosen,
    prints: Sequence[Print],
    connection: ConnectionSpec,
    spec: SubmissionSpec,
    catalogue: VariantCatalogue | None,
) -> Product | NotForPrinter | Failure:
    """The product that an item's fields name, or that it is not for this printer, or what is wrong with it."""
    values = {field.name: _field(chosen, field, prints, spec) for field in spec.items.fields}
    found = {name: value for name, value in values.items() if value}
    absent = [field.name for field in spec.items.fields if field.name not in found]
    if (spec.items.need == "any" and not found) or (spec.items.need == "all" and absent):
        return _absent(chosen, absent, spec)
    if spec.items.need == "any":
        found = _of_what_is_sent(chosen, found)
        field = next(field for field in spec.items.fields if field.name in found)
        return _variant(chosen, field, found[field.name], prints, connection, spec, catalogue)
    codes = settings.table(connection, "product_code_match")
    if sku := found.get("print_sku"):
        found["print_sku"] = Found(settings.matched(codes, sku.value) or sku.value, sku.origin)
    return Product(found, spec.prints.url in found or any(field.artwork for field in spec.items.fields))


def _of_what_is_sent(chosen: Chosen, found: dict[str, Found]) -> dict[str, Found]:
    """Where another SKU goes in the item's place and names a product, what names the old SKU's product does not count."""
    fresh = {name: each for name, each in found.items() if not stale(chosen, name, each.value)}
    return fresh or found


def _field(chosen: Chosen, field: ItemField, prints: Sequence[Print], spec: SubmissionSpec) -> Found | None:
    """A field's value. Any numbered print with a link is artwork enough."""
    if field.name != spec.prints.url:
        return find(chosen, field.name)
    numbered = (f"{field.name}_{p.number}" for p in prints if p.url)
    return find(chosen, f"{field.name}_1", field.name) or find(chosen, *numbered)


def _absent(chosen: Chosen, absent: list[str], spec: SubmissionSpec) -> NotForPrinter | Failure:
    if spec.items.absent == "skip":
        few = " or ".join(part for part in (", ".join(absent[:-1]), absent[-1]) if part)
        return NotForPrinter(f"it has no {few}")
    message = f"{chosen.title} has " + " and ".join(f"no {name}" for name in absent)
    return Failure(FailureKind.MISSING_PRINT_DETAILS, message, (chosen.key,))


def _variant(
    chosen: Chosen,
    field: ItemField,
    found: Found,
    prints: Sequence[Print],
    connection: ConnectionSpec,
    spec: SubmissionSpec,
    catalogue: VariantCatalogue | None,
) -> Product | Failure:
    warnings = []
    if field.artwork and not any(p.url for p in prints):
        has = f"{chosen.title} has {field.name} and no {spec.prints.url}"
        warnings.append(f"{has}: it is sent without artwork")
    fields = {field.name: found}
    if field.column is None:
        return Product(fields, field.artwork, None, tuple(warnings))
    if catalogue is None or not catalogue.tells(field.column):
        if field.by_variation:
            why = (
                "no variant catalogue" if catalogue is None else f"no {field.column} in the variant catalogue"
            )
            warnings.append(
                f"the variant of {chosen.title} was not checked: there is {why} "
                f"(setting `catalogue` of connection `{connection.name}`)"
            )
        return Product(fields, field.artwork, None, tuple(warnings))
    rows = catalogue.having(field.column, found.value)
    if not rows:
        near = choices_help(field.name, found.value, catalogue.ids(field.column))
        message = f"{field.name} `{found.value}` of {chosen.title} is not in the variant catalogue"
        return _invalid(chosen, f"{message} ({near})" if near else message)
    if field.column != "variant_id":
        rows = tuple({bare_id(row.gfn_variant_id or row.variant_id): row.blank for row in rows}.values())
    picked = _pick(chosen, field, found.value, rows) if field.by_variation else rows[0]
    if isinstance(picked, Failure):
        return picked
    return Product(fields, field.artwork, picked, tuple(warnings))


def _pick(chosen: Chosen, field: ItemField, product: str, rows: Sequence[Variant]) -> Variant | Failure:
    """The one variant of a product that agrees with everything the item's variation data says about its attributes."""
    attributes = list(dict.fromkeys(name for row in rows for name in row.attributes))
    said = {name: text for name in attributes if (text := _said(chosen, name, attributes, rows))}
    left = [row for row in rows if all(_agrees(row, name, text) for name, text in said.items())]
    if len(left) == 1:
        return left[0]
    told = ", ".join(f"{name} `{text}`" for name, text in said.items())
    of = f"of {field.name} `{product}`"
    if left:
        open_ones = [name for name in attributes if name not in said and len(_values(left, name)) > 1]
        choices = "; ".join(f"{name}: {_choices(_values(left, name))}" for name in open_ones)
        several = f"{len(left)} variants {of} fit {chosen.title}" + (f" with {told}" if told else "")
        choices = choices or f"more: {_choices(map(str, left))}"
        return _invalid(chosen, f"{several}; its variation has to say {choices}")
    for name, text in said.items():
        if not any(_agrees(row, name, text) for row in rows):
            message = f"{name} `{text}` of {chosen.title} is not a {name} {of}"
            return _invalid(chosen, f"{message}; the choices: {_choices(_values(rows, name))}")
    message = f"no variant {of} is {told}, as {chosen.title} asks"
    return _invalid(chosen, f"{message}; the choices: {_choices(map(str, rows))}")


def _agrees(row: Variant, name: str, text: str) -> bool:
    """A variant without the attribute is for every value of it."""
    attribute = spelling.attribute(name)
    return row.spelled.get(attribute) in (None, spelling.value(attribute, text))


def _said(chosen: Chosen, name: str, attributes: Sequence[str], rows: Sequence[Variant]) -> str | None:
    """What the item's variation says about an attribute: under its name, or as a part of `Variant: Black / M`."""
    attribute = spelling.attribute(name)
    variations = [chosen.item.variation_list, *(stock.variation_list for stock in chosen.stock)]
    for variation in variations:
        for key, text in variation.items():
            if spelling.attribute(key) == attribute and (value := text_of(text)):
                if variation is chosen.item.variation_list and stale(chosen, key, value):
                    continue
                return value
    known = {row.spelled[attribute] for row in rows if attribute in row.spelled}
    for key, text in chosen.item.variation_list.items():
        if spelling.attribute(key) in spelling.COMBINED and (value := text_of(text)):
            parts = spelling.pieces(value)
            fitting = [part for part in (value, *parts) if spelling.value(attribute, part) in known]
            if fitting:
                return fitting[0]
            if len(parts) == len(attributes):
                return parts[attributes.index(name)]
    return None


def _values(rows: Sequence[Variant], name: str) -> list[str]:
    return list(dict.fromkeys(row.attributes[name] for row in rows if name in row.attributes))


def _choices(values: Iterable[str]) -> str:
    shown = list(dict.fromkeys(values))
    more = f" and {len(shown) - FEW} more" if len(shown) > FEW else ""
    return listed(shown[:FEW]) + more


def _invalid(chosen: Chosen, message: str) -> Failure:
    return Failure(FailureKind.INVALID_SKU, message, (chosen.key,))
