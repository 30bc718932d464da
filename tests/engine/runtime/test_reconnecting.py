"""Connections that appear, change or go while the service runs: used at once, and nothing goes out under the wrong ones."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from actions.provider import Submitting
from engine.adapters import Adapters
from engine.folder import MemoryFolder
from engine.opened import Opened, open_ruleset
from engine.runtime.limits import Rate
from engine.runtime.performers import Live
from engine.runtime.runtime import Runtime
from engine.runtime.service import Service
from events.clock import SystemClock
from events.outcome import Outcome
from tests.engine.runtime.test_service import until
from tests.engine.runtime.world import CONFIG, RULES, Printer, PrinterClient, World, imported, opened, order

WITHOUT = CONFIG.split("  podos:")[0] + "  printavo:\nevents: [Reprint, Give up, Mug time]\n"
NOTHING = 'rule "Nothing" on "Reprint" do stop\n'


@dataclass
class Shop:
    """A service that runs, on a ruleset that changes under it. keys: what the variables hold when it connects."""

    world: World
    keys: dict[str, str] = field(default_factory=lambda: {"podos": "key-1"})
    mode: str = "live"
    changes: list[Opened] = field(default_factory=list)
    made: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        clock = SystemClock()
        found = self.connect(self.world.ruleset)
        self.runtime = Runtime(
            self.world.ruleset, self.world.store, clock, found.live, self.world.said.append
        )
        self.service = Service(
            self.runtime, clock, self.world.mail, changed=self.changed, connect=self.connect
        )

    def changed(self) -> Opened | None:
        return self.changes.pop(0) if self.changes else None

    def connect(self, found: Opened) -> Adapters:
        live = {}
        for each in found.ruleset.config.connections:
            if each.name in self.keys:
                self.made.append((each.name, self.keys[each.name]))
                client: Any = Signed(self.world.printer, key=self.keys[each.name])
                live[each.name] = Live(client, self.mode, self.keys[each.name], Rate(1000, 1000))
        return Adapters(live, self.world.mail)

    def becomes(self, rules: str, config: str) -> None:
        self.changes.append(opened(rules, config))
        until(
            lambda: (
                not self.changes
                and self.runtime.opened.ruleset.digest == opened(rules, config).ruleset.digest
            )
        )

    def take(self, order_id: str) -> None:
        self.runtime.handle(f"import {order_id}", imported(order_id), order(order_id))


SIGNED: dict[str, list[str]] = {}


@dataclass
class Signed(PrinterClient):
    """Notes under which key each order was sent."""

    key: str = ""

    def submit(self, work: Submitting) -> Outcome:
        SIGNED.setdefault(self.key, []).append(work.reference)
        gate = GATES.get(work.reference)
        if gate is not None:
            gate.wait(20)
        return super().submit(work)


GATES: dict[str, threading.Event] = {}


@pytest.fixture
def shop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Runs; ticks come quickly."""
    monkeypatch.setattr("engine.runtime.service.TICK", 0.02)
    monkeypatch.setattr("engine.runtime.service.IDLE", 0.01)
    SIGNED.clear()
    GATES.clear()
    ruleset = opened(NOTHING, WITHOUT) if getattr(request, "param", "") == "without" else opened()
    found = Shop(World(ruleset=ruleset, printer=Printer()))
    thread = threading.Thread(target=found.service.run, daemon=True)
    thread.start()
    yield found
    for gate in GATES.values():
        gate.set()
    found.service.clock.stop()
    thread.join(10)
    assert not thread.is_alive()


def lanes(shop: Shop) -> set[str]:
    return {name for name, thread in shop.service.threads.items() if thread.is_alive()}


@pytest.mark.parametrize("shop", ["without"], indirect=True)
def test_a_connection_that_is_new_is_used_at_once(shop: Shop) -> None:
    until(lambda: "email" in lanes(shop))
    assert "podos" not in lanes(shop)
    shop.becomes(RULES, CONFIG)
    shop.take("1001")
    until(lambda: shop.world.state() == "accepted")
    assert "podos" in lanes(shop)
    assert SIGNED == {"key-1": ["1001.1"]}


def test_a_connection_that_is_gone_ends_its_worker_and_what_waits_is_brought_to_a_person(shop: Shop) -> None:
    until(lambda: "podos" in lanes(shop))
    shop.runtime.live.clear()  # so that it waits
    shop.take("1001")
    shop.becomes(NOTHING, WITHOUT)
    until(lambda: shop.world.entry().state == "review")
    assert "ordinance.yaml has no connection `podos` any more" in shop.world.entry().message
    until(lambda: "podos" not in lanes(shop))
    assert SIGNED == {}
    shop.becomes(RULES, CONFIG)
    shop.take("1002")
    until(lambda: shop.world.state("1002") == "accepted")


@pytest.mark.parametrize("what", ["other credentials for podOS", "in live mode, and it is in test mode now"])
def test_what_was_planned_before_is_not_sent_under_what_is_new(shop: Shop, what: str) -> None:
    GATES["1001.1"] = threading.Event()
    shop.take("1001")
    until(lambda: SIGNED.get("key-1") == ["1001.1"])  # the one worker is busy with it
    shop.take("1002")
    if "mode" in what:
        shop.mode = "test"
    else:
        shop.keys["podos"] = "key-2"
    shop.becomes(RULES, CONFIG.replace("project: acme", "project: acme2"))
    GATES["1001.1"].set()
    until(lambda: shop.world.state() == "accepted")
    until(lambda: shop.world.entry(2).state == "review")
    assert what in shop.world.entry(2).message
    shop.take("1003")
    until(lambda: shop.world.state("1003") == "accepted")
    if "mode" not in what:
        assert SIGNED == {"key-1": ["1001.1"], "key-2": ["1003.1"]}
    assert shop.world.printer.printed == ["1001.1", "1003.1"]


def test_rules_alone_leave_the_connections_as_they_are(shop: Shop) -> None:
    shop.becomes(RULES + 'rule "More" on "Order is Imported" do add tag "more"\n', CONFIG)
    shop.take("1001")
    until(lambda: shop.world.state() == "accepted")
    assert shop.made == [("podos", "key-1")]
    assert "more" in shop.world.order().tags


def test_with_errors_the_last_good_connections_go_on(shop: Shop) -> None:
    shop.keys["podos"] = "key-2"
    config = CONFIG.replace("project: acme", "project: acme2")
    broken = {"ordinance.yaml": config.encode(), "shop.rules": b'rule "Broken" on "No such event" do stop\n'}
    shop.changes.append(open_ruleset(MemoryFolder(broken)))
    until(lambda: any("the last good one goes on" in line for line in shop.world.said))
    shop.take("1001")
    until(lambda: shop.world.state() == "accepted")
    assert SIGNED == {"key-1": ["1001.1"]}
