"""`ordinance backup`: a whole copy of the store, while others go on working with it."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli.opening import ruleset_root
from engine.cli.storing import ruleset_option, store_option, stored
from engine.cli.terminal import CannotDo, note


@click.command()
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@ruleset_option
@store_option
def command(target: Path, folder: Path, place: str | None) -> None:
    """Write a whole copy of the store into FILE, a new one, while a service may go on working.

    To go back to it: stop everything, and put the copy in the store's place.

    \b
      ordinance backup monday.sqlite

    Exit code: 0 the copy is there, 2 it could not be written.
    """
    from events.stores.sqlite import SqliteStore

    with stored(ruleset_root(folder), place) as store:
        if not isinstance(store, SqliteStore):
            raise CannotDo("this store is a folder of files: copy it while nothing runs, or keep it in git")
        store.backup(target)
    note(f"wrote {target}")
