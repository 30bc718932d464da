"""Whatever the order: preparing raises nothing, forgets no item, and gives the same result twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from actions.preparing.prepare import prepare
from actions.preparing.prepared import Prepared
from actions.preparing.variants import VariantCatalogue
from dsl.schema import ConnectionSpec, fold
from events.inventory import InventoryItem
from events.order import Order
from tests.actions.preparing_orders import ART, spec_of

CATALOGUE, _ = VariantCatalogue.read(
    "gfn_product_id,gfn_variant_id,variant_id,Colour,Size\nP,G1,R1,Navy,M\nP,G2,,Navy,L\n"
)

codes = st.sampled_from(["", "A", "a ", "B", "C"])
words = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["", " ", ART, "P", "G1", "R1", "Navy", "L", "Navy / M", "US", "de", "Standard"]),
)
values = st.one_of(
    words, st.none(), st.integers(), st.just([]), st.just({"a": "b"}), st.decimals(-9, 9, places=2)
)
keys = st.one_of(
    st.sampled_from(
        ["print_sku", "print_url", "PRINT_URL_2", "print_location_3", "podos_variant_id", "podos_gfn_variant_id",
         "Podos_GFN_Product_ID", "Colour", "pa_color", "Size", "Variant", "print_url_999999"]
    ),
    st.text(max_size=6),
)  # fmt: skip
entries = st.dictionaries(keys, values, max_size=5)
items = st.fixed_dictionaries(
    {
        "code": codes,
        "name": words,
        "metadata": entries,
        "variation_list": entries,
        "quantity": st.integers(0, 3),
    }
)
addresses = st.dictionaries(
    st.sampled_from(
        ["first_name", "company", "address1", "address2", "address3", "city", "state", "country"]
    ),
    st.one_of(words, st.just("x" * 60)),
)
table = st.dictionaries(words, words, max_size=2)
setting_values: dict[str, st.SearchStrategy[Any]] = {
    "default_mail_class": words,
    "shipping_methods": st.lists(words, max_size=2),
    "shipping_class_match": table,
    "product_code_match": st.one_of(table, words),
    "product_code_skip": st.lists(codes, max_size=1),
    "inventory_location_match": st.sampled_from(["", "shelf"]),
    "gift_message_field": keys,
    "picklist_message_field": words,
}


@st.composite
def orders(draw: st.DrawFn) -> Order:
    lines = [{**line, "id": str(n)} for n, line in enumerate(draw(st.lists(items, max_size=4)))]
    return Order.model_validate(
        {
            "id": "1",
            "email": draw(words),
            "shipping_method": draw(words),
            "mail_class": draw(st.one_of(st.just(""), words)),
            "shipping": draw(addresses),
            "order_items": lines,
            "checkout_data": draw(entries),
        }
    )


@settings(max_examples=150, deadline=None)
@given(
    of=orders(),
    integration=st.sampled_from(["podos", "pov"]),
    chosen=st.fixed_dictionaries({}, optional=setting_values),
    stocked=st.builds(lambda code, data: InventoryItem(code, location="shelf", stock=Decimal(1), metadata=data),
                      codes, st.dictionaries(keys, words, max_size=3)),
    catalogue=st.sampled_from([None, CATALOGUE]),
)  # fmt: skip
def test_every_item_is_sent_skipped_or_named(
    of: Order,
    integration: str,
    chosen: dict[str, Any],
    stocked: InventoryItem,
    catalogue: VariantCatalogue | None,
) -> None:
    connection = ConnectionSpec(integration, integration, integration, chosen)
    inventory = {fold(stocked.code): stocked}
    result = prepare(of, connection, inventory, spec_of(integration), catalogue)
    ids = {line.id for line in of.items}
    if isinstance(result, Prepared):
        sent = [line.item_id for line in result.items]
        assert sent
        assert {*sent, *result.skipped} == ids
        assert not {*sent} & {*result.skipped}
    else:
        assert result.failures
        good = {line.item_id for line in result.lines}
        assert {*good, *result.items, *result.skipped} == ids
        assert not good & {*result.items, *result.skipped}
        assert result.reason_id in ("invalid_sku", "no_products", "general_error")
        if result.reason_id == "no_products":
            assert set(result.skipped) == ids
    assert prepare(of, connection, inventory, spec_of(integration), catalogue) == result
