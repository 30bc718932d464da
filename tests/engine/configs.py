"""`ordinance.yaml` read for a test."""

from __future__ import annotations

from dsl.diagnostics import Diagnostic
from dsl.source import Source
from engine.config import Config, read_config
from engine.wiring import integrations


def read(text: str) -> tuple[Config, list[Diagnostic]]:
    config, _, found = read_config(Source("ordinance.yaml", text), integrations())
    return config, list(found)


def only(text: str) -> Diagnostic:
    """One slip gives one message."""
    _, found = read(text)
    assert [d.code for d in found] == [found[0].code], found
    return found[0]
