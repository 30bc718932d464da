"""Which items are sent and with what: the POV and podOS guides, and Order Desk's product settings (405, 193, 751)."""

from __future__ import annotations

import pytest

from events.failure import FailureKind
from events.inventory import InventoryItem
from tests.actions.preparing_orders import (
    ART,
    item,
    kinds,
    order,
    podos,
    pov,
    prepared,
    ready,
    refused,
    stock,
)


def test_pov_takes_an_item_with_print_sku_and_print_url() -> None:
    line = prepared(order(ready()), pov()).items[0]
    assert (line.fields, line.quantity) == ({"print_sku": "PRT-1", "print_url": ART}, 1)


def test_pov_names_each_item_and_field_that_is_missing() -> None:
    found = refused(order(item(1), ready(2), item(3, name="", metadata={"print_sku": "P"})), pov())
    assert (
        found.message
        == 'item 1 (TEE-1, "Tee 1") has no print_sku and no print_url; item 3 (TEE-3) has no print_url'
    )
    assert found.items == ("101", "103")
    assert kinds(found) == [FailureKind.MISSING_PRINT_DETAILS] * 2


def test_missing_print_details_are_a_general_error() -> None:
    assert refused(order(item()), pov()).reason_id == "general_error"


@pytest.mark.parametrize("blank", ["", "   ", None, [], {}])
def test_a_blank_print_url_is_missing(blank: object) -> None:
    found = refused(order(item(metadata={"print_sku": "P", "print_url": blank})), pov())
    assert found.message == 'item 1 (TEE-1, "Tee 1") has no print_url'


def test_print_details_come_from_metadata_then_variation_then_inventory() -> None:
    known = stock(InventoryItem("tee-1", metadata={"print_sku": "C", "print_url": "https://c.example/c.png"}))
    bought = item(metadata={"print_sku": "A"}, variation_list={"print_sku": "B", "print_location": "back"})
    line = prepared(order(bought), pov(), known).items[0]
    assert line.fields == {"print_sku": "A", "print_url": "https://c.example/c.png"}
    assert line.origins == {"print_sku": "metadata", "print_url": "inventory"}
    assert line.prints[0].location == "back"


def test_the_inventory_item_of_the_same_sku_may_hold_print_details_as_variation() -> None:
    known = stock(InventoryItem("TEE-1", variation_list={"print_sku": "C", "print_url": ART}))
    assert prepared(order(item()), pov(), known).items[0].fields["print_sku"] == "C"


def test_an_exact_key_comes_before_a_folded_one() -> None:
    bought = item(metadata={"Print_SKU": "folded", "print_sku": "exact", "PRINT_URL": ART})
    assert prepared(order(bought), pov()).items[0].fields == {"print_sku": "exact", "print_url": ART}


def test_a_number_is_a_value_and_a_list_is_none() -> None:
    bought = item(metadata={"print_sku": 1000, "print_url": [ART]})
    assert refused(order(bought), pov()).message == 'item 1 (TEE-1, "Tee 1") has no print_url'


def test_numbered_fields_make_several_prints() -> None:
    metadata = {
        "print_sku": "P",
        "print_url_1": ART,
        "print_location_1": "front",
        "print_url_10": "https://art.example/j.png",
        "print_url_2": "https://art.example/b.png",
        "print_location_2": "back",
    }
    prints = prepared(order(item(metadata=metadata)), pov()).items[0].prints
    assert [(p.number, p.url.rpartition("/")[2], p.location) for p in prints] == [
        (1, "a.png", "front"),
        (2, "b.png", "back"),
        (10, "j.png", ""),
    ]


def test_print_url_set_on_the_item_outweighs_print_url_1_of_the_inventory() -> None:
    known = stock(
        InventoryItem("TEE-1", metadata={"print_sku": "P", "print_url_1": "https://old.example/o.png"})
    )
    assert prepared(order(item(metadata={"print_url": ART})), pov(), known).items[0].prints[0].url == ART


def test_print_url_beside_another_print_url_1_is_said() -> None:
    bought = item(metadata={"print_sku": "P", "print_url": ART, "print_url_1": "https://art.example/b.png"})
    found = prepared(order(bought), pov())
    assert found.items[0].prints[0].url == "https://art.example/b.png"
    assert found.warnings == (
        'item 1 (TEE-1, "Tee 1") has print_url and print_url_1, which differ; print_url_1 is sent',
    )


def test_a_location_without_its_artwork_is_missing_print_details() -> None:
    bought = item(metadata={"print_sku": "P", "print_url": ART, "print_location_2": "back"})
    assert (
        refused(order(bought), pov()).message
        == 'item 1 (TEE-1, "Tee 1") has no print_url_2 for print_location_2'
    )


@pytest.mark.parametrize(
    "link", ["a.png", "C:\\art\\a.png", "ftp://art.example/a.png", "https://", "https://[a"]
)
def test_artwork_that_is_no_link_is_invalid_artwork(link: str) -> None:
    found = refused(order(item(metadata={"print_sku": "P", "print_url": link})), pov())
    assert kinds(found) == [FailureKind.INVALID_ARTWORK]
    assert f'print_url of item 1 (TEE-1, "Tee 1") is `{link}`' in found.message


def test_a_blank_inside_a_link_is_a_warning() -> None:
    bought = item(metadata={"print_sku": "P", "print_url": "https://art.example/my art.png"})
    assert "has a blank in it" in prepared(order(bought), pov()).warnings[0]


def test_product_code_match_changes_the_print_sku_that_is_sent() -> None:
    """Order Desk's own example: 1000=PRT-X-4454."""
    bought = order(item(metadata={"print_sku": "1000", "print_url": ART}))
    assert (
        prepared(bought, pov(product_code_match={1000: "PRT-X-4454"})).items[0].fields["print_sku"]
        == "PRT-X-4454"
    )
    assert bought.items[0].metadata["print_sku"] == "1000"


def test_product_code_match_reads_a_line_each_as_order_desk_writes_it() -> None:
    bought = order(item(metadata={"print_sku": "b", "print_url": ART}))
    connection = pov(product_code_match="A=1\n B = 2 \n")
    assert prepared(bought, connection).items[0].fields["print_sku"] == "2"


def test_product_code_match_at_podos_finds_the_inventory_item_of_the_new_sku() -> None:
    known = stock(InventoryItem("NEW-TEE", metadata={"podos_variant_id": "R2"}))
    line = prepared(
        order(item(code="OLD-TEE")), podos(product_code_match={"OLD-TEE": "NEW-TEE"}), known
    ).items[0]
    assert (line.code, line.fields) == ("NEW-TEE", {"podos_variant_id": "R2"})


def test_product_code_skip_leaves_the_item_on_the_order() -> None:
    found = prepared(order(ready(1), item(2, code="gift")), pov(product_code_skip=["GIFT"]))
    assert [line.item_id for line in found.items] == ["101"]
    assert found.skipped == {"102": "`gift` is in product_code_skip"}


def test_inventory_location_match_sends_only_items_of_that_location() -> None:
    known = stock(
        InventoryItem("TEE-1", location="PODOS"),
        InventoryItem("TEE-2", location="garage"),
        InventoryItem("TEE-3"),
    )
    found = prepared(
        order(ready(1), ready(2), ready(3), ready(4)), podos(inventory_location_match="podos"), known
    )
    assert [line.item_id for line in found.items] == ["101"]
    assert found.skipped == {
        "102": "its inventory location is `garage`, and only items of location `podos` are sent",
        "103": "it has no inventory location, and only items of location `podos` are sent",
        "104": "its SKU is not in the inventory, and only items of location `podos` are sent",
    }


def test_a_line_of_no_pieces_is_skipped() -> None:
    assert prepared(order(ready(1), ready(2, quantity=0))).skipped == {"102": "its quantity is 0"}


def test_an_order_without_a_podos_field_has_no_products() -> None:
    found = refused(order(item(1)))
    assert (found.reason_id, kinds(found)) == ("no_products", [FailureKind.NO_PRODUCTS])
    assert found.message == (
        'no item of the order is for podOS: item 1 (TEE-1, "Tee 1"): '
        "it has no podos_variant_id, podos_gfn_variant_id or podos_gfn_product_id"
    )


def test_an_item_without_a_podos_field_stays_behind_where_others_go() -> None:
    found = prepared(order(ready(1), item(2)))
    assert list(found.skipped) == ["102"]


def test_an_order_whose_items_are_all_skipped_has_no_products() -> None:
    found = refused(order(ready(1)), pov(product_code_skip=["TEE-1"]))
    assert (found.reason_id, list(found.skipped)) == ("no_products", ["101"])


def test_an_order_without_items_has_no_products() -> None:
    assert refused(order()).message == "the order has no items"


def test_failures_are_all_listed_the_decisive_one_first() -> None:
    of = order(
        item(metadata={"print_sku": "P"}), shipping_method="Pigeon", shipping={"address1": "", "city": ""}
    )
    of.shipping.country = ""
    found = refused(of, pov(default_mail_class=""))
    assert kinds(found) == [
        FailureKind.MISSING_PRINT_DETAILS,
        FailureKind.INVALID_ADDRESS,
        FailureKind.INVALID_SHIPPING_METHOD,
    ]


def test_preparing_changes_nothing_on_the_order() -> None:
    of = order(ready(1), item(2))
    as_it_was = of.model_dump()
    prepared(of)
    assert of.model_dump() == as_it_was


def test_messages_come_from_the_fields_that_the_settings_name() -> None:
    of = order(
        ready(),
        checkout_data={"Gift Note": "Happy birthday"},
        order_metadata={"rack": "B7"},
        source_id="#1001",
    )
    found = prepared(of, podos(gift_message_field="gift note", picklist_message_field="order.source_id"))
    assert (found.gift_message, found.picklist_message) == ("Happy birthday", "#1001")
    assert prepared(of, podos(picklist_message_field="order_metadata.rack")).picklist_message == "B7"
    assert prepared(of, podos(picklist_message_field="shipping.city")).picklist_message == "Leeds"
    assert prepared(of, podos(gift_message_field="nothing of the kind")).gift_message == ""


def test_the_kind_decides_what_comes_first_not_the_place_on_the_order() -> None:
    """provider-apis 7.3: missing print details before artwork that is refused."""
    bad_link = item(1, metadata={"print_sku": "P", "print_url": "a.png"})
    found = refused(order(bad_link, item(2)), pov())
    assert kinds(found) == [FailureKind.MISSING_PRINT_DETAILS, FailureKind.INVALID_ARTWORK]
    assert found.items == ("102", "101")
