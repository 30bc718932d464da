"""Every store under the one contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from events.store import Store
from events.stores.folder import FolderStore
from events.stores.memory import MemoryStore
from events.stores.sqlite import SqliteStore

STORES: dict[str, Callable[[Path], Store]] = {
    "memory": lambda place: MemoryStore(),
    "folder": lambda place: FolderStore(place / "store"),
    "sqlite": lambda place: SqliteStore(place / "store.db"),
}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = STORES[request.param](tmp_path)
    yield opened
    opened.close()


@pytest.fixture(params=["folder", "sqlite"])
def reopened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Opens the same store, as another process would."""
    return lambda: STORES[request.param](tmp_path)


@pytest.fixture
def without_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests in which no machine loses power and that would be all waiting: the kernel keeps what was written."""
    monkeypatch.setattr("os.fsync", lambda file: None)
