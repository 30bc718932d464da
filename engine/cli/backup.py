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

    The copy can be looked into (`ordinance orders list --store FILE`). It does not work by itself, so that nothing is sent
    twice: `ordinance restore FILE` puts it in the store's place.

    \b
      ordinance backup monday.sqlite

    Exit code: 0 the copy is there, 2 it could not be written.
    """
    from engine.runtime.restoring import mark_of_copy  # the runtime, which no other command should wait for
    from events.clock import SystemClock
    from events.stores.sqlite import SqliteStore

    with stored(ruleset_root(folder), place) as store:
        if not isinstance(store, SqliteStore):
            raise CannotDo("this store is a folder of files: copy it while nothing runs, or keep it in git")
        store.backup(target, mark_of_copy(SystemClock()))
    note(f"wrote {target}")
