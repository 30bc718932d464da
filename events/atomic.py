"""A file that is there whole or not at all: written aside, then put in its place in one step.

Called by whatever writes a file that somebody reads: the commands, the sandbox's mailbox, the folder store. Whoever reads
meanwhile sees the old file or the new one. Several files as one are `events.stores.pending`'s.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: Path, *, durable: bool = False) -> Iterator[Path]:
    """A file beside `path` to be written, which takes its place at the end, or goes away if there is an exception.

    What was there lends its mode and, where we may give it, its owner; of a link the file that it leads to is written. What
    takes a file's place is on the disk before the old one goes. durable: so is a new file, and the name that it gets.
    Raises the OSError that the disk gives.
    """
    target = Path(os.path.realpath(path))
    old = target.stat() if target.exists() else None
    aside = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    # A file that others may not read is not for a moment one that they may.
    os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if old is None else 0o600))
    try:
        yield aside
        if old is not None or durable:
            settle(aside)
        if old is not None:
            with suppress(OSError, AttributeError):  # another's file, or a system without owners
                os.chown(aside, old.st_uid, old.st_gid)
            aside.chmod(stat.S_IMODE(old.st_mode))
        aside.replace(target)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise
    if durable:
        settle(target.parent)


def settle(path: Path) -> None:
    """A file's content, or the names in a folder, are on the disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
