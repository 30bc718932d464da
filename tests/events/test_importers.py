"""Orders from files: which documents are orders, and where each field goes. Expectations are worked by hand."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.schema import StoreSpec
from events.export import export_order
from events.importers import Imported, read_orders
from events.jsontext import dumps, loads
from events.order import Address, Order

SHARED = Path(__file__).parents[2].parent / "shared"
SAMPLES = SHARED / "samples"
STORE = StoreSpec(name="Acme", currency="EUR", weight_unit="lb", timezone="America/New_York")
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")


def read(document: Any, name: str = "a.json", folders: dict[int, str] | None = None) -> list[Imported]:
    data = document if isinstance(document, bytes) else dumps(document).encode()
    return read_orders(data, name=name, store=STORE, folders=folders or {})


def one(document: Any, folders: dict[int, str] | None = None) -> Imported:
    [imported] = read(document, folders=folders)
    return imported


def order_of(document: Any) -> Order:
    imported = one(document)
    assert imported.order is not None, imported.error
    return imported.order


def sample(path: str) -> Order:
    file = SAMPLES / path
    [imported] = read_orders(file.read_bytes(), name=file.name, store=STORE, folders={})
    assert imported.order is not None, imported.error
    return imported.order


OUR_ORDER = {
    "id": "1",
    "source_id": "A1",
    "shipping": {"country": "US"},
    "order_items": [{"name": "Tee", "quantity": 1}],
}
SHOPIFY_ORDER = {
    "id": 5, "name": "#1001", "total_price": "12.00", "financial_status": "paid", "currency": "USD",
    "line_items": [{"id": 6, "title": "Tee", "sku": "T", "quantity": 1, "price": "12.00", "grams": 200}],
}  # fmt: skip
WOO_ORDER = {
    "id": 7, "number": "7", "order_key": "wc_1", "status": "processing", "total": "3.00", "currency": "USD",
    "line_items": [{"id": 8, "name": "Tee", "quantity": 1, "subtotal": "3.00", "total": "3.00"}],
}  # fmt: skip


# --- what is an order -----------------------------------------------------------------------------------------------


@needs_samples
def test_every_order_and_draft_of_the_samples_is_read_and_every_neighbour_is_named() -> None:
    refused = {}
    for file in sorted(SAMPLES.glob("*/*.json")):
        [imported] = read_orders(file.read_bytes(), name=file.name, store=STORE, folders={})
        if imported.error:
            refused[file.name] = imported.error
        else:
            assert imported.order is not None
            assert imported.order.items
    assert refused == {
        "fulfillment-1001.json": "this is a Shopify fulfilment, not an order",
        "fulfillment-order.json": "this is a Shopify fulfilment order, not an order",
        "fulfillment-send.json": "this is the answer to a Shopify fulfilment request, not an order",
        "fulfillment-webhook-docs.json": "this is a Shopify fulfilment, not an order",
        "order-note.json": "this is a WooCommerce order note, not an order",
        "refund-1001.json": "this is a Shopify refund, not an order",
        "refund-webhook-docs.json": "this is a Shopify refund, not an order",
        "shop-apple.json": "this is a Shopify shop, not an order",
        "webhook-subscription.json": "this is a WooCommerce webhook registration, not an order",
    }


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (b"", "the file is empty"),
        (b"[]", "empty list"),
        (b'{"orders": []}', "empty list"),
        (b"{}", "an empty {}"),
        (b"7", "a number"),
        (b"[[]]", "a list"),
        (b'"x"', "a text"),
        ({"status": "error", "message": "Order Not Found"}, "error answer of Order Desk (`Order Not Found`)"),
        ({"kind": "sale", "gateway": "visa", "amount": "1.00"}, "a Shopify transaction"),
        ({"transactions": []}, "a list of Shopify transactions"),
        ({"lineItems": {}}, "GraphQL"),
        ({"webhook_id": 3}, "webhook's test call"),
        ({"colour": "red"}, "neither `order_items` nor `line_items`, but `colour`"),
    ],
)
def test_what_is_no_order_is_refused_by_its_name(document: Any, says: str) -> None:
    imported = one(document)
    assert imported.order is None
    assert imported.error is not None
    assert says in imported.error
    assert imported.kind == ""


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (OUR_ORDER, "Order Desk order"),
        ({"items": [{"name": "Tee"}], "folder": "New"}, "Order Desk order"),
        (SHOPIFY_ORDER, "Shopify order"),
        (
            {k: v for k, v in SHOPIFY_ORDER.items() if k != "financial_status"} | {"invoice_url": "u"},
            "Shopify draft order",
        ),
        (WOO_ORDER, "WooCommerce order"),
    ],
)
def test_orders_bare_wrapped_and_in_envelopes(document: dict[str, Any], kind: str) -> None:
    wrapper = "draft_order" if "draft" in kind else "order"
    forms: list[tuple[Any, list[str]]] = [
        (document, ["a.json"]),
        ([document, document], ["a.json, order 1", "a.json, order 2"]),
        ({wrapper: document}, ["a.json"]),
        ({"status": "success", "execution_time": "0.1", "order": document}, ["a.json"]),
        ({"status": "success", "total_records": 1, "orders": [document]}, ["a.json, order 1"]),
        ([{"order": document}], ["a.json, order 1"]),
    ]
    for form, places in forms:
        found = read(form)
        assert [(i.kind, i.error) for i in found] == [(kind, None)] * len(places)
        assert [i.place for i in found] == places


def test_one_bad_order_does_not_lose_the_others() -> None:
    bad = {**OUR_ORDER, "order_items": [{"name": "Tee", "quantity": "two"}]}
    found = read([OUR_ORDER, bad, {"refund": {}}, SHOPIFY_ORDER])
    assert [i.order is not None for i in found] == [True, False, False, True]
    assert found[1].error == 'order_items[0].quantity: "two" is not a whole number'
    assert (found[1].place, found[1].kind) == ("a.json, order 2", "Order Desk order")


def test_one_order_a_line() -> None:
    lines = "\ufeff" + dumps(OUR_ORDER) + "\r\n\n{broken\n" + dumps({"order": WOO_ORDER}) + "\n"
    found = read(lines.encode(), "many.JSONL")
    assert [i.place for i in found] == ["many.JSONL, line 1", "many.JSONL, line 3", "many.JSONL, line 4"]
    assert [i.kind for i in found] == ["Order Desk order", "", "WooCommerce order"]
    assert read(b"\n \n", "a.jsonl")[0].error == "the file is empty"


def test_an_unreadable_file_is_told_with_its_line() -> None:
    imported = one(b'{"id": 1,\n"id": 2}')
    assert (imported.place, imported.order) == ("a.json, line 2", None)
    assert imported.error == "`id` occurs twice in the same {...}; keep one of them"


# --- Order Desk and our own -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"order_items": 5}, "order_items: 5 is not a list in [...]"),
        ({"order_items": ["x"]}, 'order_items[0]: "x" is not a group of named values in {...}'),
        ({"shipping": {"city": [1]}}, "shipping.city: [1] is not text"),
        ({"date_added": "yesterday"}, 'date_added: "yesterday" is not a date such as 2026-01-31 14:30:00'),
        ({"order_total": "-1e30"}, 'order_total: "-1e30" is not a number'),
        ({"order_total": -(10**30)}, f"order_total: {-(10**30)} is larger than any order's number"),
        ({"email": True, "folder_id": "x"}, "email: true is not text (and 1 more like it)"),
    ],
)
def test_a_malformed_field_is_one_sentence_with_its_name_and_value(
    change: dict[str, Any], error: str
) -> None:
    assert one({**OUR_ORDER, **change}).error == error


def test_what_the_source_lacks_is_added_up() -> None:
    order = order_of(
        {
            "shipping_total": "4.00",
            "tax_total": 1,
            "discount_total": "2.50",
            "order_items": [
                {"id": "2", "name": "A", "quantity": 3, "price": "9.99", "weight": "0.25"},
                {"name": "B", "quantity": 2, "price": 5},
                {"name": "C", "quantity": 1, "price": 0},
                {"id": "2", "name": "D", "quantity": 1, "price": ""},
            ],
        }
    )
    assert [item.id for item in order.items] == ["2", "3", "4", "2-2"]
    assert order.quantity_total == 7
    assert order.product_total == Decimal("39.97")
    assert order.weight_total == Decimal("0.75")
    assert order.order_total == Decimal("42.47")
    assert order.currency == "EUR"
    assert order.id == "a"


def test_ids_folders_and_the_single_tag() -> None:
    order = {**OUR_ORDER, "folder_id": 40112, "tag_name": "Rush", "tags": ["rush"], "currency": "usd"}
    known = one(order, {40112: "Shipped"})
    assert known.order is not None
    assert (known.order.folder, known.order.tags, known.order.currency) == ("Shipped", ["rush"], "USD")
    assert known.warnings == ()
    unknown = one({**order, "tags": []})
    assert unknown.order is not None
    assert (unknown.order.folder, unknown.order.tags) == ("", ["Rush"])
    assert unknown.warnings == (
        "folder_id 40112 has no name; name it under `folders:` in ordinance.yaml, as in `Name: 40112`",
    )
    assert order_of({**OUR_ORDER, "id": ""}).id == "A1"
    assert [i.order.id for i in read([{"order_items": []}] * 2, "jan.json") if i.order] == ["jan-1", "jan-2"]


def test_the_other_address_is_copied_where_parcels_have_none() -> None:
    imported = one({"order_items": [], "customer": {"first_name": "Ann", "country": "US"}, "folder": "New"})
    assert imported.order is not None
    assert (imported.order.shipping.country, imported.order.shipping.first_name) == ("US", "Ann")
    assert imported.warnings == ("there is no shipping address; the customer's address was copied",)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | TEXT | st.decimals(-1000, 1000, places=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=5,
)
KNOWN = {f.alias or n for n, f in Order.model_fields.items()} | {"items", "notes", "shipments", "lineItems"}
UNKNOWN = st.dictionaries(
    TEXT.filter(lambda name: name not in KNOWN and not name.startswith("order")), PLAIN, max_size=4
)


@given(UNKNOWN, UNKNOWN, UNKNOWN)
def test_every_unknown_member_is_written_back(
    order: dict[str, Any], item: dict[str, Any], address: dict[str, Any]
) -> None:
    taken = set(export_order(Order.model_validate(OUR_ORDER))["order_items"][0])
    item = {name: value for name, value in item.items() if name not in taken}
    address = {name: value for name, value in address.items() if name not in Address.model_fields}
    document = {
        **OUR_ORDER,
        **order,
        "shipping": {"country": "US", **address},
        "order_items": [{"name": "Tee", "quantity": 1, **item}],
    }
    written = loads(dumps(export_order(order_of(document))))
    assert {name: written[name] for name in order} == order
    assert {name: written["order_items"][0][name] for name in item} == item
    assert {name: written["shipping"][name] for name in address} == address


AMOUNT = st.none() | st.decimals(-(10**9), 10**9, places=4)
WHEN = st.none() | st.datetimes(
    dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)
).map(lambda t: t.replace(microsecond=0))
MAPS = st.dictionaries(TEXT, TEXT, max_size=3)
ADDRESS = st.fixed_dictionaries({"first_name": TEXT, "country": st.just("US"), "phone": TEXT})
ORDERS = st.builds(
    Order,
    id=st.integers(1, 10**20).map(str),
    folder=TEXT,
    folder_id=st.none() | st.integers(1, 99),
    currency=st.sampled_from(["USD", "EUR"]),
    tags=st.lists(TEXT.filter(str.strip), max_size=2),
    order_total=AMOUNT,
    product_total=AMOUNT,
    refund_total=AMOUNT,
    email_count=st.none() | st.integers(0, 9),
    date_added=WHEN,
    shipping=ADDRESS,
    customer=ADDRESS,
    checkout_data=MAPS,
    order_metadata=MAPS,
    notes=st.lists(st.fixed_dictionaries({"content": TEXT, "date_added": WHEN}), max_size=1),
    items=st.lists(
        st.fixed_dictionaries(
            {"id": st.uuids().map(lambda u: str(u.int)), "name": TEXT, "price": AMOUNT, "quantity": st.integers(0, 9), "metadata": MAPS}
        ),
        max_size=3,
    ),
    shipments=st.lists(st.fixed_dictionaries({"id": st.just("1"), "tracking_number": TEXT, "date_shipped": WHEN}), max_size=1),
    submissions=st.lists(st.fixed_dictionaries({"connection": TEXT, "state": st.just("accepted")}), max_size=1),
    parent_id=TEXT,
    splits=st.integers(0, 3),
)  # fmt: skip


@given(ORDERS)
def test_importing_what_was_exported_gives_the_same_order(order: Order) -> None:
    exported = dumps(export_order(order))
    assert order_of(exported.encode()) == order
    assert all(value is not None for value in loads(exported).values())


@given(ORDERS)
@pytest.mark.skipif(not (SHARED / "schemas").is_dir(), reason="the schemas are not here")
def test_an_exported_order_is_one_of_order_desk(order: Order) -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads((SHARED / "schemas" / "orderdesk.schema.json").read_text())
    document = json.loads(dumps(export_order(order)))
    Draft202012Validator({**schema, "$ref": "#/$defs/Order"}).validate(document)


@given(
    st.binary(max_size=80)
    | st.recursive(PLAIN, lambda x: st.lists(x), max_leaves=3).map(lambda v: dumps(v).encode())
)
def test_no_bytes_make_it_raise(data: bytes) -> None:
    for name in ("a.json", "a.jsonl"):
        assert all((i.order is None) == (i.error is not None) for i in read(data, name))


MEMBERS = st.sampled_from(
    [
        "line_items",
        "order_items",
        "shipping",
        "billing",
        "shipping_address",
        "note_attributes",
        "meta_data",
        "discount_codes",
        "total_price",
        "total",
        "currency",
        "tags",
        "refunds",
        "fulfillments",
        "shipping_lines",
        "fee_lines",
        "coupon_lines",
        "created_at",
        "date_created",
        "customer",
        "id",
        "name",
        "quantity",
        "price",
        "grams",
        "properties",
        "value",
        "key",
        "subtotal",
        "order_key",
        "financial_status",
        "tracking_number",
        "sku",
    ]
)
MUDDLE = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=6),
    max_leaves=20,
)


@given(st.sampled_from([OUR_ORDER, SHOPIFY_ORDER, WOO_ORDER]), st.dictionaries(MEMBERS, MUDDLE, max_size=5))
def test_no_muddle_makes_it_raise(document: dict[str, Any], change: dict[str, Any]) -> None:
    for imported in read({**document, **change}):
        assert (imported.order is None) == (imported.error is not None)
        if imported.order:
            assert order_of(dumps(export_order(imported.order)).encode()) == imported.order


# --- Shopify --------------------------------------------------------------------------------------------------------


@needs_samples
def test_a_shopify_order_with_an_engraving() -> None:
    order = sample("shopify/order-1001-engraving.json")
    assert (order.id, order.source_name, order.source_id) == ("450789469", "Shopify", "1001")
    assert (order.email, order.currency, order.payment_status) == (
        "bob.norman@hostmail.com",
        "USD",
        "Authorized",
    )
    assert (order.payment_type, order.cc_number_masked, order.customer_id) == (
        "authorize_net", "XXXX-XXXX-XXXX-4242", "207119551",
    )  # fmt: skip
    assert order.date_added == dt.datetime(2008, 1, 10, 16, 0, tzinfo=dt.UTC)
    assert order.shipping_method == "Free Shipping"
    assert order.checkout_data == {"custom engraving": "Happy Birthday", "colour": "green"}
    assert order.order_metadata["shopify_name"] == "#1001"
    assert (order.product_total, order.tax_total, order.discount_total, order.order_total) == (
        Decimal("398.00"), Decimal("11.94"), Decimal("0.00"), Decimal("409.94"),
    )  # fmt: skip
    assert (order.quantity_total, order.discount_codes) == (3, ["TENOFF"])
    assert (order.shipping.first_name, order.shipping.state, order.shipping.postal_code, order.shipping.country) == (
        "Bob", "KY", "40202", "US",
    )  # fmt: skip
    item = order.items[0]
    assert (item.id, item.code, item.name, item.price, item.quantity) == (
        "466157049", "IPOD2008GREEN", "IPod Nano - 8gb", Decimal("199.00"), 1,
    )  # fmt: skip
    assert item.variation_list == {"Variant": "green", "Custom Engraving": "Happy Birthday"}
    assert item.weight == Decimal("0.4409")  # 200 g / 453.59237 g
    [shipment] = order.shipments
    assert (shipment.id, shipment.tracking_number, shipment.status) == ("255858046", "1Z2345", "failure")


@needs_samples
def test_shopify_drafts() -> None:
    order = sample("shopify/draft-d1.json")
    assert (order.source_id, order.payment_status, order.currency) == ("D1", "Pending", "CAD")
    assert order.checkout_data == {"Note": "This is a note"}
    assert [item.id for item in order.items] == ["1", "2"]
    assert [item.code for item in order.items] == ["IPOD2008GREEN", ""]
    assert order.product_total == Decimal("1187.28")  # 199.00 + 2 x 494.14
    assert order.discount_total == Decimal("36.86")  # 1.48 on the order, 35.38 on a line
    assert (order.shipping_method, order.shipping_total) == ("Custom shipping", Decimal("20.00"))
    assert sample("shopify/draft-d2.json").tags == ["Wholesale"]


@needs_samples
def test_the_traps_of_the_shopify_samples() -> None:
    cancelled = sample("shopify/order-1009-cancelled-refunded.json")
    assert cancelled.payment_status == "Fully Refunded"
    assert cancelled.order_metadata["cancelled_at"] == "2023-03-24 22:08:18"
    assert cancelled.refund_total == Decimal("1806.38")
    assert cancelled.discount_codes == []
    assert cancelled.tags == ["Line Item Discount", "Order Discount"]
    assert cancelled.items[0].category_code == "Snowboard Vendor"
    bare = sample("shopify/order-1010-no-address.json")
    assert (bare.email, bare.shipping_method, bare.shipping.country) == ("", "", "")
    assert sample("shopify/order-webhook-docs-9999.json").id == "820982911946154500"
    assert sample("shopify/order-1001-rest-reference.json").tags == ["imported", "vip"]
    assert (
        len(sample("shopify/order-anon-properties.json").items[0].variation_list) == 45 + 1
    )  # and the variant
    ids = [item.id for item in sample("shopify/order-anon-12-lines.json").items]
    assert len(set(ids)) == 12


def test_shopify_properties_options_and_tracking() -> None:
    line = {
        "id": 9007199254740993,
        "name": "Tee - Red",
        "quantity": "2",
        "price": "5.00",
        "grams": 1000,
        "vendor": "Acme",
        "requires_shipping": True,
        "variant_title": "Red / M",
        "options": [{"name": "Color", "value": "Red"}, {"name": "Size", "value": "M"}],
        "properties": [
            {"name": "_print_url", "value": "https://example.com/a.png"},
            {"name": "Lines", "value": ["a", 1]},
            {"name": "lines", "value": None},
            {"name": "size", "value": 3},
        ],
    }
    document = {
        **SHOPIFY_ORDER,
        "line_items": [line],
        "shipping_lines": [{"title": "Express", "price": "7.50"}, {"title": "Extra", "price": "1.00"}],
        "billing_address": {"name": "Ann van Dyk", "country_code": "NL", "province": "Utrecht", "zip": "3511"},
        "total_tip_received": "2.00",
        "note": "Ring twice",
        "note_attributes": [{"name": "note", "value": "x"}],
        "fulfillments": [
            {"id": 4, "created_at": "2026-01-31T23:30:00-05:00", "tracking_company": "UPS",
             "tracking_numbers": ["1Z1", "1Z2"], "tracking_urls": ["https://example.com/1"]},
            {"id": 5},
        ],
    }  # fmt: skip
    imported = one(document)
    order = imported.order
    assert order is not None
    item = order.items[0]
    assert item.id == "9007199254740993"
    assert item.variation_list == {
        "Color": "Red",
        "Size": "M",
        "Lines": '["a", 1]',
        "lines (2)": "",
        "size (2)": "3",
    }
    assert item.metadata == {"_print_url": "https://example.com/a.png"}
    assert (item.name, item.weight, item.category_code, item.delivery_type) == (
        "Tee - Red",
        Decimal("2.2046"),
        "Acme",
        "ship",
    )
    assert (order.shipping_method, order.shipping_total, order.handling_total) == (
        "Express",
        Decimal("8.50"),
        Decimal("2.00"),
    )
    assert order.checkout_data == {"note": "x", "Note (2)": "Ring twice"}
    assert order.payment_status == "Captured"
    shipping = order.shipping
    assert (shipping.first_name, shipping.last_name, shipping.state, shipping.country) == (
        "Ann van",
        "Dyk",
        "Utrecht",
        "NL",
    )
    assert [(s.id, s.tracking_number, s.carrier_code, s.tracking_url) for s in order.shipments] == [
        ("4", "1Z1", "UPS", "https://example.com/1"),
        ("4-2", "1Z2", "UPS", ""),
    ]
    assert order.shipments[0].date_shipped == dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    assert "there is no shipping address; the billing address was copied" in imported.warnings


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("authorized", "Authorized"),
        ("paid", "Captured"),
        ("partially_paid", "Pending"),
        ("partially_refunded", "Partially Refunded"),
        ("pending", "Pending"),
        ("refunded", "Fully Refunded"),
        ("voided", "Voided"),
        ("expired", "Rejected"),
    ],
)
def test_payment_in_order_desks_words(said: str, status: str) -> None:
    assert order_of({**SHOPIFY_ORDER, "financial_status": said}).payment_status == status


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"line_items": "x"}, 'line_items: "x" is not a list in [...]'),
        (
            {"line_items": [{"title": "A", "quantity": "two"}]},
            'line_items[0].quantity: "two" is not a whole number',
        ),
        ({"line_items": [{"title": "A", "quantity": -2}]}, "line_items[0].quantity: -2 is below zero"),
        ({"created_at": "soon"}, 'created_at: "soon" is not a date'),
        ({"shipping_address": [1]}, "shipping_address: [1] is not a group of named values in {...}"),
        ({"note_attributes": [3]}, "note_attributes[0]: 3 is not a group of named values in {...}"),
    ],
)
def test_a_malformed_shopify_field_is_told_by_its_own_name(change: dict[str, Any], error: str) -> None:
    assert one({**SHOPIFY_ORDER, **change}).error == error


def test_amounts_that_cannot_be_read_are_missing_and_told_once() -> None:
    imported = one({**SHOPIFY_ORDER, "total_price": "example", "total_tax": "x", "currency": "example"})
    assert imported.order is not None
    assert (imported.order.order_total, imported.order.tax_total, imported.order.currency) == (
        None,
        None,
        "EUR",
    )
    assert imported.warnings == (
        'currency: "example" is not a currency code such as USD; the store\'s EUR is used',
        '2 amounts cannot be read and are left empty, the first: total_tax "x"',
    )


# --- WooCommerce ----------------------------------------------------------------------------------------------------


@needs_samples
def test_a_woocommerce_order() -> None:
    order = sample("woocommerce/order-727.json")
    assert (order.id, order.source_name, order.source_id, order.customer_id) == (
        "727",
        "WooCommerce",
        "727",
        "",
    )
    assert (order.email, order.payment_type, order.payment_status) == (
        "john.doe@example.com", "Direct Bank Transfer", "Captured",
    )  # fmt: skip
    assert order.date_added == dt.datetime(2017, 3, 22, 19, 28, 2, tzinfo=dt.UTC)
    assert (order.product_total, order.shipping_total, order.tax_total, order.order_total) == (
        Decimal("18.00"), Decimal("10.00"), Decimal("1.35"), Decimal("29.35"),
    )  # fmt: skip
    assert (order.shipping_method, order.quantity_total, order.weight_total) == ("Flat Rate", 3, None)
    assert order.order_metadata["_download_permissions_granted"] == "yes"
    assert (order.shipping.address1, order.shipping.postal_code, order.customer.phone) == (
        "969 Market", "94103", "(555) 555-5555",
    )  # fmt: skip
    second = order.items[1]
    assert second.name == "Ship Your Idea \u2013 Color: Black, Size: M Test"
    assert second.variation_list == {"pa_color": "black", "size": "M Test"}
    assert second.metadata == {"product_id": "22", "variation_id": "23"}
    assert (order.items[0].price, second.price, second.code) == (Decimal("3.00"), Decimal("12.00"), "Bar3")


@needs_samples
def test_the_other_woocommerce_shapes() -> None:
    refunded = sample("woocommerce/order-723-refunds.json")
    assert (refunded.refund_total, refunded.payment_status) == (Decimal("19.00"), "Partially Refunded")
    assert sample("woocommerce/order-17-activepieces.json").order_total == Decimal("2.000")
    assert sample("woocommerce/order-728-pending.json").payment_status == "Pending"
    old = sample("woocommerce/v1-order-154.json")
    assert old.items[1].variation_list == {"Color": "Black"}
    assert old.date_added == dt.datetime(
        2016, 5, 31, 2, 35, 16, tzinfo=dt.UTC
    )  # 22:35:16 in the store's New York
    legacy = sample("woocommerce/legacy-order-645.json")
    assert (legacy.source_id, legacy.payment_type, legacy.shipping_total) == (
        "645",
        "Direct Bank Transfer",
        Decimal("10.00"),
    )
    assert legacy.items[1].variation_list == {"Color": "Black"}
    assert legacy.date_added == dt.datetime(2015, 1, 26, 20, 0, 21, tzinfo=dt.UTC)


def test_woocommerce_coupons_fees_meta_and_tracking() -> None:
    document = {
        **WOO_ORDER,
        "status": "printing",
        "date_paid": "2026-01-31T10:00:00",
        "customer_note": "Tom &amp; Ann",
        "coupon_lines": [{"code": "SPRING", "discount": "2.00"}],
        "fee_lines": [{"name": "Rush", "total": "5.00"}, {"name": "Wrap", "total": "1.50"}],
        "discount_total": "2.00",
        "meta_data": [
            {"key": "gift", "value": "yes"},
            {"key": "_wc_shipment_tracking_items", "value": [
                {"tracking_id": "ab1", "tracking_number": "1Z", "tracking_provider": "ups", "date_shipped": "1769817600"}]},
        ],
        "line_items": [
            {"id": 8, "name": "Tee", "quantity": 3, "subtotal": "10.00", "total": "8.00", "price": "2.666667",
             "meta_data": [
                {"key": "pa_color", "value": "black", "display_key": "Color", "display_value": "Black"},
                {"key": "art", "value": "https://example.com/a.png", "display_value": "<a>x</a>"},
                {"key": "_reduced_stock", "value": 3},
             ]},
        ],
    }  # fmt: skip
    order = order_of(document)
    assert order.checkout_data == {"gift": "yes", "Note": "Tom & Ann"}
    assert order.order_metadata == {"woocommerce_status": "printing"}
    assert order.payment_status == "Captured"
    assert (order.discount_codes, order.discount_total, order.handling_total) == (
        ["SPRING"],
        Decimal("2.00"),
        Decimal("6.50"),
    )
    item = order.items[0]
    assert item.price == Decimal("3.3333")  # 10.00 before the coupon, for three
    assert order.product_total == Decimal("10.00")
    assert item.variation_list == {"Color": "Black", "art": "https://example.com/a.png"}
    assert item.metadata == {"_reduced_stock": "3"}
    [shipment] = order.shipments
    assert (shipment.id, shipment.tracking_number, shipment.carrier_code) == ("ab1", "1Z", "ups")
    assert shipment.date_shipped == dt.datetime(2026, 1, 31, tzinfo=dt.UTC)
