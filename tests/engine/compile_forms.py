"""Small words for writing forms by hand, for the tests of the compiled program: fields, literals, one order, one answer."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from actions.work import World
from dsl.schema import StoreSpec
from dsl.types import ANY
from engine import form as f
from engine.compile import Program
from engine.compile import compile as compiled
from engine.facts import Facts
from events.event import Event
from events.inventory import InventoryItem
from events.order import Order

STORE = StoreSpec(name="Acme Tees", currency="USD", weight_unit="lb", timezone="America/New_York")
AT = dt.datetime(2026, 3, 10, 14, 30, tzinfo=dt.UTC)
INVENTORY = {
    "tee-1": InventoryItem("TEE-1", metadata={"print_url": "stock.png"}, variation_list={"print_sku": "V-1"})
}
EVENT = Event(
    "order.imported", "Order is Imported", "1001", AT, {"message": "TEE-404 is not known", "count": 3}
)

ORDER: dict[str, Any] = {
    "id": "1001",
    "currency": "USD",
    "folder": "New",
    "tags": ["Rush", "b2b"],
    "source_name": "Shopify",
    "shipping_method": "  Express Straße  ",
    "order_total": Decimal("49.90"),
    "quantity_total": 3,
    "email": "",
    "date_added": "2026-03-07 04:30:00",
    "shipping": {"country": "US", "state": "NY"},
    "checkout_data": {
        "Gift": "Yes", "gift": "no", "price": "$12.50", "euro": "12.50 EUR", "weight": "8 oz", "day": "2026-03-08",
        "moment": "2026-03-08T12:00:00Z", "count": "12", "odd": "1e3", "blank": "  ", "flag": True, "list": ["a", 1],
    },
    "discount_list": [{"name": "Spring", "code": "SPRING", "amount": "5.00"}],
    "order_items": [
        {"id": "1", "code": "TEE-1", "name": "Red Tee", "quantity": 2, "price": "10.00",
         "variation_list": {"Size": "L"}, "metadata": {"print_url_2": "back.png"}},
        {"id": "2", "code": "MUG", "name": "Mug", "quantity": 1, "price": "29.90", "category_code": "",
         "metadata": {"print_url_1": "one.png", "Note": "hand wash"}},
    ],
    "order_shipments": [{"id": "9", "tracking_number": "1Z", "cost": "4.00"}],
}  # fmt: skip


def field(path: str) -> f.Read:
    """`order.shipping.country`."""
    root, *steps = path.split(".")
    return f.Read(root, tuple(steps), "field", ANY)


def entry(path: str, key: str) -> f.Read:
    """`order.checkout_data` and a key of it."""
    root, *steps = path.split(".")
    return f.Read(root, (*steps, key), "entry", ANY)


def printed(name: str) -> f.Read:
    return f.Read("item", (name,), "print", ANY)


def text(value: str) -> f.Const:
    return f.Const(value)


def number(value: str) -> f.Const:
    return f.Const(Decimal(value))


def usd(value: str) -> f.MoneyConst:
    return f.MoneyConst(Decimal(value), "USD")


def span(**parts: float) -> f.Const:
    return f.Const(dt.timedelta(**parts))


def order_of(**changes: Any) -> Order:
    return Order.model_validate({**ORDER, **changes})


def facts_of(order: Order, event: Event = EVENT) -> Facts:
    return Facts(order, event, World(STORE, event.at, INVENTORY))


def form_of(*rules: f.RuleForm, tables: dict[str, f.TableForm] | None = None) -> f.Form:
    return f.Form({EVENT.id: rules}, tables or {}, STORE, {})


def rule(when: Any = None, *acts: f.Act, over: Any = None, where: Any = None, title: str = "r") -> f.RuleForm:
    return f.RuleForm(title, (EVENT.id,), acts, when, over, where)


def program_of(*rules: f.RuleForm, tables: dict[str, f.TableForm] | None = None) -> Program:
    return compiled(form_of(*rules, tables=tables))


def value_of(node: Any, order: Order | None = None, item: int | None = None, tables: Any = None) -> Any:
    """What the value is, as an action of a rule would be given it; of the item with that number (from 0)."""
    order = order or order_of()
    act = f.Act("add note", "", values={"value": node})
    turn = program_of(rule(None, act), tables=tables).begin(facts_of(order))
    return turn.task(0, 0, None if item is None else order.items[item]).values["value"]


def met(node: Any, order: Order | None = None, tables: Any = None) -> bool:
    """Whether a rule with that condition fires."""
    return program_of(rule(node), tables=tables).begin(facts_of(order or order_of())).next(0) is not None


def positions(program: Program, order: Order, event: Event = EVENT) -> list[int]:
    """The rules that fire when nothing is done in between."""
    turn, found, at = program.begin(facts_of(order, event)), [], 0
    while (match := turn.next(at)) is not None:
        found.append(match.position)
        at = match.position + 1
    return found
