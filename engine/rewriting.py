"""A file's new text put in the place of the old one, whole or not at all.

Called by the commands that change rules files (`fmt`, `check --fix`). The file keeps its mode and, where we may, its owner;
of a link the file that it leads to is written. Whoever reads meanwhile sees the old text or the new one.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from tempfile import mkstemp


class Meanwhile(Exception):
    """Somebody else wrote the file since it was read; it is left as they wrote it."""


def rewrite(path: Path, before: bytes, after: bytes) -> None:
    """before: the bytes that `after` was made from. Raises Meanwhile, or the OSError that the disk gives."""
    target = os.path.realpath(path)
    status = os.stat(target)
    number, new = mkstemp(dir=os.path.dirname(target), prefix=f".{os.path.basename(target)}.", suffix=".new")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(OSError, AttributeError):  # another's file, or a system without owners
            os.chown(new, status.st_uid, status.st_gid)
        os.chmod(new, stat.S_IMODE(status.st_mode))
        with open(target, "rb") as file:
            if file.read() != before:
                raise Meanwhile(f"`{path}` was changed by somebody else meanwhile, and was left alone")
        os.replace(new, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(new)
        raise
