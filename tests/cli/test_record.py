"""`ordinance test --record`: a test that says what the rules do to an order, and passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call, Shop
from tests.cli.test_test import ORDER, RULES, SHOP

FILES = {"ordinance.yaml": SHOP, "rules/1-orders.rules": RULES, "samples/order.json": ORDER}
BIG = ORDER.replace('"order_total": 30', '"order_total": 60')


def test_it_says_what_came_of_the_order(call: Call, shop: Shop) -> None:
    """At 60 the order is big; its mug becomes an order of its own."""
    shop(files={**FILES, "samples/order.json": BIG})
    said = call("test", "--record", "--order", "samples/order.json")
    assert said.code == 0
    assert said.out == (
        'test "order, Order is Imported: becomes 2 orders and ends in Big"\n'
        '  given order "samples/order.json"\n'
        '  when "Order is Imported" happens\n'
        "  expect 2 orders\n"
        '  expect rule "Big" fired\n'
        '  expect rule "Part the mugs" fired\n'
        '  expect order.folder is "Big"\n'
        '  expect order 2.folder is "Small"\n'
        '  expect order has tag "Big-One"\n'
        "  expect no submit to podOS\n"
        '  expect add note "worth 60"\n'
    )
    assert "it records what IS" in said.err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--event", "Ready"],
        ["--event", "Ready", "--at", "2026-02-14 09:30"],
        ["--event", "Order Confirmed"],
        ["--event", "Order Confirmed", "--answer", 'podos=Invalid SKU: no "{TEE}"'],
        ["--event", "Folder is Changed", "--with", "from=New", "to=Big"],
        ["--event", "Shipment is Added", "--with", "tracking_number=1Z", "connection=podos"],
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
def test_what_it_writes_passes_and_the_rest_of_the_file_stays(
    words: list[str], ending: str, call: Call, shop: Shop
) -> None:
    before = RULES.replace("\n", ending) if ending == "\r\n" else RULES.rstrip() + ending
    shop(files=FILES)
    file = Path("rules/1-orders.rules")
    file.write_bytes(before.encode())
    said = call("test", "--record", "--order", "samples/order.json", *words, "--to", "rules/1-orders.rules")
    assert said.code == 0, said
    written = file.read_bytes().decode()
    assert written.startswith(before)
    assert ("\r\n" in written) == (ending == "\r\n")
    assert written.count("\r\n") in (0, written.count("\n"))
    again = call("test")
    assert (again.code, again.err) == (0, "1 passed\n"), again
    assert [each.name for each in Path("rules").iterdir()] == ["1-orders.rules"]


def test_values_that_rules_wrote_are_expected_as_their_authors_name_them(call: Call, shop: Shop) -> None:
    shop(files=FILES)
    said = call("test", "--record", "--order", "samples/order.json", "--event", "Ready")
    assert 'expect any item where (item.id is "b" and item.quantity is 2)' in said.out
    assert 'expect any item where (item.id is "b" and item.metadata["seen"] is "Mug")' in said.out
    assert 'expect rule "Late" did not fire' in said.out


def test_a_second_test_has_a_title_of_its_own(call: Call, shop: Shop) -> None:
    shop(files=FILES)
    for _ in range(2):
        assert (
            call("test", "--record", "--order", "samples/order.json", "--to", "rules/1-orders.rules").code
            == 0
        )
    assert call("test").err == "2 passed\n"
    assert 'stays in New (2)"' in Path("rules/1-orders.rules").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--order", "nowhere.json"], "there is no file `nowhere.json`"),
        (["--order", "../elsewhere.json"], "is outside this ruleset"),
        (["--order", "samples/order.json", "--to", "notes.txt"], "is no rules file"),
        (["--order", "samples/order.json", "--to", "../other.rules"], "is outside this ruleset"),
        (["--order", "samples/two.json"], "holds 2 orders"),
        (["--order", "samples/order.json", "--event", "Redy"], "Ready"),
        ([], "`--record` needs an order"),
    ],
)
def test_what_it_cannot_do_it_says(words: list[str], sentence: str, call: Call, shop: Shop) -> None:
    two = f"[{ORDER}, {ORDER.replace('7', '8', 1)}]"
    folder = shop(files={**FILES, "samples/two.json": two})
    (folder.parent / "elsewhere.json").write_text(ORDER, "utf-8")
    said = call("test", "--record", *words)
    assert said.code == 2
    assert sentence in said.err


def test_its_options_are_for_it_alone(call: Call, shop: Shop) -> None:
    shop(files=FILES)
    said = call("test", "--event", "Ready")
    assert said.code == 2
    assert "`--event` is for `--record`" in said.err
