"""Reading the orders of an SQLite store that somebody else works on, without writing to it in any way.

Called by `ordinance diff`, which tries rules on the orders of a shop. The store itself is `sqlite`'s; the tables are
`sqlite_schema`'s.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from events.store import StoreError
from events.stores.sqlite_schema import APPLICATION, MIGRATIONS

_PAGE = 500
_NOW = "SELECT place, id, body, NULL FROM orders WHERE place > ? ORDER BY place LIMIT ?"
_FIRST = """
SELECT orders.place, orders.id, orders.body, journal.orders
FROM orders LEFT JOIN journal ON journal.number = (
  SELECT min(number) FROM journal WHERE order_id = orders.id AND event_id = 'order.imported')
WHERE place > ? AND (journal.orders IS NOT NULL OR coalesce(json_extract(body, '$.parent_id'), '') = '')
ORDER BY place LIMIT ?
"""


class StoredText(NamedTuple):
    """An order's JSON (`encode.read_order`); where `journal` is true it stands in there under its id."""

    id: str
    text: str
    journal: bool


def rows(path: Path) -> int:
    with _opened(path) as connection:
        (many,) = connection.execute("SELECT count(*) FROM orders").fetchone()
        return int(many)


def order_texts(path: Path, *, as_imported: bool) -> Iterator[StoredText]:
    """In the order of their first commit. Raises StoreError.

    as_imported: as the journal has it from when it came in; as it is now, where the journal has not. What was split from
    another order is left out then, since it comes of that one.
    """
    place = 0
    while True:
        # By pages: an open cursor would keep the file from being tidied by those who write it.
        with _opened(path) as connection:
            found = connection.execute(_FIRST if as_imported else _NOW, (place, _PAGE)).fetchall()
        for _, order_id, now, before in found:
            yield StoredText(order_id, now if before is None else before, before is not None)
        if len(found) < _PAGE:
            return
        place = found[-1][0]


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)) as connection:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if application != APPLICATION:
                raise StoreError(f"{path} is a database of another program, and no store of orders")
            if version > len(MIGRATIONS):
                raise StoreError(f"{path} was written by a newer Ordinance; update Ordinance")
            yield connection
    except sqlite3.Error as refused:
        raise StoreError(f"the store {path} cannot be read: {refused}") from None
