"""Blanks with the shop's own artwork: the catalogue product for one (blank, colour, size, artwork) is made once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from actions.http import Answer, Request
from actions.integrations.podos.catalogue import list_products, list_variants
from actions.integrations.podos.products import Print, remembered_as
from actions.preparing.variants import Variant, VariantCatalogue
from actions.provider import Submitting
from actions.sandbox.podos.catalogue import named
from events.failure import FailureKind
from events.outcome import Done, Failed, Outcome, RetryAfter
from tests.actions.podos.world import World, good, podos, tee
from tests.actions.preparing_orders import ART, item

TEE = named("blank", "STTU755")
BLACK_M = named("blank variant", "STTU755", "Black", "M")


@pytest.fixture
def world() -> Iterator[World]:
    with podos() as found:
        yield found


def blank(
    number: int = 1, /, art: str = ART, variation: dict[str, str] | None = None, **metadata: str
) -> dict[str, Any]:
    return item(
        number, metadata={"print_url": art, **metadata}, variation_list=variation or {}, price="29.00"
    )


def product(number: int = 1, /, colour: str = "Black", size: str = "M", **more: str) -> dict[str, Any]:
    return blank(number, podos_gfn_product_id=TEE, variation={"Color": colour, "Size": size}, **more)


def sent(
    world: World, *items: dict[str, Any], catalogue: VariantCatalogue | None = None, reference: str = "1001.1"
) -> Outcome:
    prepared = good(*items, catalogue=catalogue, currency="USD")
    return world.podos.submit(Submitting(prepared, reference, "key", {}, world.save))


def made(world: World) -> list[Any]:
    return world.client.bodies("/catalog/products")


def failure(outcome: Outcome) -> tuple[FailureKind, str]:
    assert isinstance(outcome, Failed), outcome
    return outcome.failures[0].kind, outcome.failures[0].message


def test_a_blank_variant_is_made_a_product_with_the_items_artwork_and_that_is_ordered(world: World) -> None:
    assert isinstance(sent(world, blank(podos_gfn_variant_id=BLACK_M, print_location="Front")), Done)
    (body,) = made(world)
    assert body == {
        "gfnProductRef": f"https://api.teemill.com/v1/gfn/catalog/products/{TEE}",
        "title": "Tee 1",
        "enabled": True,
        "variants": [
            {
                "attributes": [{"name": "Colour", "value": "Black"}, {"name": "Size", "value": "M"}],
                "retailPrice": {"amount": 29.00, "currencyCode": "USD"},
                "applications": [{"technology": "dtg", "placement": "front", "src": ART}],
            }
        ],
    }
    (order,) = world.orders()
    assert "/gfn/" not in order["items"][0]["variantRef"]


def test_the_variant_of_a_blank_product_is_picked_by_the_items_variation(world: World) -> None:
    assert isinstance(sent(world, product(colour="navy-blue", size="Medium")), Done)
    assert made(world)[0]["variants"][0]["attributes"] == [
        {"name": "Colour", "value": "Navy Blue"}, {"name": "Size", "value": "M"},
    ]  # fmt: skip


def test_a_size_that_the_blank_has_not_is_an_invalid_sku_with_the_choices(world: World) -> None:
    kind, message = failure(sent(world, product(size="4XL")))
    assert kind is FailureKind.INVALID_SKU
    assert message.endswith("the choices: `S`, `M`, `L`, `XL`")
    assert made(world) == []


def test_a_variation_that_fits_several_says_what_is_missing(world: World) -> None:
    kind, message = failure(sent(world, blank(podos_gfn_product_id=TEE, variation={"Colour": "Black"})))
    assert kind is FailureKind.INVALID_SKU
    assert "its variation has to say Size: `S`, `M`, `L`, `XL`" in message


@pytest.mark.parametrize("field", ["podos_gfn_variant_id", "podos_gfn_product_id"])
def test_an_unknown_blank_is_an_invalid_sku(world: World, field: str) -> None:
    kind, message = failure(sent(world, item(metadata={field: "nope", "print_url": ART})))
    assert (kind, message) == (
        FailureKind.INVALID_SKU, f'{field} `nope` of TEE-1 "Tee 1" is not among the base products at podOS',
    )  # fmt: skip


def test_the_same_artwork_on_the_same_blank_is_made_once(world: World) -> None:
    for number in range(3):
        assert isinstance(sent(world, product(), reference=f"100{number}.1"), Done)
    assert isinstance(sent(world, product(1), product(2), reference="1004.1"), Done)
    assert len(made(world)) == 1


def test_another_colour_size_or_artwork_is_another_product(world: World) -> None:
    for number, other in enumerate(
        [
            product(),
            product(colour="White"),
            product(size="L"),
            product(art=ART + "?2"),
            product(print_location="back"),
        ]
    ):
        assert isinstance(sent(world, other, reference=f"100{number}.1"), Done)
    assert len(made(world)) == 5


def test_a_product_that_was_made_and_never_remembered_is_found(world: World) -> None:
    world.server.fail("timeout-after.create-product")
    provider = world.podos
    work = Submitting(good(product(), currency="USD"), "1001.1", "key", {}, world.save)
    assert isinstance(provider.submit(work), RetryAfter)
    assert isinstance(provider.submit(work), Done)
    assert len(made(world)) == 1


def test_it_is_remembered_though_podos_keeps_the_artwork_elsewhere(world: World) -> None:
    assert isinstance(sent(world, product()), Done)
    for made_variant in world.server.site._catalogue.variants.values():  # type: ignore[attr-defined]
        for each in made_variant["applications"]:
            each["src"] = "https://cdn.podos.example/1.png"
    assert isinstance(sent(world, product(), reference="1002.1"), Done)
    assert len(made(world)) == 1


def test_a_product_that_was_taken_out_of_the_catalogue_is_made_anew(world: World) -> None:
    assert isinstance(sent(world, product()), Done)
    world.server.reset()
    assert isinstance(sent(world, product()), Done)
    assert len(made(world)) == 2


def test_the_name_of_an_artwork_is_the_same_however_the_variant_is_written() -> None:
    front, back = Print("dtg", "front", ART), Print("dtg", "back", ART)
    one = Variant(TEE, BLACK_M, attributes={"Colour": "Navy Blue", "Size": "XXL"})
    same = Variant(
        f"https://api.teemill.com/v1/gfn/catalog/products/{TEE}", BLACK_M.upper(), "", "OTHER", "title",
        {"size": "2XL", "Color": "navy-blue"},
    )  # fmt: skip
    assert remembered_as("p", one, (front, back)) == remembered_as("p", same, (back, front))
    assert remembered_as("p", one, (front,)) != remembered_as("p", one, (back,))
    assert remembered_as("p", one, (front,)) != remembered_as("q", one, (front,))
    assert ART not in remembered_as("p", one, (front,))


def test_several_prints_have_several_places(world: World) -> None:
    assert isinstance(sent(world, product(print_url_2=ART + "?back", print_location_2="Back")), Done)
    places = [each["placement"] for each in made(world)[0]["variants"][0]["applications"]]
    assert places == ["front", "back"]


def test_two_prints_in_one_place_are_missing_print_details(world: World) -> None:
    kind, message = failure(sent(world, product(print_url_2=ART + "?2")))
    assert kind is FailureKind.MISSING_PRINT_DETAILS
    assert message == 'TEE-1 "Tee 1" has two prints on the front: give print_location_2 another place'


def test_artwork_that_podos_cannot_read_is_about_its_item(world: World) -> None:
    outcome = sent(world, tee(1), product(2, art="https://art.example/broken.png"))
    assert isinstance(outcome, Failed)
    (found,) = outcome.failures
    assert (found.kind, found.item_ids) == (FailureKind.INVALID_ARTWORK, ("102",))
    assert world.orders() == []


def test_with_a_variant_file_the_path_that_nobody_publishes_is_not_needed(world: World) -> None:
    text = f"gfn_product_id,gfn_variant_id,Colour,Size\n{TEE},{BLACK_M},Black,M\n"
    catalogue, problems = VariantCatalogue.read(text)
    assert problems == ()
    assert isinstance(sent(world, product(), catalogue=catalogue), Done)
    assert "/gfn/catalog/variants" not in {each.path for each in world.client.requests}


def test_a_gfn_reference_in_place_of_a_catalogue_variant_is_refused_by_podos(world: World) -> None:
    """What the adapter would get if it ordered a blank directly."""
    sent(world, tee())
    (create,) = [each for each in world.client.requests if each.method == "POST" and each.path == "/orders"]
    assert create.body is not None
    for wrong in (BLACK_M, f"https://api.teemill.com/v1/gfn/catalog/variants/{BLACK_M}", "90210"):
        body = create.body.replace(b"https://api.teemill.com/v1/catalog/variants/90210", wrong.encode())
        answer = world.client.client.send(Request("POST", "/orders", create.query, create.headers, body))
        assert isinstance(answer, Answer)
        assert (answer.status, answer.json) == (
            400, {"code": "BAD_REQUEST", "message": "items.0.variantRef is not the reference of a catalogue variant"},
        )  # fmt: skip


# what `ordinance catalog podos` shows


def test_base_products_are_found_by_their_style_code(world: World) -> None:
    for style in ("STTU755", "sttu755 "):
        found = list_products(world.podos.api, style)
        assert isinstance(found, tuple)
        assert [(each.id, each.style_code, each.title) for each in found] == [
            (TEE, "STTU755", "Organic Cotton T-shirt")
        ]


def test_a_part_of_a_style_code_finds_all_that_have_it(world: World) -> None:
    found = list_products(world.podos.api, "ST")
    assert isinstance(found, tuple)
    assert [each.style_code for each in found] == ["STTU755", "STSU822", "STAU760"]
    assert list_products(world.podos.api, "nope") == ()
    every = list_products(world.podos.api)
    assert isinstance(every, tuple)
    assert len(every) == 3


def test_variants_are_narrowed_by_one_or_several_products(world: World) -> None:
    """3 colours in 4 sizes, 2 in 2, and a bag of one colour."""
    api, hoodie = world.podos.api, named("blank", "STSU822")
    counts = []
    for ids in (
        (TEE,),
        (TEE, hoodie),
        (),
        ("nope",),
        (f"https://api.teemill.com/v1/gfn/catalog/products/{TEE}",),
    ):
        rows = list_variants(api, ids)
        assert isinstance(rows, tuple)
        counts.append(len(rows))
    assert counts == [12, 16, 17, 0, 12]


def test_a_variants_row_is_one_of_a_variant_file(world: World) -> None:
    rows = list_variants(world.podos.api, (TEE,))
    assert isinstance(rows, tuple)
    assert rows[1] == Variant(TEE, BLACK_M, attributes={"Colour": "Black", "Size": "M"})


def test_a_path_of_ones_own_is_asked_for_each_product() -> None:
    with podos(gfn_variants_path="/gfn/catalog/products/{product}/variants") as world:
        outcome = list_variants(world.podos.api, ("a/b", "c"))
        assert isinstance(outcome, RetryAfter)
        assert [each.path for each in world.client.requests] == ["/gfn/catalog/products/a%2Fb/variants"]
        assert "check `project`" in outcome.failure.message


def test_a_catalogue_that_fails_half_way_is_no_short_catalogue(world: World) -> None:
    world.server.fail("500.blanks")
    assert isinstance(list_products(world.podos.api), RetryAfter)
