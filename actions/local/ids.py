"""Ids for what is born on the working copy. Called where items and shipments are added; orders are named by splits."""

from __future__ import annotations

from collections.abc import Collection


def new_id(stem: str, taken: Collection[str], first: int = 1) -> str:
    """`added-1`, `added-2`, ...: the first that is not taken. The same order always gives the same."""
    number = first
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
