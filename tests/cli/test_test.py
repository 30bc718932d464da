"""`ordinance test`: what makes a test of the language pass and fail, told with its reasons. Each expectation is tried both ways."""

from __future__ import annotations

import json
import xml.etree.ElementTree as xml
from typing import Any

import pytest

from tests.cli.conftest import Call, Said, Shop

SHOP = """
language: 1
store: {name: Acme Tees, currency: USD, weight_unit: lb, timezone: America/New_York}
folders: [New, Big, Small, Later]
connections:
  podos: {project: x, token: "${PODOS_TOKEN}", default_mail_class: Standard, after_import_move_to: Later}
events: [Ready]
"""
ORDER = """
{"id": "7", "currency": "USD", "date_added": "2026-02-10 17:00:00", "order_total": 30, "product_total": 30,
 "shipping": {"first_name": "Al", "address1": "1 Way", "city": "Troy", "state": "NY", "postal_code": "12180", "country": "US"},
 "email": "al@example.com", "shipping_method": "Standard",
 "order_items": [
   {"id": "a", "name": "Tee", "code": "TEE-1", "price": 10, "quantity": 2, "metadata": {"podos_variant_id": "1"}},
   {"id": "b", "name": "Mug", "code": "MUG-1", "price": 10, "quantity": 1}]}
"""
RULES = """
rule "Big"
  on   "Order is Imported"
  when order.order_total >= $50
  do   move to folder "Big"
       add tag "Big-One"
       add note "worth {order.order_total}"

rule "Shadowed"
  mode shadow
  on   "Order is Imported"
  do   add tag "shadow"

rule "Double the mugs"
  on   "Ready"
  for each item where item.code starts with "MUG"
  do   set item.quantity to 2
       set item.metadata["seen"] to "{item.name}"

rule "Part the mugs"
  on   "Folder is Changed"
  when event.to is "Big"
  do   split items where (item.code starts with "MUG") into new order in folder "Small"

rule "Late"
  on   "Ready"
  when order.date_added is older than 3 days
  do   add tag "late"

rule "Print"
  on   "Order Confirmed"
  do   submit to podOS
"""


def trying(call: Call, shop: Shop, steps: str, *words: str) -> Said:
    """One test with these steps, on an order of 30 USD with two tees and a mug."""
    text = f'{RULES}\ntest "it"\n{steps}\n'
    shop(files={"ordinance.yaml": SHOP, "rules/1-orders.rules": text, "samples/order.json": ORDER})
    return call("test", *words)


# Short names, so that a failing test is named by what it expects.
BIG = """
  given order "samples/order.json" with order.order_total $60
  when "Order is Imported" happens
"""
SMALL = """
  given order "samples/order.json"
  when "Order is Imported" happens
"""
READY = """
  given order "samples/order.json"
  when "Ready" happens
"""
PRINT = """
  given order "samples/order.json"
  when "Order Confirmed" happens
"""


@pytest.mark.parametrize(
    ("given", "expected", "holds"),
    [
        (BIG, 'order.folder is "Big"', True),
        (SMALL, 'order.folder is "New"', True),
        (SMALL, 'order.folder is "Big"', False),
        (BIG, 'order has tag "big-one"', True),
        (BIG, 'rule "Big" fired', True),
        (BIG, 'rule "big" did not fire', False),
        (SMALL, 'rule "Big" fired', False),
        (SMALL, 'rule "Big" did not fire', True),
        (BIG, 'rule "Shadowed" fired', False),
        (BIG, 'rule "Shadowed" did not fire', True),
        (BIG, 'rule "Part the mugs" fired', True),  # in a later turn of the chain
        (BIG, 'move to folder "big"', True),
        (BIG, 'move to folder "Small"', False),
        (BIG, 'no move to folder "Small"', True),
        (BIG, 'no move to folder "Big"', False),
        (BIG, 'add tag "BIG-ONE "', True),
        (BIG, 'add tag "shadow"', False),  # a rule in shadow does nothing
        (BIG, 'add note "worth 60"', True),
        (BIG, 'add note "worth 61"', False),
        (BIG, "2 orders", True),
        (BIG, "3 orders", False),
        (SMALL, "2 orders", False),
        (BIG, 'order 2.folder is "Small"', True),
        (BIG, 'order 1.folder is "Big"', True),
        (SMALL, 'order 2.folder is "Small"', False),
        (BIG, 'split items where (item.code starts with "MUG") into new order in folder "Small"', True),
        (BIG, 'split items where (item.code starts with "TEE") into new order in folder "Small"', False),
        (READY, "set item.quantity to 2", True),
        (READY, "set item.quantity to 3", False),
        (READY, 'set item.metadata["Seen"] to "Mug"', True),
        (READY, "order.quantity_total is 4", True),
        (READY, "any item where (item.quantity is 3)", False),
        (PRINT, "submit to podOS", True),
        (PRINT, "no submit to podOS", False),
        (SMALL, "no submit to podOS", True),
        (PRINT, 'order.folder is "Later"', True),
        (PRINT, 'rule "podOS setting: after import, move to \\"Later\\"" fired', True),
    ],
)  # fmt: skip
def test_an_expectation_holds_or_does_not(
    given: str, expected: str, holds: bool, call: Call, shop: Shop
) -> None:
    said = trying(call, shop, f"{given}\n  expect {expected}")
    assert said.code == (0 if holds else 1), said
    assert said.err == ("1 passed\n" if holds else "0 passed, 1 failed\n")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ('with order.shipping.country "DE"', 'order.shipping.country is "DE"'),
        ('with order.folder "small"', 'order.folder is exactly "Small"'),
        ('with order.checkout_data["Gift"] "yes"', 'order.checkout_data["gift"] is "yes"'),
        ('with order.email ""', "order.email is missing"),
        ('with tag "b2b" with tag "B2B"', 'order.tags contains "b2b"'),
        ('with item 2 sku "TEE-9"', 'every item where (item.sku starts with "TEE")'),
        ('with item 1 metadata["podos_variant_id"] ""', "item_1_has_no_variant"),
        ("with item 1 quantity 3", "order.quantity_total is 4"),
        ("with item 1 price $20", "order.product_total is $50"),
        ("with order.product_total $99 with item 1 price $20", "order.product_total is $99"),
    ],
)
def test_the_sample_is_changed_as_the_test_says(changes: str, expected: str, call: Call, shop: Shop) -> None:
    """Totals follow from items as they do for rules, and those that the test names are as it says."""
    define = "define item_1_has_no_variant = no item where (item.podos_variant_id is present)\n"
    text = f'{RULES}\n{define}test "it"\n given order "samples/order.json" {changes}\n when "Ready" happens\n expect '
    text = text.replace("set item.quantity to 2", 'add tag "mug"')
    shop(files={"ordinance.yaml": SHOP, "rules/1-orders.rules": text + expected, "samples/order.json": ORDER})
    said = call("test")
    assert said.code == 0, said


@pytest.mark.parametrize(
    ("given", "late"),
    [
        ("", False),
        ("given now is 2026-02-12 12:00", False),
        ("given now is 2026-02-14", True),
        ("given now is 2026-02-13 12:01", True),
        ("given now is 2026-02-13 11:59", False),
    ],
)
def test_the_time_is_the_tests_or_else_the_orders(given: str, late: bool, call: Call, shop: Shop) -> None:
    """The order was placed on 2026-02-10 at 17:00 UTC, which is 12:00 in New York."""
    fired = "fired" if late else "did not fire"
    steps = f'given order "samples/order.json"\n{given}\nwhen "Ready" happens\nexpect rule "Late" {fired}'
    assert trying(call, shop, steps).code == 0


def test_without_a_date_it_is_a_day_in_2026(call: Call, shop: Shop) -> None:
    """Clocks have no part in tests: 2026-01-01 09:00 is when it happens."""
    text = 'rule "R"\n on "Order is Imported"\n when now is 2026-01-01 09:00\n do add tag "x"\n'
    text += 'test "it"\n given order "samples/order.json"\n when "Order is Imported" happens\n expect rule "R" fired'
    order = ORDER.replace('"date_added": "2026-02-10 17:00:00", ', "")
    shop(files={"ordinance.yaml": SHOP, "rules/1-orders.rules": text, "samples/order.json": order})
    assert call("test").code == 0


def test_several_whens_go_on_with_the_orders_as_they_were_left(call: Call, shop: Shop) -> None:
    steps = f'{BIG} when "Ready" happens\n expect rule "Double the mugs" did not fire\n expect 2 orders'
    assert trying(call, shop, steps).code == 0


def test_an_answer_and_an_events_own_fields(call: Call, shop: Shop) -> None:
    text = 'rule "R"\n on "Order Not Submitted to podOS Because of Invalid SKU"\n do add note "{event.message}"\n'
    steps = PRINT.replace(
        "when", ' given podOS rejects because of "Invalid SKU" with message "no TEE-1"\n when'
    )
    text += (
        f'rule "P"\n on "Order Confirmed"\n do submit to podOS\ntest "it"\n{steps} expect add note "no TEE-1"'
    )
    text += '\ntest "by itself"\n given order "samples/order.json"\n when "Order Not Submitted to podOS Because of Invalid SKU"'
    text += ' happens with message "told"\n expect add note "told"'
    shop(
        "podos",
        files={"rules/1-orders.rules": text, "rules/2-podos.rules": None, "samples/order.json": ORDER},
    )
    said = call("test")
    assert (said.code, said.err) == (0, "2 passed\n"), said


def test_a_failure_says_what_was_expected_what_was_there_and_why(call: Call, shop: Shop) -> None:
    said = trying(call, shop, f'{SMALL}  expect rule "Big" fired\n  expect order.folder is "Big"')
    assert said.code == 1
    assert "FAIL  it" in said.out
    assert "rules/1-orders.rules:" in said.out
    assert 'expect rule "Big" fired' in said.out
    assert "it would fire if" in said.out
    assert "order.order_total >= $50" in said.out
    assert 'but: it is "New"' in said.out


def test_a_rule_whose_event_never_happened_says_which_it_waits_for(call: Call, shop: Shop) -> None:
    said = trying(call, shop, f'{SMALL} expect rule "Double the mugs" fired')
    assert "but: its event never happened: `Ready`" in said.out


def test_an_action_that_was_not_done_says_why(call: Call, shop: Shop) -> None:
    steps = f'{PRINT} when "Order Confirmed" happens\n expect resubmit to podOS'
    assert "no rule did `resubmit`" in trying(call, shop, steps).out
    steps = 'given order "samples/order.json" with order.folder "Big"\n when "Order is Imported" happens\n'
    steps = steps.replace('"Big"', '"Big" with order.order_total $60')
    assert (
        'rule "Big": move to folder "Big" (not done: '
        in trying(call, shop, steps + 'expect move to folder "Big"').out
    )


@pytest.mark.parametrize(
    ("order", "change", "sentence"),
    [
        ('{"refund": {"id": 1}}', "", "cannot be read"),
        (
            "[" + ORDER + "," + ORDER.replace('"7"', '"8"') + "]",
            "",
            "holds 2 orders, and a test takes a file with one",
        ),
        (ORDER, "with item 3 quantity 1", "has 2 items, so there is no item 3"),
        (ORDER, "with item 1 quantity -1", "cannot be below zero"),
    ],
)
def test_a_test_that_cannot_run_has_failed(
    order: str, change: str, sentence: str, call: Call, shop: Shop
) -> None:
    steps = f'given order "samples/order.json" {change}\nwhen "Ready" happens\nexpect 1 orders'
    text = f'{RULES}\ntest "it"\n{steps}'
    shop(files={"ordinance.yaml": SHOP, "rules/1-orders.rules": text, "samples/order.json": order})
    said = call("test")
    assert said.code == 1, said
    assert sentence in " ".join(said.out.split())


def objects(said: Said) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.out.splitlines()]


def test_json_is_a_line_for_each_test(call: Call, shop: Shop) -> None:
    (found,) = objects(trying(call, shop, f'{SMALL} expect order.folder is "Big"', "--format", "json"))
    assert (found["schema"], found["test"], found["passed"]) == ("ordinance.test/1", "it", False)
    assert found["failures"][0]["got"] == ['it is "New"']
    assert found["at"].startswith("rules/1-orders.rules:")


def test_junit_is_what_build_servers_read(call: Call, shop: Shop) -> None:
    steps = f'{SMALL} expect order.folder is "Big"\ntest "fine <&> \\"so\\""\n{SMALL} expect order.folder is "New"'
    said = trying(call, shop, steps, "--format", "junit")
    root = xml.fromstring(said.out)
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "2", "1")
    cases = root.findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == ["it", 'fine <&> "so"']
    assert [len(case.findall("failure")) for case in cases] == [1, 0]
    assert "order.folder" in (cases[0].find("failure").text or "")  # type: ignore[union-attr]


def test_some_of_the_tests(call: Call, shop: Shop) -> None:
    shop()
    said = call("test", "-k", "UNPAID")
    assert (said.code, said.err) == (0, "1 passed\n")
    none = call("test", "-k", "nothing like it")
    assert (none.code, none.err) == (1, "no title of the 3 tests has `nothing like it` in it\n")


def test_a_ruleset_without_tests_is_1_and_says_so(call: Call, shop: Shop) -> None:
    shop(files={"rules/1-orders.rules": 'rule "R"\n  on "Order is Imported"\n  do add tag "x"\n'})
    said = call("test")
    assert said.code == 1
    assert "this ruleset has no tests" in said.err


def test_rules_with_errors_are_2(call: Call, shop: Shop) -> None:
    shop(files={"rules/9.rules": "rule"})
    assert call("test").code == 2
