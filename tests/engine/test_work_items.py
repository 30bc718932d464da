"""An order of many items: five times the items are five times the work, whatever a rule does to each of them.

Counted are Python's own instructions, so it is the same on any machine; a walk of all items for each item would make it
twenty-five times. What a rule does to an order is hand-worked in `tests/cases`.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from bench.ordinance import AT
from engine.compile.program import compile as compile_form
from engine.decide import Program
from engine.dry_run import DryRun
from engine.explain import Watching
from engine.folder import MemoryFolder
from engine.opened import Opened, open_ruleset
from engine.show import Options, Shown, formats
from events.event import Event
from events.order import Order

FEW, MANY = 20, 100
CONFIG = """\
language: 1
store: {name: Acme, currency: USD, weight_unit: lb, timezone: UTC}
folders: [New, Print]
connections:
  podos: {project: acme-1, token: "${PODOS_TOKEN}"}
events: [Go]
"""
INVENTORY = b"code,name,weight,price\nTEE,Tee,0.5,9.95\nMUG,Mug,1.25,4\n"
DONE = {
    "a count": "for each item\n do increase item.quantity by 1",
    "a price": "for each item where item.quantity > 0\n do set item.price to item.price / 3",
    "a weight": "for each item\n do set item.weight to 2 lb",
    "an entry": 'for each item where item.print_url is missing\n do set item.print_url to "https://example.com/a.png"',
    "lines that go": "for each item\n do remove item",
    "lines that come": 'for each item\n do add item "{item.code}" price $1',
    "tags": 'for each item\n do add tag "{item.id}"',
    "notes": 'for each item\n do add note "{item.id}"',
    "shipments": 'for each item\n do add shipment tracking "{item.id}"',
    "e-mails": 'for each item\n do send email to "a@example.com" subject "{item.id}" body "b"',
    "an order for each": 'do split by item.id into new orders in folder "Print"',
    "an order for some": 'do split items where (item.id contains "1") into new order in folder "Print"',
    "bundles": "do apply inventory",
    "a question": 'when any item where (item.code is item.name)\n do add tag "x"',
    "a submission": "do submit to podOS",
}


def ruleset(does: str, mode: str = "live") -> Opened:
    rules = f'rule "r"\n mode {mode}\n on "Go"\n {does}\n'
    files = {"ordinance.yaml": CONFIG.encode(), "a.rules": rules.encode(), "inventory.csv": INVENTORY}
    opened = open_ruleset(MemoryFolder(files))
    assert not opened.checked.errors
    return opened


def order_of(items: int) -> Order:
    lines = [
        {"id": str(number), "code": f"SKU-{number}", "price": "19.95", "quantity": 2, "weight": "0.50",
         "metadata": {"code_replace": "TEE, MUG", "podos_variant_id": "9"}}
        for number in range(items)
    ]  # fmt: skip
    shipping = {"first_name": "Ann", "address1": "Street 1", "city": "Bonn", "country": "DE"}
    return Order.model_validate({"id": "1001", "folder": "New", "shipping": shipping, "order_items": lines})


def decided(opened: Opened, order: Order) -> None:
    (event_id,) = opened.checked.form.rules
    program = Program(opened.checked.form, compile_form(opened.checked.form), opened.world)
    run = DryRun(opened, program).run(Event(event_id, "Go", order.id, AT), order)
    shown(opened, Shown("a", order, (), run), "json")


def explained(opened: Opened, order: Order) -> None:
    (event_id,) = opened.checked.form.rules
    watching = Watching(opened.checked.form)
    program = Program(opened.checked.form, watching, opened.world)
    run = DryRun(opened, program).run(Event(event_id, "Go", order.id, AT), order)
    shown(opened, Shown("a", order, (), run, traces=watching.traces(run.turns)), "human")


def shown(opened: Opened, one: Shown, how: str) -> None:
    printer = formats()[how](io.StringIO(), opened, Options(event="Go", width=100))
    printer.start()
    printer.order(one)


@contextmanager
def instructions() -> Iterator[Callable[[], int]]:
    counted = 0

    def each(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal counted
        counted += event == "opcode"
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return each

    before = sys.gettrace()
    sys.settrace(each)
    try:
        yield lambda: counted
    finally:
        sys.settrace(before)


def work(do: Callable[[Opened, Order], None], opened: Opened, items: int) -> int:
    do(opened, order_of(2))  # what is found out once, for the first order, is no work on this one
    order = order_of(items)
    with instructions() as counted:
        do(opened, order)
    return counted()


@pytest.mark.parametrize("does", DONE.values(), ids=DONE)
@pytest.mark.parametrize("do", [decided, explained])
def test_five_times_the_items_are_five_times_the_work(do: Any, does: str) -> None:
    opened = ruleset(does)
    few, many = work(do, opened, FEW), work(do, opened, MANY)
    assert few > 1000, "the fixture counts"
    assert many < 6 * few


def test_a_rule_in_shadow_is_no_more_work() -> None:
    opened = ruleset(DONE["a count"], mode="shadow")
    assert work(decided, opened, MANY) < 6 * work(decided, opened, FEW)
