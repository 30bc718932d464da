"""evalidate: a checked Python expression for each rule."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from types import CodeType
from typing import Any

import evalidate

from bench.peers import by_event, path, positions, said
from bench.workload import PATTERNS, Leaf, Rule, Sight

SEARCHES = {f"p{i}": re.compile(each).search for i, each in enumerate(PATTERNS)}
MODEL = evalidate.base_eval_model.clone()
MODEL.nodes.extend([node.__name__ for node in (ast.Call, ast.ListComp, ast.comprehension, ast.Attribute, ast.Set, ast.Tuple, ast.Subscript,
                                               ast.In, ast.NotIn, ast.Eq, ast.NotEq, ast.Gt, ast.Lt, ast.GtE, ast.And, ast.Or,
                                               ast.BoolOp, ast.Compare, ast.Constant, ast.Name, ast.Load, ast.Store)])  # fmt: skip
MODEL.attributes.append("startswith")
MODEL.allowed_functions.extend(["any", *SEARCHES])


def way(leaf: Leaf) -> str:
    first, *rest = path(leaf).split(".")
    return first + "".join(f"[{each!r}]" for each in rest)


LEAVES = {
    "is": lambda n: f"{way(n)} == {n.value!r}",
    "is not": lambda n: f"{way(n)} != {n.value!r}",
    "one of": lambda n: f"{way(n)} in {n.value!r}",
    "above": lambda n: f"{way(n)} > {n.value}",
    "below": lambda n: f"{way(n)} < {n.value}",
    "any is": lambda n: f"any([i['code'] == {n.value!r} for i in order_items])",
    "any starts": lambda n: f"any([i['code'].startswith({n.value!r}) for i in order_items])",
    "any one of": lambda n: f"any([i['code'] in {set(n.value)!r} for i in order_items])",
    "present": lambda n: f"{n.key!r} in order_metadata",
    "any variation": lambda n: f"any([i['variation_list'][{n.key!r}] == {n.value!r} for i in order_items])",
    "at least": lambda n: f"{way(n)} >= {n.value}",
    "has": lambda n: f"{n.value!r} in tags",
    "lacks": lambda n: f"{n.value!r} not in tags",
    "contains": lambda n: f"{n.value!r} in {way(n)}",
    "pattern": lambda n: f"p{PATTERNS.index(n.value)}({way(n)})",
}


class Engine:
    def __init__(self, rules: Sequence[Rule], events: int) -> None:
        self.codes: list[list[CodeType]] = [
            [evalidate.Expr(said(rule.when, LEAVES, " and ", " or "), model=MODEL).code for rule in each]
            for each in by_event(rules, events)
        ]

    def prepare(self, event: int, sight: Sight) -> Any:
        return self.codes[event], {"__builtins__": {"any": any}, **SEARCHES, **sight.plain}

    def fired(self, prepared: Any) -> list[int]:
        codes, names = prepared
        return positions([eval(code, names) for code in codes])
