"""The stores that ship, all under the port of `events.store`: memory, a folder of JSON files, SQLite (the default)."""
