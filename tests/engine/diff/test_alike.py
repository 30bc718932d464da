"""What is decided once because it cannot differ is what deciding twice gives: on generated rulesets, changed at random."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import re
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.diff.comparing import Comparison
from engine.diff.documents import Document
from engine.diff.summary import Summary
from engine.diff.version import Version
from engine.dry_run import Told
from engine.folder import MemoryFolder
from engine.opened import Opened, open_ruleset
from events import jsontext
from events.event import Happening
from tests import generated

AT = dt.datetime(2026, 1, 15, 17, 0, tzinfo=dt.UTC)
RULES, ORDERS = 10, 12
PAIRS = int(os.environ.get("DIFF_PAIRS", "30"))
"""Of rulesets; the orders are so many times more."""


def opened(rules: str, config: str = generated.CONFIG, inventory: str = generated.INVENTORY) -> Opened:
    files = {
        "ordinance.yaml": config,
        "inventory.csv": inventory,
        "generated.rules": generated.TABLES + rules,
    }
    found = open_ruleset(MemoryFolder({path: text.encode() for path, text in files.items()}))
    assert not found.checked.errors, [f"{d.code} {d.message} {d.span.text}" for d in found.checked.errors]
    return found


def another(random: Random, rules: list[str]) -> str:
    number = next(n for n in range(100, 200) if not any(f'"rule {n}"' in rule for rule in rules))
    return generated.rule(random, number)


def added(random: Random, rules: list[str]) -> None:
    rules.insert(random.randint(0, len(rules)), another(random, rules))


def taken(random: Random, rules: list[str]) -> None:
    rules.pop(random.randrange(len(rules)))


def rewritten(random: Random, rules: list[str]) -> None:
    rules[random.randrange(len(rules))] = another(random, rules)


def moved(random: Random, rules: list[str]) -> None:
    rules.insert(random.randint(0, len(rules) - 1), rules.pop(random.randrange(len(rules))))


def renamed(random: Random, rules: list[str]) -> None:
    at = random.randrange(len(rules))
    rules[at] = re.sub('^rule ".*"', f'rule "renamed {at}"', rules[at])


def shadowed(random: Random, rules: list[str]) -> None:
    at = random.randrange(len(rules))
    rules[at] = (
        rules[at].replace("  mode shadow\n", "")
        if "mode shadow" in rules[at]
        else rules[at].replace("\n", "\n  mode shadow\n", 1)
    )


def spelled(random: Random, rules: list[str]) -> None:
    """`1` and `1.0` are the same number, and two texts."""
    at = random.randrange(len(rules))
    rules[at] = re.sub(r"(?<=[ (])10(?=[\n ,)])", "10.0", rules[at])


CHANGES: list[Callable[[Random, list[str]], None]] = [
    added,
    taken,
    rewritten,
    moved,
    renamed,
    shadowed,
    spelled,
]


def summary(comparison: Comparison, orders: bytes) -> Summary:
    return comparison.summary([Document("orders.json", orders)])


def compare(random: Random) -> tuple[int, int]:
    """Two versions of a ruleset, and whether the short cut gives what the long way gives."""
    rules = [generated.rule(random, n) for n in range(RULES)]
    changed = [*rules]
    for _ in range(random.choice([1, 1, 2])):
        random.choice(CHANGES)(random, changed)
    before, after = Version("a", opened("\n".join(rules))), Version("b", opened("\n".join(changed)))
    orders = jsontext.dumps([generated.order(random, n) for n in range(ORDERS)]).encode()
    told = {"podos": Told(random.choice([None, None, "invalid_sku"]))}
    happening = Happening("order.imported", "Order is Imported", AT)
    short = Comparison(before, after, happening, told, ORDERS)
    long = Comparison(before, after, happening, told, ORDERS, once=False)
    expected = summary(long, orders)
    assert summary(short, orders) == expected, "\n".join([*rules, "-----", *changed])
    certain = sum(
        short.alike.run(short.deciding[0].run(happening.of(old.order.id), old.order))
        for old, _ in short.read(Document("orders.json", orders))
        if old.order is not None
    )
    return certain, expected.different.orders


def test_the_short_cut_hides_no_difference() -> None:
    """And it is taken often, or the comparison would prove nothing."""
    random = Random("alike")
    found = [compare(random) for _ in range(PAIRS)]
    certain, different = (sum(each) for each in zip(*found, strict=True))
    print(f"{len(found) * ORDERS} orders: {certain} decided once, {different} come out differently")
    assert certain > 4 * PAIRS
    assert different > PAIRS // 2


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_the_short_cut_hides_no_difference_shrinking(random: Random) -> None:
    compare(random)


IMPORTED = 'rule "{}"\n  on "Order is Imported"\n  when {}\n  do {}\n'
ORDER = {
    "id": "1",
    "folder": "New",
    "shipping": {"country": "US"},
    "order_items": [],
    "email": "a@example.com",
}


def run(before: str, after: str, config: str = generated.CONFIG) -> tuple[bool, int]:
    """Whether it was certain that the order comes out alike, and how many come out differently."""
    comparison = Comparison(
        Version("a", opened(before)),
        Version("b", opened(after, config)),
        Happening("order.imported", "Order is Imported", AT),
        {},
    )
    orders = jsontext.dumps(ORDER).encode()
    ((old, _),) = comparison.read(Document("o.json", orders))
    assert old.order is not None
    was = comparison.deciding[0].run(comparison.happening.of("1"), old.order)
    return comparison.alike.run(was), summary(comparison, orders).different.orders


US = IMPORTED.format("tag", 'order.shipping.country is "US"', 'add tag "us"')


@pytest.mark.parametrize(
    ("more", "certain"),
    [
        (IMPORTED.format("de", 'order.shipping.country is "DE"', "stop"), True),
        (IMPORTED.format("us", 'order.shipping.country is "US"', "stop"), False),
        (IMPORTED.format("tagged", 'order has tag "b2b"', "stop"), False),  # a rule that fired wrote tags
        (IMPORTED.format("items", "any item where (item.quantity > 1)", "stop"), True),
        ('rule "split"\n  on "Order is Split"\n  do add tag "x"\n', True),
        ('rule "moved"\n  on "Folder is Changed"\n  do add tag "x"\n', True),
    ],
)
def test_a_rule_that_cannot_fire_changes_nothing(more: str, certain: bool) -> None:
    for before, after in ((US, US + more), (US, more + US)):
        assert run(before, after)[0] is certain


def test_a_rule_that_is_bound_to_an_answer_makes_an_event_of_it() -> None:
    """`After E-mail Sent` happens only where a rule waits for it."""
    mail = IMPORTED.format("mail", "order.email is present", 'send email to order.email subject "s" body "b"')
    waits = 'rule "sent"\n  on "After E-mail Sent"\n  when order.email is missing\n  do add tag "x"\n'
    assert run(mail, mail + waits) == (False, 1)
    assert run(mail, mail) == (True, 0)


def test_another_store_is_another_world() -> None:
    config = generated.CONFIG.replace("after_import_move_to: Done", "after_import_move_to: Backorder")
    assert run(US, US, config)[0] is False


def test_a_comparison_that_was_sent_to_another_process_says_the_same() -> None:
    """Where a process cannot be copied, it opens both versions anew."""
    de = IMPORTED.format("de", 'order.shipping.country is "US"', 'add tag "x"')
    versions = Version("a", opened(US)), Version("b", opened(US + de))
    orders = [Document("o.json", jsontext.dumps(ORDER).encode())]
    comparison = Comparison(*versions, Happening("order.imported", "Order is Imported", AT), {}, 1)
    sent = pickle.loads(pickle.dumps(comparison))
    assert sent.summary(orders) == comparison.summary(orders)
    assert sent.summary(orders).different.orders == 1


EVERYTHING = frozenset({"order", "item", "shipment"})


def test_looking_only_at_the_writes_that_matter_names_the_same_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random("touched")
    named = 0
    for _ in range(PAIRS // 5):
        rules = [generated.rule(random, n) for n in range(RULES)]
        changed = [*rules]
        for _ in range(RULES // 2):
            rewritten(random, changed)
        versions = Version("a", opened("\n".join(rules))), Version("b", opened("\n".join(changed)))
        orders = jsontext.dumps([generated.order(random, n) for n in range(ORDERS)]).encode()
        comparison = Comparison(*versions, Happening("order.imported", "Order is Imported", AT), {}, ORDERS)
        found = summary(comparison, orders)
        with monkeypatch.context() as patched:
            patched.setattr("engine.diff.comparing.differing_fields", lambda was, now: EVERYTHING)
            assert summary(comparison, orders) == found
        named += sum(len(order.differences) for order in found.first)
    assert named > PAIRS
