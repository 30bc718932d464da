"""The JSON of a dry run: every line is as its schema says, and seven runs are as they were worked out by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dry_run import Told
from engine.opened import Opened
from engine.show import Shown
from events.importers import read_orders
from events.jsontext import loads
from tests.engine.shown_runs import ROOT, decided, opened, order, written

SCHEMA = loads((ROOT / "docs/schemas/decision.schema.json").read_bytes())
PODOS_READY = {
    "email": "anna@example.com",
    "shipping_method": "Express Worldwide",
    "shipping": {
        "first_name": "Anna",
        "address1": "Way 1",
        "city": "Lyon",
        "country": "FR",
        "postal_code": "69001",
    },
    "items": [{"id": "1", "code": "TEE", "metadata": {"podos_variant_id": "v-1"}}],
}


def split() -> tuple[Opened, list[Shown]]:
    """10.00 and 30.00 of 40.00: a quarter and three quarters of shipping and tax."""
    ruleset = opened("""
        rule "Mugs are made elsewhere"
          on "Order is Imported"
          do split items where (item.sku is "mug") into new order in folder "Artwork needed"
        rule "Park the parts"
          on "Order is Split"
          when order.folder is "Artwork needed"
          do add tag "mugs"
    """)
    one = order(
        id="2001", quantity_total=2, product_total="40.00", shipping_total="4.00", tax_total="2.00", order_total="46.00",
        items=[{"id": "1", "name": "Tee", "code": "TEE", "price": "10.00"}, {"id": "2", "name": "Mug", "code": "MUG", "price": "30.00"}],
    )  # fmt: skip
    return ruleset, [decided(ruleset, one)]


def chain() -> tuple[Opened, list[Shown]]:
    ruleset = opened("""
        rule "Look at artwork first"
          on "Order is Imported"
          do move to folder "Artwork needed"
             add tag "Late"
             stop
        rule "Never for this one"
          on "Order is Imported"
          do add tag "x"
        rule "Approve the artwork of friends"
          on "Folder is Changed"
          for each item
          do set item.metadata["approved"] to order.customer.first_name
             raise "Artwork approved"
        rule "Tell the customer"
          on "Artwork approved"
          do send email to order.email subject "Order {order.id} goes to print" body "Hello"
             post to "https://example.com/orders"
    """)
    one = order(tags=["late"], email="anna@example.com", customer={"first_name": "Anna"}, items=[{"id": "1"}])
    return ruleset, [decided(ruleset, one)]


def shadow() -> tuple[Opened, list[Shown]]:
    ruleset = opened("""
        rule "Try a new folder"
          mode shadow
          on "Order is Imported"
          do move to folder "Shipped"
             stop
        rule "Tag every order"
          on "Order is Imported"
          do add tag "seen in {order.folder}"
    """)
    return ruleset, [decided(ruleset, order())]


def failing_submission() -> tuple[Opened, list[Shown]]:
    ruleset = opened("""
        rule "Print at POV"
          on "Order is Imported"
          do submit to POV
        rule "Park what POV cannot print"
          on "Order Not Submitted to POV Because of General Error"
          do move to folder "SKU problems"
    """)
    one = order(
        email="anna@example.com",
        mail_class="USPS First Class",
        shipping={"first_name": "Anna", "address1": "Way 1", "city": "Troy", "state": "NY", "country": "US", "postal_code": "12180"},
        items=[
            {"id": "1", "code": "TEE-1", "metadata": {"print_sku": "P-1", "print_url": "https://art.example/1.png", "print_location": "front"}},
            {"id": "2", "code": "TEE-2", "metadata": {"print_sku": "P-2", "print_location": "front"}},
            {"id": "3", "code": "GIFT"},
        ],
    )  # fmt: skip
    return ruleset, [decided(ruleset, one)]


def stopped_loop() -> tuple[Opened, list[Shown]]:
    ruleset = opened("""
        rule "Begin"
          on "Order is Imported"
          do move to folder "Shipped"
        rule "Back"
          on "Folder is Changed"
          when event.to is "Shipped"
          do move to folder "New"
        rule "Forth"
          on "Folder is Changed"
          when event.to is "New"
          do move to folder "Shipped"
    """)
    return ruleset, [decided(ruleset, order())]


def setting() -> tuple[Opened, list[Shown]]:
    """`stop` does not stop a setting."""
    ruleset = opened("""
        rule "Print at podOS"
          on "Order is Imported"
          do submit to podOS
        rule "Tag what is in print"
          on "After Order Submitted to podOS"
          do add tag "in print"
             stop
    """)
    return ruleset, [decided(ruleset, order(**PODOS_READY))]


def unreadable() -> tuple[Opened, list[Shown]]:
    ruleset = opened(
        'rule "Only big ones" on "Order is Imported" when order.order_total > 100 do add tag "big"'
    )
    data = b'{"id": "\xff"}\n{"id": "1001", "folder": "New", "order_items": [{"id": "1", "name": "Tee"}]}\n'
    found = read_orders(data, name="orders.jsonl", store=ruleset.schema.store)
    shown = [
        Shown(each.place, error=each.error) if each.order is None else decided(ruleset, each.order)
        for each in found
    ]
    return ruleset, shown


GOLDEN: list[Callable[[], tuple[Opened, list[Shown]]]] = [
    split, chain, shadow, failing_submission, stopped_loop, setting, unreadable,
]  # fmt: skip


def valid(text: str) -> list[Any]:
    lines = [loads(line) for line in text.removesuffix("\n").split("\n")]
    for line in lines:
        jsonschema.validate(line, SCHEMA)
    return lines


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.__name__)
def test_a_run_gives_the_lines_that_were_worked_out_by_hand(
    case: Callable[[], tuple[Opened, list[Shown]]],
) -> None:
    ruleset, shown = case()
    found = written(ruleset, shown, "json")
    expected = (ROOT / f"tests/golden/{case.__name__}.jsonl").read_text("utf-8")
    assert found.splitlines() == expected.splitlines()
    assert valid(found)


def test_the_example_in_the_docs_is_as_the_schema_says() -> None:
    example = re.findall(r"^\{.*\}$", (ROOT / "docs/schemas/README.md").read_text("utf-8"), re.MULTILINE)
    assert [line["cause"] for line in valid("\n".join(example) + "\n")] == [None, 0]


def test_the_schema_refuses_what_is_not_pinned() -> None:
    ruleset, shown = chain()
    line, *_ = valid(written(ruleset, shown, "json"))
    for wrong in ({**line, "more": 1}, {**line, "seq": -1}, {**line, "schema": "ordinance.decision/2"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, SCHEMA)
    for key in line:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({name: value for name, value in line.items() if name != key}, SCHEMA)


def test_every_golden_file_belongs_to_a_run() -> None:
    assert {path.stem for path in (ROOT / "tests/golden").iterdir()} == {case.__name__ for case in GOLDEN}


def test_a_rejection_that_was_told_is_no_problem_but_an_event() -> None:
    ruleset, _ = setting()
    shown = decided(ruleset, order(**PODOS_READY), told={"podos": Told("invalid_sku", "TEE is not known")})
    first, *rest = valid(written(ruleset, [shown], "json"))
    assert first["problems"] == []
    assert first["effects"][0]["items"] == ["1"]
    assert first["effects"][0]["shipping_class"] == {"value": "DHL Express", "from": "match"}
    assert first["events"][-1] == "Order Not Submitted to podOS Because of Invalid SKU"
    assert [line["cause"] for line in rest] == [0, 0, 0]


def test_seq_and_cause_count_over_the_whole_output() -> None:
    ruleset, (first,) = chain()
    lines = valid(written(ruleset, [first, decided(ruleset, order(id="1002"))], "json"))
    assert [line["seq"] for line in lines] == list(range(len(lines)))
    assert [line["cause"] for line in lines[:4]] == [None, 0, 1, None]
    for line in lines:
        caused = [each["event"] for each in lines if each["cause"] == line["seq"]]
        assert line["events"] == caused


def test_warnings_of_importing_stand_on_the_first_line() -> None:
    ruleset, _ = shadow()
    lines = valid(written(ruleset, [decided(ruleset, order(), warnings=["no currency"])], "json"))
    assert lines[0]["problems"] == ["no currency"]


def test_a_cancellation_has_its_connection() -> None:
    ruleset = opened('rule "Cancel" on "Order is Imported" do cancel at podOS')
    one = order(submissions=[{"connection": "podos", "state": "accepted", "provider_order_id": "9"}])
    line, *_ = valid(written(ruleset, [decided(ruleset, one)], "json"))
    assert line["effects"] == [{"kind": "cancel", "connection": "podos"}]


def test_amounts_keep_every_digit() -> None:
    price = "0.10000000000000000001"
    ruleset = opened(f'rule "More" on "Order is Imported" for each item do set item.price to {price}')
    text = written(ruleset, [decided(ruleset, order(items=[{"id": "1", "price": "5"}]))], "json")
    assert f'"items[1].price": {{"from": 5, "to": {price}}}' in text


def test_a_chain_that_is_cut_off_says_so_and_its_traces_stay_with_their_turns() -> None:
    """After 100 events the answers to the submission come as well, and are not handled."""
    ruleset = opened("""
        rule "Submit" on "Order is Imported" do submit to podOS raise "Artwork approved"
        rule "Up"
          on "Artwork approved"
          for each item where item.quantity < 100000
          do increase item.quantity by 1
             raise "Artwork approved"
        rule "Before" on "Before Order Submitted to podOS" do add tag "x"
    """)
    shown = decided(ruleset, order(**PODOS_READY))
    lines = valid(written(ruleset, [shown], "json"))
    cut = [line for line in lines if line["problems"] and "loop stopped" in line["problems"][0]]
    assert [line["event"] for line in cut] == [
        "Artwork approved",
        "Before Order Submitted to podOS",
        "After Order Submitted to podOS",
    ]
    assert shown.run is not None
    assert shown.traces is not None
    for turn, traces in zip(shown.run.turns, shown.traces, strict=True):
        assert [t.title for t in traces if t.why == "fired"] == list(turn.fired)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ANY = opened("""
    rule "All" on "Order is Imported" for each item
      do set item.metadata["seen"] to "{item.name}/{item.sku}"
         add note "{order.source_name}"
         submit to podOS
""")


@settings(max_examples=25, deadline=None)
@given(TEXT, TEXT, TEXT)
def test_whatever_an_order_holds_each_line_is_valid(name: str, sku: str, source: str) -> None:
    one = order(source_name=source, items=[{"id": "1", "name": name, "code": sku}])
    text = written(ANY, [decided(ANY, one)], "json")
    assert valid(text)[0]["order"] == "1001"
