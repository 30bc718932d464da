"""A whole rule, and a definition, as a sentence that can be read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from dsl import ast
from dsl.schema import Schema
from engine.booklet.doing import actions
from engine.booklet.naming import Naming
from engine.booklet.occasions import Occasion, occasion
from engine.booklet.saying import Saying
from engine.booklet.tree import mentions
from engine.show.words import listed


class Sentences:
    """Of one ruleset. definitions: what its names stand for."""

    def __init__(self, schema: Schema, definitions: Mapping[str, ast.Expr]) -> None:
        self.schema = schema
        self.naming = Naming(schema)
        self.definitions = dict(definitions)

    def rule(self, rule: ast.Rule) -> str:
        """`When an order is imported and its total is more than $50, tag it “large”.`"""
        occasions = [occasion(event, self.schema) for event in rule.on]
        moved = all(self._is_move(event) for event in rule.on)
        say = Saying(self.naming, self.definitions, all(each.it for each in occasions), moved)
        begin = self._opening(occasions)
        if rule.when is not None:
            clause = say.condition(rule.when)
            together = len(occasions) == 1 and begin.startswith("When") and say.simple(rule.when)
            begin = f"{begin} and {clause}" if together else f"{begin}, if {clause}"
        done = self._done(rule, say)
        return f"{begin}, {done}."

    def definition(self, node: ast.Define) -> str:
        """`the order's total is $500 or more, ...` for a condition; a value as a noun."""
        say = Saying(self.naming, self.definitions, it=False)
        said = say.condition(node.body) if say.is_condition(node.body) else say.value(node.body)
        return f"{said[:1].upper()}{said[1:]}."

    def _is_move(self, event: ast.EventRef) -> bool:
        name = event.label if isinstance(event, ast.EventLabel) else getattr(event, "id", "")
        spec = self.schema.event(name) if name else None
        return spec is not None and spec.id == "order.folder_changed"

    def _opening(self, occasions: list[Occasion]) -> str:
        said = listed([each.said for each in occasions], "or")
        return f"{said[:1].upper()}{said[1:]}"

    def _done(self, rule: ast.Rule, say: Saying) -> str:
        over = rule.for_each
        if over is None:
            return actions(rule.do, say)
        apart = say.apart
        which = f" {say.relative(rule.where, over)}" if rule.where is not None else ""
        said: list[str] = []
        for each, nodes in groupby(rule.do, key=lambda node: mentions(node, over)):
            if each:
                begin = "for each such" if said else "for each"
                said.append(f"{begin} {over}{'' if said else which}, {actions(tuple(nodes), apart)}")
            elif said:
                said.append(f"once for the order, {actions(tuple(nodes), apart)}")
            else:
                article = "an" if over == "item" else "a"
                said.append(f"if {say.order} has {article} {over}{which}, {actions(tuple(nodes), apart)}")
        return "; then ".join(said)
