"""The workload in CEL, for the two engines that speak it."""

from __future__ import annotations

from bench.peers import listed, path, quoted, said
from bench.workload import Condition

LEAVES = {
    "is": lambda n: f"{path(n)} == {quoted(n.value)}",
    "is not": lambda n: f"{path(n)} != {quoted(n.value)}",
    "one of": lambda n: f"{path(n)} in [{listed(n.value)}]",
    "above": lambda n: f"{path(n)} > {n.value}",
    "below": lambda n: f"{path(n)} < {n.value}",
    "at least": lambda n: f"{path(n)} >= {n.value}",
    "any is": lambda n: f"order_items.exists(i, i.code == {quoted(n.value)})",
    "any starts": lambda n: f"order_items.exists(i, i.code.startsWith({quoted(n.value)}))",
    "any one of": lambda n: f"order_items.exists(i, i.code in [{listed(n.value)}])",
    "present": lambda n: f"{quoted(n.key)} in order_metadata",
    "any variation": lambda n: f"order_items.exists(i, i.variation_list.{n.key} == {quoted(n.value)})",
    "has": lambda n: f"{quoted(n.value)} in tags",
    "lacks": lambda n: f"!({quoted(n.value)} in tags)",
    "contains": lambda n: f"{path(n)}.contains({quoted(n.value)})",
    "pattern": lambda n: f"{path(n)}.matches({quoted(n.value)})",
}


def cel(node: Condition) -> str:
    return said(node, LEAVES, " && ", " || ")
