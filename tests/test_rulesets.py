"""The rulesets that ship: each checks without a finding, passes its own tests, and uses what it promises.

What the samples come to is worked out by hand from the inventory and the tables beside them.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path

import pytest

from dsl import ast
from engine.compile.program import compile as compile_form
from engine.decide import Program
from engine.dry_run import DryRun, Run
from engine.folder import DiskFolder, MemoryFolder
from engine.opened import Opened, open_ruleset
from engine.report import render
from engine.samples import checked_with_samples, orders_at, sample_orders
from engine.testing import followed, given, run_test
from events.event import Event
from events.importers import Imported
from tests.shown import sections

REPO = Path(__file__).parents[1]
RULESETS = REPO / "rulesets"
NAMES = ["inksoft-printavo", "order-desk", "podos", "pov"]
GUIDES = REPO / "tests" / "actions" / "guide-lines.yaml"
SHARED = REPO / ".." / "shared" / "samples"
TODAY = dt.date(2026, 3, 2)

each_ruleset = pytest.mark.parametrize("name", NAMES)


@cache
def opened(name: str) -> Opened:
    return open_ruleset(DiskFolder(RULESETS / name), TODAY)


def imported(name: str, read: Imported, *, reference: bool = False) -> Run:
    """What would happen to a sample that arrives on a Monday morning."""
    assert read.order is not None, read.error
    shop = opened(name)
    at = dt.datetime(2026, 3, 2, 10, tzinfo=shop.zone)
    event = Event("order.imported", "Order is Imported", read.order.id, at, {})
    return DryRun(shop, shop.program(reference=reference)).run(event, read.order.copy_whole())


def written_rules(name: str) -> list[ast.Rule]:
    files = opened(name).ruleset.files
    return [each for file in files for each in file.statements if isinstance(each, ast.Rule)]


def test_these_are_all_that_ship() -> None:
    assert sorted(found.parent.name for found in RULESETS.glob("*/ordinance.yaml")) == NAMES


@each_ruleset
def test_a_ruleset_checks_without_a_finding(name: str) -> None:
    assert render(checked_with_samples(opened(name)), "concise") == ""


@each_ruleset
def test_a_ruleset_passes_its_own_tests(name: str) -> None:
    outcomes = [run_test(opened(name), each) for each in opened(name).checked.tests]
    assert len(outcomes) > 10
    failures = [(each.test.title, [(f.expected, f.got) for f in each.failures]) for each in outcomes]
    assert [failure for failure in failures if failure[1]] == []


@each_ruleset
def test_a_rule_that_is_switched_off_fails_a_test_of_its_ruleset(name: str) -> None:
    shop = opened(name)
    program = Program(shop.checked.form, compile_form(shop.checked.form), shop.world)
    fired = {
        test.title: {
            title for turn in followed(shop, test, given(shop, test), program).turns for title in turn.fired
        }
        for test in shop.checked.tests
    }
    unmissed = []
    for rule in written_rules(name):
        without = switched_off(shop, rule)
        concerned = (test for test in without.checked.tests if rule.title in fired[test.title])
        if all(run_test(without, test).passed for test in concerned):
            unmissed.append(rule.title)
    assert unmissed == []


def switched_off(shop: Opened, rule: ast.Rule) -> Opened:
    source = rule.span.source
    at = (rule.because.span if rule.because else rule.title_span).end
    text = f"{source.text[:at]}\n  mode off\n{source.text[at:]}"
    files = {path: shop.folder.read(path) for path in shop.folder.paths()}
    found = open_ruleset(MemoryFolder({**files, source.path: text.encode()}), TODAY)
    assert not found.checked.errors
    return found


@each_ruleset
def test_every_rule_says_why_it_is_there(name: str) -> None:
    assert [rule.title for rule in written_rules(name) if rule.because is None] == []


@each_ruleset
def test_the_samples_are_decided_alike_by_the_reference(name: str) -> None:
    for read in sample_orders(opened(name)):
        assert sections(imported(name, read).turns) == sections(imported(name, read, reference=True).turns)


# The podOS samples tell the story of `make demo`: folder at the end, and the shipping class with where it came from.
PODOS = {
    "samples/1-shopify-1001.json": ("In production", ("Standard", "match")),
    "samples/2-woocommerce-727.json": ("SKU problems", None),
    "samples/3-express-gift.json": ("In production", ("DHL Express", "match")),
    "samples/4-no-artwork.json": ("Artwork needed", None),
    "samples/5-shirt-and-mug.json": ("In production", ("Standard", "default")),
}


@pytest.mark.parametrize("path", PODOS)
def test_the_podos_samples_tell_their_story(path: str) -> None:
    (read,) = sample_orders(opened("podos"), [path])
    run = imported("podos", read)
    assert read.order is not None
    sent = [one.prepared for done in run.performed.values() for one in done if one.outcome == "accepted"]
    classes = [(each.shipping_class.value, each.shipping_class.came_from) for each in sent]  # type: ignore[union-attr]
    folder, shipping = PODOS[path]
    assert run.orders[read.order.id].folder == folder
    assert classes == ([shipping] if shipping else [])


def test_the_story_is_of_all_podos_samples() -> None:
    assert sorted(opened("podos").ruleset.samples) == sorted(PODOS)


def test_podos_gets_the_replaced_hoodie_the_gift_message_and_the_picklist_message() -> None:
    (read,) = sample_orders(opened("podos"), ["samples/3-express-gift.json"])
    (done,) = (one for many in imported("podos", read).performed.values() for one in many)
    sent = done.prepared
    assert [(line.item_id, line.code) for line in sent.items] == [("1", "FOX-TEE-M"), ("2", "HOOD-2024")]  # type: ignore[union-attr]
    assert set(sent.skipped) == {"3"}  # type: ignore[union-attr]
    assert sent.gift_message == "Happy birthday, Sam!"  # type: ignore[union-attr]
    assert sent.picklist_message == "2041"  # type: ignore[union-attr]


def test_every_phase_1_line_of_the_guides_is_used_and_no_other_is_named() -> None:
    lines = dict(re.findall(r"^(\S+): (\d)$", GUIDES.read_text(), re.MULTILINE))
    first = {line for line, phase in lines.items() if phase == "1"}
    named = {
        line
        for file in RULESETS.rglob("*")
        if file.suffix in (".rules", ".yaml")
        for named in re.findall(r"#.*?\bguide: ([a-z0-9_., ]+)", file.read_text())
        for line in named.replace(" ", "").split(",")
    }
    assert len(first) > 20
    assert first - named == set()
    assert named - set(lines) == set()


@each_ruleset
def test_samples_of_others_are_named_in_the_notice(name: str) -> None:
    notice = (RULESETS / "NOTICE.txt").read_text()
    for path in opened(name).ruleset.samples:
        foreign = any("Order Desk" not in read.kind for read in sample_orders(opened(name), [path]))
        assert (f"| {name}/{path} |" in notice) == foreign, path


NO_ORDERS = {
    "fulfillment-1001.json",
    "fulfillment-order.json",
    "fulfillment-send.json",
    "fulfillment-webhook-docs.json",
    "order-note.json",
    "refund-1001.json",
    "refund-webhook-docs.json",
    "shop-apple.json",
    "webhook-subscription.json",
}
"""Those that the README of the shared samples calls no order."""


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared samples are not here")
def test_every_shared_order_goes_through_the_order_desk_ruleset() -> None:
    config = opened("order-desk").ruleset.config
    refused = set()
    for file in sorted(SHARED.rglob("*.json")):
        for read in orders_at(file, config):
            if read.order is None:
                refused.add(file.name)
                continue
            run = imported("order-desk", read)
            assert "Stamp the time" in run.turns[0].fired
            assert all(order.folder for order in run.orders.values())
    assert refused == NO_ORDERS
