"""The schema of a ruleset: what it may name, and what it may not. Labels and ids are the guides'."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from actions.catalogue import read_integration
from dsl import types
from dsl.schema import Schema, SettingRule, StoreSpec
from engine.check.functions import SIGNATURES
from engine.joined import Connection
from engine.wiring import RESERVED, everything, integrations, schema
from events.order import Address, Item, Order, ReturnAddress, Shipment


def podos(**settings: object) -> Schema:
    return schema(
        [Connection("podos", "podos", settings=settings)], folders=["New", "In production", "Shipped"]
    )


PODOS_EVENTS = {
    "podos.scheduled": "Order Scheduled to podOS",
    "podos.before_submit": "Before Order Submitted to podOS",
    "podos.after_submit": "After Order Submitted to podOS",
    "podos.not_submitted.invalid_sku": "Order Not Submitted to podOS Because of Invalid SKU",
    "podos.not_submitted.general_error": "Order Not Submitted to podOS Because of General Error",
    "podos.not_submitted.no_products": "Order Not Submitted to podOS Because No Products Available",
}


@pytest.mark.parametrize(("event_id", "label"), PODOS_EVENTS.items())
def test_the_events_of_podos_are_found_by_the_guides_label_and_by_id(event_id: str, label: str) -> None:
    found = podos()
    by_label = found.event(label.upper())
    assert by_label is not None
    assert (by_label.id, by_label.label, by_label.connection) == (event_id, label, "podos")
    assert found.event(event_id) is by_label


def test_what_is_not_connected_cannot_be_named() -> None:
    nothing = schema()
    assert nothing.event("Order Scheduled to podOS") is None
    assert nothing.connection("podos") is None
    assert "item.podos_variant_id" not in nothing.fields
    assert nothing.event("Order is Imported") is not None


def test_everything_knows_which_integration_an_unknown_name_belongs_to() -> None:
    event = everything().event("Order Scheduled to podOS")
    assert event is not None
    assert event.integration == "podos"
    assert everything().fields["item.podos_variant_id"].integration == "podos"


def test_a_connection_with_a_label_of_its_own_has_events_with_that_label() -> None:
    found = schema([Connection("podos", "podos"), Connection("podos-eu", "podos", "podOS EU")])
    event = found.event("Order Scheduled to podOS EU")
    assert event is not None
    assert event.id == "podos-eu.scheduled"
    assert found.connection("PODOS eu") is found.connection("podos-eu")
    assert found.event("Order Scheduled to podOS") is found.events["podos.scheduled"]


def test_a_connection_without_a_label_goes_by_its_name_unless_that_is_the_integrations() -> None:
    found = schema([Connection("podos", "podos"), Connection("backup", "podos")])
    assert [found.connections[name].label for name in ("podos", "backup")] == ["podOS", "backup"]


def test_a_name_goes_before_another_connections_label() -> None:
    found = schema([Connection("first", "podos", "second"), Connection("second", "podos")])
    spec = found.connection("second")
    assert spec is not None
    assert spec.name == "second"


def test_all_refusals_declare_the_same_fields_so_that_one_rule_may_have_several() -> None:
    refusals = [event for event in everything().events.values() if event.after == "rejected"]
    assert {event.connection for event in refusals} == {"podos", "pov", "spod"}
    fields = {
        "connection",
        "attempt",
        "provider_order_id",
        "message",
        "reason",
        "kind",
        "provider_code",
        "items",
    }
    for event in refusals:
        assert set(event.fields) == fields
        assert event.fields["items"] == types.list_of(types.TEXT)
        assert set(event.field_docs) == fields


@pytest.mark.parametrize("said", ["Invalid SKU", "because of invalid sku", "invalid_sku", " Invalid sku "])
def test_a_reason_is_found_as_people_say_it(said: str) -> None:
    found = podos()
    spec = found.connections["podos"]
    refusal = found.refusal(spec, said)
    assert refusal is not None
    assert (refusal.id, refusal.reason) == ("podos.not_submitted.invalid_sku", "invalid_sku")
    assert (
        found.refusal(spec, "Because No Products Available")
        is found.events["podos.not_submitted.no_products"]
    )
    assert found.refusal(spec, "SKU") is None


def test_settings_that_act_are_rules_that_nobody_wrote() -> None:
    spec = podos(after_import_move_to="in production", after_shipment_move_to="Shipped").connections["podos"]
    assert spec.rules == (
        SettingRule(
            "after_import_move_to",
            'podOS setting: after import, move to "In production"',
            "podos.after_submit",
            "move to folder",
            {"folder": "In production"},
        ),
        SettingRule(
            "after_shipment_move_to",
            'podOS setting: after shipment, move to "Shipped"',
            "shipment.added",
            "move to folder",
            {"folder": "Shipped"},
            own=True,
        ),
    )


def test_settings_without_a_value_and_settings_that_only_say_something_make_no_rule() -> None:
    assert podos(after_import_move_to=" ", default_mail_class="Standard").connections["podos"].rules == ()


def test_every_event_that_a_setting_acts_on_exists_and_says_which_connection_it_was() -> None:
    for name, integration in integrations().items():
        settings = {setting.name: "Done" for setting in integration.settings if setting.acts}
        found = schema([Connection(name, name, settings=settings)], folders=["Done"])
        rules = found.connections[name].rules
        assert {rule.setting for rule in rules} == set(settings)
        for rule in rules:
            assert rule.event in found.events
            assert not rule.own or "connection" in found.events[rule.event].fields


def test_settings_left_out_have_their_default() -> None:
    found = schema([Connection("pov", "pov")])
    assert found.connections["pov"].settings == {"order_mode": "test"}


def test_the_shops_own_events_and_buttons() -> None:
    found = schema(buttons=["Approve artwork"], shop_events=["Artwork approved", "Back in stock"])
    own = found.event("back in STOCK")
    assert own is not None
    assert (own.id, own.label, dict(own.fields)) == ("shop.back_in_stock", "Back in stock", {})
    assert found.events[found.buttons["approve artwork"]].label == "Approve artwork"
    assert found.buttons == {"approve artwork": "button.approve_artwork"}


def test_labels_that_come_to_the_same_id_are_told_apart() -> None:
    found = schema(shop_events=["Back in stock", "Back-in-stock", "再入荷", "返品"])
    ids = [event.id for event in found.events.values() if event.id.startswith("shop.")]
    assert ids == ["shop.back_in_stock", "shop.back_in_stock_2", "shop.event", "shop.event_2"]


def test_a_shop_cannot_take_a_label_of_the_catalogue() -> None:
    found = schema(shop_events=["order is split"]).event("Order is Split")
    assert found is not None
    assert found.id == "order.split"


def test_aliases_lead_to_order_desks_own_field() -> None:
    fields = schema().fields
    pairs = {
        "order.total": "order.order_total",
        "item.sku": "item.code",
        "order.metadata": "order.order_metadata",
        "item.variation": "item.variation_list",
        "shipment.tracking": "shipment.tracking_number",
        "shipment.carrier": "shipment.carrier_code",
        "order.shipping.zip": "order.shipping.postal_code",
    }
    assert {alias: fields[alias].path for alias in pairs} == pairs
    assert all(fields[alias] is fields[path] for alias, path in pairs.items())


@pytest.mark.parametrize(
    "path",
    ["order.order_total", "order.product_total", "order.quantity_total", "order.weight_total", "order.shipping_total",
     "order.tax_total", "order.id", "order.source_id", "order.date_added", "item.id", "order.folder", "order.tags"],
)  # fmt: skip
def test_totals_ids_and_imported_dates_cannot_be_set(path: str) -> None:
    assert not schema().fields[path].writable


def test_a_folder_is_changed_by_moving_only() -> None:
    assert schema().fields["order.folder"].instead == "move to folder"
    for name, field in schema().fields.items():
        assert not field.instead or (not field.writable and field.instead in schema().actions), name


@pytest.mark.parametrize(
    ("path", "kind", "of"),
    [
        ("order.order_total", "field", types.MONEY),
        ("order.weight_total", "field", types.WEIGHT),
        ("order.quantity_total", "field", types.NUMBER),
        ("order.date_added", "field", types.TIME),
        ("order.tags", "field", types.list_of(types.TEXT)),
        ("order.discount_codes", "field", types.list_of(types.TEXT)),
        ("order.checkout_data", "map", types.MAP),
        ("item.metadata", "map", types.MAP),
        ("item.print_url", "print", types.OUTSIDE),
        ("shipment.date_shipped", "field", types.TIME),
        ("store.currency", "field", types.TEXT),
    ],
)
def test_fields_have_the_type_of_what_they_hold(path: str, kind: str, of: types.Type) -> None:
    spec = schema().fields[path]
    assert (spec.path, spec.kind, spec.type) == (path, kind, of)


def test_every_field_is_there_on_an_order() -> None:
    """A path walks to an attribute of the models, so that nothing is named that would always be missing."""
    roots: dict[str, Any] = {
        "order": Order(shipping=Address(), customer=Address(), return_address=ReturnAddress()),
        "item": Item(),
        "shipment": Shipment(),
        "store": StoreSpec(),
    }
    for spec in everything().fields.values():
        root, *steps = spec.path.split(".")
        if spec.kind == "print":
            assert root == "item"
            continue
        value = roots[root]
        for step in steps[:-1] if spec.kind == "entry" else steps:
            assert hasattr(value, step), spec.path
            value = getattr(value, step)


def test_every_field_of_an_order_that_a_merchant_may_ask_for_can_be_read() -> None:
    not_values = {
        "items",
        "shipments",
        "submissions",
        "notes",
        "discount_list",
        "shipping",
        "customer",
        "return_address",
    }
    inner = {"splits"}  # how many parts were split off: bookkeeping
    readable = {spec.path for spec in schema().fields.values()}
    models: dict[str, type[BaseModel]] = {"order": Order, "item": Item, "shipment": Shipment}
    for root, model in models.items():
        wanted = {f"{root}.{name}" for name in model.model_fields if name not in not_values | inner}
        assert wanted - readable == set()


def test_what_an_integration_keeps_in_metadata_has_a_name_of_its_own() -> None:
    fields = everything().fields
    assert fields["order.inksoft_origin"].path == "order.order_metadata.inksoft_origin"
    assert fields["item.inksoft_purchasing_status"].kind == "entry"


def test_the_functions_described_are_those_that_the_checker_knows() -> None:
    assert set(schema().functions) == {*SIGNATURES, "first_of"}


def test_every_event_that_an_action_says_it_causes_exists() -> None:
    found = everything()
    for action in found.actions.values():
        names = [c.name for c in found.connections.values() if c.integration == action.integration] or [
            "podos"
        ]
        for raised in action.raises:
            wanted = f"{names[0]}{raised}" if raised.startswith(".") else raised
            stem = wanted.removesuffix("*")
            assert any(
                event == wanted or (stem != wanted and event.startswith(stem)) for event in found.events
            ), raised


def test_actions_of_an_integration_are_named_after_the_connection_and_say_what_is_not_yet_there() -> None:
    found = schema([Connection("press", "printavo")])
    action = found.actions["press.create_invoice"]
    assert (action.integration, action.ready, action.why_not) == (
        "printavo",
        False,
        "Printavo is not connected yet",
    )
    assert [param.name for param in action.params] == ["nickname"]


def test_a_private_integration_is_wired_like_one_that_ships() -> None:
    reason = {
        "id": "no_ink",
        "name": "No Ink",
        "phrase": "Because of No Ink",
        "doc": "no ink",
        "source": "ours",
    }
    data = {
        "label": "Inkwell",
        "kind": "printer",
        "doc": "a printer",
        "source": "ours",
        "groups": ["folders"],
    }
    private = read_integration({**data, "submission": True, "reasons": [reason]}, "inkwell")
    settings = {"after_import_move_to": "Done"}
    found = schema([Connection("inkwell", "inkwell", settings=settings)], ["Done"], private=[private])
    event = found.event("Order Not Submitted to Inkwell Because of No Ink")
    assert event is not None
    assert event.id == "inkwell.not_submitted.no_ink"
    assert found.connections["inkwell"].rules[0].title == 'Inkwell setting: after import, move to "Done"'


def test_a_connection_that_uses_no_known_integration_is_left_out() -> None:
    assert schema([Connection("x", "nobody")]).connections == {}


def test_names_that_begin_ids_of_other_events_are_reserved() -> None:
    found = schema(buttons=["a"], shop_events=["b"])
    assert {event.split(".", 1)[0] for event in found.events} <= RESERVED
