"""Advice (W5xx): what is allowed, and rarely meant. One file for each piece; each says its findings to the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine import form as f
from engine.check.advice import (
    always,
    cycles,
    folder_events,
    letter_case,
    missing,
    not_yet,
    secrets,
    twins,
    undone,
    unhandled,
    unused,
)
from engine.check.advice.links import Link
from engine.check.scope import Scope


def about_rule(forms: Sequence[f.RuleForm], scope: Scope) -> None:
    """What is seen in one rule; forms: it for each of its events."""
    for rule in forms:
        always.advise(rule, scope)
        missing.advise(rule, scope)
    for rule in forms[:1]:
        folder_events.advise(rule, scope)
        letter_case.advise(rule, scope)
        secrets.advise(rule, scope)
    not_yet.advise(forms, scope)


def about_all(links: Sequence[Link], labels: Mapping[str, str], scope: Scope) -> None:
    """What is only seen in all rules together."""
    unused.advise(scope)
    letter_case.about_lists(scope.names.lists.values(), scope)
    twins.advise(links, scope)
    undone.advise(links, scope)
    unhandled.advise(links, scope)
    cycles.advise(links, labels, scope)
