"""Which conditions are met in the compiled program: as the whole condition of a rule, where the index finds it, and
beside another that the index cannot see, where the rule's closure decides. Expected results are worked by hand from
language.md, section 4."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from engine import form as f
from tests.engine.compile_forms import entry, field, met, number, order_of, span, text, usd

pytestmark = pytest.mark.usefixtures("both_cores")

DATA = "order.checkout_data"
SOURCE = field("order.source_name")
TOTAL = field("order.order_total")
METHOD = field("order.shipping_method")
MISSING = field("order.email")
ADDED = field("order.date_added")  # 2026-03-07 04:30 UTC, 2026-03-06 in New York
TAGS = field("order.tags")
CODE = field("item.code")
QUANTITY = field("item.quantity")
EURO = f.MoneyConst(Decimal(10), "EUR")


def is_(left: Any, right: Any, kind: Any = "text") -> f.Equal:
    return f.Equal(kind, left, right)


def below(left: Any, right: Any, kind: Any = "amount", or_equal: bool = False) -> f.Less:
    return f.Less(kind, left, right, or_equal)


def any_item(where: Any) -> f.Quantified:
    return f.Quantified("any", "item", where)


def every_item(where: Any) -> f.Quantified:
    return f.Quantified("every", "item", where)


def no_item(where: Any) -> f.Quantified:
    return f.Quantified("no", "item", where)


def day(month: int, of: int) -> f.Const:
    return f.Const(dt.date(2026, month, of))


def at(hour: int, minute: int) -> f.Const:
    return f.Const(dt.datetime(2026, 3, 7, hour, minute, tzinfo=dt.UTC))


CONDITIONS: list[tuple[str, Any, bool]] = [
    ("text without regard to case and blanks", is_(SOURCE, text(" SHOPIFY")), True),
    ("other text", is_(SOURCE, text("Shop")), False),
    ("ß folds to ss", is_(METHOD, text("express strasse")), True),
    ("exactly", is_(SOURCE, text("Shopify"), "exact"), True),
    ("not exactly", is_(SOURCE, text("shopify"), "exact"), False),
    ("exactly keeps the blanks", is_(METHOD, text("Express Straße"), "exact"), False),
    ("two fields", is_(entry(DATA, "Gift"), entry(DATA, "gift")), False),
    ("a field and itself", is_(SOURCE, SOURCE), True),
    ("missing is nothing", is_(MISSING, text("x")), False),
    ("missing is not missing either", is_(MISSING, MISSING), False),
    ("not of missing", f.Not(is_(MISSING, text("x"))), True),
    ("a number beside text is its text", is_(field("order.quantity_total"), text("3")), True),
    ("numbers as numbers", is_(TOTAL, number("49.900"), "amount"), True),
    ("text is no number", is_(SOURCE, number("1"), "amount"), False),
    ("not of text that is no number", f.Not(is_(SOURCE, number("1"), "amount")), True),
    ("money of the order", below(usd("20"), TOTAL), True),
    ("money in another currency is not met", below(EURO, TOTAL), False),
    ("nor is its opposite", below(TOTAL, EURO), False),
    ("so not of it is", f.Not(below(EURO, TOTAL)), True),
    ("at most, the same", below(TOTAL, number("49.9"), or_equal=True), True),
    ("less, the same", below(TOTAL, number("49.9")), False),
    ("less with missing", below(field("order.refund_total"), number("9")), False),
    ("two amounts", below(field("order.quantity_total"), TOTAL), True),
    ("between, both ends", f.Between("amount", TOTAL, number("49.9"), number("49.9")), True),
    ("between the wrong way round", f.Between("amount", TOTAL, number("60"), number("40")), False),
    ("between money and a field", f.Between("amount", TOTAL, usd("1"), field("order.quantity_total")), False),
    ("between two currencies", f.Between("amount", TOTAL, usd("1"), EURO), False),
    ("outside text below a number", below(f.AsAmount(entry(DATA, "count"), "number"), number("12.5")), True),
    ("what is no number is not below", below(f.AsAmount(entry(DATA, "odd"), "number"), number("9999")), False),
    ("one of", f.Among("text", SOURCE, (text("Etsy"), text("shopify"))), True),
    ("none of", f.Among("text", SOURCE, (text("Etsy"),)), False),
    ("one of two fields", f.Among("text", SOURCE, (MISSING, SOURCE)), True),
    ("one of the list", f.Among("text", field("order.discount_codes"), (text("x"), text("spring"))), True),
    ("none of the list", f.Among("text", field("order.discount_codes"), (text("x"), text("pring"))), False),
    ("one of the list, to the letter", f.Among("exact", TAGS, (text("rush"), text("b2b"))), True),
    ("one of numbers", f.Among("amount", TOTAL, (number("1"), number("49.90"))), True),
    ("one of money, the other currency left out", f.Among("amount", TOTAL, (f.MoneyConst(Decimal("49.90"), "EUR"), usd("1"))), False),
    ("one of money", f.Among("amount", TOTAL, (EURO, number("3"), usd("49.90"))), True),
    ("one of days", f.Among("when", ADDED, (day(3, 5), day(3, 6))), True),
    ("contains", f.TextTest("contains", METHOD, text("STRASSE")), True),
    ("starts with", f.TextTest("starts with", METHOD, text("express ")), True),
    ("starts with more than there is", f.TextTest("starts with", SOURCE, text("shopify plus")), False),
    ("ends with", f.TextTest("ends with", METHOD, text("sse")), True),
    ("ends with more than there is", f.TextTest("ends with", SOURCE, text("my shopify")), False),
    ("contains another field", f.TextTest("contains", METHOD, SOURCE), False),
    ("contains missing", f.TextTest("contains", METHOD, MISSING), False),
    ("missing contains", f.TextTest("contains", MISSING, text("x")), False),
    ("a pattern anywhere, any case", f.Matches(SOURCE, "OPI"), True),
    ("a pattern sees the trimmed text", f.Matches(METHOD, "^express"), True),
    ("a pattern that is not there", f.Matches(SOURCE, "^opi"), False),
    ("a pattern of missing", f.Matches(MISSING, ".*"), False),
    ("a tag", f.HasMember(TAGS, text("RUSH ")), True),
    ("no such tag", f.HasMember(TAGS, text("rus")), False),
    ("not such a tag", f.Not(f.HasMember(TAGS, text("rus"))), True),
    ("a member that is a field", f.HasMember(TAGS, SOURCE), False),
    ("the day in New York", is_(ADDED, day(3, 6), "when"), True),
    ("not the day in London", is_(ADDED, day(3, 7), "when"), False),
    ("before a day", below(ADDED, day(3, 7), "when"), True),
    ("after a day", below(day(3, 5), ADDED, "when"), True),
    ("between days", f.Between("when", ADDED, day(3, 6), day(3, 6)), True),
    ("the same moment", is_(ADDED, at(4, 30), "when"), True),
    ("before a moment", below(ADDED, at(4, 31), "when"), True),
    ("not before itself", below(ADDED, at(4, 30), "when"), False),
    ("between a day and a moment", f.Between("when", ADDED, day(3, 6), at(4, 30)), True),
    ("a day beside a moment is that whole day", is_(f.AsWhen(entry(DATA, "day")), f.Const(dt.datetime(2026, 3, 8, 23, 0, tzinfo=dt.UTC)), "when"), True),
    ("a duration", below(f.Arithmetic("-", f.Now(), ADDED, "when"), span(days=4), "duration"), True),
    ("older: 82 hours are more than 3 days", f.Aged("older", ADDED, span(days=3)), True),
    ("older: 82 hours are not more than themselves", f.Aged("older", ADDED, span(hours=82)), False),
    ("newer", f.Aged("newer", ADDED, span(hours=83)), True),
    ("a day counts from midnight in New York, 58.5 hours", f.Aged("older", f.AsWhen(entry(DATA, "day")), span(hours=57.4)), True),
    ("and not a clock hour more", f.Aged("older", f.AsWhen(entry(DATA, "day")), span(hours=57.5)), False),
    ("missing is neither older", f.Aged("older", field("order.date_updated"), span(days=0)), False),
    ("nor newer", f.Aged("newer", field("order.date_updated"), span(days=9999)), False),
    ("present", f.Present(SOURCE), True),
    ("blank is not present", f.Present(entry(DATA, "blank")), False),
    ("missing", f.Not(f.Present(MISSING)), True),
    ("a definition", f.Named("d", is_(SOURCE, text("shopify"))), True),
    ("a truth", f.IsTrue(f.Truth(is_(SOURCE, text("etsy")))), False),
    ("a truth beside a truth", is_(f.Truth(f.Present(MISSING)), f.Const(False), "truth"), True),
    ("text is not true", f.IsTrue(entry(DATA, "flag")), False),
    ("any item", any_item(is_(CODE, text("mug"))), True),
    ("any item, none such", any_item(is_(CODE, text("cap"))), False),
    ("any item, both of the same item", any_item(f.And((is_(CODE, text("mug")), below(QUANTITY, number("2"))))), True),
    ("any item, one of each item", any_item(f.And((is_(CODE, text("mug")), below(number("1"), QUANTITY)))), False),
    ("any item, one or the other", any_item(f.Or((is_(CODE, text("cap")), below(number("1"), QUANTITY)))), True),
    ("every item", every_item(f.Present(CODE)), True),
    ("every item, one is not", every_item(is_(CODE, text("mug"))), False),
    ("every item, each in its own way", every_item(f.Or((is_(CODE, text("mug")), is_(CODE, text("tee-1"))))), True),
    ("every item, in either of two ways", every_item(f.Or((is_(CODE, text("mug")), below(number("1"), QUANTITY)))), True),
    ("every item in one way, or every item in another", f.Or((every_item(is_(CODE, text("mug"))), every_item(is_(CODE, text("tee-1"))))), False),
    ("more than the index keeps, the broadest not met", f.And((*[f.TextTest("contains", SOURCE, text(each)) for each in "shopify"], f.Present(MISSING), f.Present(SOURCE))), False),
    ("as many as the index narrows", f.And((*[f.TextTest("contains", SOURCE, text(each)) for each in ("sh", "ho", "op")], *[f.Not(is_(SOURCE, text(each))) for each in ("a", "b", "c", "shopify")])), False),
    ("an or of ands that is not multiplied out", f.Or(tuple(f.And((is_(SOURCE, text("shopify")), below(number("49.9"), TOTAL), is_(METHOD, text(str(i))))) for i in range(5))), False),
    ("always or unknown", f.Or((f.And(()), is_(METHOD, SOURCE))), True),
    ("every item and more", every_item(f.And((f.Present(CODE), below(number("1"), QUANTITY)))), False),
    ("no item", no_item(is_(CODE, text("cap"))), True),
    ("no item, one is", no_item(is_(CODE, text("mug"))), False),
    ("no item, both of the same", no_item(f.And((is_(CODE, text("mug")), below(number("1"), QUANTITY)))), True),
    ("not any", f.Not(any_item(is_(CODE, text("mug")))), False),
    ("not every", f.Not(every_item(is_(CODE, text("mug")))), True),
    ("not no", f.Not(no_item(is_(CODE, text("mug")))), True),
    ("any shipment", f.Quantified("any", "shipment", f.Present(field("shipment.tracking_number"))), True),
    ("an item of an order, where none is in hand", is_(CODE, text("mug")), False),
    ("an order's field in a quantifier", any_item(is_(SOURCE, text("shopify"))), True),
    ("a sum", below(number("49"), f.Aggregate("sum", "item", f.Arithmetic("*", QUANTITY, field("item.price")), None)), True),
    ("and", f.And((is_(SOURCE, text("shopify")), below(TOTAL, number("9")))), False),
    ("and of nothing", f.And(()), True),
    ("or of nothing", f.Or(()), False),
    ("or", f.Or((is_(SOURCE, text("etsy")), below(number("9"), TOTAL))), True),
    ("not or", f.Not(f.Or((is_(SOURCE, text("etsy")), below(TOTAL, number("9"))))), True),
    ("not and", f.Not(f.And((is_(SOURCE, text("shopify")), below(TOTAL, number("9"))))), True),
    ("two ways not to be", f.Or((f.Not(is_(SOURCE, text("shopify"))), f.Not(is_(SOURCE, text("etsy"))))), True),
    ("two ways not to be, both fail", f.Or((f.Not(is_(SOURCE, text("shopify"))), f.Not(f.Present(SOURCE)))), False),
]  # fmt: skip

UNSEEN = is_(field("order.folder"), f.Call("trim", (field("order.folder"),)))
"""Always met, and by nothing that an index could know."""


@pytest.mark.parametrize(
    ("node", "expected"), [row[1:] for row in CONDITIONS], ids=[row[0] for row in CONDITIONS]
)
def test_condition(node: Any, expected: bool) -> None:
    assert met(node) is expected
    assert met(f.Not(node)) is not expected
    assert met(f.And((UNSEEN, node))) is expected
    assert met(f.Or((f.Not(UNSEEN), node))) is expected


def test_quantifiers_over_no_items() -> None:
    order = order_of(order_items=[])
    mug = is_(CODE, text("mug"))
    assert not met(any_item(mug), order)
    assert met(every_item(mug), order)
    assert met(no_item(mug), order)
    assert not met(any_item(f.And(())), order)


def test_text_that_no_pattern_library_takes_is_not_met_and_not_an_error() -> None:
    assert met(f.Matches(SOURCE, "shop"), order_of(source_name="shop\ud800")) is True
    assert met(f.Matches(SOURCE, "x"), order_of(source_name="\udfff")) is False
