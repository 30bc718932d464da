"""`make bench`: measures all of it in one run, writes `bench/results/*.json` and the tables in docs/performance.md.

`--quick` is done within two minutes: fewer rounds, the two slowest peers left out, and nothing is written to docs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import deciding, durable, loading, matching, tables
from bench.measuring import Figure, machine

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
PAGE = ROOT / "docs" / "performance.md"


def measured(quick: bool) -> dict[str, Any]:
    rounds, seconds = (3, 0.05) if quick else (9, 0.2)
    found: dict[str, Any] = {"machine": machine(), "quick": quick}
    parts: dict[str, Callable[[], Any]] = {
        "matching": lambda: matching.sizes_beside_peers([100, 1000, 10_000], rounds, seconds, quick),
        "ours": lambda: matching.only_ours([10_000] if quick else [1000, 10_000], rounds, seconds, quick),
        "cold": lambda: matching.cold_beside_peers(10_000, rounds, 200 if quick else 400),
        "decisions": lambda: deciding.decisions(1000, rounds, seconds),
        "silence": lambda: deciding.silence(1000, rounds, seconds),
        "json": lambda: deciding.from_json(10_000, rounds, seconds),
        "loading": lambda: loading.loading(10_000, 1 if quick else 3),
        "commands": lambda: loading.commands(3 if quick else 9),
        "durable": lambda: durable.durable(300 if quick else 1000, 2 if quick else 5),
    }
    for name, part in parts.items():
        began = time.perf_counter()
        found[name] = part()
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return found


def as_data(value: Any) -> Any:
    if isinstance(value, Figure):
        return {
            "median": round(value.median, 4),
            "least": round(value.least, 4),
            "most": round(value.most, 4),
        }
    return str(value)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    os.environ["ORDINANCE_CORE"] = "off"  # it is a contender of its own, whether or not it was built here
    RESULTS.mkdir(exist_ok=True)
    found = measured(quick)
    (RESULTS / ("quick.json" if quick else "full.json")).write_text(
        json.dumps(found, indent=1, default=as_data) + "\n"
    )
    shown = tables.tables(found)
    print(shown)
    if not quick:
        tables.put(PAGE, shown)
    sys.stdout.flush()
    os._exit(0)  # CLIPS would print pages about memory that it has not given back


if __name__ == "__main__":
    main()
