"""podOS's three ways to name a product (its guide), and the variant catalogue they are matched against."""

from __future__ import annotations

from typing import Any

import pytest

from actions.preparing import spelling
from actions.preparing.variants import Problem, Variant, VariantCatalogue
from events.failure import FailureKind
from tests.actions.preparing_orders import ART, item, kinds, order, podos, prepared, ready, refused

TEES = """\
gfn_product_id,gfn_variant_id,variant_id,sku,title,Colour,Size
P-TEE,G-NAVY-M,,,Tee,Navy Blue,M
P-TEE,G-NAVY-XXL,,,Tee,Navy Blue,XXL
P-TEE,G-GREY-M,R1,TEE-1,Tee with fox,Grey,M
P-MUG,G-MUG,,,Mug,,
"""


def tees() -> VariantCatalogue:
    catalogue, problems = VariantCatalogue.read(TEES)
    assert problems == ()
    return catalogue


def blank(product: str = "P-TEE", **variation: Any) -> dict[str, Any]:
    return item(metadata={"podos_gfn_product_id": product, "print_url": ART}, variation_list=variation)


def picked(bought: dict[str, Any]) -> str:
    variant = prepared(order(bought), catalogue=tees()).items[0].variant
    assert variant is not None
    return variant.gfn_variant_id


def sku_error(bought: dict[str, Any]) -> str:
    found = refused(order(bought), catalogue=tees())
    assert (kinds(found), found.reason_id) == ([FailureKind.INVALID_SKU], "invalid_sku")
    return found.message


@pytest.mark.parametrize(
    "variation",
    [
        {"Colour": "Navy Blue", "Size": "M"},
        {"COLOR": "navy blue", "size": "m"},
        {"pa_color": "navy-blue", "pa_size": "medium"},
        {"attribute_pa_colour": "navy_blue", "Size": "Medium"},
        {"Variant": "Navy Blue / M"},
        {"Engraving": "For Ada", "Color": " Navy  Blue ", "Size": "M"},
    ],
)
def test_the_variant_is_picked_by_variation_data_however_it_is_spelled(variation: dict[str, str]) -> None:
    assert picked(blank(**variation)) == "G-NAVY-M"


def test_sizes_and_gray_have_two_spellings() -> None:
    assert picked(blank(Color="navy blue", Size="2XL")) == "G-NAVY-XXL"
    assert picked(blank(Color="Gray", Size="M")) == "G-GREY-M"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("XXL", "2xl"), ("2XL", "2xl"), ("2 X-Large", "2xl"), ("XX-Large", "2xl"), ("Extra Large", "xl"),
        ("X-Large", "xl"), ("XL", "xl"), ("XXXL", "3xl"), ("3XL", "3xl"), ("3x", "3xl"), ("extra small", "xs"),
        ("xs", "xs"), ("Small", "s"), ("L", "l"), ("x", "x"), ("XML", "xml"), ("42", "42"), ("One Size", "one size"),
    ],
)  # fmt: skip
def test_how_sizes_are_read(written: str, meant: str) -> None:
    assert spelling.value("size", written) == meant


def test_a_product_of_one_variant_needs_no_variation() -> None:
    assert picked(blank("P-MUG")) == "G-MUG"


def test_an_ambiguous_variation_is_an_invalid_sku_with_the_choices() -> None:
    assert sku_error(blank(Colour="Navy Blue")) == (
        '2 variants of podos_gfn_product_id `P-TEE` fit item 1 (TEE-1, "Tee 1") with Colour `Navy Blue`; '
        "its variation has to say Size: `M`, `XXL`"
    )


def test_a_value_that_the_product_does_not_have_is_an_invalid_sku_with_the_choices() -> None:
    assert sku_error(blank(Colour="Pink", Size="M")) == (
        'Colour `Pink` of item 1 (TEE-1, "Tee 1") is not a Colour of podos_gfn_product_id `P-TEE`; '
        "the choices: `Navy Blue`, `Grey`"
    )


def test_a_pair_of_values_that_the_product_does_not_have_is_an_invalid_sku() -> None:
    message = sku_error(blank(Colour="Grey", Size="XXL"))
    assert message.startswith("no variant of podos_gfn_product_id `P-TEE` is Colour `Grey`, Size `XXL`")
    assert message.endswith("the choices: `Navy Blue / M`, `Navy Blue / XXL`, `Grey / M`")


@pytest.mark.parametrize("field", ["podos_variant_id", "podos_gfn_variant_id", "podos_gfn_product_id"])
def test_an_id_that_the_catalogue_does_not_know_is_an_invalid_sku(field: str) -> None:
    message = sku_error(item(metadata={field: "NOT-THERE-AT-ALL", "print_url": ART}))
    assert message.startswith(
        f'{field} `NOT-THERE-AT-ALL` of item 1 (TEE-1, "Tee 1") is not in the variant catalogue'
    )


def test_a_variant_id_is_ordered_directly() -> None:
    line = prepared(order(ready()), catalogue=tees()).items[0]
    assert line.fields == {"podos_variant_id": "R1"}
    assert line.variant == Variant(
        "P-TEE", "G-GREY-M", "R1", "TEE-1", "Tee with fox", {"Colour": "Grey", "Size": "M"}
    )


def test_a_blank_is_never_taken_for_the_ready_made_product_of_its_row() -> None:
    line = prepared(
        order(item(metadata={"podos_gfn_variant_id": "G-GREY-M", "print_url": ART})), catalogue=tees()
    ).items[0]
    assert line.variant is not None
    assert (line.variant.gfn_variant_id, line.variant.variant_id) == ("G-GREY-M", "")


def test_the_most_exact_field_wins() -> None:
    fields = {"podos_gfn_product_id": "P-TEE", "podos_gfn_variant_id": "G-NAVY-M", "podos_variant_id": "R1"}
    assert prepared(order(item(metadata=fields)), catalogue=tees()).items[0].fields == {
        "podos_variant_id": "R1"
    }


def test_a_reference_url_is_the_id_at_its_end() -> None:
    ref = "https://api.podos.io/v1/gfn/catalog/variants/g-navy-m"
    assert picked(item(metadata={"podos_gfn_variant_id": ref, "print_url": ART})) == "G-NAVY-M"


def test_without_a_catalogue_the_variant_goes_unchecked_and_that_is_said() -> None:
    found = prepared(order(blank(Colour="Pink")))
    assert found.items[0].variant is None
    assert found.warnings == (
        'the variant of item 1 (TEE-1, "Tee 1") was not checked: there is no variant catalogue '
        "(setting `catalogue` of connection `podos`)",
    )


def test_a_catalogue_that_tells_nothing_of_ready_made_products_does_not_refuse_them() -> None:
    catalogue, _ = VariantCatalogue.read("gfn_variant_id,Size\nG1,M\n")
    assert prepared(order(ready()), catalogue=catalogue).items[0].fields == {"podos_variant_id": "R1"}


def test_a_blank_without_artwork_is_a_warning() -> None:
    found = prepared(order(item(metadata={"podos_gfn_variant_id": "G-MUG"})), catalogue=tees())
    assert found.warnings == (
        'item 1 (TEE-1, "Tee 1") has podos_gfn_variant_id and no print_url: it is sent without artwork',
    )


def test_an_order_with_some_bad_skus_is_an_invalid_sku_that_names_them() -> None:
    found = refused(order(ready(1), item(2, metadata={"podos_variant_id": "NOPE"})), catalogue=tees())
    assert (found.reason_id, found.items) == ("invalid_sku", ("102",))


def test_where_every_sku_is_bad_a_setting_may_call_it_no_products() -> None:
    bad = order(item(metadata={"podos_variant_id": "NOPE"}))
    assert refused(bad, podos(), catalogue=tees()).reason_id == "invalid_sku"
    assert refused(bad, podos(all_skus_bad="no_products"), catalogue=tees()).reason_id == "no_products"


def test_a_catalogue_may_have_a_byte_order_mark_crlf_and_semicolons() -> None:
    catalogue, problems = VariantCatalogue.read("\ufeffGFN Variant ID;Size\r\nG1;M\r\n\r\n")
    assert (catalogue.variants, problems) == ((Variant(gfn_variant_id="G1", attributes={"Size": "M"}),), ())


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "the file is empty"),
        ("Colour,Size\nNavy,M\n", 1, "no column holds an id"),
        ("variant_id,Colour,Color\nR1,a,b\n", 1, "two columns are called `Color`"),
        ("variant_id,\nR1,M\n", 1, "column 2 has no name"),
        ("variant_id,Size\nR1\n", 2, "1 cell, expected 2 as in the first line"),
        ("variant_id,Size\n,M\n", 2, "the row has no id"),
        (
            "variant_id,Size\nR1,M\nr1,L\n",
            3,
            "variant_id `r1` stands on line 2 already; this row is not used",
        ),
        (
            'variant_id,Size\nR1,"M\n',
            2,
            "a quote is not closed, or has text after it; the rest of the file is not read",
        ),
    ],
)
def test_a_mistake_in_the_catalogue_is_a_problem_with_its_line(text: str, line: int, said: str) -> None:
    _, problems = VariantCatalogue.read(text)
    assert [(p.line, p.message) for p in problems] == [(line, said)]


def test_rows_that_can_be_read_are_kept() -> None:
    catalogue, problems = VariantCatalogue.read("variant_id,Size\nR1\nR2,M\n")
    assert [v.variant_id for v in catalogue.variants] == ["R2"]
    assert problems == (Problem(2, "1 cell, expected 2 as in the first line"),)


def test_a_file_of_nothing_but_mistakes_is_given_up() -> None:
    _, problems = VariantCatalogue.read("variant_id,Size\n" + "R1\n" * 1000)
    assert len(problems) == 101
    assert problems[-1] == Problem(102, "too many mistakes; the rest of the file is not read")


def test_a_cell_without_end_is_a_problem() -> None:
    _, problems = VariantCatalogue.read("variant_id\n" + "x" * 200_000)
    assert problems == (Problem(2, "a cell is too long; the rest of the file is not read"),)
