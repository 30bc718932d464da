"""`ordinance catalog podos products` and `variants`: the guide's View Base Products and View GFN Variants."""

from __future__ import annotations

import csv
import io

import pytest

from actions.preparing.variants import VariantCatalogue
from tests.cli.everyday import Everyday, everyday

__all__ = ["everyday"]


def test_base_products_by_their_style_code(everyday: Everyday) -> None:
    lines = everyday.done("catalog", "podos", "products", "--style", "sttu755").splitlines()
    assert lines[0].split() == ["ID", "STYLE", "TITLE", "MATERIAL"]
    assert len(lines) == 2
    assert "STTU755" in lines[1]
    assert "Organic Cotton T-shirt" in lines[1]
    assert len(everyday.done("catalog", "podos", "products").splitlines()) == 4
    assert everyday("catalog", "podos", "products", "--style", "NONE").code == 1


def test_variants_are_a_variant_file(everyday: Everyday) -> None:
    """3 colours in 4 sizes."""
    product = everyday.done("catalog", "podos", "products", "--style", "STTU755").splitlines()[1].split()[0]
    text = everyday.done("catalog", "podos", "variants", "--product", product)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 12
    assert {row["gfn_product_id"] for row in rows} == {product}
    assert {row["Colour"] for row in rows} == {"Black", "White", "Navy Blue"}
    catalogue, problems = VariantCatalogue.read(text)
    assert (len(catalogue.variants), problems) == (12, ())


def test_where_podos_cannot_be_asked_it_says_why(everyday: Everyday, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODOS_TOKEN", "wrong-canary")
    said = everyday("catalog", "podos", "products")
    assert (said.code, "podOS did not accept the API token" in said.err) == (2, True)
    monkeypatch.delenv("PODOS_TOKEN")
    assert "the variable PODOS_TOKEN is not set" in everyday("catalog", "podos", "variants").err


def test_searching_goes_on_as_before(everyday: Everyday) -> None:
    assert "Order Scheduled to podOS" in everyday.done("catalog", "events", "podos")
    assert "podos_variant_id" in everyday.done("catalog", "podos", "product")
