"""A file's new text put in the place of the text that it was made from, and of no other.

Called by the commands that change files which people write too (`fmt`, `check --fix`, `integrations connect`).
"""

from __future__ import annotations

from pathlib import Path

from events.atomic import replacing


class Meanwhile(Exception):
    """Somebody else wrote the file since it was read; it is left as they wrote it."""


def rewrite(path: Path, before: bytes, after: bytes) -> None:
    """before: the bytes that `after` was made from. Raises Meanwhile, or the OSError that the disk gives."""
    with replacing(path) as aside:
        aside.write_bytes(after)
        if path.read_bytes() != before:
            raise Meanwhile(f"`{path}` was changed by somebody else meanwhile, and was left alone")
