"""Which product this is: any change of it, of its catalogues, of Python or of a library makes everything kept before void.

Files are told apart by size and time, not read: a version number would not see a change in a checkout.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec

FLOORS = ("dsl", "events", "actions", "engine")
LIBRARY = "lark"
"""Lies where all libraries lie; installing any touches that folder."""


@cache
def fingerprint() -> str | None:
    """None where the product does not lie in files, so that nothing can be told of it."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    spec = find_spec(LIBRARY)
    if spec is None or spec.origin is None:
        return None
    libraries = os.path.dirname(os.path.dirname(spec.origin))
    whole = hashlib.sha256(sys.version.encode())
    try:
        whole.update(f"{libraries} {os.stat(libraries).st_mtime_ns}".encode())
        for floor in FLOORS:
            for line in sorted(_files(os.path.join(root, floor))):
                whole.update(line.encode("utf-8", "surrogatepass"))
    except OSError:
        return None
    return whole.hexdigest()


def _files(folder: str) -> Iterator[str]:
    with os.scandir(folder) as found:
        for each in found:
            if each.is_dir(follow_symlinks=False):
                if each.name != "__pycache__":
                    yield from _files(each.path)
            else:
                status = each.stat()
                yield f"{each.path} {status.st_size} {status.st_mtime_ns}\n"
