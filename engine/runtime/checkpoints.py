"""Seams at which a test or a simulator may stop the world: before and after every call to a port.

Nothing in the runtime knows of them: the store and the providers are given to it wrapped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")

Checkpoint = Callable[[str], None]
"""Called with a name such as `before store.commit`; what it raises stops the caller there."""


def watched(port: T, name: str, checkpoint: Checkpoint) -> T:
    """The same port; the checkpoint is told before and after each of its calls."""
    return cast(T, _Watched(port, name, checkpoint))


class _Watched:
    def __init__(self, port: object, name: str, checkpoint: Checkpoint) -> None:
        self._port, self._name, self._checkpoint = port, name, checkpoint

    def __getattr__(self, called: str) -> Any:
        found = getattr(self._port, called)
        if not callable(found):
            return found

        def call(*args: Any, **named: Any) -> Any:
            self._checkpoint(f"before {self._name}.{called}")
            answer = found(*args, **named)
            self._checkpoint(f"after {self._name}.{called}")
            return answer

        return call
