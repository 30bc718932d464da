"""Shipping Class Match (Order Desk 235): the printer's own name, then the table, then the default, never silently."""

from __future__ import annotations

from actions.preparing.prepared import ShippingClass
from actions.preparing.shipping import shipping_class
from events.failure import Failure, FailureKind
from tests.actions.preparing_orders import kinds, order, podos, pov, prepared, ready, refused


def test_a_name_of_the_printer_is_exact_in_its_own_spelling() -> None:
    found = prepared(
        order(ready(), shipping_method=" dhl express"), podos(shipping_methods=["Standard", "DHL Express"])
    )
    assert (found.shipping_class, found.warnings) == (ShippingClass("DHL Express", "exact"), ())


def test_a_name_in_the_table_is_matched() -> None:
    connection = podos(shipping_class_match={"Free Shipping": "Standard", "Express Worldwide": "DHL Express"})
    found = prepared(order(ready(), shipping_method="express worldwide"), connection)
    assert (found.shipping_class, found.warnings) == (ShippingClass("DHL Express", "match"), ())


def test_an_exact_name_comes_before_the_table() -> None:
    connection = podos(
        shipping_methods=["Standard", "Priority"], shipping_class_match={"Standard": "Priority"}
    )
    assert prepared(order(ready()), connection).shipping_class == ShippingClass("Standard", "exact")


def test_the_default_is_used_with_a_warning() -> None:
    found = prepared(order(ready(), shipping_method="Pigeon"))
    assert found.shipping_class == ShippingClass("Standard", "default")
    assert found.warnings == (
        "shipping method `Pigeon` has no match at podOS, so the default mail class `Standard` is used",
    )


def test_an_order_without_a_method_takes_the_default_with_a_warning() -> None:
    found = prepared(order(ready(), shipping_method=""))
    assert found.warnings == (
        "the order names no shipping method, so the default mail class `Standard` is used",
    )


def test_what_the_settings_call_the_printers_methods_is_known_as_exact() -> None:
    connection = podos(shipping_class_match={"Express Worldwide": "DHL Express"})
    assert (
        prepared(order(ready(), shipping_method="DHL Express"), connection).shipping_class.came_from
        == "exact"
    )
    assert (
        prepared(order(ready(), shipping_method="standard"), connection).shipping_class.came_from == "exact"
    )


def test_no_match_and_no_default_is_an_invalid_shipping_method() -> None:
    found = refused(order(ready(), shipping_method="Pigeon"), pov(default_mail_class=""))
    assert (kinds(found), found.reason_id) == ([FailureKind.INVALID_SHIPPING_METHOD], "general_error")
    assert found.message == (
        "shipping method `Pigeon` has no match at POV, and there is no default: "
        "add it to shipping_class_match or set default_mail_class of connection `pov` in ordinance.yaml"
    )


def test_a_default_that_the_printer_does_not_have_is_an_invalid_shipping_method() -> None:
    connection = podos(shipping_methods=["Standard", "Priority"], default_mail_class="Standrd")
    found = refused(order(ready(), shipping_method="Pigeon"), connection)
    assert "default_mail_class `Standrd`" in found.message
    assert "it has `Standard`, `Priority`" in found.message


def test_a_match_that_the_printer_does_not_have_falls_to_the_default_and_is_said() -> None:
    connection = podos(shipping_methods=["Standard"], shipping_class_match={"Free": "Standrd"})
    found = prepared(order(ready(), shipping_method="Free"), connection)
    assert found.shipping_class.came_from == "default"
    assert found.warnings[0] == (
        "shipping_class_match turns `Free` into `Standrd`, which is not a shipping method of podOS (it has `Standard`)"
    )


def test_a_mail_class_that_a_rule_set_comes_first() -> None:
    connection = podos(shipping_class_match={"Free": "Standard"})
    found = prepared(order(ready(), shipping_method="Free", mail_class="Overnight"), connection)
    assert found.shipping_class == ShippingClass("Overnight", "exact")


def test_a_mail_class_is_looked_up_in_the_table_too() -> None:
    connection = podos(shipping_class_match={"Fast": "DHL Express"})
    assert prepared(order(ready(), mail_class="fast"), connection).shipping_class == ShippingClass(
        "DHL Express", "match"
    )


def test_a_mail_class_that_the_printer_does_not_have_gives_way_with_a_warning() -> None:
    found = prepared(order(ready(), mail_class="Overnight"), podos(shipping_methods=["Standard"]))
    assert found.shipping_class == ShippingClass("Standard", "exact")
    assert found.warnings == (
        "mail class `Overnight` of the order is not a shipping method of podOS (it has `Standard`)",
    )


def test_what_the_printer_offers_for_the_order_outweighs_the_settings() -> None:
    """The adapter asks again with the names of the quote (podOS names its methods for each order)."""
    connection = podos(shipping_methods=["Standard"])
    found, _ = shipping_class(
        order(ready(), shipping_method="Tracked 24"), connection, ["Tracked 24", "Tracked 48"]
    )
    assert found == ShippingClass("Tracked 24", "exact")
    missing, _ = shipping_class(order(ready(), shipping_method="Pigeon"), connection, ["Tracked 24"])
    assert isinstance(missing, Failure)
