"""Work that may be much: done here one by one, and by several processes where what is left pays for starting them.

Called for tests and for mutants. The processes are forks, so that they have all that was made ready; where forking is not safe
(macOS) or not to be had (Windows), everything is done here. What is given back has to be picklable.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

T = TypeVar("T")

PAYS = 1.0
"""Seconds of work that have to be left. A hundred tests take a tenth of one."""

CHUNK = 0.05
"""Seconds of work that a process fetches at once."""

_work: Callable[[int], Any]


def spread(work: Callable[[int], T], number: int, processes: int | None = None) -> Iterator[T]:
    """`work(0)` to `work(number - 1)`, in that order. processes: as many as there are processors, unless it is said."""
    processes = available() if processes is None else processes
    begun = time.perf_counter()
    for at in range(number):
        spent = time.perf_counter() - begun
        if processes > 1 and at and spent > PAYS / 10 and spent / at * (number - at) > PAYS:
            yield from forked(work, range(at, number), processes, max(1, int(CHUNK * at / spent)))
            return
        yield work(at)


def available() -> int:
    return (os.cpu_count() or 1) if sys.platform == "linux" else 1


def forked(work: Callable[[int], T], rest: range, processes: int, chunk: int) -> Iterator[T]:
    global _work
    _work = work
    at = rest.start
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), undisturbed)
    try:
        for found in pool.map(worked, rest, chunksize=chunk):
            at += 1
            yield found
    except BrokenProcessPool:  # one was ended from outside, mostly for want of memory
        for left in range(at, rest.stop):
            yield work(left)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def undisturbed() -> None:
    """Ctrl-C is the parent's, which lets go of its processes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def worked(at: int) -> Any:
    return _work(at)
