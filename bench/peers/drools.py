"""Drools 9 in a JVM of its own, beside us: the jar comes from the package drools_jpy, and is given its executable model.

Asked and timed through a pipe; what is timed is the JVM thread's own CPU time, when it has run hot, without the pipe.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from bench.peers import by_event
from bench.workload import Condition, Leaf, Rule, Sight

SOURCE = Path(__file__).with_name("Drools.java")
BUILT = Path(sys.prefix) / "drools"


def jar() -> Path:
    for each in metadata.files("drools_jpy") or ():
        if each.suffix == ".jar":
            return Path(str(each.locate()))
    raise ImportError("drools_jpy ships no jar")


def compiled() -> list[str]:
    """The command that starts the harness, compiled where it is new."""
    java, javac = shutil.which("java"), shutil.which("javac")
    if java is None or javac is None:
        raise ImportError("there is no JDK here")
    target = BUILT / "Drools.class"
    if not target.exists() or target.stat().st_mtime < SOURCE.stat().st_mtime:
        subprocess.run([javac, "-nowarn", "-cp", str(jar()), "-d", str(BUILT), str(SOURCE)], check=True)
    return [java, "-Xmx2g", "-cp", f"{jar()}:{BUILT}", "Drools"]


compiled()


def words(node: Condition) -> list[str]:
    if not isinstance(node, Leaf):
        return [node.word, str(len(node.parts)), *[word for each in node.parts for word in words(each)]]
    values = node.value if isinstance(node.value, tuple) else () if node.value is None else (node.value,)
    return [node.operator, str(len(values)), node.field, node.key, *map(str, values)]


class Engine:
    """`prepare` gives the number of a pair; all pairs are timed together with `time`."""

    def __init__(self, rules: Sequence[Rule], events: int) -> None:
        self._process = subprocess.Popen(
            compiled(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._orders = self._pairs = 0
        self._tell("events", str(events))
        for event, each in enumerate(by_event(rules, events)):
            for at, rule in enumerate(each):
                self._tell("rule", str(event), str(at), *words(rule.when))
        self._tell("build")
        self._answer()

    def prepare(self, event: int, sight: Sight) -> Any:
        facts = sight.facts
        items = zip(facts["skus"], facts["sizes"], facts["colors"], strict=True)
        plain = [
            str(facts[name])
            for name in ("source", "country", "state", "folder", "method", "total", "quantity")
        ]
        lists = [";".join(facts["tags"]), ";".join(facts["metadata"])]
        self._tell("order", *plain, *lists, *[word for item in items for word in item])
        self._tell("pair", str(event), str(self._orders))
        self._orders += 1
        self._pairs += 1
        return self._pairs - 1

    def fired(self, prepared: Any) -> list[int]:
        self._tell("ask", str(prepared))
        return [int(each) for each in self._answer().split()]

    def time(self, times: int) -> float:
        """Microseconds a decision, over all pairs that were prepared."""
        self._tell("time", str(times))
        return float(self._answer()) / 1000

    def close(self) -> None:
        self._process.communicate()

    def _tell(self, *parts: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\t".join(parts) + "\n")

    def _answer(self) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise OSError("Drools ended without an answer")
        return answer
