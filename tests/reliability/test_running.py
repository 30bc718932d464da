"""Three whole services with all their threads on one SQLite file, killed again and again while they are at it.

When is drawn by lot, so a failure may not come again at once; every point one by one is `test_kill_sweep`'s.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from random import Random

from actions.sandbox.clock import Clock
from actions.sandbox.podos.site import Podos
from actions.sandbox.server import Server
from events.store import Store
from events.stores.sqlite import SqliteStore
from tests.reliability.life import DATABASE, ROOT
from tests.reliability.running import COPIES, copied, given, time_since
from tests.reliability.shop import FLOWS, KEY, PROJECT, all_settled

SERVICES = 3
KILLS = 6
PATIENCE = 120.0


def start(place: Path, url: str, began: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.reliability.running", str(place), url, str(began)]
    with (place / "said.txt").open("a") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=said, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_three_services_that_are_killed_again_and_again(tmp_path: Path) -> None:
    began, chance = time.monotonic(), Random("three services")
    site = Podos(key=KEY, project=PROJECT, clock=Clock(lambda: time_since(began)))
    with Server(site) as server, closing(SqliteStore(tmp_path / DATABASE)) as store:
        running = [start(tmp_path, server.url, began) for _ in range(SERVICES)]
        try:
            for _ in range(KILLS):
                time.sleep(chance.uniform(0.02, 0.4))
                kill(running.pop(chance.randrange(SERVICES)))
                running.append(start(tmp_path, server.url, began))
            until_settled(store)
        finally:
            for each in running:
                kill(each)
        check(store, dict(server.state()["accepted"]), (tmp_path / "said.txt").read_text("utf-8"))


def until_settled(store: Store) -> None:
    end = time.monotonic() + PATIENCE
    while not (all(store.order(each.order_id) for each in given()) and all_settled(store)):
        assert time.monotonic() < end, [each.new.key for each in store.entries(states=["waiting", "working"])]
        time.sleep(0.2)


def check(store: Store, accepted: dict[str, int], said: str) -> None:
    flows = [flow for flow in FLOWS.values() for _ in range(COPIES)]
    must = {
        f"{copied(ref.removesuffix('.1'), n % COPIES)}.1": 1
        for n, f in enumerate(flows)
        for ref in f.accepted
    }
    assert accepted == must
    assert {each.state for each in store.entries()} == {"done", "failed"}
    for number, flow in enumerate(flows):
        for order_id, events in flow.events.items():
            copy = copied(order_id, number % COPIES)
            assert tuple(each.event_id for each in store.journal(copy)) == events
            stored = store.order(copy)
            assert stored is not None
            assert stored.order.folder == flow.folders[order_id]
    assert "our mistake" not in said
