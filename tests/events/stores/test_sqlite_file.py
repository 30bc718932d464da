"""The SQLite file: how it is kept, and what is told when it cannot be used."""

from __future__ import annotations

import gc
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import simplejson

from events.store import Change, Commit, Stored, StoreError
from events.stores import encode, open_store, sqlite_file
from events.stores.folder import FolderStore
from events.stores.sqlite import SqliteStore
from events.stores.sqlite_schema import MIGRATIONS
from tests.events.stores.given import LEASE, T0, at, effect, entry, event, imported, line, order, settled
from tests.events.stores.test_contract_keeping import DAY, standing


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def setting(store: SqliteStore, name: str) -> object:
    return store._file.connection().execute(f"PRAGMA {name}").fetchone()[0]


def test_every_thread_has_a_connection_that_is_durable(path: Path) -> None:
    store = SqliteStore(path)
    found: list[list[object]] = []

    def look() -> None:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        found.append([setting(store, name) for name in names])

    look()
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [["wal", 2, 1, 1, 10_000]] * 2
    store.close()


def test_a_threads_connection_ends_with_it(path: Path) -> None:
    store = SqliteStore(path)
    for _ in range(5):
        thread = threading.Thread(target=store.order, args=("1",))
        thread.start()
        thread.join()
    gc.collect()
    assert len(store._file._all) == 1
    store.close()


def test_a_closed_store_says_so(path: Path) -> None:
    store = SqliteStore(path)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="is closed"):
        store.order("1")
    assert sorted(path.parent.iterdir()) == [path]


def is_closed(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return True
    return False


@contextmanager
def connections(before: Callable[[], object] = lambda: None) -> Iterator[list[sqlite3.Connection]]:
    """Those that are opened here."""
    opened: list[sqlite3.Connection] = []

    def remembering(*where: Any, **how: Any) -> sqlite3.Connection:
        before()
        opened.append(connect(*where, **how))
        return opened[-1]

    connect = sqlite3.connect
    with pytest.MonkeyPatch.context() as watched:
        watched.setattr(sqlite3, "connect", remembering)
        yield opened


def test_the_connections_of_all_threads_are_closed_with_the_store(path: Path) -> None:
    looked, seen = threading.Event(), threading.Event()

    def look() -> None:
        store.order("1")
        looked.set()
        seen.wait()

    with connections() as opened:
        store = SqliteStore(path)
        thread = threading.Thread(target=look)
        thread.start()
        looked.wait()
        store.close()
        closed = [is_closed(each) for each in opened]
        seen.set()
        thread.join()
    assert closed == [True, True]


def test_a_connection_that_begins_while_the_store_is_closed_is_closed_too(path: Path) -> None:
    store = SqliteStore(path)
    begun, seen = threading.Event(), threading.Event()

    def slowly() -> None:
        begun.set()
        time.sleep(0.05)

    def look() -> None:
        store._file.connection()
        seen.wait()

    with connections(slowly) as opened:
        thread = threading.Thread(target=look)
        thread.start()
        begun.wait()
        store.close()
        while not opened:
            time.sleep(0.01)
        closed = [is_closed(each) for each in opened]
        seen.set()
        thread.join()
    assert closed == [True]


def filled(path: Path, orders: int = 1) -> SqliteStore:
    store = SqliteStore(path)
    store.commit_many([imported(order(str(n), email="x" * 2000)) for n in range(orders)])
    return store


def refused(path: Path) -> str:
    """What is told; and nothing of it is left open."""
    with connections() as opened, pytest.raises(StoreError) as told:
        SqliteStore(path, patience=0.05)
    assert str(path) in str(told.value)
    assert all(map(is_closed, opened))
    return str(told.value)


def test_a_file_that_is_no_database_is_left_as_it_is(path: Path) -> None:
    path.write_text("sku;price\n" * 200)
    assert "is no store of Ordinance; name another file" in refused(path)
    assert path.read_text() == "sku;price\n" * 200


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE photos (id)", "PRAGMA user_version = 7", "PRAGMA application_id = 9"]
)
def test_another_programs_database_is_left_as_it_is(path: Path, statement: str) -> None:
    other = sqlite3.connect(path)
    other.execute(statement)
    other.commit()
    other.close()
    before = path.read_bytes()
    assert "is a database of another program; name another file" in refused(path)
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    filled(path).close()
    assert SqliteStore(path).order("0") is not None


def test_a_newer_store_asks_for_an_update(path: Path) -> None:
    filled(path).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    newer.close()
    assert f"this one knows {len(MIGRATIONS)}); update Ordinance" in refused(path)


def test_a_damaged_store_is_found_on_opening(path: Path) -> None:
    filled(path, 200).close()
    data = bytearray(path.read_bytes())
    data[8192:-8192] = b"\xaa" * (len(data) - 16384)
    path.write_bytes(data)
    assert "is damaged; keep a copy of it, and put the last backup in its place" in refused(path)


@pytest.mark.parametrize("kept", [100, 4096, 20_000])
def test_half_a_store_is_found_on_opening(path: Path, kept: int) -> None:
    filled(path, 200).close()
    path.write_bytes(path.read_bytes()[:kept])
    message = refused(path)
    assert "backup in its place" in message


def test_an_order_that_cannot_be_read_is_told(path: Path) -> None:
    store = filled(path)
    store._file.connection().execute("UPDATE orders SET body = '{'")
    with pytest.raises(StoreError, match="cannot be read; put the last backup in its place"):
        store.order("0")
    store.close()


def test_a_store_without_its_folder(tmp_path: Path) -> None:
    assert "cannot be opened; its folder must be there" in refused(tmp_path / "nowhere" / "store.db")
    assert "cannot be opened" in refused(tmp_path)


def test_a_locked_store_is_waited_for_and_then_told(path: Path) -> None:
    filled(path).close()
    store = SqliteStore(path, patience=0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"in use by another program for more than 0.05 s; wait for it"):
        store.commit(imported(order("late")))
    assert store.order("0") is not None
    assert store.claim("a", T0, LEASE) is None
    other.execute("ROLLBACK")
    store.commit(imported(order("late")))
    assert [s.order.id for s in store.orders()] == ["0", "late"]
    other.close()
    store.close()


def test_a_store_that_may_only_be_read_is_read(path: Path) -> None:
    store = filled(path)
    store._file.connection().execute("PRAGMA query_only = 1")
    with pytest.raises(StoreError, match="may only be read; allow this user to write"):
        store.commit(imported(order("1")))
    with pytest.raises(StoreError, match="may only be read"):
        store.set_note("n", "v")
    assert [s.order.id for s in store.orders()] == ["0"]
    store.close()


def test_a_full_disk_loses_nothing_and_goes_on(path: Path) -> None:
    store = filled(path)
    pages = setting(store, "page_count")
    setting(store, f"max_page_count = {pages}")
    with pytest.raises(StoreError, match="is full; make room and go on, nothing is lost"):
        store.commit(
            imported(order("big", email="x" * 50_000), "key", effect("e", "big"), history=(line("big"),))
        )
    with pytest.raises(StoreError, match="is full"):
        store.commit_many([imported(order("1")), imported(order("big", email="x" * 50_000))])
    assert [s.order.id for s in store.orders()] == ["0"]
    assert not store.knows("key")
    assert (list(store.entries()), store.history("big")) == ([], ())
    setting(store, "max_page_count = 1000000")
    store.commit(imported(order("big", email="x" * 50_000), "key", effect("e", "big")))
    assert store.knows("key")
    store.close()


def test_what_is_forgotten_is_nowhere_in_the_file(path: Path) -> None:
    store = SqliteStore(path)
    canary = "rosa@example.com"
    store.commit(
        imported(
            order("1", email=canary, notes=[{"content": canary * 400}]),
            "key",
            effect("mail", "1", None),
            history=(line("1", what=f"mailed {canary}"),),
            journal=entry("1"),
        )
    )
    for number in range(1, 20):
        changed = order("1", email=canary, notes=[{"content": canary * (number * 37 % 400)}])
        store.commit(Commit(f"c{number}", event("1"), (Change(changed, number),)))
    store.claim("a", T0, LEASE)
    store.save(1, "a", {"to": canary})
    store.commit(settled("s", 1))
    assert canary.encode() in b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert store.forget("1")
    assert canary.encode() not in b"".join(file.read_bytes() for file in path.parent.iterdir())
    store.close()


def test_a_backup_is_one_moment_while_others_write(path: Path, tmp_path: Path) -> None:
    store = filled(path, 300)
    stop = threading.Event()

    def write() -> None:
        number = 300
        while not stop.is_set():
            store.commit(
                Commit(f"k{number}", event(), (Change(order(str(number)), None),), (line(str(number)),))
            )
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        store.backup(tmp_path / "backup.db")
    finally:
        stop.set()
        writer.join()
    copy = SqliteStore(tmp_path / "backup.db")
    ids = [s.order.id for s in copy.orders()]
    assert ids == [str(n) for n in range(len(ids))]
    assert len(ids) >= 300
    assert all(len(copy.history(order_id)) == 1 for order_id in ids[300:])
    copy.close()
    store.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backup.db", "store.db"]


def test_a_backup_never_writes_over_anything(path: Path, tmp_path: Path) -> None:
    store = filled(path)
    for target in (path, tmp_path / "other"):
        target.touch()
        with pytest.raises(StoreError, match="is there already; name a new file"):
            store.backup(target)
    with pytest.raises(StoreError):
        store.backup(tmp_path / "nowhere" / "x.db")
    assert store.order("0") is not None
    store.close()


def first_version(path: Path) -> None:
    """A store as version 1 wrote it, from a dump that is never written again."""
    made = sqlite3.connect(path)
    made.executescript((Path(__file__).parent / "version1.sql").read_text("utf-8"))
    made.close()


def test_a_store_of_version_1_is_read_for_ever(path: Path) -> None:
    first_version(path)
    store = SqliteStore(path)
    assert store.order("1001") == Stored(order(order_total="19.90", source_name="Shopify", source_id="7"), 2)
    assert list(store.history("1001")) == [line(), line(what="mailed")]
    assert list(store.journal("1001")) == [entry()]
    assert (store.blob("d"), store.chain("c"), store.note("n")) == (b"\x00x", ("{}", 1), "v")
    sent, mail = store.entries()
    assert (sent.new, sent.state, dict(sent.saved), sent.message) == (
        effect("e1"),
        "done",
        {"order_id": "P1"},
        "it is done",
    )
    assert [(a.number, a.began, a.ended, a.outcome) for a in sent.attempts] == [(1, T0, at(1), "done")]
    assert (mail.new, mail.state) == (effect("e2", connection=None), "waiting")
    assert store.knows("in 1001")
    claimed = store.claim("a", at(1), LEASE)
    assert claimed is not None
    assert claimed.id == 2
    store.close()


def test_orders_of_a_store_of_version_1_are_still_asked_about(path: Path) -> None:
    """What version 1 did not keep apart is found in the orders themselves."""
    first_version(path)
    file = sqlite3.connect(path, isolation_level=None)
    given = [
        standing("at work", "accepted", "accepted", status="in production"),
        standing("shipped", "accepted", status="shipped", parcel=T0),
        standing("shipped, no day", "accepted", status="delivered"),
        standing("failed", "failed"),
        standing("numberless", "accepted", number=""),
    ]
    for each in given:
        file.execute(
            "INSERT INTO orders (id, version, folder, source_name, source_id, body) VALUES (?, 1, '', '', '', ?)",
            (each.id, encode.order_text(each)),
        )
    file.close()
    store = SqliteStore(path)
    fresh = SqliteStore(path.with_name("fresh.db"))
    fresh.commit_many([imported(each) for each in given])
    for days in (0, 2.99, 3):
        for name in ("podos", "pov"):
            assert store.standing(name, at(days * DAY)) == fresh.standing(name, at(days * DAY))
    assert store.standing("podos", T0) == ["at work", "shipped", "shipped, no day"]
    store.close()
    fresh.close()


def test_a_store_of_version_2_goes_on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It had an index on folders, and wrote an order with its blanks."""
    with monkeypatch.context() as then:
        then.setattr(sqlite_file, "MIGRATIONS", MIGRATIONS[:2])
        store = SqliteStore(path)
        store.commit(imported(order(email="ann@example.com")))
        blanks = simplejson.dumps(order(email="ann@example.com").model_dump(by_alias=True), use_decimal=True)
        store._file.connection().execute("UPDATE orders SET body = ?", (blanks,))
        store.close()
    store = SqliteStore(path)
    assert setting(store, "user_version") == len(MIGRATIONS)
    assert store.order("1001") == Stored(order(email="ann@example.com"), 1)
    store.commit(Commit("change", event(), (Change(order(folder="Old"), 1),)))
    assert [each.order.folder for each in store.orders(folder="Old")] == ["Old"]
    store.close()


def test_finished_orders_are_not_looked_at_to_find_the_others(path: Path) -> None:
    store = SqliteStore(path)
    plan = store._file.connection().execute(
        "EXPLAIN QUERY PLAN SELECT order_id FROM standing WHERE connection = 'podos' AND until > 1"
    )
    assert "USING COVERING INDEX standing_until (connection=? AND until>?)" in plan.fetchone()[3]
    store.close()


def test_a_commit_writes_no_page_that_it_could_do_without(path: Path) -> None:
    """What a decision costs on any disk: a leaf of the inbox, of the orders and the journal, the overflow of a long entry, a
    leaf of each index (order, cart's number, journal's order), the first page, which counts pages; now and then one above a
    leaf."""
    store = SqliteStore(path)
    setting(store, "wal_autocheckpoint = 0")
    log = path.with_name("store.db-wal")
    for number in range(100, 180):
        if number == 160:
            before = log.stat().st_size
        wanted = order(str(number), email="x" * 2000, source_id=str(number))
        store.commit(imported(wanted, journal=replace(entry(str(number)), lines="y" * 4400)))
    assert (log.stat().st_size - before) / 4120 / 20 < 10
    store.close()


def test_a_store_that_somebody_else_has_open_is_told(path: Path) -> None:
    store = SqliteStore(path, patience=0.05)
    store.alone()
    assert setting(store, "journal_mode") == "wal"
    other = SqliteStore(path)
    with pytest.raises(StoreError, match=r"another program has the store .* open; end every `ordinance run`"):
        store.alone()
    other.close()
    store.alone()
    store.commit(imported(order()))
    store.close()


def test_a_backup_may_carry_what_the_store_does_not(path: Path) -> None:
    store = filled(path)
    store.backup(path.with_name("copy.db"), {"mark": "a copy"})
    copy = SqliteStore(path.with_name("copy.db"))
    assert (store.note("mark"), copy.note("mark"), copy.order("0")) == (None, "a copy", store.order("0"))
    store.close()
    copy.close()


LATER = (*MIGRATIONS, ("CREATE TABLE later (id TEXT)", "UPDATE orders SET version = version + 10"))


def test_an_older_store_is_brought_up_to_date_with_its_data(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_version(path)
    monkeypatch.setattr(sqlite_file, "MIGRATIONS", LATER)
    for _ in range(2):
        store = SqliteStore(path)
        found = store.order("1001")
        assert found is not None
        assert found.version == 12
        assert setting(store, "user_version") == len(LATER)
        store.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_version(path)
    with monkeypatch.context() as broken:
        broken.setattr(sqlite_file, "MIGRATIONS", (*LATER, ("CREATE TABLE later (id TEXT)",)))
        assert "table later already exists" in refused(path)
    store = SqliteStore(path)
    found = store.order("1001")
    assert found is not None
    assert found.version == 2
    store.close()


def test_a_place_tells_which_store_it_is(tmp_path: Path) -> None:
    for place, kind in (
        (tmp_path / "shop.db", SqliteStore),
        (f"{tmp_path}/shop/", FolderStore),
        (tmp_path / "shop", FolderStore),
    ):
        store = open_store(place)
        assert type(store) is kind
        store.close()
