"""Which catalogue variant each item of an order is: an order of podOS takes nothing else.

A `podos_variant_id` is looked up. For a blank (`podos_gfn_variant_id`, `podos_gfn_product_id`) there has to be a product of the
shop's own with this blank, colour, size and artwork: it is recalled, found, or made, and remembered by all of these.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from actions.http import Answer
from actions.integrations.podos.api import Api
from actions.integrations.podos.catalogue import Own, Shelf, list_products, list_variants
from actions.integrations.podos.errors import MAKE_PRODUCT
from actions.integrations.podos.orders import title
from actions.integrations.podos.shapes import BaseProduct, CatalogueProduct, CatalogueVariant, read
from actions.preparing import spelling
from actions.preparing.details import Chosen
from actions.preparing.prepared import Line, Prepared
from actions.preparing.products import Product, identify
from actions.preparing.spec import ItemField, SubmissionSpec
from actions.preparing.variants import Variant, VariantCatalogue, bare_id
from actions.provider import Memory
from dsl.nearest import choices_help
from dsl.schema import ConnectionSpec, fold
from events.failure import Failure, FailureKind, by_precedence
from events.jsontext import dumps
from events.order import Item
from events.outcome import Failed, Outcome, RetryAfter


@dataclass(frozen=True)
class Print:
    """podOS calls it an application."""

    technology: str
    placement: str
    src: str


@dataclass
class Products:
    """technology: how artwork is put on, where podOS has several ways."""

    api: Api
    memory: Memory
    connection: ConnectionSpec
    spec: SubmissionSpec
    technology: str
    shelf: Shelf
    _lock: Lock = field(default_factory=Lock, repr=False)

    def refs(self, prepared: Prepared) -> list[str] | Outcome:
        """The variant reference of each item, in order; everything that is wrong with any of them."""
        found: list[str] = []
        failures: list[Failure] = []
        with self._lock:  # two orders with one new artwork make one product
            for line in prepared.items:
                one = self._ref(line, prepared)
                if isinstance(one, str):
                    found.append(one)
                elif isinstance(one, Failure):
                    failures.append(one)
                else:
                    return one
        return Failed(by_precedence(failures)) if failures else found

    def _ref(self, line: Line, prepared: Prepared) -> str | Failure | Outcome:
        name = next(name for name in (f.name for f in self.spec.items.fields) if name in line.fields)
        field = next(each for each in self.spec.items.fields if each.name == name)
        if field.column == "variant_id":
            return self._ready_made(line, name, line.fields[name])
        variant = self._blank(line, field)
        if not isinstance(variant, Variant):
            return variant
        prints = self._prints(line)
        if isinstance(prints, Failure):
            return prints
        return self._printed(line, variant, prints, prepared.currency)

    def _ready_made(self, line: Line, name: str, value: str) -> str | Failure | Outcome:
        found = self.shelf.find(value)
        label = self.connection.label
        if isinstance(found, Own):
            near = choices_help(name, value, found.ids())
            message = f"{name} `{value}` of {title(line)} is not in the catalog at {label}"
            return _invalid(line, f"{message} ({near})" if near else message)
        if not isinstance(found, tuple):
            return found
        product, variant = found
        if product.enabled is False:
            return _invalid(line, f"{name} `{value}` of {title(line)} is switched off at {label}")
        return variant.ref

    def _blank(self, line: Line, field: ItemField) -> Variant | Failure | Outcome:
        """The variant with its product and attributes: from the ruleset's variant file where it says them all."""
        known = line.variant
        if known and known.gfn_product_id and known.gfn_variant_id and known.attributes:
            return known
        value = line.fields[field.name]
        asked = () if field.column == "gfn_variant_id" else (value,)
        rows = list_variants(self.api, asked)
        if not isinstance(rows, tuple):
            return rows
        catalogue = VariantCatalogue(rows)
        if known and known.gfn_variant_id:
            field = next(each for each in self.spec.items.fields if each.column == "gfn_variant_id")
            value = known.gfn_variant_id
        if not catalogue.having(field.column or "variant_id", value):
            near = choices_help(field.name, value, catalogue.ids(field.column or "variant_id"))
            message = f"{field.name} `{value}` of {title(line)} is not among the base products at {self.connection.label}"
            return _invalid(line, f"{message} ({near})" if near else message)
        item = Item(
            id=line.item_id,
            code=line.code,
            name=line.name,
            metadata={field.name: value},
            variation_list=dict(line.variation),
        )
        chosen = Chosen(item, 1, line.item_id, line.code)
        found = identify(chosen, line.prints, self.connection, self.spec, catalogue)
        if isinstance(found, Product) and found.variant is not None:
            return found.variant
        return found if isinstance(found, Failure) else _invalid(line, f"{title(line)} names no product")

    def _prints(self, line: Line) -> tuple[Print, ...] | Failure:
        """Where nothing says the place, it is the front; two prints in one place are none."""
        found: dict[str, Print] = {}
        for each in line.prints:
            if not each.url:
                continue
            place = fold(each.location) or "front"
            if place in found:
                message = f"{title(line)} has two prints on the {place}: give print_location_{each.number} another place"
                return Failure(FailureKind.MISSING_PRINT_DETAILS, message, (line.item_id,))
            found[place] = Print(self.technology, place, each.url)
        return tuple(found.values())

    def _printed(
        self, line: Line, variant: Variant, prints: tuple[Print, ...], currency: str
    ) -> str | Failure | Outcome:
        name = remembered_as(self.api.project, variant, prints)
        known = self.memory.recall(name)
        if known is not None:
            there = self.shelf.find(known)
            if isinstance(there, tuple) and there[0].enabled is not False:
                return there[1].ref
            if not isinstance(there, (tuple, Own)):
                return there
        own = self.shelf.own()
        if not isinstance(own, Own):
            return own
        same = next(
            (
                v
                for p in own.products
                if p.enabled is not False
                for v in p.variants
                if _is(v, variant, prints)
            ),
            None,
        )
        ref = same.ref if same else self._made(line, variant, prints, currency)
        if isinstance(ref, str):
            self.memory.remember(name, ref)
        return ref

    def _made(
        self, line: Line, variant: Variant, prints: tuple[Print, ...], currency: str
    ) -> str | Failure | Outcome:
        blanks = list_products(self.api)
        if not isinstance(blanks, tuple):
            return blanks
        base = next((each for each in blanks if bare_id(each.id) == bare_id(variant.gfn_product_id)), None)
        if base is None:
            message = f"{title(line)}: product `{variant.gfn_product_id}` is not among the base products at {self.connection.label}"
            return _invalid(line, message)
        answer = self.api.send(
            "POST", self.api.paths.products, body=making(line, base, variant, prints, currency)
        )
        if wrong := self.api.problem(MAKE_PRODUCT, answer):
            self.shelf.clear()  # it may have been made: the next try finds it
            return _about(wrong, line)
        product = read(CatalogueProduct, answer.json) if isinstance(answer, Answer) else None
        if product is not None and (fitting := _fitting(product, variant)):
            self.shelf.add(product)
            return fitting.ref
        self.shelf.clear()
        why = f"{self.connection.label} has not shown the product that it made for {title(line)} yet"
        return RetryAfter(Failure(FailureKind.UNAVAILABLE, why, (line.item_id,)))


def remembered_as(project: str, variant: Variant, prints: tuple[Print, ...]) -> str:
    """One name for one blank, colour, size and artwork, however they are written and in whatever order."""
    what = [
        bare_id(variant.gfn_product_id),
        bare_id(variant.gfn_variant_id),
        sorted(variant.spelled.items()),
        sorted((each.technology, each.placement, each.src) for each in prints),
    ]
    return (
        f"podos {project} product {hashlib.sha256(dumps(what).encode('utf-8', 'surrogatepass')).hexdigest()}"
    )


def making(
    line: Line, base: BaseProduct, variant: Variant, prints: tuple[Print, ...], currency: str
) -> Mapping[str, object]:
    return {
        "gfnProductRef": base.ref,
        "title": line.name or line.code or base.title,
        "enabled": True,
        "variants": [
            {
                "attributes": [{"name": n, "value": v} for n, v in variant.attributes.items()],
                "retailPrice": {"amount": line.price or 0, "currencyCode": currency or "USD"},
                "applications": [vars(each) for each in prints],
            }
        ],
    }


def _fitting(product: CatalogueProduct, variant: Variant) -> CatalogueVariant | None:
    if len(product.variants) == 1:
        return product.variants[0]
    return next((each for each in product.variants if _spelled(each) == variant.spelled), None)


def _is(there: CatalogueVariant, variant: Variant, prints: tuple[Print, ...]) -> bool:
    """The same blank, of which nothing but its id is proof, with the same artwork."""
    artwork = {(each.technology, each.placement, each.src) for each in there.applications}
    wanted = {(each.technology, each.placement, each.src) for each in prints}
    return bare_id(there.gfn_variant) == bare_id(variant.gfn_variant_id) and artwork == wanted


def _spelled(variant: CatalogueVariant) -> Mapping[str, str]:
    named = ((spelling.attribute(each.name), each.value) for each in variant.attributes)
    return {name: spelling.value(name, text) for name, text in named}


def _about(outcome: Outcome, line: Line) -> Failure | Outcome:
    """A refusal to make an item's product is about that item."""
    if not isinstance(outcome, Failed):
        return outcome
    first = outcome.failures[0]
    return Failure(first.kind, f"{title(line)}: {first.message}", (line.item_id,), first.provider_code)


def _invalid(line: Line, message: str) -> Failure:
    return Failure(FailureKind.INVALID_SKU, message, (line.item_id,))
