"""`ordinance test --coverage`: what tests see of the rules. Every expected number is worked out from the shop below by hand."""

from __future__ import annotations

import json
import xml.etree.ElementTree as xml
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Call, Said, Shop
from tests.cli.test_test import ORDER, SHOP

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
GIVEN = '  given order "samples/order.json"'
IMPORTED = '  when "Order is Imported" happens'

PLAIN = """
rule "Big"
  on   "Order is Imported"
  when order.order_total >= $50
  do   move to folder "Big"
"""


def covering(call: Call, shop: Shop, text: str, *words: str, files: dict[str, str] | None = None) -> Said:
    shop(
        files={
            "ordinance.yaml": SHOP,
            "rules/1-orders.rules": text,
            "samples/order.json": ORDER,
            **(files or {}),
        }
    )
    return call("test", "--coverage", *words)


def parts(call: Call, shop: Shop, text: str, **more: Any) -> dict[str, dict[str, int]]:
    """In how many tests each part was seen, by its text."""
    found = coverage(covering(call, shop, text, "--format", "json", **more))
    return {part["text"]: part["tests"] for part in found["parts"]}


def coverage(said: Said) -> dict[str, Any]:
    lines = [json.loads(line) for line in said.out.splitlines()]
    found: dict[str, Any] = next(line for line in lines if line["schema"] == "ordinance.coverage/1")
    return found


def titled(number: int, steps: str, expect: str = "1 orders") -> str:
    return f'\ntest "t{number}"\n{steps}\n  expect {expect}\n'


SMALL = titled(1, f"{GIVEN}\n{IMPORTED}")
BIG = titled(2, f"{GIVEN} with order.order_total $60\n{IMPORTED}")


def test_a_condition_is_to_be_seen_met_and_not_met(call: Call, shop: Shop) -> None:
    """The order is worth 30: of fired, met and not met one test of it sees the last alone."""
    said = covering(call, shop, PLAIN + SMALL)
    assert said.code == 0
    assert "coverage 33.3 %: 0 of 1 rule fired, 0 of 1 condition met and not met" in said.out
    assert "never met, not met in 1 test" in said.out
    assert "coverage 100.0 %" in covering(call, shop, PLAIN + SMALL + BIG).out


@pytest.mark.parametrize(("least", "code"), [("33", 0), ("34", 1)])
@pytest.mark.parametrize("option", ["--coverage={}", "--min-coverage={}"])
def test_a_threshold_is_for_ci(least: str, code: int, option: str, call: Call, shop: Shop) -> None:
    covering(call, shop, PLAIN + SMALL)
    said = call("test", option.format(least))
    assert said.code == code
    assert ("coverage is 33.3 %, and 34 % was asked for" in said.err) == bool(code)


def test_a_number_may_stand_by_itself_and_a_folder_is_no_number(call: Call, shop: Shop) -> None:
    folder = shop(
        files={"ordinance.yaml": SHOP, "rules/1-orders.rules": PLAIN + SMALL, "samples/order.json": ORDER}
    )
    assert call("test", "--coverage", "90").code == 1
    assert call("test", "--coverage", folder).code == 0
    assert call("test", "--min-coverage", "20", folder).code == 0
    assert call("test", "--coverage=101").code == 2


def test_a_negation_is_seen_as_it_is_written(call: Call, shop: Shop) -> None:
    text = 'rule "R"\n  on "Order is Imported"\n  when order.order_total is not $30\n  do add tag "x"\n'
    assert parts(call, shop, text + SMALL)["order.order_total is not $30"] == {"met": 0, "not met": 1}


def test_missing_is_told_and_not_asked(call: Call, shop: Shop) -> None:
    text = (
        'rule "R"\n  on "Order is Imported"\n  when order.checkout_data["Gift"] is "yes"\n  do add tag "x"\n'
    )
    yes = titled(2, f'{GIVEN} with order.checkout_data["Gift"] "yes"\n{IMPORTED}')
    no = titled(3, f'{GIVEN} with order.checkout_data["Gift"] "no"\n{IMPORTED}')
    said = covering(call, shop, text + yes + no)
    assert "coverage 100.0 %" in said.out
    assert "1 condition never had a missing value to look at" in said.out
    found = coverage(covering(call, shop, text + yes + no + SMALL, "--format", "json"))
    assert [part["missing"] for part in found["parts"]] == [None, 1]


def test_the_conditions_of_a_definition_stand_where_it_is_written(call: Call, shop: Shop) -> None:
    text = 'define big = order.order_total >= $50 or order has tag "b2b"\n'
    text += 'rule "R"\n  on "Order is Imported"\n  when big\n  do add tag "x"\n'
    tagged = titled(3, f'{GIVEN} with tag "b2b"\n{IMPORTED}')
    assert parts(call, shop, text + SMALL + tagged) == {
        "order.order_total >= $50": {"met": 0, "not met": 2},
        'order has tag "b2b"': {"met": 1, "not met": 1},
        'rule "R"': {"fired": 1},
        "big": {"met": 1, "not met": 1},
    }


def test_items_are_looked_at_one_by_one_and_in_values_too(call: Call, shop: Shop) -> None:
    """One of the two items is a mug."""
    text = 'rule "R"\n  on "Order is Imported"\n'
    text += '  when any item where (item.code starts with "MUG") and number of items where (item.quantity > 1) is 1\n'
    text += '  do split items where (item.price < $20) into new order in folder "Small"\n'
    found = parts(call, shop, text + SMALL)
    assert found['any item where (item.code starts with "MUG")'] == {"met": 1, "not met": 0}
    assert found['item.code starts with "MUG"'] == {"met": 1, "not met": 1}
    assert found["item.quantity > 1"] == {"met": 1, "not met": 1}
    assert found["number of items where (item.quantity > 1) is 1"] == {"met": 1, "not met": 0}
    assert found["item.price < $20"] == {"met": 1, "not met": 0}


TABLE = """
table size (total) -> name
  | up to $20  -> "small"
  | up to $100 -> "middle"
  otherwise "big"
rule "R"
  on "Order is Imported"
  when lookup size(order.order_total) is "middle"
  do add tag "x"
"""


def test_every_row_of_a_table_is_to_be_seen(call: Call, shop: Shop) -> None:
    found = parts(call, shop, TABLE + SMALL)
    rows = {text: tests["matched"] for text, tests in found.items() if "matched" in tests}
    assert rows == {'up to $20 -> "small"': 0, 'up to $100 -> "middle"': 1, 'otherwise "big"': 0}


def test_of_a_csv_table_some_row_and_none(call: Call, shop: Shop) -> None:
    text = 'table t from "tables/t.csv"\n' + PLAIN.replace(
        "order.order_total >= $50", 'lookup t(order.shipping.country) is "far"'
    )
    files = {"tables/t.csv": "country,-> how\nUS,near\nDE,far\notherwise,nothing\n"}
    found = parts(call, shop, text + SMALL, files=files)
    assert found["table `t`: some row"] == {"matched": 1}
    assert found["table `t`: no row"] == {"matched": 0}


def test_what_stands_after_a_stop_was_not_looked_at(call: Call, shop: Shop) -> None:
    stop = 'rule "First"\n  on "Order is Imported"\n  do add tag "x"\n     stop\n'
    found = coverage(covering(call, shop, stop + PLAIN + SMALL + BIG, "--format", "json"))
    (big,) = (part for part in found["parts"] if part["text"] == 'rule "Big"')
    assert big["note"] == 'where "Order is Imported" happens in a test, another rule stops before it'
    assert found["seen"] == 1


def test_a_rule_whose_event_no_test_raises_says_so(call: Call, shop: Shop) -> None:
    text = 'rule "Later"\n  on "Ready"\n  do add tag "x"\n'
    assert 'no test has "Ready" happen' in covering(call, shop, text + PLAIN + SMALL).out


def test_folders_of_a_schedule_are_not_asked_to_be_others(call: Call, shop: Shop) -> None:
    text = 'rule "R"\n  on every day at 09:00 for orders in "New"\n  do add tag "x"\n'
    test = titled(1, f"{GIVEN}\n  when every day at 09:00 happens")
    assert "coverage 100.0 %" in covering(call, shop, text + test).out


def test_rules_that_are_off_and_settings_are_not_asked(call: Call, shop: Shop) -> None:
    off = PLAIN.replace('rule "Big"\n', 'rule "Big"\n  mode off\n')
    text = off + 'rule "R"\n  on "Order is Imported"\n  do add tag "x"\n' + SMALL
    assert "coverage 100.0 %" in covering(call, shop, text).out
    assert "off, so nothing is asked of it" in covering(call, shop, text, "--all").out


def test_a_rule_in_shadow_is_seen_by_what_it_would_do(call: Call, shop: Shop) -> None:
    shadow = PLAIN.replace('rule "Big"\n', 'rule "Big"\n  mode shadow\n')
    assert parts(call, shop, shadow + BIG)['rule "Big"'] == {"fired": 1}


def test_all_tells_what_was_seen_as_well(call: Call, shop: Shop) -> None:
    said = covering(call, shop, PLAIN + SMALL + BIG, "--all")
    assert "fired in 1 test" in said.out
    assert "met in 1 test, not met in 1 test, never missing" in " ".join(said.out.split())


def test_the_lines_are_as_their_schemas_say(call: Call, shop: Shop) -> None:
    said = covering(
        call,
        shop,
        TABLE + PLAIN + SMALL + titled(9, f"{GIVEN}\n{IMPORTED}", "2 orders"),
        "--format",
        "json",
    )
    assert said.code == 1
    for line in map(json.loads, said.out.splitlines()):
        kind = line["schema"].removeprefix("ordinance.").removesuffix("/1")
        jsonschema.validate(line, json.loads((SCHEMAS / f"{kind}.schema.json").read_bytes()))


def test_build_servers_get_a_suite_of_its_own(call: Call, shop: Shop) -> None:
    root = xml.fromstring(covering(call, shop, PLAIN + SMALL, "--coverage=90", "--format", "junit").out)
    (suite,) = root.findall("testsuite[@name='coverage']")
    assert (suite.get("tests"), suite.get("failures"), root.get("failures")) == ("1", "1", "1")
    assert "order.order_total >= $50" in (suite.find("testcase/failure").text or "")  # type: ignore[union-attr]


class Page(HTMLParser):
    """ids that are there, and those that links lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.led: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += filter(None, [found.get("id")])
        self.led += [each[1:] for each in filter(None, [found.get("href")]) if each.startswith("#")]
        self.outside += [
            each for each in map(found.get, ("src", "href")) if each and not each.startswith("#")
        ]


def test_the_page_shows_the_rules_and_leads_to_what_was_not_seen(call: Call, shop: Shop) -> None:
    nasty = PLAIN.replace('"Big"\n', '"Big <b>& co</b>"\n', 1)
    covering(call, shop, nasty + SMALL)
    said = call("test", "--format", "html", "--output", "page.html")
    assert said.code == 0, said
    text = Path("page.html").read_text("utf-8")
    page = Page()
    page.feed(text)
    assert page.led
    assert set(page.led) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert page.outside == []
    assert "The tests see 33.3 % of the rules" in text
    assert "Big &lt;b&gt;&amp; co&lt;/b&gt;" in text
    assert "<b>& co" not in text
