"""The text of rules becomes the tree that a reader would expect: worked by hand from the language's text."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest

from dsl import ast
from dsl.parser import Parsed, parse
from dsl.source import Source

A = ast.Path("order", (ast.Field("a"),))
B = ast.Path("order", (ast.Field("b"),))


def read(text: str) -> Parsed:
    parsed = parse(Source("shop.rules", text))
    assert not parsed.diagnostics, parsed.diagnostics
    return parsed


def statement(text: str) -> Any:
    (found,) = read(text).file.statements
    return found


def value(text: str) -> Any:
    return statement(f"define x = {text}").body


def action(text: str) -> Any:
    (found,) = statement(f'rule "r" on "e" do {text}').do
    return found


def step(text: str) -> Any:
    (found,) = statement(f'test "t" {text}').steps
    return found


def text(said: str) -> ast.Text:
    return ast.Text(said)


def number(said: int | str) -> ast.Number:
    return ast.Number(Decimal(said))


# -- statements -------------------------------------------------------------------------------------------------


def test_a_rule_with_all_its_clauses() -> None:
    rule = statement(
        """rule "Hold express orders"
  because "somebody looks at them"
  owner   "print@acme.example"
  mode    shadow
  on      "Order is Imported"
          or podos-eu.not_submitted.invalid_sku
  when    order.a is "US" and order.b > $20
  for each item where item.print_url is missing
  do      move to folder "Hold"
          stop
"""
    )
    assert rule == ast.Rule(
        "Hold express orders",
        (ast.EventLabel("Order is Imported"), ast.EventId("podos-eu.not_submitted.invalid_sku")),
        (ast.MoveToFolder(text("Hold")), ast.Stop()),
        text("somebody looks at them"),
        text("print@acme.example"),
        "shadow",
        ast.And(
            (ast.Comparison("is", A, (text("US"),)), ast.Comparison(">", B, (ast.Money(Decimal(20), "$"),)))
        ),
        "item",
        ast.Comparison("is missing", ast.Path("item", (ast.Field("print_url"),))),
    )


def test_line_ends_and_indentation_have_no_meaning() -> None:
    one = 'rule "r" on "e" when order.a is not "x" do add tag "t" stop'
    assert statement(one) == statement(one.replace(" ", "\r\n\t"))
    assert statement("\ufeff" + one) == statement(one)


def test_a_table() -> None:
    table = statement(
        """table mail (method, total) -> class, days
  | "Standard" | up to 10       -> "A", 1
  | any        | 10 to 20.5     -> "B", -2
  | "x", "y"   | 50 or more     -> "C", 3
  otherwise "D", 4
"""
    )
    assert table == ast.Table(
        "mail",
        ("method", "total"),
        ("class", "days"),
        (
            ast.Row(
                (ast.ValuesCell((text("Standard"),)), ast.RangeCell(None, number(10))), (text("A"), number(1))
            ),
            ast.Row((ast.AnyCell(), ast.RangeCell(number(10), number("20.5"))), (text("B"), number(-2))),
            ast.Row(
                (ast.ValuesCell((text("x"), text("y"))), ast.RangeCell(number(50), None)),
                (text("C"), number(3)),
            ),
        ),
        (text("D"), number(4)),
    )
    assert statement("table t (a) -> b otherwise nothing") == ast.Table("t", ("a",), ("b",))
    assert statement('table art from "tables/art.csv"') == ast.Table("art", file=text("tables/art.csv"))


def test_a_list_and_a_definition() -> None:
    assert statement('list EU = "AT", "BE"') == ast.ListOf("EU", (text("AT"), text("BE")))
    assert statement('define b2b = order has tag "b2b"') == ast.Define("b2b", ast.HasTag(text("b2b")))


@pytest.mark.parametrize(
    ("said", "event"),
    [
        (
            'every 2 hours for orders in "A"',
            ast.Schedule(ast.Duration(Decimal(2), "hour"), None, None, (text("A"),)),
        ),
        (
            'every monday at 09:00 for orders in ("A", "B")',
            ast.Schedule(None, "monday", dt.time(9), (text("A"), text("B"))),
        ),
        ('button "Approve artwork"', ast.Button("Approve artwork")),
    ],
)
def test_events(said: str, event: ast.EventRef) -> None:
    assert statement(f'rule "r" on {said} do stop').on == (event,)


# -- literals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "node"),
    [
        ("12", number(12)),
        ("49.90", number("49.90")),
        ("-3", ast.Minus(number(3))),
        ("$50", ast.Money(Decimal(50), "$")),
        ("50 USD", ast.Money(Decimal(50), "USD")),
        ("2 lb", ast.Weight(Decimal(2), "lb")),
        ("1.5kg", ast.Weight(Decimal("1.5"), "kg")),
        ("30 minutes", ast.Duration(Decimal(30), "minute")),
        ("1 week", ast.Duration(Decimal(1), "week")),
        ("2026-01-31", ast.Date(dt.date(2026, 1, 31))),
        ("2026-01-31 14:30", ast.Time(dt.datetime(2026, 1, 31, 14, 30))),
        ("true", ast.Truth(True)),
        ("now", ast.Now()),
        ("today", ast.Today()),
        (r'"a\"b\\c\n\t\u{1F600}"', text('a"b\\c\n\t😀')),
        ('"{{x}}"', text("{x}")),
        ('"a {order.a} b"', ast.Template((text("a "), A, text(" b")))),
        (
            '"{item.variation["Design"]}.png"',
            ast.Template((ast.Path("item", (ast.Field("variation"), ast.Key("Design"))), text(".png"))),
        ),
        ('"{wholesale}"', ast.Template((ast.Name("wholesale"),))),
        (r'"\u{7B}order.a\u{7D}"', text("{order.a}")),
    ],
)
def test_literals(said: str, node: ast.Expr) -> None:
    assert value(said) == node


def test_a_text_over_several_lines_loses_its_indentation() -> None:
    said = '''rule "r" on "e" do add note """
      Dear {order.a},

        thank you "very" much.
      rule "is not a rule"
      """
'''
    (note,) = statement(said).do
    assert note.text == ast.Template(
        (text("Dear "), A, text(',\n\n  thank you "very" much.\nrule "is not a rule"'))
    )
    assert statement(said.replace("\n", "\r\n")).do == (note,)
    assert value('"""one "line" """') == text('one "line" ')


def test_a_brace_that_a_text_holds_ends_no_text_after_it() -> None:
    assert action('add tag "{{" ') == ast.AddTag(text("{"))
    pattern = value(r'order.a matches "\d{2}[\"{]" and order.b is "}}"')
    assert pattern == ast.And(
        (ast.Comparison("matches", A, (text(r'\d{2}["{]'),)), ast.Comparison("is", B, (text("}"),)))
    )


# -- conditions and values --------------------------------------------------------------------------------------

X = text("x")
OPERATORS: dict[str, tuple[str, tuple[Any, ...], str]] = {
    'is "x"': ("is", (X,), 'is not "x"'),
    'is exactly "x"': ("is exactly", (X,), 'is not exactly "x"'),
    'is one of ("x", "y")': ("is one of", (X, text("y")), 'is not one of ("x", "y")'),
    "is one of EU": ("is one of", (ast.Name("EU"),), "is not one of EU"),
    "is missing": ("is missing", (), "is not missing"),
    "is present": ("is present", (), "is not present"),
    'contains "x"': ("contains", (X,), 'does not contain "x"'),
    'starts with "x"': ("starts with", (X,), 'does not start with "x"'),
    'ends with "x"': ("ends with", (X,), 'does not end with "x"'),
    'matches "x"': ("matches", (X,), 'does not match "x"'),
    "is between 1 and 2": ("is between", (number(1), number(2)), "is not between 1 and 2"),
    "is before today": ("is before", (ast.Today(),), "is not before today"),
    "is after today": ("is after", (ast.Today(),), "is not after today"),
    "is older than 3 days": ("is older than", (ast.Duration(Decimal(3), "day"),), "is not older than 3 days"),
    "is newer than 3 days": ("is newer than", (ast.Duration(Decimal(3), "day"),), "is not newer than 3 days"),
    "= 1": ("is", (number(1),), "!= 1"),
}


@pytest.mark.parametrize("said", OPERATORS)
def test_every_operator_has_both_its_forms(said: str) -> None:
    operator, args, negation = OPERATORS[said]
    assert value(f"order.a {said}") == ast.Comparison(operator, A, args)  # type: ignore[arg-type]
    assert value(f"order.a {negation}") == ast.Comparison(operator, A, args, True)  # type: ignore[arg-type]


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">="])
def test_signs(sign: Any) -> None:
    assert value(f"order.a {sign} 1") == ast.Comparison(sign, A, (number(1),))


def test_tags() -> None:
    assert value('order has tag "x"') == ast.HasTag(X)
    assert value('order does not have tag "x"') == ast.HasTag(X, True)


def test_what_binds_more_tightly() -> None:
    one, two, three = number(1), number(2), number(3)
    assert value("1 + 2 * 3") == ast.Arithmetic("+", one, ast.Arithmetic("*", two, three))
    assert value("1 - 2 - 3") == ast.Arithmetic("-", ast.Arithmetic("-", one, two), three)
    assert value("(1 + 2) * 3") == ast.Arithmetic("*", ast.Arithmetic("+", one, two), three)
    assert value("-1 * 2") == ast.Arithmetic("*", ast.Minus(one), two)
    assert value("not order.a or order.b") == ast.Or((ast.Not(A), B))
    assert value("not order.a is 1 + 2") == ast.Not(ast.Comparison("is", A, (ast.Arithmetic("+", one, two),)))
    assert value("order.a is between 1 and 2 and order.b") == ast.And(
        (ast.Comparison("is between", A, (one, two)), B)
    )
    assert value("(order.a and order.b) or order.a") == ast.Or((ast.And((A, B)), A))
    assert value("order.a and order.b and order.a") == ast.And((A, B, A))
    assert value("order.a and (order.b and order.a)") == ast.And((A, ast.And((B, A))))


def test_quantifiers_and_aggregates() -> None:
    tee = ast.Comparison("is", ast.Path("item", (ast.Field("sku"),)), (text("TEE"),))
    price, quantity = (ast.Path("item", (ast.Field(name),)) for name in ("price", "quantity"))
    assert value('no item where (item.sku is "TEE")') == ast.Quantified("no", "item", tee)
    assert value('number of items where (item.sku is "TEE") > 2') == ast.Comparison(
        ">", ast.Aggregate("number", "item", None, tee), (number(2),)
    )
    total = ast.Aggregate("sum", None, ast.Arithmetic("*", quantity, price), tee)
    assert value('sum of item.quantity * item.price where (item.sku is "TEE")') == total
    assert value("largest of item.price + 1") == ast.Arithmetic(
        "+", ast.Aggregate("largest", None, price, None), number(1)
    )


def test_paths_calls_and_lookups() -> None:
    assert value('order.on["a b"][2].is') == ast.Path(
        "order", (ast.Field("on"), ast.Key("a b"), ast.Index(2), ast.Field("is"))
    )
    assert value("number(order.a, 1)") == ast.Call("number", (A, number(1)))
    assert value("lookup mail(order.a, order.b).days") == ast.Lookup("mail", (A, B), "days")
    assert value("lookup mail(order.a)") == ast.Lookup("mail", (A,))


# -- actions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "node"),
    [
        ('move to folder "F"', ast.MoveToFolder(text("F"))),
        ('remove tag "x"', ast.RemoveTag(X)),
        ("set order.a to order.b + 1", ast.Set(A, ast.Arithmetic("+", B, number(1)))),
        ("clear order.a", ast.Clear(A)),
        ("increase order.a by 1", ast.Increase(A, number(1))),
        ("decrease order.a by 1", ast.Decrease(A, number(1))),
        ("remove item", ast.RemoveItem()),
        ("apply inventory", ast.ApplyInventory()),
        ('add item "x"', ast.AddItem(X)),
        ('add item "x" price $10', ast.AddItem(X, None, ast.Money(Decimal(10), "$"))),
        ('add item "x" quantity 2 price 10', ast.AddItem(X, number(2), number(10))),
        ('add shipment tracking "1Z" carrier "UPS"', ast.AddShipment(text("1Z"), text("UPS"))),
        ('split items where (order.a) into new order in folder "F"', ast.SplitItems(A, text("F"))),
        ("split items where (order.a)", ast.SplitItems(A)),
        ('split by order.a into new orders in folder "F"', ast.SplitBy(A, text("F"))),
        ("submit to podos-eu", ast.Submit(text("podos-eu"))),
        ('resubmit to "podOS EU"', ast.Resubmit(text("podOS EU"))),
        ("cancel at POV", ast.Cancel(text("POV"))),
        ('send email to order.a subject "s" body "b"', ast.SendEmail(A, text("s"), text("b"))),
        (
            'send email to order.a subject "s" body from "emails/late.txt"',
            ast.SendEmail(A, text("s"), None, text("emails/late.txt")),
        ),
        ('post to "https://x.example/{order.a}"', ast.PostTo(ast.Template((text("https://x.example/"), A)))),
        ('raise "Artwork approved"', ast.Raise(text("Artwork approved"))),
        (
            "run printavo.create_invoice(note: order.a, days: 3)",
            ast.Run(
                text("printavo"), "create_invoice", (ast.Argument("note", A), ast.Argument("days", number(3)))
            ),
        ),
    ],
)
def test_actions(said: str, node: ast.Action) -> None:
    assert action(said) == node


# -- tests of rules ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "node"),
    [
        (
            'given order "a.json" with order.a -3 with item 2 metadata["k"] "v" with tag "t"',
            ast.GivenOrder(
                text("a.json"),
                (
                    ast.WithField(A, number(-3)),
                    ast.WithItem(2, ast.Path("item", (ast.Field("metadata"), ast.Key("k"))), text("v")),
                    ast.WithTag(text("t")),
                ),
            ),
        ),
        ("given now is 2026-03-01 10:00", ast.GivenNow(ast.Time(dt.datetime(2026, 3, 1, 10)))),
        ("given podOS accepts", ast.GivenAnswer(text("podOS"))),
        (
            'given "podOS EU" rejects because of "Invalid SKU" with message "m"',
            ast.GivenAnswer(text("podOS EU"), text("Invalid SKU"), text("m")),
        ),
        (
            'when "e" happens with message "m" with count 2',
            ast.When(ast.EventLabel("e"), (ast.Detail("message", text("m")), ast.Detail("count", number(2)))),
        ),
        ("when every day at 09:00 happens", ast.When(ast.Schedule(None, "day", dt.time(9), ()))),
        ('when button "Approve" is pressed', ast.When(ast.Button("Approve"))),
        ("expect order 2.a", ast.ExpectCondition(ast.Path("order", (ast.Field("a"),), 2))),
        ('expect rule "r" did not fire', ast.ExpectRule(text("r"), False)),
        ('expect no add tag "x"', ast.ExpectAction(ast.AddTag(X), False)),
        ("expect no item where (order.a)", ast.ExpectCondition(ast.Quantified("no", "item", A))),
        ("expect 2 orders", ast.ExpectOrders(2)),
    ],
)
def test_steps(said: str, node: ast.Step) -> None:
    assert step(said) == node


# -- what stands beside the statements --------------------------------------------------------------------------


def test_comments_and_allows() -> None:
    rules = """# About
# allow W501: known, until 2027-01-31
# and why
rule "r"  # allow W512: seasonal, as every year
  on "e"  # allow nobody to change this
  do add note "# no comment"
"""
    file = read(rules).file
    assert [comment.text for comment in file.comments] == [
        "# About",
        "# allow W501: known, until 2027-01-31",
        "# and why",
        "# allow W512: seasonal, as every year",
        "# allow nobody to change this",
    ]
    assert file.allows == (
        ast.Allow("W501", "known", dt.date(2027, 1, 31), 4),
        ast.Allow("W512", "seasonal, as every year", None, 4),
    )


def test_places_are_those_of_the_file_also_after_a_slip() -> None:
    rules = 'list a = 1\n\nrule "r"\n  on "e"\n  when order.a == 1 && order.bee is missing\n  do stop\n'
    parsed = parse(Source("shop.rules", rules))
    assert [found.span.text for found in parsed.diagnostics] == ["==", "&&"]
    rule = parsed.file.statements[1]
    assert isinstance(rule, ast.Rule)
    assert rule.title_span.text == '"r"'
    assert isinstance(rule.when, ast.And)
    assert [operand.span.text for operand in rule.when.operands] == ["order.a == 1", "order.bee is missing"]
    assert (rule.when.span.line, rule.when.span.column) == (5, 8)
    assert rule.span.text == rules[12:].rstrip()


def test_places_within_texts() -> None:
    parsed = read('rule "r" on "e" do add note "a {order.a} b"')
    (rule,) = parsed.file.statements
    assert isinstance(rule, ast.Rule)
    (note,) = rule.do
    assert isinstance(note, ast.AddNote)
    assert isinstance(note.text, ast.Template)
    assert note.text.parts[1].span.text == "order.a"


def test_what_could_not_be_read_is_named() -> None:
    parsed = parse(
        Source("shop.rules", 'rule "Bad" on\nlist EU = (\nrule "Good" on "e" do stop\ntable t ~\n')
    )
    assert parsed.unread == {"Bad", "EU", "t"}
    assert [s.title for s in parsed.file.statements if isinstance(s, ast.Rule)] == ["Good"]


def test_the_parser_is_cheap_until_something_is_read() -> None:
    code = "import sys, dsl.parser; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
