"""Advice (W5xx): what is allowed, and rarely meant. One file for each piece; each says its findings to the report."""

from __future__ import annotations

from collections.abc import Sequence

from dsl import ast
from engine import form as f
from engine.check.advice import always, cycles, folder_events, missing, not_yet, unhandled, unused
from engine.check.scope import Scope


def advise(form: f.Form, statements: Sequence[ast.Statement], scope: Scope) -> None:
    always.advise(form, scope)
    missing.advise(form, scope)
    unused.advise(scope)
    folder_events.advise(form, scope)
    unhandled.advise(form, scope)
    not_yet.advise(form, scope)
    cycles.advise(form, scope)
