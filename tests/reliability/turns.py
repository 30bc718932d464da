"""Several processes in one, of which one runs at a time: who goes on at each call to a port is drawn by lot, from a seed.

Each actor is a thread that stops at every `pause` until it is its turn again, so that the same seed gives the same day.
Used by the simulator.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Crash(BaseException):
    """The process is gone. No `except Exception` sees it, as none sees a SIGKILL."""


class Actor:
    """body: what it does until it ends or is crashed. An exception of it is raised where it was given its turn."""

    def __init__(self, name: str, body: Callable[[Actor], None]) -> None:
        self.name, self.at = name, "start"
        self.ended = self.doomed = False
        self._body = body
        self._wrong: BaseException | None = None
        self._go, self._back = threading.Semaphore(0), threading.Semaphore(0)
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def turn(self) -> str:
        """Lets it go on to its next pause; where that is."""
        self._go.release()
        self._back.acquire()
        if self._wrong is not None:
            raise self._wrong
        return self.at

    def crash(self) -> None:
        """Where it stands now it ends, and nothing of it is done any more."""
        self.doomed = True
        while not self.ended:
            self.turn()

    def pause(self, at: str) -> None:
        """Called by the actor itself."""
        self.at = at
        self._back.release()
        self._go.acquire()
        if self.doomed:
            raise Crash(self.name)

    def _run(self) -> None:
        self._go.acquire()
        try:
            if not self.doomed:
                self._body(self)
        except Crash:
            pass
        except BaseException as wrong:  # noqa: BLE001 - raised again by whoever gave it its turn
            self._wrong = wrong
        finally:
            self.ended, self.at = True, "end"
            self._back.release()
