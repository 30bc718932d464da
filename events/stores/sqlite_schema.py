"""The tables of the SQLite store, version by version. A version that was released is never edited: a change is a new one.

`user_version` says how many of them a file has seen; `sqlite` does the missing ones when it opens it. Times are whole
microseconds since 1970 in UTC, values with a shape of their own are JSON text (`encode`).
"""

from __future__ import annotations

APPLICATION = 0x4F52_444E
"""`application_id`, the letters ORDN: tells our files from anybody else's SQLite file."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE orders (
             place INTEGER PRIMARY KEY,
             id TEXT NOT NULL UNIQUE,
             version INTEGER NOT NULL,
             folder TEXT NOT NULL,
             source_name TEXT NOT NULL,
             source_id TEXT NOT NULL,
             body TEXT NOT NULL)""",
        "CREATE INDEX orders_folder ON orders (folder)",
        "CREATE INDEX orders_source ON orders (source_id, source_name) WHERE source_id <> ''",
        # The keys alone outlive a forgotten order.
        "CREATE TABLE inbox (key TEXT PRIMARY KEY, event TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
        # By order, so that what is read together lies together, and a line costs one page.
        """CREATE TABLE history (
             order_id TEXT NOT NULL,
             number INTEGER NOT NULL,
             at INTEGER NOT NULL,
             who TEXT NOT NULL,
             what TEXT NOT NULL,
             because TEXT NOT NULL,
             ruleset TEXT NOT NULL,
             decision TEXT NOT NULL,
             PRIMARY KEY (order_id, number)) WITHOUT ROWID""",
        """CREATE TABLE journal (
             number INTEGER PRIMARY KEY,
             order_id TEXT NOT NULL,
             id TEXT NOT NULL,
             event_id TEXT NOT NULL,
             at INTEGER NOT NULL,
             event TEXT NOT NULL,
             orders TEXT NOT NULL,
             chain TEXT NOT NULL,
             context TEXT NOT NULL,
             lines TEXT NOT NULL)""",
        "CREATE INDEX journal_order ON journal (order_id)",
        "CREATE TABLE blobs (digest TEXT PRIMARY KEY, body BLOB NOT NULL)",
        "CREATE TABLE chains (id TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID",
        # free: from when it may be claimed; absent while a person has to look and when it is settled.
        # A forgotten order's effects keep their key, and no effect.
        """CREATE TABLE outbox (
             id INTEGER PRIMARY KEY,
             key TEXT NOT NULL UNIQUE,
             order_id TEXT NOT NULL,
             connection TEXT NOT NULL,
             effect TEXT,
             chain TEXT NOT NULL,
             at INTEGER NOT NULL,
             mode TEXT NOT NULL,
             credentials TEXT NOT NULL,
             state TEXT NOT NULL
               CHECK (state IN ('waiting', 'working', 'review', 'done', 'failed', 'dropped')),
             due INTEGER NOT NULL,
             free INTEGER,
             holder TEXT NOT NULL DEFAULT '',
             saved TEXT NOT NULL DEFAULT '{}',
             message TEXT NOT NULL DEFAULT '')""",
        "CREATE INDEX outbox_free ON outbox (connection, id, free) WHERE free IS NOT NULL",
        "CREATE INDEX outbox_lane ON outbox (order_id, connection, id)",
        """CREATE TABLE attempts (
             effect_id INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
             number INTEGER NOT NULL,
             began INTEGER NOT NULL,
             ended INTEGER,
             outcome TEXT NOT NULL DEFAULT '',
             PRIMARY KEY (effect_id, number)) WITHOUT ROWID""",
        "CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ),
    (
        # Where each order stands, and until when it is asked about (`events.standing`).
        """CREATE TABLE standing (
             order_id TEXT NOT NULL,
             connection TEXT NOT NULL,
             until INTEGER NOT NULL,
             PRIMARY KEY (order_id, connection)) WITHOUT ROWID""",
        "CREATE INDEX standing_until ON standing (connection, until)",
        # Orders from before: 253402300799999999 is `standing.ALWAYS`, 259200000000 its OVERLAP.
        """INSERT INTO standing
           SELECT orders.id, json_extract(at.value, '$.connection'), CASE
               WHEN (SELECT value FROM json_each(orders.body, '$.order_metadata')
                      WHERE key = json_extract(at.value, '$.connection') || '_status') IN ('shipped', 'delivered')
               THEN coalesce(
                 (SELECT max(CAST(strftime('%s', json_extract(parcel.value, '$.date_added')) AS INTEGER))
                    FROM json_each(orders.body, '$.order_shipments') AS parcel) * 1000000 + 259200000000,
                 253402300799999999)
               ELSE 253402300799999999 END
             FROM orders, json_each(orders.body, '$.submissions') AS at
            WHERE json_extract(at.value, '$.state') = 'accepted'
              AND coalesce(json_extract(at.value, '$.provider_order_id'), '') <> ''""",
    ),
    (
        # Nobody asks for the orders of one folder by its exact name; a page of it was written with every order.
        "DROP INDEX orders_folder",
    ),
)
