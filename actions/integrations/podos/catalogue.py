"""podOS's catalogues as a shop looks things up in them: the base products (blanks), their variants, and its own products.

`list_products` and `list_variants` are the guide's View Base Products and View GFN Variants; the rows of the latter are
those of a variant file, so that what is shown here can be kept there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from actions.http import segment
from actions.integrations.podos.api import Api
from actions.integrations.podos.errors import CATALOGUE
from actions.integrations.podos.shapes import BaseProduct, BlankVariant, CatalogueProduct, CatalogueVariant
from actions.preparing.variants import Variant, bare_id
from dsl.schema import fold
from events.outcome import Outcome

FRESH = dt.timedelta(minutes=10)
"""How long the shop's own catalogue is believed of what is in it."""

AGAIN = dt.timedelta(seconds=30)
"""How old it may be when something is not found in it: it may have been added since."""


def list_products(api: Api, style: str = "") -> tuple[BaseProduct, ...] | Outcome:
    """The blanks of a style code, or those whose code holds these letters where none is exactly so; all without one."""
    found = api.all(CATALOGUE, api.paths.gfn_products, "products", BaseProduct)
    if not isinstance(found, tuple) or not style.strip():
        return found
    wanted = fold(style)
    exact = tuple(each for each in found if fold(each.style_code) == wanted)
    return exact or tuple(each for each in found if wanted in fold(each.style_code))


def list_variants(api: Api, product_ids: Sequence[str] = ()) -> tuple[Variant, ...] | Outcome:
    """The blank variants of these products (ids or references), or of all."""
    path = api.paths.gfn_variants
    if "{product}" not in path:
        found = api.all(CATALOGUE, path, "variants", BlankVariant)
        if not isinstance(found, tuple):
            return found
        wanted = {bare_id(each) for each in product_ids}
        rows = [_row(each, bare_id(each.product)) for each in found]
        return tuple(row for row in rows if not wanted or row.gfn_product_id in wanted)
    rows = []
    ids: Sequence[str] = product_ids
    if not ids:
        products = list_products(api)
        if not isinstance(products, tuple):
            return products
        ids = [product.id for product in products]
    for product in ids:
        bare = bare_id(product)
        found = api.all(CATALOGUE, path.replace("{product}", segment(bare)), "variants", BlankVariant)
        if not isinstance(found, tuple):
            return found
        rows += [_row(each, bare) for each in found]
    return tuple(rows)


def _row(variant: BlankVariant, product: str) -> Variant:
    attributes = {each.name: each.value for each in variant.attributes if each.name and each.value}
    return Variant(product, variant.id, "", variant.sku, variant.title, attributes)


@dataclass(frozen=True)
class Own:
    """The shop's own products, as they were read."""

    products: tuple[CatalogueProduct, ...]
    read_at: dt.datetime

    @cached_property
    def _by_id(self) -> Mapping[str, tuple[CatalogueProduct, CatalogueVariant]]:
        return {bare_id(v.id): (product, v) for product in self.products for v in product.variants}

    def find(self, text: str) -> tuple[CatalogueProduct, CatalogueVariant] | None:
        """By a variant's id or reference."""
        return self._by_id.get(bare_id(text))

    def ids(self) -> list[str]:
        return [variant.id for _, variant in self._by_id.values()]


@dataclass
class Shelf:
    """The shop's own catalogue, read again when it is old or something is missing in it."""

    api: Api
    _own: Own | None = field(default=None, repr=False)

    def own(self, at_most: dt.timedelta = FRESH) -> Own | Outcome:
        now = self.api.now()
        if self._own is not None and now - self._own.read_at < at_most:
            return self._own
        found = self.api.all(CATALOGUE, self.api.paths.products, "products", CatalogueProduct)
        if not isinstance(found, tuple):
            return found
        self._own = Own(found, now)
        return self._own

    def find(self, text: str) -> tuple[CatalogueProduct, CatalogueVariant] | Own | Outcome:
        """A variant by id or reference; the catalogue itself where it has none such."""
        for at_most in (FRESH, AGAIN):
            own = self.own(at_most)
            if not isinstance(own, Own):
                return own
            if found := own.find(text):
                return found
        return own

    def clear(self) -> None:
        self._own = None

    def add(self, product: CatalogueProduct) -> None:
        """What was made just now need not be read first."""
        if self._own is not None:
            self._own = Own((*self._own.products, product), self._own.read_at)
