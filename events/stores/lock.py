"""One at a time in a folder, among threads and processes; and a file system's refusals as `StoreError`.

The lock is the operating system's: it ends with its process, however that ends, so that none is ever left behind.
"""

from __future__ import annotations

import errno
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from events.store import StoreError

_STEP = 0.005
_REASONS = {
    errno.ENOSPC: "the disk is full; make room and go on, nothing is lost",
    errno.EDQUOT: "the disk's quota is used up; make room and go on, nothing is lost",
    errno.EROFS: "the disk may only be read; use another place, or mount it for writing",
    errno.EACCES: "this user may not write there; change the permissions, or run as the store's user",
    errno.EPERM: "this user may not write there; change the permissions, or run as the store's user",
    errno.ENOTDIR: "it is no folder; name another place for the store",
    errno.EEXIST: "it is a file, not a folder; name another place for the store",
    errno.EIO: "the disk reports an error; look after the disk, then restore the store from a backup",
}


@contextmanager
def told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as refused:
        code = refused.errno or 0
        reason = _REASONS.get(code, os.strerror(code) if code else str(refused))
        raise StoreError(f"the store {path} cannot be used: {reason}") from refused


class FolderLock:
    """Taken by `with`, also within itself. first: done whenever it is newly taken, before anything is read."""

    def __init__(self, path: Path, patience: float, first: Callable[[], None]) -> None:
        self._path = path
        self._patience = patience
        self._first = first
        self._threads = threading.RLock()
        self._depth = 0
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            with told(self._path.parent):
                if self._depth == 0:
                    self._wait()
                    try:
                        self._first()
                    except BaseException:
                        fcntl.flock(self._file, fcntl.LOCK_UN)
                        raise
            self._depth += 1
        except BaseException:
            self._threads.release()
            raise

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()
        if isinstance(error, OSError):
            with told(self._path.parent):
                raise error

    def _wait(self) -> None:
        until = time.monotonic() + self._patience
        while True:
            try:
                return fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise StoreError(
                        f"the store {self._path.parent} is in use by another program for more than "
                        f"{self._patience:g} s; wait for it or end it, and try again"
                    ) from None
                time.sleep(_STEP)

    def close(self) -> None:
        with self._threads:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1
