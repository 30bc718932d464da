"""What the checker says to a merchant who left out the quotes, what a field belongs to, or put quotes where none stand."""

from __future__ import annotations

import pytest

from tests.cases_harness import USUAL
from tests.evaluate import findings_of


@pytest.mark.parametrize(
    ("clauses", "message", "help_", "offered"),
    [
        (
            'on "order.imported"\n  do stop',
            "no event has the label `order.imported`",
            "an event's id stands without quotes",
            ["order.imported"],
        ),
        (
            'on "order.imported soon"\n  do stop',
            "unknown event `order.imported soon`",
            "`ordinance catalog events` lists all events; the shop's own stand under `events:` in ordinance.yaml",
            [],
        ),
        (
            "on order.imported\n  when email is present\n  do stop",
            "unknown name `email`",
            "the field is written `order.email`",
            ["order.email"],
        ),
        (
            'on order.imported\n  when any item where (sku is "A")\n  do stop',
            "unknown name `sku`",
            "the field is written `item.sku`",
            ["item.sku"],
        ),
        (
            "on order.imported\n  when order.shipping.country is DE\n  do stop",
            "unknown name `DE`",
            'a text stands in quotes: `"DE"`; the only definition is `heavy_parcel`',
            ['"DE"'],
        ),
        (
            'on order.imported\n  when order.tags is "vip"\n  do stop',
            "`order.tags` is a list of text, expected one value",
            'write `order.tags contains "vip"`',
            ['order.tags contains "vip"'],
        ),
        (
            'on order.imported\n  when order.tags is not "vip"\n  do stop',
            "`order.tags` is a list of text, expected one value",
            'write `order.tags does not contain "vip"`',
            ['order.tags does not contain "vip"'],
        ),
        (
            "on order.imported\n  when heavy_parcl\n  do stop",
            "unknown name `heavy_parcl`",
            "a definition with a similar name exists: `heavy_parcel`",
            ["heavy_parcel"],
        ),
    ],
)
def test_the_help_says_what_was_meant(clauses: str, message: str, help_: str, offered: list[str]) -> None:
    shop = 'define heavy_parcel = order.weight_total > 5\nrule "Heavy"\n  on order.imported\n  when heavy_parcel\n  do stop\n'
    files = {"ordinance.yaml": USUAL.read_text("utf-8"), "shop.rules": f'{shop}rule "A"\n  {clauses}\n'}
    (found,) = (each for each in findings_of(files) if each.code[0] == "E")
    assert (found.message, found.help) == (message, help_)
    assert [fix.edits[0].text for fix in found.fixes] == offered


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ('order.totl >= "$50"', "text cannot be put in order"),
        ('order.total >= "$50"', "money and text cannot be compared"),
        ('order.email < "b"', "text cannot be put in order"),
    ],
)
def test_two_kinds_that_cannot_be_compared_are_named_in_words_of_the_language(
    condition: str, message: str
) -> None:
    rules = f'rule "A"\n  on order.imported\n  when {condition}\n  do stop\n'
    found = findings_of({"ordinance.yaml": USUAL.read_text("utf-8"), "shop.rules": rules})
    assert [each.message for each in found if each.code == "E301"] == [message]
