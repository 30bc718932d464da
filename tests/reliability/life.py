"""The service in a process of its own, to be killed: `python -m tests.reliability.life` bears one for every line it reads.

A life is the service on an SQLite file, with podOS at the sandbox of whoever asked for it. It counts the points that it
passes (before and after every write to the store, every HTTP call, every mail) and kills itself with SIGKILL at the one it
was told. Forked from a process that has read everything, so that a life costs no more than what it does.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlsplit

from actions.http import HttpClient
from engine.runtime.checkpoints import watched
from engine.runtime.runtime import Runtime
from engine.runtime.service import Service
from events.clock import FakeClock, SystemClock
from events.outcome import Done, Outcome
from events.store import Attempt, Store
from events.stores.sqlite import SqliteStore
from tests.reliability.shop import FLOWS, all_settled, live, opened, take

ROOT = Path(__file__).parents[2]
WRITES = {"commit", "commit_many", "claim", "begin", "save", "postpone", "review", "resolve", "set_note"}
"""A stop at a read is a stop at the write before it."""

MAILS = "mails.jsonl"
POINTS = "points.json"
DATABASE = "store.db"
STUCK = 3
"""The exit code of a life in which something waits for ever."""


class SandboxTime(FakeClock):
    """The sandbox's own time: it outlives the life, and both go on together."""

    def __init__(self, url: str) -> None:
        self._host = urlsplit(url).netloc
        super().__init__(dt.datetime.fromisoformat(self._tick(0)))

    def advance(self, by: dt.timedelta) -> None:
        super().advance(by)
        self._tick(by.total_seconds())

    def _tick(self, seconds: float) -> str:
        line = HTTPConnection(self._host)
        line.request("POST", "/sandbox/tick", json.dumps({"seconds": seconds}))
        said = json.loads(line.getresponse().read())
        line.close()
        return str(said["now"])


@dataclass(frozen=True)
class Mails:
    """A mail server that keeps what arrived."""

    path: Path

    def send(self, key: str, to: str, subject: str, body: str) -> Outcome:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([key, subject]) + "\n")
        return Done()


class Points:
    """kill: the point at which this life ends, counted from 1; 0 for a life that ends by itself."""

    def __init__(self, kill: int) -> None:
        self.kill = kill
        self.names: list[str] = []

    def __call__(self, name: str) -> None:
        port, call = name.split(" ")[1].split(".")
        if port == "store" and call not in WRITES:
            return
        self.names.append(name)
        if len(self.names) == self.kill:
            os.kill(os.getpid(), signal.SIGKILL)


def lives(place: Path, url: str, flow: str, kill: int, harm: bool) -> int:
    """harm: with a planted bug, that what is about to leave is not written down first."""
    points = Points(kill)
    if harm:
        SqliteStore.begin = lambda self, effect_id, owner, now: Attempt(1, now)  # type: ignore[method-assign]
        SqliteStore.save = lambda self, effect_id, owner, steps: None  # type: ignore[method-assign]
    ruleset, clock = opened(), SandboxTime(url)
    store: Store = watched(SqliteStore(place / DATABASE), "store", points)
    client = watched(HttpClient(url), "http", points)
    runtime = Runtime(ruleset, store, clock, {"podos": live(ruleset, client, store, clock)})
    service = Service(runtime, cast(SystemClock, clock), mailer=watched(Mails(place / MAILS), "mail", points))
    take(runtime, *FLOWS[flow].given)
    for _ in range(60):
        service.run_once()
        if all_settled(store):
            (place / POINTS).write_text(json.dumps(points.names), "utf-8")
            return 0
        clock.advance(dt.timedelta(minutes=11))
    return STUCK


def bear(wanted: dict[str, Any], commands: IO[bytes]) -> int:
    """One life; how it ended, as `Popen.returncode` has it. It waits until it is told that its number is known."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            commands.readline()
            code = lives(Path(wanted.pop("place")), **wanted)
        except Exception:  # noqa: BLE001 - a child that returned would go on as its own mother
            traceback.print_exc()
        finally:
            os._exit(code)
    print(child, flush=True)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    commands = open(0, "rb", buffering=0)  # noqa: SIM115 - unbuffered, because mother and child read of it in turns
    opened().program()
    while line := commands.readline():
        print(bear(json.loads(line), commands), flush=True)


class Nursery:
    """From the other side: bears lives, and tells how each ended."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.life"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def life(self, known: Callable[[int], None], **wanted: Any) -> int:
        """known: told the process's number before it begins."""
        self._say(json.dumps(wanted))
        known(int(self._hear()))
        self._say("go")
        return int(self._hear())

    def close(self) -> None:
        self._process.communicate()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


if __name__ == "__main__":
    main()
