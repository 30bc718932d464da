"""No input makes a traceback: mutated rules, configurations, tables, inventories and orders, loaded, checked and decided.

`make fuzz` runs 100,000 inputs (`FUZZ=100000`); CI a small number. The count is printed.
"""

from __future__ import annotations

import datetime as dt
import os
from random import Random

import pytest

from dsl.schema import StoreSpec
from engine.dry_run import DryRun
from engine.folder import MemoryFolder
from engine.opened import Opened, open_ruleset
from events import jsontext
from events.event import Event
from events.importers import read_orders
from tests import generated

COUNT = int(os.environ.get("FUZZ", "1200"))
SHARDS = max(4, COUNT // 2_500)
"""Each prints how many it tried, so that a long run that is stopped has still said what it did."""
AT = dt.datetime(2026, 1, 15, 17, 0, tzinfo=dt.UTC)

TABLE = "country,total,-> class,-> days\nUS; CA,..50,Ground,5\n*,50..,Air,1\notherwise,,Slow,30\n"
FROM_FILE = 'table ship from "tables/ship.csv"\n'
TEST = """
test "it holds"
  given order "samples/a.json"
        with order.shipping.country "DE"
        with item 1 sku "TEE-404"
        with tag "b2b"
  given now is 2026-03-01 10:00
  given podOS rejects because of "Invalid SKU" with message "unknown"
  when  "Order is Imported" happens
  expect order.folder is "Done" and any item where (item.quantity > 1)
  expect rule "rule 0" did not fire
  expect no submit to podOS
"""

SCRAPS = [
    '"', "'", "{", "}", "(", ")", "[", "]", "and", "or", "not", "is", "#", "\n", "\t", "\\", "\\u{110000}", "\u00a0",
    "\ufeff", "\0", "\x1b[31m", "“", "”", "==", "1e999", "999999999999999999999999", "$", "-", "rule", 'rule "', "test",
    "where", "item.", "order.", "every", "lookup", "{{", "}}", "{order.id}", '"""', "é", "🎽", "ß", "\r\n", "-> ", "|",
    "any", "otherwise", "..", ";", "&a [*a, *a]", "*a", "!!python/object", ": ", "- ", "? ", "~", "NaN", ".inf", "0x1F",
    "null", "true", "[]", "{}", ",", "1,000", "2026-13-45", "99:99", "nothing", "  ", "\u2028", "\ud800",
]  # fmt: skip


def mutated(random: Random, text: str) -> bytes:
    """The text with a few cuts, copies, swaps and scraps; now and then broken bytes."""
    for _ in range(random.choice([1, 1, 2, 3, 8])):
        at = random.randrange(len(text) + 1)
        length = random.choice([1, 1, 2, 5, 20, 100])
        way = random.randrange(5)
        if way == 0:
            text = text[:at] + text[at + length :]
        elif way == 1:
            text = text[:at] + random.choice(SCRAPS) + text[at:]
        elif way == 2:
            text = text[:at] + random.choice(SCRAPS) + text[at + length :]
        elif way == 3:
            text = text[:at] + text[at : at + length] * random.choice([2, 3, 40]) + text[at + length :]
        else:
            other = random.randrange(len(text) + 1)
            text = text[:at] + text[other : other + length] + text[at:]
    data = text.encode("utf-8", "surrogatepass")
    if random.random() < 0.05:
        at = random.randrange(len(data) + 1)
        data = data[:at] + random.randbytes(random.randint(1, 8)) + data[at:]
    return data


def files(random: Random) -> dict[str, str]:
    return {
        "ordinance.yaml": generated.CONFIG,
        "inventory.csv": generated.INVENTORY,
        "tables/ship.csv": TABLE,
        "a.rules": FROM_FILE + generated.ruleset(random, 3) + TEST,
        "samples/a.json": jsontext.dumps(generated.order(random, 1), indent=1),
    }


def one(random: Random) -> None:
    """One input: a good ruleset with one file spoilt."""
    good = files(random)
    spoilt = random.choice([*good, "a.rules", "a.rules", "samples/a.json"])
    given = {path: text.encode() for path, text in good.items()}
    given[spoilt] = mutated(random, good[spoilt])
    opened = open_ruleset(MemoryFolder(given), AT.date())
    for finding in opened.checked.findings:
        assert finding.message, finding
        assert "Traceback" not in finding.message
    orders = read_orders(given["samples/a.json"], name="a.json", store=StoreSpec(), folders={})
    assert orders
    if not opened.checked.errors:
        decide(opened, [each.order for each in orders if each.order is not None])


def decide(opened: Opened, orders: list) -> None:  # type: ignore[type-arg]
    runner = DryRun(opened, opened.program())
    for order in orders:
        assert runner.run(Event("order.imported", "Order is Imported", order.id, AT), order).turns


@pytest.mark.fuzz
@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_input_makes_a_traceback(shard: int) -> None:
    for number in range(COUNT // SHARDS):
        seed = f"{os.environ.get('FUZZ_SEED', 'fuzz')} {shard} {number}"
        try:
            one(Random(seed))
        except Exception as error:
            raise AssertionError(f"seed {seed!r}: {error!r}") from error
    print(f"{COUNT // SHARDS} fuzzed inputs, no traceback")
