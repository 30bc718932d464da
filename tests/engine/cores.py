"""Which of the two looks up what programs ask from now on: Python's own, or the core in C."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from engine.compile import core


@contextmanager
def looked_up_by(module: Any) -> Iterator[None]:
    """The core's module, or None. What was compiled before stays as it was."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core, "in_use", lambda: module)
        yield
