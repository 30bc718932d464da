"""A service that runs until somebody ends it, and the ruleset that it reads again when a file has changed.

Called by `run`, for real, and by `playing`, against the sandbox.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from engine.cli.opening import opened
from engine.cli.terminal import note
from engine.folder import DiskFolder
from engine.opened import Opened
from engine.runtime.service import Service
from events.clock import SystemClock


def serve(service: Service) -> None:
    """Until somebody ends it; the second Ctrl-C does not wait for what is under way."""
    with ended_by_signals(service.clock):
        note("running; Ctrl-C ends it")
        service.run()
    note("ended")


@contextmanager
def ended_by_signals(clock: SystemClock) -> Iterator[None]:
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}

    def end(number: int, frame: FrameType | None) -> None:
        note("ending, when what is under way is done")
        clock.stop()
        for each, handler in before.items():
            signal.signal(each, handler)

    for each in before:
        signal.signal(each, end)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


class Changes:
    """The ruleset on disk, read again when a file has changed; told where it is another than before."""

    def __init__(self, folder: DiskFolder, digest: str) -> None:
        self.folder = folder
        self.digest = digest
        self.seen = self.looks()

    def looks(self) -> list[tuple[str, int, int]]:
        found = []
        for path in self.folder.paths():
            try:
                status = (self.folder.root / path).stat()
            except OSError:
                continue  # gone at this very moment
            found.append((path, status.st_size, status.st_mtime_ns))
        return found

    def __call__(self) -> Opened | None:
        now = self.looks()
        if now == self.seen:
            return None
        self.seen = now
        found = opened(self.folder)
        if found.ruleset.digest == self.digest:  # a file that is none of the ruleset's: a log, a sample
            return None
        self.digest = found.ruleset.digest
        return found
