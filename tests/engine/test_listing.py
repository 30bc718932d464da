"""Finding events and actions by typing a name, as in the Rule Builder."""

from __future__ import annotations

from engine.joined import Connection
from engine.listing import Row, search
from engine.wiring import everything, schema


def ids(rows: list[Row]) -> list[str]:
    return [row.id for row in rows]


def test_typing_a_printers_name_finds_its_events() -> None:
    found = search(everything(), "podOS", kinds=["event"])
    assert {row.text for row in found} == {
        '"Order Scheduled to podOS"',
        '"Before Order Submitted to podOS"',
        '"After Order Submitted to podOS"',
        '"Order Not Submitted to podOS Because of Invalid SKU"',
        '"Order Not Submitted to podOS Because of General Error"',
        '"Order Not Submitted to podOS Because No Products Available"',
        '"After Order Canceled at podOS"',
        '"Order Not Canceled at podOS"',
    }


def test_typing_a_printers_name_finds_its_action_as_the_guide_calls_it() -> None:
    row = next(row for row in search(everything(), "podos", kinds=["action"]) if row.integration)
    assert (row.label, row.text, row.state) == ("Submit Order to podOS", "submit to podos", "ready")


def test_all_words_must_be_found_and_case_does_not_matter() -> None:
    assert ids(search(everything(), "INVALID sku podos")) == ["podos.not_submitted.invalid_sku"]
    assert search(everything(), "podos nonsense") == []


def test_a_name_goes_before_a_description() -> None:
    rows = search(schema(), "inventory", kinds=["action", "field"])
    assert rows[0].id == "apply inventory"
    assert "item.print_sku" in ids(rows[1:])  # said in its description only


def test_only_what_comes_with_an_integration_or_a_connection_to_it() -> None:
    found = schema([Connection("press", "printavo", "The press"), Connection("podos", "podos")])
    for name in ("printavo", "Printavo", "press", "the PRESS"):
        rows = search(found, kinds=["action"], integration=name)
        assert ids(rows) == ["press.create_invoice", "press.add_to_invoice"]
    assert search(found, integration="pov") == []


def test_what_is_not_yet_performed_says_so_and_why() -> None:
    row = next(row for row in search(everything(), "create invoice"))
    assert row.state == "not yet: Printavo is not connected yet"


def test_an_event_that_nothing_raises_yet_says_so_and_one_that_comes_by_webhook_is_ready() -> None:
    row = next(row for row in search(everything(), "inksoft order approved"))
    assert row.state == "not yet: InkSoft is not connected yet"
    row = next(row for row in search(everything(), "shopify order paid"))
    assert row.state == "ready"


def test_a_field_says_its_type_and_how_it_is_changed() -> None:
    rows = {row.id: row.details for row in search(everything(), kinds=["field"])}
    assert rows["order.folder"] == ("text", "cannot be set, `move to folder` changes it")
    assert rows["order.total"] == ("money", "the same as order.order_total; cannot be set")
    assert rows["item.podos_variant_id"] == ("text from outside", "can be set")


def test_an_event_shows_its_own_fields() -> None:
    row = next(row for row in search(schema(), "Folder is Changed", kinds=["event"]))
    assert [detail.split(":")[0] for detail in row.details] == ["event.from (text)", "event.to (text)"]


def test_custom_events_and_buttons_are_found_though_they_are_no_entry_of_a_printer() -> None:
    assert "schedule" in ids(search(schema(), "custom event"))
    rows = search(schema(buttons=["Approve artwork"]), "approve")
    assert ('button "Approve artwork"', "button.approve_artwork") in [(row.text, row.id) for row in rows]


def test_functions_show_an_example() -> None:
    row = search(schema(), "first_of", kinds=["function"])[0]
    assert row.details[0].startswith("first_of(")
