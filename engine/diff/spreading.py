"""Many orders compared by several processes at once; the sums are the same whatever their number.

Called by `ordinance diff`. Documents are handed out in batches and the answers taken in the same order; only so many are
under way at once, so that a long history is never held whole.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice

from engine.diff.comparing import Comparison
from engine.diff.documents import Document
from engine.diff.summary import Summary

AT_ONCE = 200
"""Documents of a batch."""
MOST_BYTES = 4_000_000
"""Of a batch, unless one document alone has more."""
AHEAD = 4
"""Batches for each process that wait or are worked on."""


class Lost(Exception):
    """A process of ours was ended from outside, mostly for want of memory."""


def summaries(comparison: Comparison, documents: Iterable[Document], jobs: int) -> Iterator[Summary]:
    """One of each batch, in the order of the documents. Few orders are not worth another process. Raises Lost."""
    batches = batched(documents)
    first = list(islice(batches, 2))
    every = chain(first, batches)
    if jobs == 1 or len(first) < 2:
        yield from map(comparison.summary, every)
        return
    with ProcessPoolExecutor(jobs, context(), begin, (comparison,)) as pool:
        waiting: deque[Future[Summary]] = deque()
        try:
            for batch in every:
                waiting.append(pool.submit(work, batch))
                if len(waiting) >= jobs * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise Lost from None
        finally:
            for each in waiting:
                each.cancel()


def batched(documents: Iterable[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    size = 0
    for document in documents:
        if batch and (len(batch) == AT_ONCE or size + len(document.data) > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(document)
        size += len(document.data)
    if batch:
        yield batch


def context() -> multiprocessing.context.BaseContext:
    """A copy of this process where that is safe: it has both rulesets compiled. Else a new one, which opens them anew."""
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


_comparison: Comparison | None = None


def begin(comparison: Comparison) -> None:
    global _comparison
    _comparison = comparison
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who presses Ctrl-C is answered once
    threading.Thread(target=follow, daemon=True).start()


def follow() -> None:
    """Ends with the process that began this one, however that ends: nobody else would tell it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def work(batch: list[Document]) -> Summary:
    assert _comparison is not None, "begun before the first batch"
    return _comparison.summary(batch)
