"""A credential that nothing prints: no repr, no format, no log, no JSON, no copy on disk.

Made by whoever reads the environment, handed through to the one place that sends it (`actions.http`). It is no `str`, so
that joining it to a text is a mistake that a type checker and the first test find.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import NoReturn

MASK = "[secret]"
SHORTEST_HIDDEN = 6
"""What is shorter than this is hidden in no text: it would be found by accident in every other one."""


class Secret:
    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Only for what is sent to the other side, and for signing it."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __bool__(self) -> bool:
        return bool(self._value.strip())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(_bytes(self), _bytes(other))

    def __hash__(self) -> int:
        return hash(self._value)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not written anywhere")

    def for_json(self) -> str:
        """What simplejson asks where it is told to; without it a secret has no JSON form at all."""
        return MASK


def _bytes(secret: Secret) -> bytes:
    return secret.reveal().encode("utf-8", "surrogatepass")


def hidden(text: bytes, secrets: Iterable[Secret]) -> bytes:
    """The text without the secrets: some answers say the key back that they refuse."""
    for secret in secrets:
        known = _bytes(secret)
        if len(known) >= SHORTEST_HIDDEN:
            text = text.replace(known, MASK.encode())
    return text
