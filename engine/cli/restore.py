"""`ordinance restore`: a backup takes the store's place, and what it does not know of is asked after before it is sent."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import click

from engine.cli.opening import ruleset_root
from engine.cli.storing import FILE, FOLDER, agreed, private_folder, ruleset_option, store_option
from engine.cli.terminal import CannotDo, note, reason
from events.atomic import settle
from events.store import InUse, StoreError

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite may leave beside a file that was not closed."""


@click.command()
@click.argument("backup", metavar="FILE", type=click.Path(path_type=Path))
@ruleset_option
@store_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(backup: Path, folder: Path, place: str | None, yes: bool) -> None:
    """Put a backup in the store's place. End every `ordinance run` first.

    The backup knows nothing of what happened after it was written. So whatever it sends of an order from before now is
    first asked after at the printer; what the printer has is not sent again. E-mails and posts that wait in it are left to
    you. The store that was there is kept beside it under another name.

    What your shop sent since has to come in again: `ordinance orders import` with those orders. What is here already is
    passed over.

    \b
      ordinance restore monday.sqlite

    Exit code: 0 it is there, 2 it could not be done; the store is as it was then.
    """
    root = ruleset_root(folder)
    store = Path(place) if place else root / FOLDER / FILE
    if store.is_dir() or (place or "").endswith(os.sep):
        raise CannotDo(
            "this store is a folder of files: put its files back while nothing runs, from git or a copy"
        )
    if not backup.is_file():
        raise CannotDo(f"there is no file `{backup}`")
    if store.exists() and store.samefile(backup):
        raise CannotDo(f"`{backup}` is the store itself; name a backup of it")
    if not agreed(f"Put `{backup}` in the place of `{store}`?", yes):
        raise CannotDo("nothing was changed")
    if not place:
        private_folder(root / FOLDER)
    with aside(store) as made:
        asked, looked = prepared(backup, made)
        kept = set_aside(store)
        made.replace(store)
        settle(store.parent)
    if kept is not None:
        note(f"the store that was there is now `{kept}`")
    note(f"`{backup}` is in its place")
    if asked:
        note(f"{asked:,} to be sent: the printer is asked first whether it has them")
    if looked:
        note(f"{looked:,} e-mails or posts may have gone out since: `ordinance outbox list` shows them")
    note("now bring the orders in that came since, then start `ordinance run`")


@contextmanager
def aside(store: Path) -> Iterator[Path]:
    made = store.with_name(f".{store.name}.{secrets.token_hex(8)}")
    try:
        yield made
    finally:
        for each in (made, *(Path(f"{made}{end}") for end in BESIDE)):
            with suppress(OSError):
                each.unlink()


def prepared(backup: Path, made: Path) -> tuple[int, int]:
    """The copy that will take the store's place: how much of it is asked after, and how much is left to a person."""
    from engine.runtime.restoring import restore  # the runtime, which no other command should wait for
    from events.stores.sqlite import SqliteStore

    try:
        for end in ("", *BESIDE[:1]):  # a copy of a store that nobody had closed has a log beside it
            if Path(f"{backup}{end}").exists():
                shutil.copyfile(f"{backup}{end}", f"{made}{end}")
        made.chmod(0o600)
        with closing(SqliteStore(made)) as copy:
            marked = restore(copy, dt.datetime.now(dt.UTC))
            copy.alone()  # all of it is in the one file, and nothing in a log beside it
    except StoreError as error:
        told = str(error).replace(str(made), str(backup))
        raise CannotDo(f"{told}; the store is as it was") from None
    except OSError as error:
        raise CannotDo(f"`{backup}` cannot be copied: {reason(error)}; the store is as it was") from None
    return marked.asked_first, marked.to_look_at


def set_aside(store: Path) -> Path | None:
    """INVARIANT: there is a store at every moment; a service that found none would begin an empty one, and send all anew."""
    if not store.exists():
        return None
    unused(store)
    kept = store.with_name(f"{store.name}.{dt.datetime.now():%Y%m%d-%H%M%S}")
    try:
        os.link(store, kept)
        for end in BESIDE:
            with suppress(FileNotFoundError):
                Path(f"{store}{end}").rename(f"{kept}{end}")
    except OSError as error:
        raise CannotDo(f"`{kept}` cannot be written: {reason(error)}; the store is as it was") from None
    return kept


def unused(store: Path) -> None:
    """A service that runs would go on with the old file. One that is damaged too much to tell is taken for unused."""
    from events.stores.sqlite import SqliteStore

    try:
        with closing(SqliteStore(store, patience=1, check=False)) as there:
            there.alone()
    except InUse as error:
        raise CannotDo(f"{error}; the store is as it was") from None
    except StoreError:
        return
