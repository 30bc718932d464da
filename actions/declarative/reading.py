"""The descriptions that ship: `adapter.yaml` of an integration's folder.

A private printer's description is a part of its file in the ruleset; `engine.private` reads that.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from ruamel.yaml import YAML

from actions.declarative.spec import AdapterSpec

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@lru_cache
def adapter_spec(integration: str) -> AdapterSpec | None:
    """None where the integration has no such file: its adapter is written in Python, or it has none."""
    if not _NAME.fullmatch(integration):
        return None
    file = files("actions.integrations").joinpath(integration, "adapter.yaml")
    if not file.is_file():
        return None
    return AdapterSpec.model_validate(YAML(typ="safe").load(file.read_text(encoding="utf-8")))
