"""Times and what is made of them: CPU time of the calling thread, engines one after the other in every round."""

from __future__ import annotations

import gc
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """Over the rounds: the median, and the range."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        digits = 0 if self.median >= 100 else 1
        return f"{self.median:,.{digits}f} ({self.least:,.{digits}f} to {self.most:,.{digits}f})"


def figure(found: Sequence[float]) -> Figure:
    return Figure(statistics.median(found), min(found), max(found))


@dataclass(frozen=True)
class Contender:
    """decide: given one of `cases`. timed: for an engine that times itself; microseconds a decision, of so many passes."""

    name: str
    decide: Callable[[Any], Any]
    cases: Sequence[Any]
    timed: Callable[[int], float] | None = None


def microseconds(one: Contender, seconds: float) -> float:
    """A decision, over as many whole passes over the cases as fit in so many seconds, and one at least."""
    if one.timed is not None:
        first = one.timed(1)
        return one.timed(min(200, max(1, int(seconds * 1e6 / max(first, 0.1) / len(one.cases)))))
    decide, cases = one.decide, one.cases
    passes, began = 0, time.thread_time()
    while True:
        for case in cases:
            decide(case)
        passes += 1
        taken = time.thread_time() - began
        if taken >= seconds:
            return taken / passes / len(cases) * 1e6


def interleaved(contenders: Sequence[Contender], rounds: int, seconds: float) -> dict[str, list[float]]:
    """Microseconds a decision of each, round by round: what the machine is doing meanwhile, it does to all."""
    found: dict[str, list[float]] = {one.name: [] for one in contenders}
    for one in contenders:
        microseconds(one, seconds / 4)
    gc.collect()
    gc.freeze()
    for turn in range(rounds):
        for one in rotated(contenders, turn):
            found[one.name].append(microseconds(one, seconds))
    gc.unfreeze()
    return found


def rotated(contenders: Sequence[Contender], by: int) -> list[Contender]:
    at = by % len(contenders)
    return [*contenders[at:], *contenders[:at]]


def ratios(over: Sequence[float], under: Sequence[float]) -> Figure:
    """Round by round, so that both had the same machine."""
    return figure([a / b for a, b in zip(over, under, strict=True)])


def machine() -> dict[str, str]:
    model = "unknown"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line
        ]
        model = f"{len(names)} x {names[0]}" if names else model
    load = Path("/proc/loadavg")
    return {
        "processor": model,
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load before": load.read_text().split()[0] if load.exists() else "unknown",
        "java": java(),
    }


def java() -> str:
    try:
        found = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "none"
    return found.stderr.splitlines()[0]


def plain(found: Mapping[str, Any]) -> dict[str, Any]:
    """For JSON."""
    return {name: asdict(each) if isinstance(each, Figure) else each for name, each in found.items()}
