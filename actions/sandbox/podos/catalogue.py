"""The sandbox podOS's products: blanks with their variants, and the shop's own catalogue made of them.

Every kind of fault is a ready-made variant of its own, so that an SKU can ask for it: `sandbox.out-of-stock`. What a ruleset's own
variant file names can be seeded, so that its sample orders can be ordered here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

HOST = "https://api.teemill.com/v1"
"""The real podOS answers references on another host than it is called at, and so does this one."""

_BLANKS = (
    ("Organic Cotton T-shirt", "STTU755", ("Black", "White", "Navy Blue"), ("S", "M", "L", "XL")),
    ("Organic Cotton Hoodie", "STSU822", ("Black", "Grey"), ("M", "L")),
    ("Tote Bag", "STAU760", ("Natural",), ()),
)
READY_MADE = "90210"
"""The id of a ready-made variant that is always there: a grey fox tee, size M."""


def named(*what: object) -> str:
    """The same id for the same thing, in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("sandbox", *map(str, what)))))


def _ref(*path: str) -> str:
    return "/".join((HOST, *path))


@dataclass
class Catalogue:
    """As podOS answers them, by id. `factories`: which of two prints a variant, by the
    variant's id."""

    blanks: dict[str, dict[str, Any]] = field(default_factory=dict)
    blank_variants: dict[str, dict[str, Any]] = field(default_factory=dict)
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    variants: dict[str, dict[str, Any]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    factories: dict[str, int] = field(default_factory=dict)

    def add_blank(self, blank: str, title: str, style: str | None) -> None:
        self.blanks[blank] = {
            "id": blank,
            "ref": _ref("gfn/catalog/products", blank),
            "title": title,
            "styleCode": style,
            "material": "100% organic cotton",
            "description": None,
            "specifications": None,
        }

    def add_blank_variant(self, variant: str, blank: str, attributes: Mapping[str, str]) -> None:
        self.blank_variants[variant] = {
            "id": variant,
            "ref": _ref("gfn/catalog/variants", variant),
            "gfnProductRef": self.blanks[blank]["ref"],
            "attributes": [{"name": name, "value": value} for name, value in attributes.items()],
        }

    def add_product(self, product: str, title: str, variants: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """variants: as they are asked for in a request, with an id."""
        made = [
            {
                "id": each["id"],
                "ref": _ref("catalog/variants", each["id"]),
                "sku": each.get("sku"),
                "attributes": each["attributes"],
                "retailPrice": each["retailPrice"],
                "stock": {"level": 0, "locations": []},
                "applications": each["applications"],
                "gfnVariant": each.get("gfnVariant"),
            }
            for each in variants
        ]
        self.products[product] = {
            "id": product,
            "ref": _ref("catalog/products", product),
            "title": title,
            "description": None,
            "slug": product,
            "enabled": True,
            "variants": made,
        }
        for each in made:
            self.variants[each["id"]] = each
            self.titles[each["id"]] = title
            self.factories[each["id"]] = int("hoodie" in title.lower())
        return self.products[product]

    def create(self, wanted: Mapping[str, Any], number: int) -> dict[str, Any] | str:
        """The new product, or what is wrong with the request."""
        blank = self._blank(str(wanted.get("gfnProductRef", "")))
        if blank is None:
            return "gfnProductRef is not the reference of a GFN product"
        asked = wanted.get("variants")
        if not wanted.get("title") or not isinstance(asked, list) or not asked:
            return "title and variants are required"
        made = []
        for position, each in enumerate(asked):
            base = self._blank_variant(blank, each.get("attributes") or [])
            if base is None:
                return f"variants.{position}.attributes match no GFN variant of the product"
            if not {"amount", "currencyCode"} <= set(each.get("retailPrice") or {}):
                return f"variants.{position}.retailPrice is required"
            applications = each.get("applications")
            if not isinstance(applications, list):
                return f"variants.{position}.applications is required"
            if any("broken" in str(one.get("src")) for one in applications):
                return f"variants.{position}.applications: the artwork image could not be read"
            made.append(
                {
                    **each,
                    "id": named("variant", number, position),
                    "gfnVariant": {"id": base["id"], "ref": base["ref"]},
                }
            )
        return self.add_product(named("product", number), str(wanted["title"]), made)

    def seed(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Rows of a variant file: gfn_product_id, gfn_variant_id, variant_id, sku, title, and attributes."""
        for row in rows:
            known = ("gfn_product_id", "gfn_variant_id", "variant_id", "sku", "title")
            attributes = {name: value for name, value in row.items() if name not in known and value}
            title = row.get("title") or row.get("sku") or "Product"
            if variant := row.get("gfn_variant_id"):
                blank = row.get("gfn_product_id") or named("blank", title)
                if blank not in self.blanks:
                    self.add_blank(blank, title, None)
                self.add_blank_variant(variant, blank, attributes)
            if ready := row.get("variant_id"):
                self.add_product(
                    named("product", ready), title, [ready_made(ready, row.get("sku"), attributes)]
                )

    def _blank(self, ref: str) -> str | None:
        known = ref.rpartition("/")[2] if "/gfn/catalog/products/" in ref else ""
        return known if known in self.blanks else None

    def _blank_variant(self, blank: str, attributes: Any) -> dict[str, Any] | None:
        asked = {(each.get("name"), each.get("value")) for each in attributes if isinstance(each, dict)}
        for variant in self.blank_variants.values():
            own = {(each["name"], each["value"]) for each in variant["attributes"]}
            if variant["gfnProductRef"] == self.blanks[blank]["ref"] and own == asked:
                return variant
        return None


def ready_made(variant: str, sku: str | None, attributes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": variant,
        "sku": sku,
        "attributes": [{"name": name, "value": value} for name, value in attributes.items()],
        "retailPrice": {"amount": Decimal("24.00"), "currencyCode": "GBP"},
        "applications": [{"technology": "dtg", "placement": "front", "src": "https://art.example/fox.png"}],
    }


def seeded(faults: Iterable[str]) -> Catalogue:
    """Three blanks, a fox tee, a fox hoodie, and a variant for every kind of fault."""
    found = Catalogue()
    for title, style, colours, sizes in _BLANKS:
        blank = named("blank", style)
        found.add_blank(blank, title, style)
        for colour in colours:
            for size in sizes or ("",):
                attributes = {"Colour": colour, **({"Size": size} if size else {})}
                found.add_blank_variant(named("blank variant", style, colour, size), blank, attributes)
    tee = ready_made(READY_MADE, "FOX-TEE-M", {"Colour": "Grey", "Size": "M"})
    found.add_product(named("product", "fox tee"), "Fox tee", [tee])
    hoodie = ready_made("90211", "FOX-HOOD-L", {"Colour": "Black", "Size": "L"})
    found.add_product(named("product", "fox hoodie"), "Fox hoodie", [hoodie])
    kinds = [ready_made(f"sandbox.{kind}", None, {"Fault": kind}) for kind in faults]
    found.add_product(named("product", "faults"), "Sandbox faults", kinds)
    return found
