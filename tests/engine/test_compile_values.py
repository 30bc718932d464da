"""What each kind of value gives in the compiled program. Expected results are worked by hand from language.md, section 4."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal as D
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dsl.source import Source, Span
from dsl.types import ANY
from engine import form as f
from tests.engine.compile_forms import (
    AT,
    ORDER,
    entry,
    facts_of,
    field,
    number,
    order_of,
    printed,
    program_of,
    rule,
    span,
    text,
    usd,
    value_of,
)

NEW_YORK = ZoneInfo("America/New_York")
DATA = "order.checkout_data"


def call(name: str, *args: Any) -> f.Call:
    return f.Call(name, args)


def amount(key: str, unit: Any, currency: str = "") -> f.AsAmount:
    return f.AsAmount(entry(DATA, key), unit, currency)


def when(op: Any, left: Any, right: Any) -> f.Arithmetic:
    return f.Arithmetic(op, left, right, "when")


VALUES: list[tuple[str, Any, Any]] = [
    ("a field", field("order.source_name"), "Shopify"),
    ("a field of a part", field("order.shipping.country"), "US"),
    ("blank text is missing", field("order.email"), None),
    ("a whole number is a decimal", field("order.quantity_total"), D(3)),
    ("an absent number is missing", field("order.refund_total"), None),
    ("an unknown field is missing", field("order.nowhere"), None),
    ("a list", field("order.tags"), ["Rush", "b2b"]),
    ("codes of discounts", field("order.discount_codes"), ["SPRING"]),
    ("a field of the event", field("event.message"), "TEE-404 is not known"),
    ("a number of the event", field("event.count"), D(3)),
    ("an absent field of the event", field("event.from"), None),
    ("a field of the store", field("store.name"), "Acme Tees"),
    ("an item where none is in hand", field("item.code"), None),
    ("the exact key first", entry(DATA, "gift"), "no"),
    ("the exact key first, capital", entry(DATA, "Gift"), "Yes"),
    ("else the first that folds alike", entry(DATA, " GIFT "), "Yes"),
    ("a blank entry is missing", entry(DATA, "blank"), None),
    ("an absent entry is missing", entry(DATA, "nothing"), None),
    ("a truth in a map is text", entry(DATA, "flag"), "true"),
    ("a list in a map is its JSON", entry(DATA, "list"), '["a", 1]'),
    ("outside text as a number", amount("count", "number"), D(12)),
    ("an exponent is no number", amount("odd", "number"), None),
    ("money with a sign is no plain number", amount("price", "number"), None),
    ("money in the order's currency", amount("price", "money"), D("12.50")),
    ("money in another currency", amount("euro", "money"), None),
    ("money in the currency asked for", amount("euro", "money", "EUR"), D("12.50")),
    ("a bare amount is in the order's currency", amount("count", "money", "USD"), D(12)),
    ("a bare amount is in no other", amount("count", "money", "EUR"), None),
    ("ounces in pounds", amount("weight", "weight"), D("0.5")),
    ("no weight", amount("Gift", "weight"), None),
    ("a date", f.AsWhen(entry(DATA, "day")), dt.date(2026, 3, 8)),
    ("a time", f.AsWhen(entry(DATA, "moment")), dt.datetime(2026, 3, 8, 12, tzinfo=dt.UTC)),
    ("no date", f.AsWhen(entry(DATA, "Gift")), None),
    ("money in the order's own currency", usd("50"), D(50)),
    ("money in another", f.MoneyConst(D(50), "EUR"), None),
    ("minus", f.Minus(field("order.order_total")), D("-49.90")),
    ("minus of missing", f.Minus(field("order.refund_total")), None),
    ("exact sums", f.Arithmetic("+", number("0.1"), number("0.2")), D("0.3")),
    ("a third has 28 digits", f.Arithmetic("/", number("1"), number("3")), D("0.3333333333333333333333333333")),
    ("by zero is missing", f.Arithmetic("/", number("1"), number("0")), None),
    ("with missing is missing", f.Arithmetic("+", number("1"), field("order.refund_total")), None),
    ("a date and days", when("+", f.Const(dt.date(2026, 1, 31)), span(days=1)), dt.date(2026, 2, 1)),
    ("a date and hours is a time of its midnight", when("+", f.Const(dt.date(2026, 1, 31)), span(hours=2)),
     dt.datetime(2026, 1, 31, 2, tzinfo=NEW_YORK)),
    ("a day of 23 hours", when("+", f.Const(dt.datetime(2026, 3, 7, 12, tzinfo=NEW_YORK)), span(days=1)),
     dt.datetime(2026, 3, 8, 13, tzinfo=NEW_YORK)),
    ("between two times, across the clock change",
     when("-", f.Const(dt.datetime(2026, 3, 8, 12, tzinfo=NEW_YORK)), f.Const(dt.datetime(2026, 3, 7, 12, tzinfo=NEW_YORK))),
     dt.timedelta(hours=23)),
    ("04:30 in London is the evening before in New York", when("-", f.Const(dt.date(2026, 3, 7)), field("order.date_added")),
     dt.timedelta(days=1)),
    ("durations", when("-", span(days=2), span(hours=1)), dt.timedelta(days=1, hours=23)),
    ("past the calendar's end", when("+", f.Const(dt.date(9999, 12, 31)), span(days=1)), None),
    ("lower", call("lower", field("order.source_name")), "shopify"),
    ("upper", call("upper", field("order.source_name")), "SHOPIFY"),
    ("trim", call("trim", field("order.shipping_method")), "Express Straße"),
    ("length without the blanks", call("length", field("order.shipping_method")), D(14)),
    ("length of a list", call("length", field("order.tags")), D(2)),
    ("length of missing", call("length", field("order.email")), None),
    ("number of text", call("number", entry(DATA, "count")), D(12)),
    ("number of money", call("number", entry(DATA, "price")), D("12.50")),
    ("number of other money", call("number", entry(DATA, "euro")), None),
    ("number of a number", call("number", field("order.order_total")), D("49.90")),
    ("text of a number", call("text", field("order.order_total")), "49.90"),
    ("round half up", call("round", number("2.345"), number("2")), D("2.35")),
    ("round to whole ones", call("round", number("2.5")), D(3)),
    ("replace", call("replace", field("event.message"), text("-"), text("")), "TEE404 is not known"),
    ("replace to nothing is missing", call("replace", text("--"), text("-"), text("")), None),
    ("part", call("part", text("TEE-RED-L"), text("-"), number("2")), "RED"),
    ("part from the end", call("part", text("TEE-RED-L"), text("-"), number("-1")), "L"),
    ("no such part", call("part", text("TEE-RED-L"), text("-"), number("4")), None),
    ("part zero", call("part", text("TEE-RED-L"), text("-"), number("0")), None),
    ("half a part", call("part", text("TEE-RED-L"), text("-"), number("1.5")), None),
    ("a blank part is missing", call("part", text("TEE- -L"), text("-"), number("2")), None),
    ("cut at nothing", call("part", text("TEE"), text(""), number("1")), "TEE"),
    ("cut at nothing, the second", call("part", text("TEE"), text(""), number("2")), None),
    ("text of a time is the store's", call("text", field("order.date_added")), "2026-03-06 23:30-05:00"),
    ("an entry of the event's fields", f.Read("event", ("Message",), "entry", ANY), "TEE-404 is not known"),
    ("first of", call("first_of", field("order.email"), entry(DATA, "blank"), text("none")), "none"),
    ("first of nothing", call("first_of", field("order.email"), entry(DATA, "blank")), None),
    ("date of a time is the store's day", call("date", field("order.date_added")), dt.date(2026, 3, 6)),
    ("date of text", call("date", entry(DATA, "day")), dt.date(2026, 3, 8)),
    ("now", f.Now(), AT),
    ("today", f.Today(), dt.date(2026, 3, 10)),
    ("a truth", f.Truth(f.Present(field("order.email"))), False),
    ("a definition", f.Named("n", f.Named("m", number("5"))), D(5)),
    ("a template", f.Template((text("{"), field("order.order_total"), text(" by "), field("order.tags"))), "{49.90 by Rush, b2b"),
    ("a time in a template is the store's", f.Template((field("order.date_added"),)), "2026-03-06 23:30-05:00"),
    ("a template with a missing part", f.Template((text("to "), field("order.email"))), None),
    ("a template may say percent", f.Template((text("100%s "), field("order.currency"), text(" %% "), field("order.currency"))), "100%s USD %% USD"),
    ("a template of blanks only is missing", f.Template((text(" "), text("\n"))), None),
    ("a blank part between texts", f.Template((text("a"), f.Const(" "), field("order.currency"), text(""))), "a USD"),
    ("a note says what is missing", f.Template((text("to "), field("order.email")), lenient=True), "to [missing: order.email]"),
    ("count of lines", f.Aggregate("number", "item", None, None), D(2)),
    ("count of some lines", f.Aggregate("number", "item", None, f.Equal("text", field("item.code"), text("mug"))), D(1)),
    ("sum", f.Aggregate("sum", "item", f.Arithmetic("*", field("item.quantity"), field("item.price")), None), D("49.90")),
    ("sum of nothing is 0", f.Aggregate("sum", "item", field("item.price"), f.Equal("text", field("item.code"), text("x"))), D(0)),
    ("missing values are left out", f.Aggregate("sum", "shipment", field("shipment.weight"), None), D(0)),
    ("smallest", f.Aggregate("smallest", "item", field("item.price"), None), D("10.00")),
    ("largest", f.Aggregate("largest", "item", field("item.price"), None), D("29.90")),
    ("smallest of nothing", f.Aggregate("smallest", "shipment", field("shipment.weight"), None), None),
]  # fmt: skip


@pytest.mark.parametrize(("node", "expected"), [row[1:] for row in VALUES], ids=[row[0] for row in VALUES])
def test_value(node: Any, expected: Any) -> None:
    found = value_of(node)
    assert (type(found), found) == (type(expected), expected)


PRINTED: list[tuple[str, str, int, Any]] = [
    ("from the inventory", "print_url", 0, "stock.png"),
    ("numbered 1 is the unnumbered", "print_url_1", 0, "stock.png"),
    ("numbered 2", "print_url_2", 0, "back.png"),
    ("not numbered 3", "print_url_3", 0, None),
    ("from the inventory's variation", "print_sku", 0, "V-1"),
    ("unnumbered is numbered 1", "print_url", 1, "one.png"),
    ("nowhere", "print_sku", 1, None),
]


@pytest.mark.parametrize(
    ("name", "item", "expected"), [row[1:] for row in PRINTED], ids=[row[0] for row in PRINTED]
)
def test_print_field(name: str, item: int, expected: Any) -> None:
    assert value_of(printed(name), item=item) == expected


def test_print_field_prefers_metadata_then_the_variation() -> None:
    item = {"id": "1", "code": "TEE-1", "variation_list": {"Print_URL": "chosen.png"}, "metadata": {}}
    assert value_of(printed("print_url"), order_of(order_items=[item]), item=0) == "chosen.png"
    item["metadata"] = {"PRINT_URL": "set.png"}
    assert value_of(printed("print_url"), order_of(order_items=[item]), item=0) == "set.png"


def test_a_missing_part_is_named_as_its_author_wrote_it() -> None:
    source = Source("a.rules", 'add note "{order.metadata.gift}"')
    part = f.Read(
        "order", ("order_metadata", "gift"), "entry", field("order.x").type, span=Span(source, 11, 30)
    )
    assert (
        value_of(f.Template((text("gift: "), part), lenient=True)) == "gift: [missing: order.metadata.gift]"
    )


def test_the_order_without_a_currency_is_in_the_stores() -> None:
    assert value_of(usd("50"), order_of(currency="")) == D(50)
    assert value_of(usd("50"), order_of(currency="usd")) == D(50)
    assert value_of(usd("50"), order_of(currency="CAD")) is None


CLASSES = f.TableForm(
    name="class",
    inputs=("method", "country", "total"),
    outputs=("class", "price"),
    kinds=("text", "text", "amount"),
    currencies=("", "", "USD"),
    rows=(
        ((f.Cell(values=("Standard",)), f.Cell(values=("US",)), f.Cell(high=D(20))), (text("small"), usd("4"))),
        ((f.Cell(values=("Standard",)), f.Cell(any=True), f.Cell(low=D(15), high=D(99))), (text("middle"), usd("5"))),
        ((f.Cell(any=True), f.Cell(values=("CA", "US")), f.Cell(values=(D("30"),))), (text("thirty"), usd("6"))),
        ((f.Cell(values=("Express",)), f.Cell(any=True), f.Cell(any=True)), (text("fast"), f.MoneyConst(D(7), "EUR"))),
    ),
    otherwise=(text("ground"), usd("8")),
)  # fmt: skip

# A total of 15 to 20 matches the first row and the second: the first wins.
LOOKED_UP: list[tuple[str, tuple[Any, Any, Any], int, Any]] = [
    ("the first row that matches, folded", (text("standard "), text("us"), number("20")), 0, "small"),
    ("its second output", (text("Standard"), text("US"), number("20")), 1, D(4)),
    ("both ends of a range count", (text("Standard"), text("FR"), number("15")), 0, "middle"),
    ("past a range", (text("Standard"), text("FR"), number("99.01")), 0, "ground"),
    ("one of several values, numbers as numbers", (text("Slow"), text("ca"), number("30.00")), 0, "thirty"),
    ("any takes a missing input", (text("express"), field("order.email"), field("order.email")), 0, "fast"),
    ("values take no missing input", (text("Standard"), field("order.email"), number("1")), 0, "ground"),
    (
        "outside text is read as money",
        (text("Standard"), text("US"), entry(DATA, "price")),
        0,
        "small",
    ),  # $12.50
    ("other money is missing", (text("Standard"), text("US"), entry(DATA, "euro")), 0, "ground"),
    ("an output in another currency is missing", (text("Express"), text("US"), number("1")), 1, None),
]


@pytest.mark.parametrize(
    ("args", "output", "expected"), [row[1:] for row in LOOKED_UP], ids=[row[0] for row in LOOKED_UP]
)
def test_lookup(args: Any, output: int, expected: Any) -> None:
    assert value_of(f.Lookup("class", args, output), tables={"class": CLASSES}) == expected


def test_a_money_column_is_missing_in_an_order_of_another_currency() -> None:
    order = order_of(currency="EUR")
    args = (text("Standard"), text("US"), number("10"))
    assert value_of(f.Lookup("class", args, 0), order, tables={"class": CLASSES}) == "ground"


def test_a_table_without_otherwise_gives_missing() -> None:
    table = f.TableForm(
        "t", ("a",), ("b",), ("text",), ("",), (((f.Cell(values=("x",)),), (text("y"),)),), None
    )
    assert value_of(f.Lookup("t", (text("X"),), 0), tables={"t": table}) == "y"
    assert value_of(f.Lookup("t", (text("z"),), 0), tables={"t": table}) is None


def test_the_acts_of_a_split_say_which_items() -> None:

    mug = f.Equal("text", field("item.code"), text("mug"))
    taken = f.Act("split items", "", values={"folder": text("Later")}, where=mug)
    by_key = f.Act("split by", "", values={"key": entry("item.metadata", "note"), "folder": text("Later")})
    turn = program_of(rule(None, taken, by_key)).begin(facts_of(order_of()))
    assert turn.task(0, 0, None).values == {"folder": "Later", "items": ["2"]}
    assert turn.task(0, 1, None).values == {"folder": "Later", "keys": {"1": None, "2": "hand wash"}}


def test_a_split_by_what_is_the_same_for_all_says_each_item() -> None:
    by_key = f.Act("split by", "", values={"key": text("x"), "folder": text("Later")})
    turn = program_of(rule(None, by_key)).begin(facts_of(order_of()))
    assert turn.task(0, 0, None).values == {"folder": "Later", "keys": {"1": "x", "2": "x"}}


def test_an_act_of_literals_has_one_task_and_one_about_an_item_names_it() -> None:
    once = f.Act("add tag", "", values={"tag": text("x")})
    each = f.Act("set", "", values={"value": text("x")}, target=field("item.name"), per_item=True)
    order = order_of()
    turn = program_of(rule(None, once, each)).begin(facts_of(order))
    assert turn.task(0, 0, None) is turn.task(0, 0, None)
    for item in order.items:
        task = turn.task(0, 1, item)
        assert task.subject is item
        assert task.values == {"value": "x"}


def test_nodes_that_print_differently_are_not_taken_for_one() -> None:
    """`1`, `1.0` and `true` are equal in Python, and their nodes with them."""

    values = {"a": number("1"), "b": number("1.0"), "c": f.Const(True)}
    acts = [f.Act("add note", "", values={"value": f.Template((node,))}) for node in values.values()]
    turn = program_of(rule(None, *acts)).begin(facts_of(order_of()))
    assert [turn.task(0, i, None).values["value"] for i in range(3)] == ["1", "1.0", "true"]


def test_the_order_itself_is_as_the_table_says() -> None:
    """The rows above lean on these two."""
    assert ORDER["checkout_data"]["Gift"] == "Yes"
    assert list(ORDER["checkout_data"])[:2] == ["Gift", "gift"]
