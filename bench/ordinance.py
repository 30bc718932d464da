"""The workload given to us: as text through our own parser, decided by the compiled program."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from bench import workload
from bench.workload import FOLDERS, Condition, Joined, Leaf, Rule
from dsl.schema import StoreSpec
from engine.compile import core
from engine.compile.core.building import CannotBuild, built
from engine.decide import Program
from engine.facts import Facts
from engine.folder import MemoryFolder
from engine.opened import Opened, open_ruleset
from events import jsontext
from events.event import Event
from events.importers import read_orders
from events.order import Order

AT = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
PATHS = {
    "source": "order.source_name",
    "country": "order.shipping.country",
    "state": "order.shipping.state",
    "folder": "order.folder",
    "method": "order.shipping_method",
    "total": "order.order_total",
    "quantity": "order.quantity_total",
}
ACTIONS = ['add note "checked"']


def config(events: int) -> str:
    names = ", ".join(f"Event {n}" for n in range(events))
    return (
        "language: 1\nstore: {name: Bench, currency: USD, weight_unit: lb, timezone: UTC}\n"
        f"folders: [{', '.join(FOLDERS)}]\nevents: [{names}]\n"
    )


def text(rules: Sequence[Rule], actions: Sequence[str] = ACTIONS) -> str:
    """One rules file. actions: what each rule does, `{number}` being its own."""
    return "\n".join(written(rule, number, actions) for number, rule in enumerate(rules))


def written(rule: Rule, number: int, actions: Sequence[str]) -> str:
    does = "\n        ".join(each.replace("{number}", str(number)) for each in actions)
    return f'rule "rule {number}"\n  on    "Event {rule.event}"\n  when  {condition(rule.when)}\n  do    {does}\n'


def condition(node: Condition) -> str:
    if isinstance(node, Leaf):
        return leaf(node)
    return f" {node.word} ".join(
        f"({condition(each)})" if isinstance(each, Joined) else condition(each) for each in node.parts
    )


def leaf(node: Leaf) -> str:
    path, value = PATHS.get(node.field, ""), node.value
    match node.operator:
        case "is" | "is not" | "contains":
            return f'{path} {node.operator} "{value}"'
        case "pattern":
            return f'{path} matches "{value}"'
        case "one of":
            return f"{path} is one of ({listed(value)})"
        case "above":
            return f"{path} > {value}"
        case "below":
            return f"{path} < {value}"
        case "at least":
            return f"{path} >= {value}"
        case "has":
            return f'order has tag "{value}"'
        case "lacks":
            return f'order does not have tag "{value}"'
        case "present":
            return f'order.order_metadata["{node.key}"] is present'
        case "any is":
            return f'any item where (item.code is "{value}")'
        case "any starts":
            return f'any item where (item.code starts with "{value}")'
        case "any one of":
            return f"any item where (item.code is one of ({listed(value)}))"
        case "any variation":
            return f'any item where (item.variation["{node.key}"] is "{value}")'


def listed(values: Sequence[str]) -> str:
    return ", ".join(f'"{each}"' for each in values)


def opened(rules_text: str, events: int = 20) -> Opened:
    files = {"ordinance.yaml": config(events), "bench.rules": rules_text}
    found = open_ruleset(MemoryFolder({path: each.encode() for path, each in files.items()}))
    if found.checked.errors:
        raise ValueError(f"the workload's rules have errors, first: {found.checked.errors[0]}")
    return found


def event_ids(one: Opened, events: int = 20) -> list[str]:
    """The ids of our events, by number."""
    by_label = {label: event_id for event_id, label in one.checked.form.labels.items()}
    return [by_label[f"Event {n}"] for n in range(events)]


def order_of(data: dict[str, Any]) -> Order:
    """Read as an order that comes in is read."""
    return read(jsontext.dumps(data).encode())


def read(data: bytes) -> Order:
    (found,) = read_orders(data, name="order.json", store=StoreSpec(currency="USD"))
    if found.order is None:
        raise ValueError(found.error)
    return found.order


class Ordinance:
    """Which rules fire, all of them, nothing done."""

    name = "Ordinance"

    def __init__(self, rules: Sequence[Rule], events: int = 20, one: Opened | None = None) -> None:
        one = one or opened(text(rules), events)
        self.program: Program = one.program()
        self.ids = event_ids(one, events)
        self.numbers = [
            [int(rule.title.removeprefix("rule ")) for rule in self.program.reader.rules(event_id)]
            for event_id in self.ids
        ]

    def prepare(self, number: int, order: Order) -> Facts:
        event = Event(self.ids[number], f"Event {number}", order.id, AT)
        return Facts(order, event, self.program.world)

    def fired(self, facts: Facts) -> list[int]:
        """Positions among the event's rules."""
        return self.program.reader.met(facts)  # type: ignore[attr-defined, no-any-return]


class InC(Ordinance):
    """The same with the optional core, built for this run and left nowhere."""

    name = "Ordinance, core in C"

    def __init__(self, rules: Sequence[Rule], events: int = 20) -> None:
        super().__init__(rules, events)
        order = order_of(workload.orders(1)[0])
        with core_in_use():
            for number in range(events):  # an event's index is made when it first comes
                self.fired(self.prepare(number, order))


@contextmanager
def core_in_use() -> Iterator[None]:
    before, module = core.in_use, core_module()
    core.in_use = lambda: module  # type: ignore[assignment]
    yield
    core.in_use = before


@cache
def core_module() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        built(Path(folder))
        return core.loaded(Path(folder))


@cache
def no_core() -> str:
    """Why the core cannot be measured here, or nothing."""
    try:
        core_module()
    except CannotBuild as error:
        return f"not built: {error}"
    return ""
