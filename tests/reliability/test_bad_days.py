"""A full disk, a locked file, a damaged one, a ruleset that is broken while the service runs: told clearly, nothing lost, and
it goes on when the trouble is over.

What each store tells by itself is in `tests/events/stores`; here a whole service meets it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest

from engine.folder import DiskFolder, FolderError
from engine.opened import Opened, open_ruleset
from engine.runtime.service import Service
from events.clock import SystemClock
from events.store import StoreError
from events.stores.sqlite import SqliteStore
from tests.engine.runtime.world import CONFIG, RULES, World, imported, opened, order

ORDERS = ("1001", "1002", "1003", "1004", "1005")


def service(world: World, changed: Callable[[], Opened | None] = lambda: None) -> Service:
    return Service(world.runtime(), cast(SystemClock, world.clock), world.mail, changed=changed)


def step(world: World) -> None:
    """What `ordinance run` does in one round, the cart's messages before it; may raise StoreError, as it does there."""
    runtime = world.runtime()
    for order_id in ORDERS:
        runtime.handle(f"import {order_id}", imported(order_id), order(order_id))
    service(world).run_once()


def all_is_well(world: World) -> None:
    assert world.printer.printed == [f"{order_id}.1" for order_id in ORDERS]
    assert [world.state(order_id) for order_id in ORDERS] == ["accepted"] * len(ORDERS)
    assert all(
        world.events(order_id) == ["order.imported", "podos.before_submit", "podos.after_submit"]
        for order_id in ORDERS
    )


def test_a_disk_that_is_full_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    """SQLite is given so many more pages and no more, which is how it meets the end of a disk."""
    told = []
    for pages in range(20):
        with closing(SqliteStore(tmp_path / f"{pages}.db")) as store:
            world = World(store=store)
            file = store._file.connection()
            (there,) = file.execute("PRAGMA page_count").fetchone()
            file.execute(f"PRAGMA max_page_count = {there + pages}")
            try:
                step(world)
            except StoreError as full:
                told.append(str(full))
            file.execute("PRAGMA max_page_count = 1000000")
            world.clock.sleep(11 * 60)  # what was begun is left to whoever comes when the lease is over
            step(world)
            all_is_well(world)
    assert len(told) >= 10
    assert {text.split(" is full; ")[1] for text in told} == {"make room and go on, nothing is lost"}


def test_a_file_that_another_program_locks_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with (
        closing(SqliteStore(path, patience=0.05)) as store,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        world = World(store=store)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(
            StoreError,
            match=r"store\.db is in use by another program for more than 0\.05 s; wait for it or end it",
        ):
            step(world)
        assert world.printer.printed == []
        other.execute("ROLLBACK")
        step(world)
        all_is_well(world)


def test_a_damaged_file_is_told_when_the_service_starts_and_nothing_is_sent(tmp_path: Path) -> None:
    path, backup = tmp_path / "store.db", tmp_path / "backup.db"
    with closing(SqliteStore(path)) as store:
        world = World(store=store)
        step(world)
        store.backup(backup)
    damage(path)
    with pytest.raises(StoreError, match=r"store\.db is damaged; .* put the last backup in its place"):
        SqliteStore(path)
    path.write_bytes(backup.read_bytes())
    with closing(SqliteStore(path)) as store:
        world.store = store
        step(world)
        all_is_well(world)


def test_damage_under_a_running_service_is_told_and_nothing_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with closing(SqliteStore(path)) as store:
        World(store=store).take(*map(order, ORDERS))
    damage(path)
    with closing(SqliteStore(path, check=False)) as store:
        world = World(store=store)
        with pytest.raises(StoreError, match="is damaged"):
            service(world).run_once()
        assert world.printer.sent == []


def damage(path: Path) -> None:
    """Every page but the first is overwritten."""
    data = path.read_bytes()
    page = int.from_bytes(data[16:18], "big")
    path.write_bytes(data[:page] + b"\xff" * (len(data) - page))


def write(folder: Path, rules: str, config: str = CONFIG) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "ordinance.yaml").write_text(config, "utf-8")
    (folder / "shop.rules").write_text(rules, "utf-8")


def watching(folder: Path) -> Callable[[], Opened | None]:
    """The ruleset as it is on disk, where it is another than the last time."""
    last = open_ruleset(DiskFolder(folder)).ruleset.digest

    def changed() -> Opened | None:
        nonlocal last
        found = open_ruleset(DiskFolder(folder))
        if found.ruleset.digest == last:
            return None
        last = found.ruleset.digest
        return found

    return changed


@pytest.mark.parametrize(
    ("rules", "config"),
    [
        (RULES + 'rule "Broken" on "No such event" do stop\n', CONFIG),
        (RULES[: len(RULES) // 2], CONFIG),
        ("\x00\x01", CONFIG),
        (RULES, "store: [\n"),
        (RULES, CONFIG.replace("In production, ", "")),
    ],
    ids=["unknown event", "cut off", "no text", "no yaml", "a folder that rules need"],
)
def test_a_ruleset_that_is_broken_while_the_service_runs(rules: str, config: str, tmp_path: Path) -> None:
    """The last good one decides on, everybody is told, and the mended one is taken up by itself."""
    folder = tmp_path / "shop"
    write(folder, RULES)
    world = World(ruleset=open_ruleset(DiskFolder(folder)))
    one = service(world, watching(folder))
    write(folder, rules, config)
    one.tick()
    assert "so the last good one goes on" in world.said[-1]
    assert "`ordinance check` shows them" in world.said[-1]
    runtime = one.runtime
    runtime.handle("a", imported("1001"), order("1001", "TEE-404"))
    one.run_once()
    assert world.order("1001").folder == "SKU problems"
    assert {line.ruleset for line in world.store.history("1001")} == {opened().ruleset.digest}
    write(folder, RULES.replace("add note", 'add tag "seen"\n     add note'))
    one.tick()
    assert world.said[-1].startswith("the ruleset was read again: revision ")
    runtime.handle("b", imported("1002"), order("1002", "TEE-404"))
    one.run_once()
    assert world.order("1002").tags == ["seen"]


def test_a_ruleset_that_cannot_be_read_leaves_the_last_good_one() -> None:
    world = World()

    def gone() -> Opened | None:
        raise FolderError("the folder shop is not there any more")

    one = service(world, gone)
    one.tick()
    assert world.said == [
        "the ruleset cannot be read, so the last good one goes on: the folder shop is not there any more"
    ]
    one.runtime.handle("a", imported("1001"), order("1001"))
    one.run_once()
    assert world.state("1001") == "accepted"
