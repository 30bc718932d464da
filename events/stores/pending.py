"""Several files written as one: everything, or nothing, whenever the process or the machine dies.

New contents are written aside and made durable first; then a list of what is to be moved where. From the moment that the
list has its name the commit is done: whoever takes the lock next finishes the moves. Before it, nothing has happened.
The folder store calls it under its lock.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from events.atomic import settle
from events.stores import encode

LIST = "commit.json"


class Pending:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._aside = root / ".pending"

    def write(self, files: Mapping[Path, bytes | None]) -> None:
        """None takes a file away. OSError before the list stands: nothing has happened; after it: `finish` goes on."""
        self._aside.mkdir(exist_ok=True)
        # INVARIANT: a name is never used again, so that a list which a power cut brought back moves nothing newer.
        commit = secrets.token_hex(8)
        moves = {}
        written = []
        try:
            for number, (path, content) in enumerate(files.items()):
                name = None if content is None else f"{commit}-{number}"
                moves[str(path.relative_to(self._root))] = name
                if name is not None and content is not None:
                    written.append(self._aside / name)
                    _write(self._aside / name, content)
            written.append(self._aside / f"{commit}-list")
            _write(written[-1], encode.written({"moves": moves}, indent=2).encode())
            settle(self._aside)
            written[-1].rename(self._aside / LIST)
        except OSError:
            for path in written:
                path.unlink(missing_ok=True)
            raise
        self.finish()

    def finish(self) -> None:
        """Does what is left of a commit whose list stands. Again and again if need be."""
        listed = self._aside / LIST
        try:
            moves = encode.read(listed.read_text("utf-8"))["moves"]
        except FileNotFoundError:
            return
        settle(self._aside)
        touched = set()
        for target, name in moves.items():
            path = self._root / target
            if name is None:
                path.unlink(missing_ok=True)
            elif (self._aside / name).exists():
                path.parent.mkdir(exist_ok=True)
                (self._aside / name).rename(path)
            touched.add(path.parent)
        for folder in touched:
            if folder.exists():
                settle(folder)
        settle(self._root)
        listed.unlink()

    def clear(self) -> None:
        """Takes away what a commit left that never came to stand."""
        if self._aside.exists():
            for path in self._aside.iterdir():
                path.unlink()


def _write(path: Path, content: bytes) -> None:
    with open(path, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
