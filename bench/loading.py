"""From text to ready, in processes of their own: nothing cached, unchanged, one rule edited; memory; the command's start.

Run as `python -m bench.loading FOLDER [--memory]` it is such a process, and prints what it measured of itself as JSON.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import workload
from bench.measuring import figure


def loading(size: int, rounds: int) -> dict[str, Any]:
    """The rule that is edited stands in the middle."""
    from bench.ordinance import text

    found: dict[str, Any] = {}
    cold, warm, edited, memory = [], [], [], []
    written = text(workload.rules(size))
    with tempfile.TemporaryDirectory() as code:
        child(shop(Path(code), text(workload.rules(10))), code, code)  # compiles what is imported
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as place:
                folder = shop(Path(place), written)
                first = child(folder, place, code, "--memory")
                cold.append(first["seconds"])
                memory.append(first["megabytes"])
                warm.append(child(folder, place, code)["seconds"])
                start, end = written[: len(written) // 2], written[len(written) // 2 :]
                (folder / "bench.rules").write_text(
                    start + end.replace('add note "checked"', 'add note "seen"', 1)
                )
                edited.append(child(folder, place, code)["seconds"])
    found["text"] = f"{len(written) / 1e6:.1f} MB"
    return found | {
        "nothing cached, s": figure(cold),
        "unchanged, s": figure(warm),
        "one rule edited, s": figure(edited),
        "memory, MB": figure(memory),
    }


def shop(place: Path, rules: str) -> Path:
    from bench.ordinance import config

    folder = place / "shop"
    folder.mkdir()
    (folder / "ordinance.yaml").write_text(config(20))
    (folder / "bench.rules").write_text(rules)
    return folder


def environment(home: str, code: str) -> dict[str, str]:
    """code: where what Python compiles is kept, as it is where the command is installed."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "HOME": home, "XDG_CACHE_HOME": f"{home}/cache", "PYTHONPYCACHEPREFIX": f"{code}/code"}


def child(folder: Path, home: str, code: str, *wanted: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.loading", str(folder), *wanted]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(home, code), check=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def commands(rounds: int) -> dict[str, Any]:
    """Milliseconds above bare Python, each round beside it."""
    from bench.ordinance import text

    found: dict[str, list[float]] = {"--help": [], "check, 100 unchanged rules": [], "bare Python": []}
    with tempfile.TemporaryDirectory() as place:
        folder = shop(Path(place), text(workload.rules(100)))
        there = environment(place, place)
        lines = {
            "--help": ["-m", "engine.cli", "--help"],
            "check, 100 unchanged rules": ["-m", "engine.cli", "check", str(folder)],
        }
        for turn in range(rounds + 2):
            bare = taken([sys.executable, "-c", "pass"], there)
            for name, arguments in lines.items():
                above = taken([sys.executable, *arguments], there) - bare
                if turn > 1:  # the first fill the caches
                    found[name].append(above * 1000)
            if turn > 1:
                found["bare Python"].append(bare * 1000)
    return {name: figure(each) for name, each in found.items()}


def taken(command: list[str], environment: dict[str, str]) -> float:
    """CPU seconds of the process, which a busy machine moves less than the clock."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, capture_output=True, env=environment, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def itself(folder: Path, memory: bool) -> dict[str, float]:
    """Opens the ruleset. Memory is what is held when an order was decided for each event, so that all of it is compiled."""
    import tracemalloc

    from engine.folder import DiskFolder
    from engine.opened import open_ruleset

    began = time.process_time()
    one = open_ruleset(DiskFolder(folder))
    program = one.program()
    seconds = time.process_time() - began
    if not memory:
        return {"seconds": seconds}
    tracemalloc.start()
    compile_all(program.reader, program.world)
    held = tracemalloc.get_traced_memory()[0]
    return {"seconds": seconds, "megabytes": held / 1e6}


def compile_all(reader: Any, world: Any) -> None:
    from bench.ordinance import AT, order_of
    from engine.facts import Facts
    from events.event import Event

    order = order_of(workload.orders(1)[0])
    for event_id in reader.form.rules:
        reader.begin(Facts(order, Event(event_id, "", order.id, AT), world)).next(0)


if __name__ == "__main__":
    print(json.dumps(itself(Path(sys.argv[1]), "--memory" in sys.argv)))
