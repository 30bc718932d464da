"""A rule on every folder change that names no folder (W506): it runs on each move of each order."""

from __future__ import annotations

from engine import form as f
from engine.check.advice.links import FOLDER_CHANGED
from engine.check.scope import Scope

PLACES = {"event.from", "event.to", "order.folder"}


def advise(rule: f.RuleForm, scope: Scope) -> None:
    if FOLDER_CHANGED in rule.events and not any(
        isinstance(n, f.Read) and n.path in PLACES for n in f.nodes_of(rule.when, rule.where)
    ):
        scope.report.add(
            "W506",
            "this rule runs on every move of every order, expected a folder in its condition",
            rule.span,
            help='add `when event.to is "..."`',
        )
